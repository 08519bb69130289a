import {comparable, readGolden, valueOf} from '../../../../test/plugin-rpc-golden.ts';
import {oursFile} from '../../../../test/plugin-rpc-interop.ts';
import {apiCallsFile, apiSchemaFile, type Role} from '../../../../test/plugin-rpc-schema.ts';
import {GobDecoder} from '../../../rpc/gob/decoder.ts';
import {GobEncoder} from '../../../rpc/gob/encoder.ts';
import {Named} from '../../../rpc/gob/interface-value.ts';
import {type AnySchema, type FieldShape, solid} from '../../../rpc/gob/schema.ts';
import {apiMethods} from './api-methods.ts';
import {hookMethods} from './hook-methods.ts';
import {pluginApiRegistry} from './registry.ts';

const golden = readGolden('api-schema.json', apiSchemaFile);

interface Method {
    readonly kind: 'api' | 'hook';
    readonly name: string;
    readonly args: AnySchema;
    readonly reply: AnySchema;
}

const methods: Method[] = [
    ...Object.values(apiMethods).map((method) => ({...method, kind: 'api' as const})),
    ...Object.values(hookMethods).map((method) => ({...method, kind: 'hook' as const})),
].map(({kind, name, args, reply}) => ({kind, name: name.slice('Plugin.'.length), args, reply}));

/** Fields of the server's structs that we leave out on purpose; everything else must be there. */
const LEFT_OUT: Readonly<Record<string, readonly string[] | 'nearly all'>> = {
    'model.Post': ['Filenames', 'Participants', 'Metadata'],
    'model.PostList': ['BurnOnReadPosts'],
    'model.User': [
        'Password',
        'AuthData',
        'AuthService',
        'AllowMarketing',
        'FailedAttempts',
        'MfaActive',
        'MfaSecret',
        'MfaUsedTimestamps',
        'LastActivityAt',
        'LastLogin',
        'BotLastIconUpdate',
        'TermsOfServiceId',
        'TermsOfServiceCreateAt',
        'DisableWelcomeEmail',
    ],
    'model.UserGetOptions': [
        'InTeamId',
        'NotInTeamId',
        'InChannelId',
        'NotInChannelId',
        'InGroupId',
        'NotInGroupId',
        'GroupConstrained',
        'WithoutTeam',
        'Inactive',
        'Roles',
        'ChannelRoles',
        'TeamRoles',
        'Sort',
        'ViewRestrictions',
        'UpdatedAfter',
    ],
    'model.Session': ['Token', 'TeamMembers'],
    'model.Channel': ['BannerInfo'],
    'model.CommandResponse': ['ExtraResponses'],
    'model.DialogElement': ['DateTimeConfig'],
    'model.WebsocketBroadcast': ['BroadcastHooks', 'BroadcastHookArgs'],
    'plugin.HTTPRequestSubset': ['Body'],
    'model.Config': 'nearly all',
    'model.ServiceSettings': 'nearly all',
    'model.FileSettings': 'nearly all',
    'model.ClusterSettings': 'nearly all',
    'model.FeatureFlags': 'nearly all',
    'model.License': 'nearly all',
};

/** Fields that came after the server that the declarations were read from. */
const LATER: Readonly<Record<string, readonly string[]>> = {
    'model.FeatureFlags': ['MmBlocksEnabled'],
};

/** Our type in the notation of api-schema.json, down to its structs' names. */
function notation(schema: AnySchema, goType: string): string {
    const shape = solid(schema);
    switch (shape.kind) {
        case 'interface':
            return goType === 'error' ? 'error' : 'any';
        case 'slice':
            return `[]${notation(shape.element, goType.replace(/^\[\]/, ''))}`;
        case 'map':
            return `map[string]${notation(shape.value, goType.slice(goType.indexOf(']') + 1))}`;
        case 'opaque':
            return `#url.${shape.name}`;
        case 'struct':
            return goType.startsWith('?') ? goType.slice(1) : goType;
        default:
            return shape.kind;
    }
}

const compared = new Set<string>();

/** Compares the fields of one struct, and the structs that they hold. */
function compareFields(
    where: string,
    all: readonly FieldShape[],
    theirs: readonly (readonly [string, string])[],
): void {
    const ours = all.filter(({name}) => !(LATER[where] ?? []).includes(name));
    const leftOut = LEFT_OUT[where] ?? [];
    const expected =
        leftOut === 'nearly all'
            ? theirs.filter(([name]) => ours.some((field) => field.name === name))
            : theirs.filter(([name]) => !leftOut.includes(name));
    const types = new Map(theirs.map(([name, type]) => [name, type]));
    const written = ours.map((field) => {
        const goType = types.get(field.name) ?? '';
        const bare = goType.startsWith('?') ? goType.slice(1) : goType;
        const type = notation(field.type, bare);
        // A pointer inside a slice or map cannot be nil on the wire and is no pointer to us.
        return [field.name, `${field.optional ? '?' : ''}${type}`];
    });
    const flat = (type: string): string => type.replace(/(?<=\])\?/g, '');
    const sorted = (fields: readonly (readonly string[])[]) =>
        fields.map(([name, type]) => `${where}.${name} ${flat(type ?? '')}`).sort();
    expect(sorted(written)).toEqual(sorted(expected));
    for (const field of ours) compareType(field.type, types.get(field.name) ?? '');
}

function compareType(schema: AnySchema, goType: string): void {
    const name = goType.replace(/^(?:\?|\[\]|map\[string\])+/, '');
    const shape = innermost(schema);
    const theirs = golden.types[name];
    if (shape.kind !== 'struct' || theirs === undefined) return;
    if (compared.has(name)) return;
    compared.add(name);
    compareFields(name, shape.fields, theirs);
}

function innermost(schema: AnySchema): ReturnType<typeof solid> {
    const shape = solid(schema);
    if (shape.kind === 'slice') return innermost(shape.element);
    if (shape.kind === 'map') return innermost(shape.value);
    return shape;
}

function goldenOf({kind, name}: Method) {
    const table = kind === 'api' ? golden.api : golden.hooks;
    // Not in the golden table; the server declares it like its twin.
    return table[name === 'GetPostsAfter' ? 'GetPostsBefore' : name];
}

function fieldsOf(schema: AnySchema): readonly FieldShape[] {
    const shape = solid(schema);
    return shape.kind === 'struct' ? shape.fields : [];
}

/** A golden value without the fields that our schema leaves out. */
function pruned(value: unknown, schema: AnySchema): unknown {
    const shape = solid(schema);
    if (shape.kind === 'slice' && Array.isArray(value)) {
        return value.map((one) => pruned(one, shape.element));
    }
    if (typeof value !== 'object' || value === null || value instanceof Named) return value;
    if (shape.kind === 'map') {
        const entries = Object.entries(value);
        return Object.fromEntries(entries.map(([key, one]) => [key, pruned(one, shape.value)]));
    }
    if (shape.kind !== 'struct') return value;
    const known = new Map(shape.fields.map((field) => [field.name, field.type]));
    return Object.fromEntries(
        Object.entries(value).flatMap(([name, one]) => {
            const type = known.get(name);
            return type === undefined ? [] : [[name, pruned(one, type)]];
        }),
    );
}

function schemaOf(method: Method, role: Role): AnySchema {
    return role === 'args' ? method.args : method.reply;
}

function rewritten(hex: string, schema: AnySchema): unknown {
    const decoder = new GobDecoder({registry: pluginApiRegistry});
    decoder.push(Buffer.from(hex, 'hex'));
    const value = decoder.next()?.read(schema);
    const again = new GobDecoder();
    again.push(new GobEncoder().encodeAll([{schema, value}]));
    return comparable(again.next()?.plain('keep'));
}

interface Row {
    readonly title: string;
    readonly hex: string;
    readonly value: unknown;
    readonly schema: AnySchema;
}

const byName = new Map(methods.map((method) => [`${method.kind} ${method.name}`, method]));

const samples: Row[] = readGolden('api-calls.json', apiCallsFile).flatMap((call) => {
    const method = byName.get(`${call.kind} ${call.name}`);
    if (method === undefined) return [];
    return (['args', 'returns', 'returnsOnError'] as const).flatMap((role) => {
        const sample = call[role];
        if (!sample || sample.hex === '') return [];
        const title = `${call.kind} ${call.name} ${role}`;
        return [{title, hex: sample.hex, value: sample.value, schema: schemaOf(method, role)}];
    });
});

const ours: Row[] = readGolden('ours-decoded-by-go.json', oursFile).flatMap((row, index) => {
    const method = byName.get(`${row.kind} ${row.name}`);
    if (method === undefined) return [];
    const title = `${index} ${row.kind} ${row.name} ${row.role}`;
    return [{title, hex: row.hex, value: row.value, schema: schemaOf(method, row.role)}];
});

describe('the shapes of the plugin API', () => {
    it.each(methods)('$kind $name takes and gives what the server declares', (method) => {
        const declared = goldenOf(method);
        if (method.name === 'Implemented') {
            expect(declared).toBeUndefined();
            return;
        }
        expect(declared).toBeDefined();
        compareFields(`${method.name} args`, fieldsOf(method.args), declared?.args ?? []);
        compareFields(`${method.name} returns`, fieldsOf(method.reply), declared?.returns ?? []);
    });

    it('name only fields to leave out that the server has', () => {
        for (const [name, fields] of Object.entries(LEFT_OUT)) {
            const known = (golden.types[name] ?? []).map(([field]) => field);
            if (fields !== 'nearly all') expect(known).toEqual(expect.arrayContaining([...fields]));
        }
    });

    it.each(samples)('$title reads as Go wrote it, and is written so again', (row) => {
        expect(rewritten(row.hex, row.schema)).toEqual(pruned(valueOf(row.value), row.schema));
    });

    it.each(ours)('row $title means to them what it meant to Go', (row) => {
        expect(rewritten(row.hex, row.schema)).toEqual(pruned(valueOf(row.value), row.schema));
    });

    it('cover a sample of each call and hook', () => {
        const covered = new Set(samples.map(({title}) => title.split(' ').slice(0, 2).join(' ')));
        const missing = [...byName.keys()].filter((name) => !covered.has(name));
        expect(missing).toEqual(['api GetPostsAfter', 'hook Implemented']);
    });

    it('never carry a password, another login or a session token', () => {
        const names = (schema: AnySchema): string[] => fieldsOf(schema).map(({name}) => name);
        const user = fieldsOf(apiMethods.getUser.reply)[0];
        const session = fieldsOf(apiMethods.getSession.reply)[0];
        expect(names(user!.type)).not.toEqual(
            expect.arrayContaining([expect.stringMatching(/^(?:Password|Auth\w*|Mfa\w*)$/)]),
        );
        expect(names(session!.type)).not.toContain('Token');
    });
});
