import {WireError} from '../wire-error.ts';

/**
 * Why a stream or the whole session is over.
 *
 * - `yamux_protocol`: the other side broke the protocol; it was told so.
 * - `yamux_internal`: a listener of ours threw while it was given something.
 * - `yamux_go_away`: the other side ended the session because of an error of its or of ours.
 * - `yamux_stalled`: the other side took no bytes for too long, or let too much pile up.
 * - `yamux_ping_timeout`: the other side did not answer a ping.
 * - `yamux_socket`: the connection below failed.
 * - `yamux_session_closed`: the session ended while the stream was in use.
 * - `yamux_reset`: the other side dropped the stream.
 */
export type YamuxErrorCode =
    | 'yamux_protocol'
    | 'yamux_internal'
    | 'yamux_go_away'
    | 'yamux_stalled'
    | 'yamux_ping_timeout'
    | 'yamux_socket'
    | 'yamux_session_closed'
    | 'yamux_reset';

/** What ends streams and sessions before their time. */
export class YamuxError extends WireError {
    declare readonly code: YamuxErrorCode;

    constructor(code: YamuxErrorCode, message: string, options?: {readonly cause?: unknown}) {
        super(code, `yamux: ${message}`, options);
    }
}

/** Something of ours failed; the cause says what. */
export function internalError(cause: unknown): YamuxError {
    return new YamuxError('yamux_internal', 'a listener failed', {cause});
}

/** The other side broke the protocol. */
export function protocolError(message: string): YamuxError {
    return new YamuxError('yamux_protocol', message);
}
