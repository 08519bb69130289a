import type {Duplex} from 'node:stream';

import type {WireValue} from '../gob/decoder.ts';
import {GobEncoder, part} from '../gob/encoder.ts';
import {emptyRegistry, type Registry} from '../gob/interface-value.ts';
import type {WireError} from '../wire-error.ts';
import {readMessages} from './message-reader.ts';
import {requestHeader, responseHeader, type RpcMethod} from './method.ts';
import {endGracefully} from '../graceful-end.ts';
import {remoteError, RpcError} from './rpc-error.ts';

/** Used for calls that name no limit of their own. */
export const DEFAULT_CALL_TIMEOUT_MS = 30_000;

/** How long one call may take, and what ends it early. */
export interface CallOptions {
    /** In milliseconds; `Infinity` for no limit. By default the client's. */
    readonly timeoutMs?: number | undefined;
    readonly signal?: AbortSignal | undefined;
}

/** What a client may be told. */
export interface RpcClientOptions {
    /** The types that interface values in replies may name. */
    readonly registry?: Registry | undefined;
    /** In milliseconds, by default `DEFAULT_CALL_TIMEOUT_MS`. */
    readonly timeoutMs?: number | undefined;
}

/** The calling side of one net/rpc stream. Any number of calls may be in flight. */
export interface RpcClient {
    /**
     * Calls a method and waits for its reply.
     * @throws RpcError if there is no reply, or an error for one.
     * @throws GobError `gob_value` if `args` do not fit (nothing was sent), `gob_mismatch` if the
     * reply does not; other calls are not harmed.
     */
    readonly call: <ArgsIn, ArgsOut, ReplyIn, ReplyOut>(
        method: RpcMethod<ArgsIn, ArgsOut, ReplyIn, ReplyOut>,
        args: ArgsIn,
        options?: CallOptions,
    ) => Promise<ReplyOut>;
    /** Calls without a reply so far. */
    readonly inFlight: number;
    /** Resolves when the stream is gone, with the reason if it was not just closed. */
    readonly closed: Promise<WireError | undefined>;
    /** Ends the stream; calls in flight fail with `rpc_closed`. `closed` resolves when the other
     * side has ended it too, or after `END_GRACE_MS`. */
    readonly close: () => void;
}

interface Pending {
    readonly method: string;
    readonly settle: (reply: WireValue) => void;
    readonly fail: (error: Error) => void;
}

/** Takes over `stream`, which nobody else may read or write from now on. */
export function createRpcClient(stream: Duplex, options: RpcClientOptions = {}): RpcClient {
    const encoder = new GobEncoder();
    const pending = new Map<number, Pending>();
    const {promise: closed, resolve: resolveClosed} = Promise.withResolvers<
        WireError | undefined
    >();
    let nextSeq = 0;
    let open = true;

    const shut = (cause: WireError | undefined): void => {
        open = false;
        const calls = [...pending.values()];
        pending.clear();
        for (const {method, fail} of calls) fail(closedError(method, cause));
    };

    readMessages(stream, responseHeader, options.registry ?? emptyRegistry, {
        onMessage: (header, body) => {
            const call = pending.get(header.Seq);
            // A reply that nobody waits for belongs to a call that timed out or was cancelled.
            if (call === undefined) return;
            pending.delete(header.Seq);
            if (header.Error === '') call.settle(body);
            else call.fail(remoteError(call.method, header.Error));
        },
        onLost: (header) => {
            const call = pending.get(header.Seq);
            pending.delete(header.Seq);
            call?.fail(closedError(call.method, undefined));
        },
        onEnd: () => {
            shut(undefined);
            stream.end();
        },
        onClose: (reason) => {
            shut(reason);
            resolveClosed(reason);
        },
    });

    return {
        async call(method, args, {timeoutMs = options.timeoutMs, signal} = {}) {
            if (!open) throw closedError(method.name, undefined);
            if (signal?.aborted === true) throw cancelled(method.name, signal);
            const seq = nextSeq;
            const header = {ServiceMethod: method.name, Seq: seq};
            const bytes = encoder.encodeAll([part(requestHeader, header), part(method.args, args)]);
            nextSeq += 1;
            const limit = timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS;
            return await waitFor(method.name, limit, signal, (settle, fail) => {
                pending.set(seq, {
                    method: method.name,
                    settle: (body) => {
                        settle(() => body.read(method.reply));
                    },
                    fail,
                });
                stream.write(bytes);
                return () => pending.delete(seq);
            });
        },
        get inFlight() {
            return pending.size;
        },
        closed,
        close: () => {
            shut(undefined);
            endGracefully(stream);
        },
    };
}

function closedError(method: string, cause: WireError | undefined): RpcError {
    return new RpcError('rpc_closed', method, `${method}: the connection is closed`, {cause});
}

function cancelled(method: string, signal: AbortSignal): RpcError {
    return new RpcError('rpc_cancelled', method, `${method} was cancelled`, {
        cause: signal.reason,
    });
}

/** A promise with a limit, a signal and nothing left behind; `start` returns what forgets it. */
function waitFor<T>(
    method: string,
    limitMs: number,
    signal: AbortSignal | undefined,
    start: (settle: (read: () => T) => void, fail: (error: Error) => void) => () => void,
): Promise<T> {
    return new Promise((resolve, reject) => {
        let timer: ReturnType<typeof setTimeout> | undefined = undefined;
        const clear = (): void => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', abort);
        };
        const fail = (error: Error): void => {
            clear();
            reject(error);
        };
        const abort = (): void => {
            forget();
            if (signal !== undefined) fail(cancelled(method, signal));
        };
        signal?.addEventListener('abort', abort, {once: true});
        if (Number.isFinite(limitMs)) {
            timer = setTimeout(() => {
                forget();
                fail(
                    new RpcError('rpc_timeout', method, `${method} took longer than ${limitMs} ms`),
                );
            }, limitMs);
        }
        // Last: over a stream in memory the reply may come before this returns.
        const forget = start((read) => {
            clear();
            try {
                resolve(read());
            } catch (error) {
                fail(error instanceof Error ? error : new Error('reading the reply failed'));
            }
        }, fail);
    });
}
