import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import express from 'express';
import {ROUTES} from '../contract/routes.ts';
import {runnerRouter} from '../http/runner-api.ts';
import {createRunnerTokens} from '../session/runner-tokens.ts';
import {StoreError} from './errors.ts';
import {createHttpKvStore} from './http-kv-store.ts';
import {createMemoryStore} from './memory-store.ts';
import {describeStore} from './store.contract.ts';
import {directOutbound} from '../net/direct.fixture.ts';

/** A plugin as a runner sees it: its routes over a store in memory. */
async function plugin() {
    let now = 1_000_000;
    const store = createMemoryStore({now: () => now});
    const tokens = createRunnerTokens(createMemoryStore(), () => now);
    const made = await tokens.create({name: 'a', createdBy: 'u', botTokenId: 't', botToken: 's'});
    const app = express();
    app.use(
        ROUTES.runner,
        runnerRouter({
            store,
            verify: (secret) => tokens.verify(secret),
            hasId: (secret) => tokens.hasId(secret),
            now: () => now,
            hello: async ({name}) => ({
                version: '0',
                bot: {userId: 'b', username: name},
                botToken: 'bot-token',
                settingsKey: 'key',
            }),
        }),
    );
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const {port} = server.address() as AddressInfo;
    return {
        store,
        url: `http://127.0.0.1:${port}`,
        secret: made!.secret,
        revoke: () => tokens.revoke('a'),
        advance: (seconds: number) => {
            now += seconds * 1000;
        },
        close: async () => {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

describeStore('the KV store over HTTP', async () => {
    const there = await plugin();
    const open = () =>
        createHttpKvStore({fetch: directOutbound.fetch, url: there.url, token: () => there.secret});
    return {
        store: open(),
        openAgain: async () => open(),
        advance: async (seconds) => there.advance(seconds),
        settle: async () => {
            await new Promise((resolve) => setTimeout(resolve, 100));
        },
        dispose: there.close,
    };
});

describe('a runner at the plugin', () => {
    it('[INS-08] is told what it works with, when its token is good', async () => {
        const there = await plugin();
        const store = createHttpKvStore({
            fetch: directOutbound.fetch,
            url: `${there.url}/`,
            token: () => there.secret,
        });
        expect(await store.hello()).toMatchObject({botToken: 'bot-token'});
        const other = createHttpKvStore({
            fetch: directOutbound.fetch,
            url: there.url,
            token: () => 'gwr_wrong',
        });
        await expect(other.hello()).rejects.toMatchObject({code: 'foreign'});
        await expect(other.get('a')).rejects.toMatchObject({code: 'foreign'});
        await there.close();
        await expect(store.get('a')).rejects.toMatchObject({code: 'unavailable'});
    });

    it('[INS-08] finds that its token was revoked, at its next greeting at once, and asks nothing more', async () => {
        const there = await plugin();
        const store = createHttpKvStore({
            fetch: directOutbound.fetch,
            url: there.url,
            token: () => there.secret,
        });
        await store.get('a');
        expect(store.refused.aborted).toBe(false);
        await there.revoke();
        await expect(store.hello()).rejects.toMatchObject({code: 'foreign'});
        expect(store.refused.aborted).toBe(true);
        await there.close();
        // Not `unavailable`: nobody was asked.
        await expect(store.get('a')).rejects.toMatchObject({code: 'foreign'});
    });

    it('[INS-08] takes for lost, and not for refused, what is no answer of the plugin', async () => {
        const answers: [number, string][] = [
            [502, '<html>Bad Gateway</html>'],
            [404, '404 page not found'],
            [401, '<html>Please sign in</html>'],
            [401, '{"id":"api.context.session_expired.app_error","message":"Sign in"}'],
            [403, 'Not from your country'],
            [200, '<html>Welcome</html>'],
            [503, '{"error":{"code":"unavailable","message":"The database is away"}}'],
        ];
        let answer: (typeof answers)[number] = [200, '{"value":null}'];
        const server = createServer((_request, response) => {
            response.writeHead(answer[0]).end(answer[1]);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        let now = 0;
        const told: string[] = [];
        const store = createHttpKvStore({
            fetch: directOutbound.fetch,
            url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            token: () => 'gwr_x',
            now: () => now,
            onLink: {lost: () => told.push('lost'), back: () => told.push('back')},
        });
        for (answer of answers) {
            for (let tries = 0; tries < 20; tries++) {
                await expect(store.get('a')).rejects.toBeInstanceOf(StoreError);
                now += 1_000;
            }
        }
        expect({told, refused: store.refused.aborted}).toEqual({told: ['lost'], refused: false});
        answer = [200, '{"value":null}'];
        now += 10_000;
        expect(await store.get('a')).toBeUndefined();
        expect(told).toEqual(['lost', 'back']);
        await store.close();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    });

    it('[SET-05] cannot reach the tokens of runners', async () => {
        const there = await plugin();
        const store = createHttpKvStore({
            fetch: directOutbound.fetch,
            url: there.url,
            token: () => there.secret,
        });
        const key = 'runner-token/0123456789abcdef';
        await there.store.compareAndSet(key, undefined, new Uint8Array([1]));
        expect(await store.get(key)).toBeUndefined();
        expect(await store.list('runner-token/')).toEqual([]);
        await expect(
            store.compareAndSet('runner-token/x', undefined, new Uint8Array([1])),
        ).rejects.toMatchObject({code: 'foreign'});
        await there.close();
    });

    /** The status of a greeting with a token. */
    const greet = async (url: string, secret: string): Promise<number> => {
        const response = await fetch(`${url}${ROUTES.runner}/hello`, {
            method: 'POST',
            headers: {'X-Gangway-Runner': secret},
        });
        await response.text();
        return response.status;
    };

    it('[INS-08] must wait after many wrong tokens', async () => {
        const there = await plugin();
        for (let tries = 0; tries < 20; tries++) expect(await greet(there.url, 'wrong')).toBe(401);
        expect(await greet(there.url, 'wrong')).toBe(429);
        await there.close();
    });

    it('[INS-08] is not locked out by wrong tokens that others send from the address that it shares', async () => {
        const there = await plugin();
        const rubbish = `gwr_${'0'.repeat(16)}_${'x'.repeat(43)}`;
        for (let tries = 0; tries < 20; tries++) await greet(there.url, rubbish);
        expect(await greet(there.url, rubbish)).toBe(429);
        expect(await greet(there.url, there.secret)).toBe(200);
        // Also when its last good request is a while ago.
        there.advance(20);
        expect(await greet(there.url, rubbish)).toBe(429);
        expect(await greet(there.url, there.secret)).toBe(200);
        await there.close();
    });

    it('[INS-08] is asked by caches to keep nothing of what it is told', async () => {
        const there = await plugin();
        const response = await fetch(`${there.url}${ROUTES.runner}/hello`, {
            method: 'POST',
            headers: {'X-Gangway-Runner': there.secret},
        });
        await response.text();
        expect(response.headers.get('Cache-Control')).toBe('no-store');
        await there.close();
    });

    it('refuses what it cannot read', async () => {
        const there = await plugin();
        for (const body of ['{', '[]', '{"key":""}', '{"key":"a","more":1}']) {
            const response = await fetch(`${there.url}${ROUTES.runner}/kv/get`, {
                method: 'POST',
                headers: {'X-Gangway-Runner': there.secret, 'Content-Type': 'application/json'},
                body,
            });
            expect(response.status).toBe(400);
            await response.text();
        }
        await there.close();
    });
});
