import {WireError} from '../wire-error.ts';

/**
 * What went wrong between a host and its plugin.
 *
 * - `plugin_spawn`: the executable could not be started.
 * - `plugin_start_timeout`: no handshake line in time.
 * - `plugin_exited`: the process ended before its handshake.
 * - `plugin_handshake`: its first line was no handshake, or one of another protocol.
 * - `plugin_unreachable`: the address it named could not be reached.
 * - `plugin_socket_path`: no folder is short enough for a socket.
 * - `broker_timeout`: nobody dialled, or nobody accepted, in time.
 * - `broker_refused`: the other side closed the stream instead of acknowledging it.
 * - `broker_closed`: the connection ended.
 */
export type GoPluginErrorCode =
    | 'plugin_spawn'
    | 'plugin_start_timeout'
    | 'plugin_exited'
    | 'plugin_handshake'
    | 'plugin_unreachable'
    | 'plugin_socket_path'
    | 'broker_timeout'
    | 'broker_refused'
    | 'broker_closed';

/** Thrown by starting, serving and brokering; calls throw RpcErrors. */
export class GoPluginError extends WireError {
    declare readonly code: GoPluginErrorCode;
}
