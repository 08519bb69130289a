import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parser} from './config.fixture.ts';
import {loadSettings, MAX_SETTINGS_BYTES, parseJson5} from './load.ts';
import {createSecretResolver, MAX_SECRET_BYTES, SecretError} from './secrets.ts';

let folder: string;
beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gangway-config-'));
});
afterEach(async () => {
    await rm(folder, {recursive: true});
});

async function file(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
}

describe('the settings file', () => {
    const load = async (text: string) =>
        await loadSettings(parser, {path: await file('gangway.json5', text), env: {}});

    it('[INS-07] is JSON5, with comments and trailing commas', async () => {
        expect(await load("{// mine\n channels: {mattermost: {chatmode: 'onchar'}},}")).toEqual({
            kind: 'ok',
            settings: {channels: {mattermost: {chatmode: 'onchar'}}},
            notes: [],
        });
    });

    it('[INS-09] is not needed where the environment says enough', async () => {
        const env = {MATTERMOST_URL: 'https://x', MATTERMOST_BOT_TOKEN: 't'};
        const result = await loadSettings(parser, {path: undefined, env});
        expect(result).toMatchObject({kind: 'ok', notes: []});
    });

    it('[SET-03] that is no JSON5 is refused with line and column, without its text', async () => {
        const result = await load('{\n  botToken: "hush"\n  oops\n}');
        expect(result).toEqual({
            kind: 'refused',
            problems: [
                {
                    path: '',
                    reason: expect.stringContaining('is not valid JSON5 at line 3, column 3'),
                },
            ],
        });
        expect(JSON.stringify(result)).not.toContain('hush');
    });

    it('[SET-03] with wrong settings is refused with their problems', async () => {
        expect(await load('{channel: {}}')).toMatchObject({
            kind: 'refused',
            problems: [{path: 'channel', reason: 'unknown key', suggestion: 'channels'}],
        });
    });

    it('[INS-07] that is missing, a folder or too large is refused', async () => {
        const reasonOf = async (path: string): Promise<string> => {
            const result = await loadSettings(parser, {path, env: {}});
            return result.kind === 'refused' ? (result.problems[0]?.reason ?? '') : 'ok';
        };
        expect(await reasonOf(join(folder, 'none'))).toContain('there is no such file');
        expect(await reasonOf(folder)).toContain('is not a file');
        const large = await file('large', ' '.repeat(MAX_SETTINGS_BYTES + 1));
        expect(await reasonOf(large)).toContain('is larger than');
    });

    it('never throws, however deep it is', () => {
        expect(parseJson5('['.repeat(500_000)).kind).toBe('refused');
        expect(parseJson5('')).toMatchObject({kind: 'refused'});
        expect(parseJson5('{"__proto__": {"x": 1}}').kind).toBe('ok');
    });
});

describe('secrets', () => {
    const resolve = createSecretResolver({TOKEN: ' s3cret\n', EMPTY: ' '});

    it('stand in the text, the environment or a file, without the last newline', async () => {
        expect(await resolve('s3cret')).toBe('s3cret');
        expect(await resolve({source: 'env', id: 'TOKEN'})).toBe('s3cret');
        const id = await file('token', 's3cret\r\n\n');
        expect(await resolve({source: 'file', id})).toBe('s3cret');
    });

    it('are read anew at each use', async () => {
        const id = await file('token', 'old');
        expect(await resolve({source: 'file', id})).toBe('old');
        await file('token', 'new');
        expect(await resolve({source: 'file', id})).toBe('new');
    });

    it('that cannot be had are an error that names the place only', async () => {
        const failure = async (input: Parameters<typeof resolve>[0]): Promise<string> => {
            const error: unknown = await resolve(input).catch((reason: unknown) => reason);
            expect(error).toBeInstanceOf(SecretError);
            return String(error);
        };
        expect(await failure({source: 'env', id: 'NONE'})).toContain('no NONE');
        expect(await failure({source: 'env', id: 'EMPTY'})).toContain('no EMPTY');
        expect(await failure({source: 'file', id: join(folder, 'none')})).toContain(
            'cannot be read',
        );
        expect(await failure({source: 'file', id: folder})).toContain('is not a file');
        expect(await failure({source: 'file', id: await file('e', '\n')})).toContain('is empty');
        const large = await file('large', 'hush'.repeat(MAX_SECRET_BYTES));
        expect(await failure({source: 'file', id: large})).toContain('larger than');
        expect(await failure({source: 'file', id: large})).not.toContain('hush');
        expect(await failure({source: 'exec', provider: 'vault', id: 'X'})).toContain('"exec"');
        expect(await failure({source: 'file', provider: 'vault', id: '/x'})).toContain('vault');
    });
});
