import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';

import {COOKIE, count, echo, pour} from '../../../test/echo-plugin/service.ts';
import {createRpcClient} from '../net-rpc/client.ts';
import {LineSplitter} from './line-splitter.ts';
import {servePlugin} from './serve.ts';
import {type PluginProcess, startPlugin, type StartOptions} from './start.ts';

let folder: string;
const logged: string[] = [];
const running: PluginProcess[] = [];
beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'gopl-'));
    logged.splice(0);
});
afterEach(async () => {
    for (const plugin of running.splice(0)) {
        plugin.kill();
        await plugin.exited;
    }
    rmSync(folder, {recursive: true, force: true});
});

async function start(mode: string, more: Partial<StartOptions> = {}): Promise<PluginProcess> {
    const plugin = await startPlugin({
        command: process.execPath,
        args: [path.join(__dirname, '../../../test/echo-plugin/main.ts')],
        env: {
            PATH: process.env.PATH,
            PLUGIN_UNIX_SOCKET_DIR: folder,
            ECHO_MODE: mode,
            ECHO_LOG: path.join(folder, 'log'),
        },
        cookie: COOKIE,
        onLogLine: (line) => logged.push(line),
        startTimeoutMs: 60_000,
        exitTimeoutMs: 60_000,
        ...more,
    });
    running.push(plugin);
    return plugin;
}

describe('a plugin as a process', () => {
    it('starts, serves, quits and leaves nothing behind', async () => {
        const plugin = await start('normal');
        const stderr: string[] = [];
        plugin.connection.stderr.on('data', (chunk: Buffer) => stderr.push(chunk.toString()));
        const client = createRpcClient(await plugin.connection.dispense('echo'));
        expect(readdirSync(folder)).toEqual([]);
        const texts = Array.from({length: 100}, (_, index) => `text ${index}`);
        expect(await Promise.all(texts.map((text) => client.call(echo, text)))).toEqual(texts);
        const {broker} = plugin.connection;
        const id = broker.nextId();
        const accepted = broker.accept(id);
        await client.call(pour, {Id: id, Bytes: 5_000_000});
        let bytes = 0;
        for await (const chunk of await accepted) bytes += (chunk as Buffer).length;
        expect(bytes).toBe(5_000_000);
        const counter = await broker.dial(await client.call(count, {}));
        counter.end(Buffer.alloc(3_000_000));
        expect(String(await counter.toArray())).toBe('3000000');
        await plugin.connection.ping();
        expect(await plugin.stop()).toEqual({code: 0, signal: null});
        expect(logged).toEqual(['mode normal', 'ended quit']);
        expect(stderr).toEqual(['hello from the stream\n']);
        expect(readdirSync(folder)).toEqual(['log']);
    });

    it('ends by itself when its host is gone', async () => {
        const plugin = await start('normal');
        plugin.connection.close();
        expect(await plugin.exited).toEqual({code: 0, signal: null});
        expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe('ended disconnected\n');
    });

    it('is seen to be gone when it is killed', async () => {
        const plugin = await start('normal');
        const client = createRpcClient(await plugin.connection.dispense('echo'));
        plugin.kill();
        expect(await plugin.exited).toEqual({code: null, signal: 'SIGKILL'});
        await plugin.connection.closed;
        await expect(client.call(echo, 'x')).rejects.toMatchObject({code: 'rpc_closed'});
        expect(await plugin.stop()).toEqual({code: null, signal: 'SIGKILL'});
        expect(readdirSync(folder)).toEqual([]);
    });

    it('is killed when it does not exit', async () => {
        const plugin = await start('stubborn', {exitTimeoutMs: 300});
        expect(await plugin.stop()).toEqual({code: null, signal: 'SIGKILL'});
    });

    it.each([
        ['garbage', 'plugin_handshake'],
        ['version', 'plugin_handshake'],
        ['exit', 'plugin_exited'],
    ])('that starts wrong is ended with a reason: %s', async (mode, code) => {
        await expect(start(mode)).rejects.toMatchObject({name: 'GoPluginError', code});
        expect(logged[0]).toBe(`mode ${mode}`);
    });

    it('that says nothing is ended in time', async () => {
        await expect(start('silent', {startTimeoutMs: 300})).rejects.toMatchObject({
            code: 'plugin_start_timeout',
        });
    });

    it('that cannot be started is an error, no exception elsewhere', async () => {
        await expect(start('normal', {command: '/no/such/file'})).rejects.toMatchObject({
            code: 'plugin_spawn',
        });
    });

    it('started without the cookie says so and exits', async () => {
        const cookie = {key: COOKIE.key, value: 'wrong'};
        await expect(start('normal', {cookie})).rejects.toMatchObject({code: 'plugin_exited'});
        expect(logged).toEqual(['This is a plugin; its host starts it.']);
    });
});

describe('serving', () => {
    const silent = {services: {}, env: {}};

    it('listens on a socket for the owner only, and removes it when the host is there', async () => {
        let line = '';
        const server = await servePlugin({
            ...silent,
            env: {PLUGIN_UNIX_SOCKET_DIR: folder},
            print: (text) => (line = text),
        });
        expect(line).toMatch(/^1\|1\|unix\|[^|]+\|netrpc\n$/);
        const address = line.split('|')[3] ?? '';
        expect(path.dirname(address)).toBe(folder);
        expect(statSync(address).mode & 0o777).toBe(0o600);
        const socket = connect(address);
        expect(await server.connected).toBeDefined();
        expect(readdirSync(folder)).toEqual([]);
        socket.destroy();
        expect(await server.ended).toEqual({kind: 'disconnected', reason: undefined});
    });

    it('falls back from a temp folder whose path is too long, but not from one asked for', async () => {
        const long = path.join(folder, 'x'.repeat(120));
        const before = process.env.TMPDIR;
        process.env.TMPDIR = long;
        try {
            let line = '';
            const server = await servePlugin({...silent, print: (text) => (line = text)});
            const address = line.split('|')[3] ?? '';
            expect(address.startsWith('/tmp/')).toBe(true);
            server.close();
            expect(await server.connected).toBeUndefined();
            expect(await server.ended).toMatchObject({kind: 'disconnected'});
            expect(() => statSync(address)).toThrow('ENOENT');
        } finally {
            if (before === undefined) delete process.env.TMPDIR;
            else process.env.TMPDIR = before;
        }
        await expect(
            servePlugin({
                ...silent,
                env: {PLUGIN_UNIX_SOCKET_DIR: long},
                print: () => undefined,
            }),
        ).rejects.toMatchObject({code: 'plugin_socket_path'});
    });
});

describe('lines', () => {
    it('come whole however they are cut, and the long ones in pieces', () => {
        const lines: string[] = [];
        const splitter = new LineSplitter((line) => lines.push(line), 8);
        for (const chunk of ['ab', 'c\n\nde\nfghi', 'jklmnopq', '\nlast']) {
            splitter.push(Buffer.from(chunk));
        }
        splitter.flush();
        expect(lines).toEqual(['abc', 'de', 'fghijklm', 'nopq', 'last']);
    });
});
