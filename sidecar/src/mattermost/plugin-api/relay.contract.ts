import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {createRpcClient, type RpcClient} from '../../rpc/net-rpc/client.ts';
import type {RestUser} from '../rest/rest-world.contract.ts';
import {createHookEvents, type HookEvent, type HookEvents} from './hook-events.ts';
import {createPluginApi, type PluginApi} from './plugin-api.ts';
import {pluginApiRegistry} from './wire/registry.ts';

/** A plugin on a real server whose work is done here. */
export interface RelayedPlugin {
    readonly api: PluginApi;
    readonly client: RpcClient;
    readonly hookEvents: HookEvents;
    /** Removes it from the server. */
    close(): Promise<void>;
}

/**
 * Uploads and enables a plugin (test/relay-plugin) on a server on this machine: its API calls and hooks
 * end here.
 */
export async function relayPlugin(admin: RestUser, id: string): Promise<RelayedPlugin> {
    const api = Promise.withResolvers<Socket>();
    const source = createHookEvents();
    const server = createServer((socket) => {
        socket.once('data', (chunk: Buffer) => {
            const end = chunk.indexOf('\n');
            const purpose = chunk.subarray(0, end).toString();
            const rest = chunk.subarray(end + 1);
            if (rest.length > 0) socket.unshift(rest);
            if (purpose === 'api') {
                api.resolve(socket);
                return;
            }
            createInterface({input: socket}).on('line', (line) => {
                source.emit(JSON.parse(line) as HookEvent);
            });
        });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await upload(admin, bundle(id, port));
    await admin.call('POST', `/plugins/${id}/enable`);
    const socket = await api.promise;
    const client = createRpcClient(socket, {registry: pluginApiRegistry});
    return {
        client,
        api: createPluginApi(client),
        hookEvents: source.events,
        close: async () => {
            await admin.call('DELETE', `/plugins/${id}`);
            socket.destroy();
            await new Promise((resolve) => server.close(resolve));
        },
    };
}

function bundle(id: string, port: number): Buffer {
    const folder = mkdtempSync(path.join(tmpdir(), 'relay-'));
    const inside = path.join(folder, id);
    const script = path.resolve(__dirname, '../../../test/relay-plugin/main.ts');
    const run = `#!/bin/sh\nexec '${process.execPath}' '${script}' "$(dirname "$0")"\n`;
    try {
        mkdirSync(inside);
        writeFileSync(path.join(inside, 'run.sh'), run, {mode: 0o755});
        writeFileSync(path.join(inside, 'port'), String(port));
        writeFileSync(
            path.join(inside, 'plugin.json'),
            JSON.stringify({id, name: id, version: '0.0.1', server: {executable: 'run.sh'}}),
        );
        const file = path.join(folder, 'bundle.tar.gz');
        execFileSync('tar', ['czf', file, '-C', folder, id]);
        return readFileSync(file);
    } finally {
        rmSync(folder, {recursive: true});
    }
}

async function upload(admin: RestUser, archive: Buffer): Promise<void> {
    const form = new FormData();
    form.append('plugin', new Blob([Uint8Array.from(archive)]), 'bundle.tar.gz');
    form.append('force', 'true');
    await admin.call('POST', '/plugins', form);
}
