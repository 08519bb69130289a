import type {Duplex} from 'node:stream';
import path from 'node:path';
import * as z from 'zod';
import {GangwayError, errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import {pluginApiRegistry} from '../../../sidecar/src/mattermost/plugin-api/wire/registry.ts';
import type {AnyOutput} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import {Named} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import {startPlugin} from '../../../sidecar/src/rpc/go-plugin/start.ts';
import {createRpcClient} from '../../../sidecar/src/rpc/net-rpc/client.ts';
import {RpcError} from '../../../sidecar/src/rpc/net-rpc/rpc-error.ts';
import {serveRpc} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import type {ActivePlugin, ServePluginApi} from './active-plugin.ts';
import type {Bundle} from './bundle.ts';
import {executableOf} from './manifest.ts';
import {createPluginLog} from './plugin-log.ts';

/** What Mattermost sets so that a plugin knows who started it. */
export const mattermostCookie = {
    key: 'MATTERMOST_PLUGIN',
    value: 'Securely message teams, anywhere.',
};

/** How long a plugin that was asked to deactivate may take, ms; the server waits so at its end. */
const deactivateLimitMs = 10_000;

/** How long one ping may take, ms. */
const pingLimitMs = 5000;

/** What starting the executable of a bundle needs. */
export interface StartDeps {
    readonly log: Log;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly serveApi: ServePluginApi;
    /** How long it has until its handshake, ms. */
    readonly startTimeoutMs: number | undefined;
    /** How long it has from the goodbye to its end, ms; default 2000 as on the server. */
    readonly exitTimeoutMs: number | undefined;
}

/** The process of a plugin, activated. */
export interface PluginProcess extends ActivePlugin {
    readonly pid: number;
    /** @throws RpcError */
    ping(): Promise<void>;
    /** From now on no hook comes through, as after an answer that Go could not decode; pings still do. */
    deafen(): void;
    /** OnDeactivate, then the goodbye of go-plugin, which ends in a kill after `exitTimeoutMs`. */
    stop(): Promise<void>;
}

/** Why a plugin does not run; the message is what its status says. */
export class ActivationError extends GangwayError {}

/**
 * Starts the executable, asks for its hooks and activates it.
 * @throws ActivationError, GoPluginError, RpcError; the process is gone then.
 */
export async function startProcess(bundle: Bundle, deps: StartDeps): Promise<PluginProcess> {
    const {manifest, folder} = bundle;
    const log = deps.log.child({plugin_id: manifest.id});
    const started = await startPlugin({
        command: path.join(folder, executableOf(manifest)),
        env: deps.env,
        cookie: mattermostCookie,
        onLogLine: createPluginLog(log),
        startTimeoutMs: deps.startTimeoutMs,
        exitTimeoutMs: deps.exitTimeoutMs,
        keepAliveMs: 30_000,
    });
    const {connection} = started;
    logLines(connection.stdout, (line) => log.info(line, {source: 'plugin_stdout'}));
    logLines(connection.stderr, (line) => log.info(line, {source: 'plugin_stderr'}));
    try {
        const hooks = createRpcClient(await connection.dispense('hooks'), {
            registry: pluginApiRegistry,
            timeoutMs: Infinity,
        });
        const implemented = new Set(await hooks.call(hookMethods.implemented, {}));
        let isDeaf = false;
        const process: PluginProcess = {
            id: manifest.id,
            manifest,
            folder,
            pid: started.pid,
            broker: connection.broker,
            has: (hook) => implemented.has(hook),
            call: async (method, args, options) => {
                if (isDeaf) {
                    throw new RpcError('rpc_closed', method.name, 'connection is shut down');
                }
                return await hooks.call(method, args, options);
            },
            ping: () => connection.ping({timeoutMs: pingLimitMs}),
            deafen() {
                isDeaf = true;
            },
            async stop() {
                if (implemented.has('OnDeactivate')) {
                    await deactivate(process, log);
                }
                await started.stop();
            },
        };
        await activate(process, log, deps.serveApi);
        return process;
    } catch (error) {
        started.kill();
        await started.stop();
        throw error;
    }
}

async function activate(plugin: PluginProcess, log: Log, serveApi: ServePluginApi): Promise<void> {
    const {broker} = plugin;
    const [apiId, driverId] = [broker.nextId(), broker.nextId()];
    const accept = (id: number, what: string, serve: (stream: Duplex) => void): void => {
        broker.accept(id).then(serve, (error: unknown) => {
            log.error(`the plugin did not dial ${what}`, {error: errorOf(error)});
        });
    };
    accept(apiId, 'the API', (stream) => serveApi(stream, plugin));
    // No plugin of ours uses the database; its calls are answered as unknown.
    accept(driverId, 'the database driver', (stream) => void serveRpc(stream, []));
    try {
        const {A: failure} = await plugin.call(hookMethods.onActivate, {
            APIMuxId: apiId,
            DriverMuxId: driverId,
        });
        refuseFailure(failure);
    } catch (error) {
        if (!isRemote(error)) {
            throw error;
        }
        // The server logs this and takes the plugin as running.
        log.error('RPC call to OnActivate plugin failed.', {error});
    }
}

function refuseFailure(failure: AnyOutput): void {
    if (failure !== null) {
        throw new ActivationError('plugin_activation', errorText(failure));
    }
}

function isRemote(error: unknown): error is Error {
    return error instanceof Error && 'code' in error && error.code === 'rpc_remote';
}

const errorSchema = z.union([
    z.object({Err: z.string().min(1)}).transform(({Err}) => Err),
    z.object({Message: z.string().min(1)}).transform(({Message}) => Message),
]);

/** The text of a value of Go's type `error`: an AppError or an ErrorString. */
export function errorText(error: AnyOutput): string {
    return errorSchema
        .catch('the plugin gave no reason')
        .parse(error instanceof Named ? error.value : error);
}

async function deactivate(plugin: PluginProcess, log: Log): Promise<void> {
    try {
        const {A: failure} = await plugin.call(
            hookMethods.onDeactivate,
            {},
            {timeoutMs: deactivateLimitMs},
        );
        if (failure !== null) {
            log.error('Error during plugin deactivation', {reason: errorText(failure)});
        }
    } catch (error) {
        // A plugin that has died cannot say goodbye; it is ended all the same.
        log.error('RPC call to OnDeactivate plugin failed.', {error: errorOf(error)});
    }
}

function logLines(stream: Duplex, write: (line: string) => void): void {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
        for (const line of chunk.split('\n').filter((text) => text !== '')) {
            write(line);
        }
    });
    stream.on('end', () => stream.end());
}
