import {createServer, type Server} from 'node:http';
import {connect, type AddressInfo} from 'node:net';
import {silentLog} from '../contract/log.ts';
import express from 'express';
import {createHttpApp} from './app.ts';
import {interactionsRouter, type PressHandler} from './interactions.ts';

const servers: Server[] = [];
afterEach(async () => {
    for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
});

async function serve(app: express.Express): Promise<number> {
    const server = createServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
}

it('gives up a body that does not arrive in time, and does nothing with it when it comes later', async () => {
    const pressed: unknown[] = [];
    const router = interactionsRouter(
        async (_account, body) => {
            pressed.push(body);
            return {status: 200, body: {}};
        },
        silentLog,
        {bodyMs: 100},
    );
    const port = await serve(express().use('/mattermost/interactions', router));
    const socket = connect(port, '127.0.0.1');
    const heard = new Promise<string>((resolve) => {
        socket.once('data', (chunk) => resolve(String(chunk)));
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(
        'POST /mattermost/interactions/default HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{',
    );
    expect(await heard).toMatch(/^HTTP\/1\.1 408 /);
    socket.end('}');
    await closed;
    expect(pressed).toEqual([]);
});

it('answers a failure of its own with one plain sentence, and logs it once', async () => {
    const logged: string[] = [];
    const app = createHttpApp({
        accounts: () => [],
        press: () => Promise.reject(new Error('the store is away')),
        log: {...silentLog, error: (message) => logged.push(message)},
    });
    const port = await serve(app);
    const response = await fetch(`http://127.0.0.1:${port}/mattermost/interactions/default`, {
        method: 'POST',
        body: '{}',
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({error: {message: 'Something went wrong here.'}});
    expect(logged).toEqual(['request failed']);
});

it('[BTN-04] does nothing with a body that comes too late on a line that stays open', async () => {
    const pressed: unknown[] = [];
    const router = interactionsRouter(
        async (_account, body) => {
            pressed.push(body);
            return {status: 200, body: {}};
        },
        silentLog,
        {bodyMs: 20},
    );
    let read = 0;
    const app = express().use((request, response, next) => {
        // So do servers in front that keep their lines.
        const set = response.set.bind(response);
        response.set = ((...given: Parameters<typeof set>) =>
            given[0] === 'Connection' ? response : set(...given)) as typeof set;
        request.once('end', () => (read += 1));
        next();
    });
    const port = await serve(app.use('/mattermost/interactions', router));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    const heard = new Promise<string>((resolve) => {
        socket.once('data', (chunk) => resolve(String(chunk)));
    });
    const head = 'POST /mattermost/interactions/default HTTP/1.1\r\nHost: x\r\nContent-Length: ';
    socket.write(`${head}2\r\n\r\n{`);
    expect(await heard).toMatch(/^HTTP\/1\.1 408 /);
    // The next request on the line is answered once the late body was dealt with.
    const next = new Promise<string>((resolve) => {
        socket.once('data', (chunk) => resolve(String(chunk)));
    });
    socket.write(`}${head}2\r\n\r\n[]`);
    await next;
    expect(read).toBeGreaterThan(0);
    expect(pressed.filter((body) => !Array.isArray(body))).toEqual([]);
    socket.destroy();
});

describe('a press that a Mattermost server sends', () => {
    const sent = JSON.stringify({
        user_id: 'u'.repeat(26),
        post_id: 'p'.repeat(26),
        trigger_id: 'abc',
        context: {},
    });
    const answerTo = async (press: PressHandler, body: string): Promise<[number, unknown]> => {
        const app = createHttpApp({accounts: () => [], press, log: silentLog});
        const port = await serve(app);
        const url = `http://127.0.0.1:${port}/mattermost/interactions/default`;
        const response = await fetch(url, {method: 'POST', body});
        return [response.status, await response.json()];
    };

    it('[BTN-04] is told with 200 that there is no such account, or that it failed', async () => {
        expect(await answerTo(async () => undefined, sent)).toEqual([
            200,
            {ephemeral_text: 'There is no such account.'},
        ]);
        expect(await answerTo(() => Promise.reject(new Error('away')), sent)).toEqual([
            200,
            {ephemeral_text: 'Something went wrong here.'},
        ]);
    });

    it('[BTN-04] is not what others send: they are answered with a status', async () => {
        const [status, body] = await answerTo(async () => undefined, '{}');
        expect(status).toBe(404);
        expect(body).toMatchObject({error: {message: 'There is no such account.'}});
    });
});
