import {createServer, type IncomingMessage, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import type {RequestHandler} from 'express';
import {silentLog, type Log} from '../../sidecar/src/contract/log.ts';
import {createApp} from './app.ts';
import {createOutbound, type Outbound} from './integrations/outbound.ts';
import {createTriggers} from './integrations/triggers.ts';
import {createControl} from './control.ts';
import {createFaults, type Faults} from './faults.ts';
import {createGate, type Gate} from './websocket/gate.ts';
import {createHub, type Hub} from './websocket/hub.ts';
import type {ServePluginApi} from './plugins/active-plugin.ts';
import {createPluginCommandCall} from './plugins/execute-command.ts';
import {callHooks} from './plugins/hook-calls.ts';
import {createPluginCall} from './plugins/in-process.ts';
import {createPluginApiServer} from './plugins/plugin-api-server.ts';
import {createPlugins, type PluginOptions, type Plugins} from './plugins/plugins.ts';
import {clientConfig} from './world/client-config.ts';
import {createSeeding, type Seeding} from './seeding.ts';
import type {ConfigOverrides} from './world/config.ts';
import type {WorldListener} from './world/events.ts';
import {createWorld, type World} from './world/world.ts';

/** How a playground is set up. */
export interface PlaygroundOptions {
    /** Default 0: any free port. */
    readonly port?: number;
    /** Default: nothing is logged. */
    readonly log?: Log;
    /** The server's clock, milliseconds; default the machine's. */
    readonly now?: () => number;
    readonly config?: ConfigOverrides;
    /** Which server it is, for instance `12.1` [11.6.0]. */
    readonly serverVersion?: string;
    /** Serves what is not the API, for instance the web client. */
    readonly web?: RequestHandler;
    readonly plugins?: PluginOptions & {
        /** Answers the API calls of plugins; default: from the world. */
        readonly serveApi?: ServePluginApi;
    };
}

/** A Mattermost server in memory, on 127.0.0.1. */
export interface Playground extends Seeding {
    readonly url: string;
    readonly port: number;
    readonly world: World;
    readonly faults: Faults;
    /** Calls to integrations, outside and in plugins. */
    readonly outbound: Outbound;
    readonly plugins: Plugins;
    /** Everything that happens, every WebSocket event included. */
    tap(listener: WorldListener): Disposable;
    /** Drops sockets and what could be resumed; the port is closed for `downMs`. */
    restart(downMs?: number): Promise<void>;
    close(): Promise<void>;
}

const host = '127.0.0.1';

/** Starts a playground. It listens on 127.0.0.1 only. */
export async function createPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
    let shift = 0;
    const now = options.now ?? Date.now;
    const log = options.log ?? silentLog;
    const world = createWorld({
        now: () => now() + shift,
        config: options.config,
        version: options.serverVersion,
    });
    const hub = createHub(world);
    const gate = createGate(world, hub);
    const faults = createFaults({
        world,
        cut: (userId) => gate.cut(userId),
        setSilent: (silent, newLines) => gate.setSilent(silent, newLines),
        restart: (downMs) => restart(downMs),
        shiftClock: (ms) => {
            shift += ms;
        },
    });
    const outbound = createOutbound(world.core);
    const triggers = createTriggers(world.core);
    const plugins: Plugins = createPlugins({
        serveApi: createPluginApiServer({
            world,
            log,
            outbound,
            triggers,
            configurationHeard: () => plugins.configurationHeard(),
            running: () => plugins.running(),
            otherNodes: (plugin) => plugins.otherNodes(plugin),
        }),
        ...options.plugins,
        world,
        log,
    });
    const telling = world.core.subscribe(({kind}) => {
        if (kind === 'config-changed') {
            world.core.publish('config_changed', {config: clientConfig(world.core, true)}, {});
        }
    });
    const hooks = callHooks({world, log, running: () => plugins.running()});
    outbound.plugin = createPluginCall(world, plugins, log);
    outbound.pluginCommand = createPluginCommandCall(world, plugins, log);
    const app = createApp({
        world,
        log,
        plugins,
        integrations: {outbound, triggers},
        before: [createControl(faults), faults.middleware],
        web: options.web,
    });
    // As the server's IdleTimeout: with Node's 5 s a client that stalls for a moment meets a connection that just goes.
    const server = createServer({keepAliveTimeout: 60_000}, app);
    server.on('upgrade', (request, socket, head) => {
        admit(faults, gate, request, socket, head);
    });
    await listen(server, options.port ?? 0);
    const port = portOf(server);
    world.core.config.ServiceSettings.SiteURL ||= `http://${host}:${port}`;

    const restart = async (downMs = 0): Promise<void> => {
        await stop(server, gate, hub);
        await new Promise((resolve) => setTimeout(resolve, downMs));
        await listen(server, port);
    };
    return {
        ...createSeeding(world),
        url: `http://${host}:${port}`,
        port,
        world,
        faults,
        outbound,
        plugins,
        tap: (listener) => world.core.subscribe(listener),
        restart,
        async close() {
            await plugins.close();
            hooks[Symbol.dispose]();
            telling[Symbol.dispose]();
            await stop(server, gate, hub);
            hub[Symbol.dispose]();
        },
    };
}

const socketPath = /^\/api\/v4\/websocket\/?(?:\?|$)/;

function admit(
    faults: Faults,
    gate: Gate,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
): void {
    socket.on('error', () => socket.destroy());
    if (!socketPath.test(request.url ?? '')) {
        refuse(socket, 404);
        return;
    }
    const verdict = faults.upgrade(request);
    switch (verdict.kind) {
        case 'enter':
            gate.upgrade(request, socket, head);
            return;
        case 'wait':
            setTimeout(() => {
                if (!socket.destroyed) {
                    gate.upgrade(request, socket, head);
                }
            }, verdict.ms).unref();
            return;
        case 'refuse':
            refuse(socket, verdict.status);
            return;
    }
}

function refuse(socket: Duplex, status: number): void {
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function listen(server: Server, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
            server.off('error', reject);
            resolve();
        });
    });
}

function portOf(server: Server): number {
    const address: string | AddressInfo | null = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stop(server: Server, gate: Gate, hub: Hub): Promise<void> {
    const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
    });
    gate.cut();
    hub.clear();
    server.closeAllConnections();
    await closed;
}
