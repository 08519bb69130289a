import type {Duplex} from 'node:stream';

import type {WireError} from '../wire-error.ts';
import {handle, type RpcHandler, type RpcProblem, serveRpc} from '../net-rpc/server.ts';
import {createYamuxSession} from '../yamux/session.ts';
import {controlPing, controlQuit, dispense} from './methods.ts';
import {createMuxBroker, type MuxBroker} from './mux-broker.ts';

/** Serves one dispensed connection, which is the service's alone, until it ends. */
export type Service = (stream: Duplex, broker: MuxBroker) => void;

/** Something for the log: a service was dispensed and not dialled, or what `RpcProblem` names. */
export type PluginProblem =
    RpcProblem | {readonly kind: 'not_dialled'; readonly method: string; readonly error: unknown};

/** What a plugin offers and wants to know. */
export interface PluginServices {
    /** By the names that the host dispenses. */
    readonly services: Readonly<Record<string, Service>>;
    /** The host asked the plugin to end; it has been answered. */
    readonly onQuit?: (() => void) | undefined;
    readonly onProblem?: ((problem: PluginProblem) => void) | undefined;
}

/** Where a plugin may write text for its host's log. */
export interface StdioStreams {
    readonly stdout: Duplex;
    readonly stderr: Duplex;
}

/** The plugin's side of the connection with its host. */
export interface PluginConnection {
    readonly broker: MuxBroker;
    /** Resolves when the host has opened them; undefined if the connection closed before. */
    readonly stdio: Promise<StdioStreams | undefined>;
    /** Resolves when the connection is closed, with the reason unless one side just closed it. */
    readonly closed: Promise<WireError | undefined>;
    readonly close: () => void;
}

/** The host opens control, stdout and stderr first and in this order; the rest is the broker's. */
const BROKERED_FROM = 3;

/** Serves a host on a connection that it dialled. */
export function servePluginConnection(
    socket: Duplex,
    {services, onQuit, onProblem}: PluginServices,
): PluginConnection {
    const firstStreams: Duplex[] = [];
    const stdio = Promise.withResolvers<StdioStreams | undefined>();
    const session = createYamuxSession(socket, {
        role: 'server',
        onStream: (stream) => {
            const place = firstStreams.length;
            if (place >= BROKERED_FROM) {
                core.offer(stream);
                return;
            }
            firstStreams.push(stream);
            if (place === 0) serveRpc(stream, control, {onProblem});
            else followEnd(stream);
            const [, stdout, stderr] = firstStreams;
            if (stdout !== undefined && stderr !== undefined) stdio.resolve({stdout, stderr});
        },
    });
    const core = createMuxBroker(session.open);
    const {broker} = core;

    const serveNext = (service: Service): number => {
        const id = broker.nextId();
        // Before the answer: the host dials as soon as it knows the id.
        void broker.accept(id).then(
            (stream) => {
                service(stream, broker);
            },
            (error: unknown) => onProblem?.({kind: 'not_dialled', method: dispense.name, error}),
        );
        return id;
    };
    const control: readonly RpcHandler[] = [
        handle(controlPing, () => ({})),
        handle(controlQuit, () => {
            // After the answer has been written.
            setImmediate(() => onQuit?.());
            return {};
        }),
        handle(dispense, (name) => {
            const service = Object.hasOwn(services, name) ? services[name] : undefined;
            if (service === undefined) throw new Error(`unknown plugin type: ${name}`);
            return serveNext(service);
        }),
    ];

    const closed = session.closed.then((reason) => {
        core.close();
        stdio.resolve(undefined);
        return reason;
    });
    return {
        broker,
        stdio: stdio.promise,
        closed,
        close: session.close,
    };
}

/** The host never writes there, but it ends the stream, and an end wants an answer. */
function followEnd(stream: Duplex): void {
    stream.resume();
    stream.on('end', () => {
        stream.end();
    });
}
