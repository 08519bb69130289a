import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {settingsParser} from '../host/settings-parser.ts';
import {createSealer} from '../config/sealing.ts';
import {silentLog} from '../contract/log.ts';
import {createSettingsDocuments, KEPT_SECRET, SETTINGS_KEY} from '../host/settings-document.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createHttpApp} from './app.ts';
import {ROUTES} from '../contract/routes.ts';
import {createSettingsApi} from './settings-api.ts';

const store = createMemoryStore();
const sealer = createSealer('k'.repeat(32), 'test');
const documents = createSettingsDocuments({
    store,
    parser: settingsParser(),
    sealer: () => Promise.resolve(sealer),
    log: silentLog,
});
let server: Server;
let url = '';

beforeAll(async () => {
    const router = createSettingsApi({
        schema: settingsParser().jsonSchema(),
        documents,
        troubles: () => documents.current().troubles,
        isAdmin: (userId) => Promise.resolve(userId === 'admin'),
    });
    const app = createHttpApp({
        accounts: () => [],
        press: () => Promise.resolve(undefined),
        routes: [{path: ROUTES.settings, router}],
        log: silentLog,
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${ROUTES.settings}`;
});
afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
});

async function ask(method: string, body?: unknown, userId = 'admin') {
    const response = await fetch(url, {
        method,
        headers: {
            'Content-Type': 'application/json',
            ...(userId === '' ? {} : {'Mattermost-User-Id': userId}),
        },
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    });
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    return {status: response.status, json: (await response.json()) as Record<string, unknown>};
}

const withKey = (apiKey: string, model = 'm') => ({
    agents: {main: {kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', model, apiKey}},
});

it('[SET-05] stores a secret sealed, shows that it is set, and keeps it when the dots come back', async () => {
    expect((await ask('PUT', {revision: 0, settings: withKey('sk-very-secret')})).status).toBe(200);
    const {json} = await ask('GET');
    expect(json).toMatchObject({revision: 1, settings: withKey(KEPT_SECRET)});
    const stored = new TextDecoder().decode(await store.get(SETTINGS_KEY));
    expect(stored).not.toContain('sk-very-secret');

    await ask('PUT', {revision: 1, settings: withKey(KEPT_SECRET, 'other')});
    expect(documents.current().settings.agents).toMatchObject(
        withKey('sk-very-secret', 'other').agents,
    );
});

it('[SET-01] refuses a save that was made from an older revision, and says what holds now', async () => {
    const {revision} = documents.current();
    const {status, json} = await ask('PUT', {revision: revision - 1, settings: {}});
    expect(status).toBe(409);
    expect(json).toMatchObject({revision});
    expect(documents.current().revision).toBe(revision);
});

it('[SET-03] refuses wrong settings with path, reason and the nearest name, and keeps what runs', async () => {
    const {revision} = documents.current();
    const settings = {channels: {mattermost: {chatmod: 'oncall'}}};
    const {status, json} = await ask('PUT', {revision, settings});
    expect(status).toBe(422);
    expect(json['problems']).toEqual([
        expect.objectContaining({path: 'channels.mattermost.chatmod', suggestion: 'chatmode'}),
    ]);
    expect(documents.current().revision).toBe(revision);
});

it.each([
    ['', 401],
    ['alice', 403],
])('[SET-05] gives the settings to no other than admins (%j)', async (userId, status) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
        expect((await ask(method, method === 'GET' ? undefined : {}, userId)).status).toBe(status);
    }
});

it.each([[{}], [{revision: 'x', settings: {}}], [{revision: 0, settings: []}], [[]]])(
    'refuses the body %j',
    async (body) => {
        expect((await ask('PUT', body)).status).toBe(400);
    },
);

it('[SET-03] refuses settings that are nested too deeply to be walked, and keeps what runs', async () => {
    const {revision} = documents.current();
    const deep = '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000);
    const response = await fetch(url, {
        method: 'PUT',
        headers: {'Content-Type': 'application/json', 'Mattermost-User-Id': 'admin'},
        body: `{"revision":${revision},"settings":{"agents":${deep}}}`,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({error: {message: expect.any(String)}});
    expect(documents.current().revision).toBe(revision);
});

it('[SET-05] answers 503 with a sentence while there is no key, and saves nothing', async () => {
    let key = undefined as typeof sealer | undefined;
    const empty = createMemoryStore();
    const waiting = createSettingsDocuments({
        store: empty,
        parser: settingsParser(),
        sealer: () => Promise.resolve(key),
        log: silentLog,
    });
    const app = createHttpApp({
        accounts: () => [],
        press: () => Promise.resolve(undefined),
        routes: [
            {
                path: ROUTES.settings,
                router: createSettingsApi({
                    schema: settingsParser().jsonSchema(),
                    documents: waiting,
                    troubles: () => [],
                    isAdmin: () => Promise.resolve(true),
                }),
            },
        ],
        log: silentLog,
    });
    const other = createServer(app);
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    try {
        const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}${ROUTES.settings}`;
        const put = () =>
            fetch(address, {
                method: 'PUT',
                headers: {'Content-Type': 'application/json', 'Mattermost-User-Id': 'admin'},
                body: JSON.stringify({revision: 0, settings: withKey('sk-very-secret')}),
            });
        const refused = await put();
        expect(refused.status).toBe(503);
        expect(refused.headers.get('Retry-After')).toBe('5');
        expect(await refused.json()).toMatchObject({
            error: {message: expect.stringContaining('Nothing was saved')},
        });
        expect(await empty.get(SETTINGS_KEY)).toBeUndefined();
        key = sealer;
        expect((await put()).status).toBe(200);
    } finally {
        await new Promise((resolve) => other.close(resolve));
    }
});
