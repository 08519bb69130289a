import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Agent, AgentEvent} from '../agent/agent.ts';
import type {AgentSettings} from '../agent/agent-settings.ts';
import {createSealer} from '../config/sealing.ts';
import {silentLog} from '../contract/log.ts';
import {ROUTES} from '../contract/routes.ts';
import {createSettingsDocuments, KEPT_SECRET} from '../host/settings-document.ts';
import {settingsParser} from '../host/settings-parser.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createAgentsApi} from './agents-api.ts';
import {createHttpApp} from './app.ts';

const documents = createSettingsDocuments({
    store: createMemoryStore(),
    parser: settingsParser(),
    sealer: () => Promise.resolve(createSealer('k'.repeat(32), 'test')),
    log: silentLog,
});
const model = {kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1', model: 'm'};
let made: AgentSettings[] = [];
let script: AgentEvent[] = [];
let asked = '';
let server: Server;
let url = '';

const agent: Agent = {
    kind: 'scripted',
    async *run({messages}) {
        asked = messages.at(-1)?.text ?? '';
        yield* script;
    },
};

beforeAll(async () => {
    await documents.save(0, {agents: {main: {...model, apiKey: 'sk-stored-key'}}});
    const router = createAgentsApi({
        documents,
        createAgent(settings) {
            made.push(settings);
            return agent;
        },
        listModels: async (settings) =>
            settings.kind === 'demo'
                ? {kind: 'failed', message: 'The service answered 401: no key'}
                : {kind: 'listed', models: ['a', 'b']},
        isAdmin: (userId) => Promise.resolve(userId === 'admin'),
    });
    const app = createHttpApp({
        accounts: () => [],
        press: () => Promise.resolve(undefined),
        routes: [{path: `${ROUTES.admin}/agents`, router}],
        log: silentLog,
    });
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${ROUTES.admin}/agents`;
});
afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
    made = [];
});

async function ask(route: string, body: unknown, userId = 'admin') {
    const response = await fetch(`${url}${route}`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json', 'Mattermost-User-Id': userId},
        body: JSON.stringify(body),
    });
    const text = await response.text();
    return {
        status: response.status,
        lines: text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Record<string, unknown>),
    };
}

it('[ROUTE-07] lets an agent that is not saved answer, with the key that is stored', async () => {
    script = [
        {kind: 'reasoning', text: 'hidden'},
        {kind: 'text', text: 'Hello '},
        {kind: 'text', text: 'there'},
        {kind: 'usage', inputTokens: 5, outputTokens: 2, model: 'm-2'},
        {kind: 'done', reason: 'stop'},
    ];
    const settings = {...model, model: 'other', apiKey: KEPT_SECRET};
    const {status, lines} = await ask('/test', {id: 'main', settings, prompt: 'Ahoy?'});
    expect(status).toBe(200);
    expect(asked).toBe('Ahoy?');
    expect(made).toEqual([{...model, model: 'other', apiKey: 'sk-stored-key'}]);
    expect(lines.slice(0, 2)).toEqual([
        {kind: 'text', text: 'Hello '},
        {kind: 'text', text: 'there'},
    ]);
    expect(lines[2]).toMatchObject({
        kind: 'done',
        model: 'm-2',
        inputTokens: 5,
        outputTokens: 2,
        firstMs: expect.any(Number),
    });
    expect(documents.current().settings.agents).toMatchObject({main: {model: 'm'}});
});

it('[ROUTE-07] passes the words of the service on, without keys', async () => {
    script = [
        {
            kind: 'failed',
            code: 'unauthorized',
            message: 'An admin has to look.',
            detail: 'Incorrect API key provided',
            retryable: false,
        },
    ];
    const {lines} = await ask('/test', {id: 'main', settings: {...model, apiKey: 'sk-other'}});
    expect(lines).toEqual([
        {kind: 'failed', message: 'Incorrect API key provided', ms: expect.any(Number)},
    ]);
    expect((await ask('/models', {id: 'main', settings: {kind: 'demo'}})).lines).toEqual([
        {error: {message: 'The service answered 401: no key'}},
    ]);
});

it('[ROUTE-07] lists models; wrong settings and strangers are refused before anything is asked', async () => {
    expect((await ask('/models', {id: 'main', settings: model})).lines).toEqual([
        {models: ['a', 'b']},
    ]);
    const wrong = await ask('/test', {id: 'main', settings: {...model, temperature: 9}});
    expect(wrong.status).toBe(422);
    expect(JSON.stringify(wrong.lines)).toContain('agents.main.temperature');
    expect((await ask('/test', {id: 'main'})).status).toBe(400);
    expect((await ask('/test', {id: 'main', settings: model}, 'alice')).status).toBe(403);
    expect((await ask('/test', {id: 'main', settings: model}, '')).status).toBe(401);
    expect(made).toEqual([]);
});
