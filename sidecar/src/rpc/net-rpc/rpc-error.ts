import {WireError} from '../wire-error.ts';

/**
 * Why a call has no reply.
 *
 * - `rpc_closed`: the stream ended before the reply came, or before the call was made.
 * - `rpc_timeout`: the time limit passed; the call may still have had its effect.
 * - `rpc_cancelled`: the caller's signal was aborted; likewise.
 * - `rpc_remote`: the other side answered with an error, whose text is the message.
 * - `rpc_no_method`: the other side does not know the method (an older one, or a wrong name).
 */
export type RpcErrorCode =
    'rpc_closed' | 'rpc_timeout' | 'rpc_cancelled' | 'rpc_remote' | 'rpc_no_method';

/** A call that failed otherwise than by values that do not fit (those are `GobError`s). */
export class RpcError extends WireError {
    declare readonly code: RpcErrorCode;
    /** The method that was called, such as `Plugin.KVGet`. */
    readonly method: string;

    constructor(
        code: RpcErrorCode,
        method: string,
        message: string,
        options?: {readonly cause?: unknown},
    ) {
        super(code, message, options);
        this.method = method;
    }
}

/** How a net/rpc server says that it has no such method; the protocol carries only text. */
const NO_METHOD = /^rpc: can't find (?:method|service) /;

/** What the text of a response header means. */
export function remoteError(method: string, text: string): RpcError {
    return new RpcError(NO_METHOD.test(text) ? 'rpc_no_method' : 'rpc_remote', method, text);
}
