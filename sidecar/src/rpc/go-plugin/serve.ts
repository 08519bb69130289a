import {randomBytes} from 'node:crypto';
import {chmod} from 'node:fs/promises';
import {createServer, type Server, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import path from 'node:path';

import type {WireError} from '../wire-error.ts';
import {GoPluginError} from './go-plugin-error.ts';
import {formatHandshake} from './handshake.ts';
import {
    type PluginConnection,
    type PluginServices,
    servePluginConnection,
} from './plugin-connection.ts';

/** The longest path that a unix socket address holds, in bytes. */
const MAX_SOCKET_PATH = 107;

/** How long to wait for the host after the handshake, in ms. */
const CONNECT_WAIT_MS = 60_000;

/** How long after its quit the host has to close the connection, in ms. */
const QUIT_GRACE_MS = 1000;

/** What serving a host needs. */
export interface ServeOptions extends PluginServices {
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Writes the handshake line to stdout: nothing else may ever be written there. */
    readonly print: (line: string) => void;
    /** The application's protocol version, by default 1. */
    readonly appProtocol?: number | undefined;
}

/** Why serving ended. */
export type ServeEnd =
    | {readonly kind: 'quit'}
    | {readonly kind: 'disconnected'; readonly reason: WireError | undefined}
    | {readonly kind: 'never_connected'};

/** A plugin that serves its host. */
export interface PluginServer {
    /** Resolves when the host has connected; undefined if serving ended before. */
    readonly connected: Promise<PluginConnection | undefined>;
    /** Resolves when there is nothing left to serve and the socket is gone: time to exit. */
    readonly ended: Promise<ServeEnd>;
    /** Ends it from our side. */
    readonly close: () => void;
}

/** A fresh path in the folder that the host wants, or in the temp folder. */
function socketPath(env: ServeOptions['env']): string {
    const wanted = env.PLUGIN_UNIX_SOCKET_DIR;
    const folders = wanted === undefined || wanted === '' ? [tmpdir(), '/tmp'] : [wanted];
    const name = `plugin${randomBytes(8).toString('hex')}`;
    const found = folders
        .map((folder) => path.join(folder, name))
        .find((full) => Buffer.byteLength(full) <= MAX_SOCKET_PATH);
    if (found !== undefined) return found;
    throw new GoPluginError('plugin_socket_path', 'the folder for sockets has too long a path');
}

async function listen(server: Server, address: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(address, () => {
            server.off('error', reject);
            resolve();
        });
    });
    await chmod(address, 0o600);
}

/**
 * Listens on a unix socket, prints the handshake and serves the one host that connects. The socket
 * is removed as soon as the host is there, so that not even a SIGKILL leaves it behind.
 * @throws GoPluginError `plugin_socket_path`, or the error of listening
 */
export async function servePlugin(options: ServeOptions): Promise<PluginServer> {
    const server = createServer();
    // A second host need not be served; the listener closes with the first.
    server.maxConnections = 1;
    const address = socketPath(options.env);
    const connected = Promise.withResolvers<PluginConnection | undefined>();
    const ended = Promise.withResolvers<ServeEnd>();
    let connection: PluginConnection | undefined;
    let quit = false;
    let timer = setTimeout(() => {
        finish({kind: 'never_connected'});
    }, CONNECT_WAIT_MS);

    const finish = (end: ServeEnd): void => {
        clearTimeout(timer);
        server.close();
        connected.resolve(undefined);
        ended.resolve(quit ? {kind: 'quit'} : end);
    };
    server.once('connection', (socket: Socket) => {
        clearTimeout(timer);
        server.close();
        connection = servePluginConnection(socket, {
            ...options,
            onQuit: () => {
                quit = true;
                timer = setTimeout(() => connection?.close(), QUIT_GRACE_MS);
                options.onQuit?.();
            },
        });
        connected.resolve(connection);
        void connection.closed.then((reason) => {
            finish({kind: 'disconnected', reason});
        });
    });
    await listen(server, address);
    options.print(
        `${formatHandshake({appProtocol: options.appProtocol ?? 1, network: 'unix', address})}\n`,
    );
    return {
        connected: connected.promise,
        ended: ended.promise,
        close: () => {
            if (connection === undefined) finish({kind: 'disconnected', reason: undefined});
            else connection.close();
        },
    };
}
