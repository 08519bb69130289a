import {createServer, type Server} from 'node:http';
import {connect, type AddressInfo} from 'node:net';
import {silentLog} from '../contract/log.ts';
import express from 'express';
import {createHttpApp} from './app.ts';
import {interactionsRouter} from './interactions.ts';

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
