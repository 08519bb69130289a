import path from 'node:path';
import {MATTERMOST_COOKIE} from '../src/host/plugin/mattermost-cookie.ts';
import {startPlugin, type PluginProcess} from '../src/rpc/go-plugin/start.ts';

const MAIN = path.join(__dirname, '../src/main.ts');

async function start(): Promise<{plugin: PluginProcess; lines: string[]}> {
    const lines: string[] = [];
    const plugin = await startPlugin({
        command: process.execPath,
        args: [MAIN],
        env: process.env,
        cookie: MATTERMOST_COOKIE,
        onLogLine: (line) => lines.push(line),
        startTimeoutMs: 60_000,
        exitTimeoutMs: 60_000,
    });
    return {plugin, lines};
}

describe('the program as a plugin', () => {
    it('[INS-02] makes its handshake, answers pings and ends when it is asked to', async () => {
        const {plugin} = await start();
        await plugin.connection.ping();
        expect(await plugin.stop()).toEqual({code: 0, signal: null});
    });

    it('[INS-06] ends by itself when its server is gone', async () => {
        const {plugin} = await start();
        await plugin.connection.ping();
        plugin.connection.close();
        expect(await plugin.exited).toEqual({code: 0, signal: null});
    });

    it('[INS-06] ends by itself after SIGTERM', async () => {
        const {plugin} = await start();
        await plugin.connection.ping();
        process.kill(plugin.pid, 'SIGTERM');
        expect(await plugin.exited).toEqual({code: 0, signal: null});
    });

    it('[INS-11] writes only lines that the server can read as its log', async () => {
        const {plugin, lines} = await start();
        await plugin.stop();
        for (const line of lines) {
            const parsed = JSON.parse(line) as Record<string, unknown>;
            expect(typeof parsed['@message']).toBe('string');
            expect(typeof parsed['@level']).toBe('string');
        }
    });
});
