import {createServer, type Socket} from 'node:net';
import {createInterface} from 'node:readline';
import {installScript} from '../../../test/real/script-plugin.ts';
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
    const script = 'relay-plugin/main.ts';
    await installScript(admin, {id, script, files: {port: String(port)}});
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
