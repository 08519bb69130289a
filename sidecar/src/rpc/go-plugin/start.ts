import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {connect, type Socket} from 'node:net';
import type {Readable} from 'node:stream';

import {GoPluginError} from './go-plugin-error.ts';
import {type Handshake, hostEnvironment, type MagicCookie, parseHandshake} from './handshake.ts';
import {connectHost, type HostConnection} from './host-connection.ts';
import {LineSplitter} from './line-splitter.ts';

/** How long a plugin has from its start to its handshake, in ms, as in Go. */
export const START_WAIT_MS = 3000;

/** How long a plugin has from the end of its connection to its exit, in ms, as in Go. */
export const EXIT_WAIT_MS = 2000;

/** How long the quit call may take, in ms. */
const QUIT_WAIT_MS = 5000;

/** How long the pipes may stay open after the exit: a grandchild may hold them. */
const PIPE_WAIT_MS = 500;

/** What starting a plugin needs. */
export interface StartOptions {
    readonly command: string;
    readonly args?: readonly string[] | undefined;
    readonly cwd?: string | undefined;
    /** The plugin's environment; the cookie and go-plugin's variables are added. */
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly cookie: MagicCookie;
    /** The application's protocol version, by default 1. */
    readonly appProtocol?: number | undefined;
    /** Takes each line of the plugin's stderr: its log. */
    readonly onLogLine: (line: string) => void;
    /** Takes lines that the plugin prints after its handshake; by default they are dropped. */
    readonly onOutputLine?: ((line: string) => void) | undefined;
    /** In ms, by default `START_WAIT_MS`. */
    readonly startTimeoutMs?: number | undefined;
    /** How long it has from the end of its connection to its exit, in ms, by default `EXIT_WAIT_MS`. */
    readonly exitTimeoutMs?: number | undefined;
    /** How often to ping the connection, in ms; by default never. */
    readonly keepAliveMs?: number | undefined;
}

/** How a process ended. */
export interface PluginExit {
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
}

/** A running plugin. */
export interface PluginProcess {
    readonly pid: number;
    readonly connection: HostConnection;
    /** Resolves when the process has ended and its output was read. */
    readonly exited: Promise<PluginExit>;
    /** Asks it to quit, closes the connection, and kills it if it stays for `exitTimeoutMs`. */
    readonly stop: () => Promise<PluginExit>;
    /** SIGKILL at once. */
    readonly kill: () => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts an executable, reads its handshake and connects to it.
 * @throws GoPluginError; the process is killed before.
 */
export async function startPlugin(options: StartOptions): Promise<PluginProcess> {
    const appProtocol = options.appProtocol ?? 1;
    const child: Child = spawn(options.command, options.args ?? [], {
        cwd: options.cwd,
        env: {
            ...options.env,
            ...hostEnvironment(appProtocol),
            [options.cookie.key]: options.cookie.value,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = watchExit(child);
    splitLines(child.stderr, options.onLogLine);
    try {
        const handshake = await readHandshake(child, options);
        if (handshake.appProtocol !== appProtocol) {
            throw new GoPluginError(
                'plugin_handshake',
                `the plugin speaks version ${handshake.appProtocol}`,
            );
        }
        const socket = await dial(handshake);
        const connection = connectHost(socket, {keepAliveMs: options.keepAliveMs});
        return {
            pid: child.pid ?? 0,
            connection,
            exited,
            stop: () => stop(child, connection, exited, options.exitTimeoutMs ?? EXIT_WAIT_MS),
            kill: () => child.kill('SIGKILL'),
        };
    } catch (error) {
        child.kill('SIGKILL');
        // A process that never started ends no pipe and sends no exit.
        if (child.pid !== undefined) await exited;
        throw error;
    }
}

function splitLines(stream: Readable, onLine: (line: string) => void): void {
    const lines = new LineSplitter(onLine);
    stream.on('data', (chunk: Buffer) => {
        lines.push(chunk);
    });
    stream.on('end', () => {
        lines.flush();
    });
}

function watchExit(child: Child): Promise<PluginExit> {
    return new Promise((resolve) => {
        child.once('exit', (code, signal) => {
            const timer = setTimeout(() => {
                child.stdout.destroy();
                child.stderr.destroy();
            }, PIPE_WAIT_MS);
            child.once('close', () => {
                clearTimeout(timer);
                resolve({code, signal});
            });
        });
    });
}

/** The first line of stdout within the limit; what follows goes to `onOutputLine`. */
function readHandshake(child: Child, options: StartOptions): Promise<Handshake> {
    return new Promise((resolve, reject) => {
        let first = true;
        const fail = (error: GoPluginError): void => {
            clearTimeout(timer);
            first = false;
            reject(error);
        };
        const timer = setTimeout(() => {
            fail(new GoPluginError('plugin_start_timeout', 'the plugin printed no handshake'));
        }, options.startTimeoutMs ?? START_WAIT_MS);
        child.once('error', (cause) => {
            fail(new GoPluginError('plugin_spawn', 'the plugin could not be started', {cause}));
        });
        child.once('exit', (code, signal) => {
            const how = signal ?? `code ${code ?? 0}`;
            fail(new GoPluginError('plugin_exited', `the plugin ended at its start, ${how}`));
        });
        splitLines(child.stdout, (line) => {
            if (!first) {
                options.onOutputLine?.(line);
                return;
            }
            const result = parseHandshake(line);
            if (result.kind === 'unusable') {
                const message = `unrecognized plugin: ${result.reason}`;
                fail(new GoPluginError('plugin_handshake', message));
                return;
            }
            clearTimeout(timer);
            first = false;
            resolve(result.handshake);
        });
    });
}

function dial({network, address}: Handshake): Promise<Socket> {
    return new Promise((resolve, reject) => {
        const colon = address.lastIndexOf(':');
        const socket =
            network === 'unix'
                ? connect(address)
                : connect(Number(address.slice(colon + 1)), address.slice(0, colon));
        socket.once('connect', () => {
            socket.off('error', failed);
            resolve(socket);
        });
        const failed = (cause: Error): void => {
            const message = 'the plugin cannot be reached';
            reject(new GoPluginError('plugin_unreachable', message, {cause}));
        };
        socket.once('error', failed);
    });
}

async function stop(
    child: Child,
    connection: HostConnection,
    exited: Promise<PluginExit>,
    waitMs: number,
): Promise<PluginExit> {
    await Promise.race([
        exited,
        connection.quit({timeoutMs: QUIT_WAIT_MS}).catch(() => {
            // It does not answer or is gone already: then it is killed below.
            child.kill('SIGKILL');
        }),
    ]);
    connection.close();
    const timer = setTimeout(() => child.kill('SIGKILL'), waitMs);
    try {
        return await exited;
    } finally {
        clearTimeout(timer);
    }
}
