import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {renderSettingsPage} from '../../build/settings-page.ts';
import {settingsParser} from '../src/host/settings-parser.ts';
import {loadSettings, parseJson5} from '../src/config/load.ts';
import {problemText} from '../src/config/problem.ts';
import {listAccounts, resolveAccount} from '../src/config/resolve.ts';
import {visitKeys, type JsonSchema} from '../src/config/schema-walk.ts';

const root = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const parser = settingsParser();

/** Old names, which an example should not teach. */
const OLD = ['requireMention', 'allowPrivateNetwork'];

/** The names of all keys that do something, without those of agents, which are their own kind. */
function usedKeys(schema: unknown, found = new Set<string>()): Set<string> {
    if (typeof schema !== 'object' || schema === null) return found;
    for (const [name, inner] of Object.entries(schema)) {
        if (name !== 'properties') {
            if (name !== 'agents') usedKeys(inner, found);
            continue;
        }
        for (const [key, value] of Object.entries(inner as Record<string, JsonSchema>)) {
            if (key === 'agents' || value['use'] !== undefined) continue;
            found.add(key);
            if (value['secret'] !== true) usedKeys(value, found);
        }
    }
    return found;
}

describe('the example settings', () => {
    const text = read('gangway.example.json5');

    it('[INS-07] are good, and nothing in them is without effect', async () => {
        const path = join(root, 'gangway.example.json5');
        const result = await loadSettings(parser, {path, env: {}});
        if (result.kind === 'refused') throw new Error(result.problems.map(problemText).join('\n'));
        expect(result.notes).toEqual([]);
        expect(listAccounts(result.settings)).toEqual(['default', 'alerts']);
        expect(resolveAccount(result.settings, 'alerts').settings.groupAllowFrom).toEqual(['*']);
    });

    it('[INS-07] show every key that does something', () => {
        const missing = [...usedKeys(parser.jsonSchema())].filter(
            (key) => !OLD.includes(key) && !new RegExp(`\\b${key}:`).test(text),
        );
        expect(missing).toEqual([]);
    });

    it('show defaults where a key is not about one certain place', () => {
        const document = parseJson5(text);
        if (document.kind === 'refused') throw new Error(document.reason);
        const other: string[] = [];
        visitKeys(parser.jsonSchema(), document.value, (path, schema, value) => {
            if (path.includes('groups') || path.includes('accounts')) return false;
            const isDefault = JSON.stringify(value) === JSON.stringify(schema.default);
            if (schema.default !== undefined && !isDefault) other.push(path.join('.'));
            return true;
        });
        expect(other).toEqual(['channels.mattermost.groupAllowFrom']);
    });
});

describe('the documents of the settings', () => {
    it('[SET-07] are made from the schema; `node build/settings-docs.ts` writes them', () => {
        const schema = parser.jsonSchema();
        expect(read('docs/settings.md')).toBe(renderSettingsPage(schema));
        expect(JSON.parse(read('docs/settings.schema.json'))).toEqual(schema);
    });

    it('[SET-07] name every key that the schema has', () => {
        const page = read('docs/settings.md');
        for (const key of usedKeys(parser.jsonSchema())) expect(page).toContain(`\`${key}\``);
    });
});
