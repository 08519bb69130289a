import {Readable} from 'node:stream';
import type {Express} from 'express';
import {ROUTES} from '../contract/routes.ts';
import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {createAgentsApi} from './agents-api.ts';
import {createAnswersApi} from './answers-api.ts';
import {createHttpApp} from './app.ts';
import {createInMemoryServer} from './in-memory.ts';
import {settingsParser} from '../host/settings-parser.ts';
import {createSettingsApi} from './settings-api.ts';
import {runnerRouter} from './runner-api.ts';

function make(trustsUserHeader = true): Express {
    return createHttpApp({
        accounts: () => [],
        // What the buttons answer to a press that nobody signed.
        press: async () => ({status: 403, body: {ephemeral_text: 'no'}}) as never,
        routes: [
            {
                path: ROUTES.runner,
                limitsItself: true,
                router: runnerRouter({
                    store: createMemoryStore(),
                    verify: async () => undefined,
                    hasId: async () => false,
                    hello: () => Promise.reject(new Error('reached')),
                }),
            },
            {
                path: ROUTES.answers,
                router: createAnswersApi({
                    find: () => ({channelId: 'c', draft: {stream: 'abc', n: 1, message: 'secret'}}),
                    canRead: () => Promise.reject(new Error('reached')),
                }),
            },
            {
                path: ROUTES.settings,
                router: createSettingsApi({
                    schema: settingsParser().jsonSchema(),
                    documents: {} as never,
                    troubles: () => ['secret'],
                    isAdmin: () => Promise.reject(new Error('reached')),
                }),
            },
            {
                path: `${ROUTES.admin}/agents`,
                router: createAgentsApi({
                    documents: {} as never,
                    createAgent: () => {
                        throw new Error('reached');
                    },
                    listModels: () => Promise.reject(new Error('reached')),
                    isAdmin: () => Promise.reject(new Error('reached')),
                }),
            },
        ],
        trustsUserHeader,
        log: silentLog,
    });
}

async function ask(
    app: Express,
    method: string,
    url: string,
    headers: Record<string, string[]> = {},
    remoteAddress = '10.0.0.1',
): Promise<{status: number; headers: Readonly<Record<string, readonly string[]>>}> {
    const answer = {status: 0, headers: {} as Readonly<Record<string, readonly string[]>>};
    await createInMemoryServer(app).handle(
        {
            method,
            url,
            host: 'chat.example.com',
            headers: {'Content-Type': ['application/json'], ...headers},
            remoteAddress,
            body: Readable.from([Buffer.from('{}')]),
        },
        {
            async head(status, sent) {
                answer.status = status;
                answer.headers = sent;
            },
            write: async () => undefined,
            flush: async () => undefined,
        },
    );
    return answer;
}

/** Every route, and what it says to somebody who shows nothing. */
const PROTECTED: readonly (readonly [string, string, string, number])[] = [
    ['GET', '/healthz', '/healthz', 200],
    ['GET', '/readyz', '/readyz', 200],
    ['POST', '/mattermost/interactions/default', '/:account', 401],
    ['GET', ROUTES.settings, '/', 401],
    ['PUT', ROUTES.settings, '/', 401],
    ['GET', `${ROUTES.settings}/schema`, '/schema', 401],
    ['POST', `${ROUTES.admin}/agents/test`, '/test', 401],
    ['POST', `${ROUTES.admin}/agents/models`, '/models', 401],
    ['GET', `${ROUTES.answers}/${'p'.repeat(26)}`, '/:postId', 401],
    ['POST', `${ROUTES.runner}/hello`, '/hello', 401],
    ['POST', `${ROUTES.runner}/kv/get`, '/kv/get', 401],
    ['POST', `${ROUTES.runner}/kv/compare-and-set`, '/kv/compare-and-set', 401],
    ['POST', `${ROUTES.runner}/kv/list`, '/kv/list', 401],
    ['POST', `${ROUTES.runner}/kv/changes`, '/kv/changes', 401],
];

interface Layer {
    readonly route?: {readonly path: string};
    readonly handle?: {readonly stack?: readonly Layer[]};
}

function pathsOf(stack: readonly Layer[]): string[] {
    return stack.flatMap(({route, handle}) =>
        route === undefined ? pathsOf(handle?.stack ?? []) : [route.path],
    );
}

describe('the HTTP routes', () => {
    it.each(PROTECTED)('[OPS-02] %s %s answers a stranger as it should', async (...route) => {
        const [method, url, , status] = route;
        expect((await ask(make(), method, url)).status).toBe(status);
    });

    it('are all in the table above', () => {
        const {stack} = make().router as unknown as {stack: readonly Layer[]};
        expect(pathsOf(stack).sort()).toEqual(
            [...new Set(PROTECTED.map(([, , path]) => path))].sort(),
        );
    });

    it('[BTN-09] take a press from whoever signed it where no server in front says who presses', async () => {
        const press = ['POST', '/mattermost/interactions/default'] as const;
        expect((await ask(make(false), ...press)).status).toBe(403);
        const user = {'Mattermost-User-Id': ['u'.repeat(26)]};
        expect((await ask(make(), ...press, user)).status).toBe(403);
    });

    it('are nothing else', async () => {
        for (const url of ['/', '/api/v1', ROUTES.runner.slice(0, -1), '/metrics', '/%2e%2e/x']) {
            expect((await ask(make(), 'GET', url)).status).toBe(404);
        }
    });

    it('do not tell browsers what holds for the whole host', async () => {
        const {headers} = await ask(make(), 'GET', '/healthz');
        expect(Object.keys(headers)).not.toContain('Strict-Transport-Security');
        expect(headers['X-Content-Type-Options']).toEqual(['nosniff']);
    });

    it('count the requests of each user apart, where the server says who it is', async () => {
        const app = make();
        const as = async (user: string) =>
            (await ask(app, 'GET', '/healthz', {'Mattermost-User-Id': [user]}, '127.0.0.1')).status;
        for (let count = 0; count < 600; count++) await as('loud');
        expect(await as('loud')).toBe(429);
        expect(await as('quiet')).toBe(200);
    });

    it('count by address where anybody could say who he is', async () => {
        const app = make(false);
        const as = async (user: string) =>
            (await ask(app, 'GET', '/healthz', {'Mattermost-User-Id': [user]}, '127.0.0.1')).status;
        for (let count = 0; count < 600; count++) await as(`user${count}`);
        expect(await as('another')).toBe(429);
    });
});
