import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import express from 'express';
import {RUNNER_HEADER} from '../contract/runner-api.ts';
import {RUNNER_TOKEN_PREFIX, type RunnerToken} from '../session/runner-tokens.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {runnerRouter} from './runner-api.ts';

const token: RunnerToken = {
    id: 't1',
    name: 'pier',
    createdBy: 'u1',
    createdAt: 0,
    botTokenId: 'b1',
    botToken: 'sealed',
};

async function serve() {
    const store = createMemoryStore();
    const state = {now: 0, isValid: true};
    const app = express().use(
        runnerRouter({
            store,
            verify: async (secret) => (state.isValid && secret === 'right' ? token : undefined),
            hasId: async () => false,
            hello: () => Promise.reject(new Error('not asked for')),
            now: () => state.now,
        }),
    );
    const server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
        store,
        state,
        ask: async (route: string, body: object) => {
            const response = await fetch(`${url}${route}`, {
                method: 'POST',
                headers: {[RUNNER_HEADER]: 'right', 'Content-Type': 'application/json'},
                body: JSON.stringify(body),
            });
            return {status: response.status, body: (await response.json()) as unknown};
        },
        async [Symbol.asyncDispose]() {
            server.closeAllConnections();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

it('[INS-08] a token that was revoked is refused on the store three seconds later', async () => {
    await using api = await serve();
    expect(await api.ask('/kv/get', {key: 'a'})).toEqual({status: 200, body: {value: null}});
    api.state.isValid = false;
    api.state.now = 2_999;
    expect(await api.ask('/kv/get', {key: 'a'})).toMatchObject({status: 200});
    api.state.now = 3_000;
    expect(await api.ask('/kv/get', {key: 'a'})).toMatchObject({status: 401});
});

it('[INS-08] changes of runner tokens are not told to runners', async () => {
    await using api = await serve();
    const watch = jest.spyOn(api.store, 'watch');
    const told = api.ask('/kv/changes', {prefixes: [''], waitMs: 20_000});
    while (watch.mock.results.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const value = Buffer.from('1');
    await api.store.compareAndSet(`${RUNNER_TOKEN_PREFIX}t2`, undefined, value);
    await api.store.compareAndSet('turn/1', undefined, value);
    expect(await told).toEqual({status: 200, body: {keys: ['turn/1']}});
});
