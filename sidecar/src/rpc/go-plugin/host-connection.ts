import type {Duplex} from 'node:stream';

import type {CallOptions} from '../net-rpc/client.ts';
import {createRpcClient} from '../net-rpc/client.ts';
import type {WireError} from '../wire-error.ts';
import {createYamuxSession} from '../yamux/session.ts';
import {controlPing, controlQuit, dispense} from './methods.ts';
import {createMuxBroker, type MuxBroker} from './mux-broker.ts';

/** The host's side of the connection with its plugin. */
export interface HostConnection {
    readonly broker: MuxBroker;
    /** What the plugin writes to its stdout and stderr streams; read them or resume them. */
    readonly stdout: Duplex;
    readonly stderr: Duplex;
    /**
     * Asks for one of the plugin's services and connects to it.
     * @throws RpcError `rpc_remote` for an unknown name, GoPluginError from dialling
     */
    readonly dispense: (name: string, options?: CallOptions) => Promise<Duplex>;
    /** @throws RpcError */
    readonly ping: (options?: CallOptions) => Promise<void>;
    /**
     * Asks the plugin to end; it should then close the connection and exit.
     * @throws RpcError
     */
    readonly quit: (options?: CallOptions) => Promise<void>;
    /** Resolves when the connection is closed, with the reason unless one side just closed it. */
    readonly closed: Promise<WireError | undefined>;
    readonly close: () => void;
}

/** Takes a connection to a plugin that listens; opens control, stdout and stderr in that order. */
export function connectHost(
    socket: Duplex,
    options: {readonly keepAliveMs?: number | undefined} = {},
): HostConnection {
    const session = createYamuxSession(socket, {
        role: 'client',
        keepAliveMs: options.keepAliveMs,
        onStream: (stream) => {
            core.offer(stream);
        },
    });
    const core = createMuxBroker(session.open);
    const control = createRpcClient(session.open());
    const stdout = session.open();
    const stderr = session.open();
    const closed = session.closed.then((reason) => {
        core.close();
        return reason;
    });
    return {
        broker: core.broker,
        stdout,
        stderr,
        dispense: async (name, callOptions) =>
            core.broker.dial(await control.call(dispense, name, callOptions), {
                signal: callOptions?.signal,
            }),
        ping: async (callOptions) => {
            await control.call(controlPing, true, callOptions);
        },
        quit: async (callOptions) => {
            await control.call(controlQuit, true, callOptions);
        },
        closed,
        close: session.close,
    };
}
