/** @jest-environment node */
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import schema from '../../../docs/settings.schema.json';
import {fieldsOf, kindsOf, schemaAt, type Field, type Schema} from '../settings/field_model.ts';
import {groupsOf, textIdOf, type SettingsPart} from '../settings/sections.ts';
import de from './de.json';
import en from './en.json';

const PARTS: readonly SettingsPart[] = ['behaviour', 'access', 'connection'];
const LEVELS = ['all', 'account', 'channel'] as const;
const document: Schema = schema;

/** The texts that a setting needs: its name, what it does, and both for each of its choices. */
function textsFor({type, path: [first]}: Field, id: string): string[] {
    const optionsId = first === 'replyToModeByChatType' ? 'gangway.setting.replyToMode' : id;
    const options = type.kind === 'choice' ? type.options : [];
    return [
        id,
        `${id}.help`,
        ...options.flatMap((option) => [`${optionsId}.${option}`, `${optionsId}.${option}.help`]),
    ];
}

function ofSettings(): string[] {
    const groups = PARTS.flatMap((part) =>
        LEVELS.flatMap((level) =>
            groupsOf(document, part, level).map((group) => ({...group, level})),
        ),
    );
    const agents = [...kindsOf(schemaAt(document, ['agents', '*']) ?? {})];
    return [
        ...groups.flatMap(({id, fields, level}) => [
            `gangway.group.${id}`,
            ...fields.flatMap((one) => textsFor(one.field, textIdOf(one, level, document))),
        ]),
        ...agents.flatMap(([kind, part]) => [
            `gangway.agents.kind.${kind}`,
            ...fieldsOf(part)
                .filter((field) => field.path[0] !== 'default')
                .flatMap((field) =>
                    textsFor(field, `gangway.setting.agent.${field.path.join('.')}`),
                ),
        ]),
    ];
}

function sources(folder: string): string[] {
    return readdirSync(folder, {withFileTypes: true}).flatMap((entry) => {
        const file = path.join(folder, entry.name);
        if (entry.isDirectory()) return sources(file);
        return /(?<!\.test)\.tsx?$/.test(entry.name) ? [readFileSync(file, 'utf8')] : [];
    });
}

const code = sources(path.join(__dirname, '..')).join('\n');
const named = new Set([...code.matchAll(/["'`](gangway\.[\w.-]+)["'`]/g)].map(([, id = '']) => id));
/** Ids that are put together: `gangway.part.${…}`. */
const stems = [...code.matchAll(/`(gangway\.[\w.-]+\.)\$\{/g)].map(([, stem = '']) => stem);

it('[WEB-08] has every text that is asked for, in English and in German', () => {
    const wanted = [...named].filter((id) => !stems.includes(`${id}.`));
    for (const id of [
        ...wanted.filter((id) => !id.startsWith('gangway.setting')),
        ...ofSettings(),
    ]) {
        expect([id, id in en, id in de]).toEqual([id, true, true]);
    }
});

it('[WEB-08] has no text that nothing asks for, and the same in both languages', () => {
    expect(Object.keys(de)).toEqual(Object.keys(en));
    const settings = new Set(ofSettings());
    const unused = Object.keys(en).filter(
        (id) =>
            !named.has(id) &&
            !settings.has(id) &&
            !stems.some((stem) => id.startsWith(stem) && !stem.startsWith('gangway.setting')),
    );
    expect(unused).toEqual([]);
});

it('[SET-07] draws a row for a setting that is new in the schema, without any code for it', () => {
    const block = schemaAt(document, ['channels', 'mattermost']) ?? {};
    const properties = {
        ...(block['properties'] as Record<string, unknown>),
        brandNew: {type: 'integer', minimum: 1, maximum: 9, default: 4, description: 'new'},
    };
    const grown = {
        type: 'object',
        properties: {
            channels: {
                type: 'object',
                properties: {mattermost: {type: 'object', properties}},
            },
        },
    };
    const rows = groupsOf(grown, 'behaviour', 'all').flatMap(({fields}) => fields);
    const row = rows.find(({field}) => field.path[0] === 'brandNew');
    expect(row?.field).toEqual({
        path: ['brandNew'],
        type: {kind: 'number', isWhole: true, least: 1, most: 9},
        standard: 4,
        isRequired: false,
    });
});
