import type {Duplex, Readable} from 'node:stream';
import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import {serveRpc} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import type {ActivePlugin} from './active-plugin.ts';
import {serveBody} from './request-body.ts';
import {type Headers, type ResponseWriter, writerHandlers} from './response-writer.ts';

/** A request as a plugin gets it: who asks has been found out, and what it may not see is gone. */
export interface PluginRequest {
    readonly method: string;
    /** The path after `/plugins/<id>`, and the query. */
    readonly url: string;
    /** As the client wrote it. */
    readonly requestUri: string;
    readonly headers: Headers;
    readonly host: string;
    /** With the port. */
    readonly remoteAddress: string;
    readonly sessionId: string;
    readonly requestId: string;
    readonly body: Readable;
}

/**
 * Lets a plugin answer a request by its ServeHTTP hook. Resolves when it has; false when its answer
 * was an error or it is dead. There is no time limit, as on the server.
 */
export async function serveHttp(
    plugin: ActivePlugin,
    request: PluginRequest,
    writer: ResponseWriter,
    log: Log,
): Promise<boolean> {
    const {broker} = plugin;
    const [writerId, bodyId] = [broker.nextId(), broker.nextId()];
    const accept = (id: number, what: string, serve: (stream: Duplex) => void): void => {
        broker.accept(id).then(serve, (error: unknown) => {
            request.body.resume();
            log.error(`Plugin failed to ServeHTTP, it did not dial the ${what}`, {
                plugin_id: plugin.id,
                error: errorOf(error),
            });
        });
    };
    accept(writerId, 'response writer', (stream) => void serveRpc(stream, writerHandlers(writer)));
    accept(bodyId, 'body', (stream) => void serveBody(stream, request.body));
    try {
        await plugin.call(hookMethods.serveHTTP, {
            ResponseWriterStream: writerId,
            RequestBodyStream: bodyId,
            Request: {
                Method: request.method,
                URL: request.url,
                Proto: 'HTTP/1.1',
                ProtoMajor: 1,
                ProtoMinor: 1,
                Header: request.headers,
                Host: request.host,
                RemoteAddr: request.remoteAddress,
                RequestURI: request.requestUri,
            },
            Context: {
                SessionId: request.sessionId,
                RequestId: request.requestId,
                IPAddress: request.remoteAddress.replace(/:\d+$/, ''),
                AcceptLanguage: request.headers['Accept-Language']?.[0] ?? '',
                UserAgent: request.headers['User-Agent']?.[0] ?? '',
            },
        });
        return true;
    } catch (error) {
        log.error('Plugin failed to ServeHTTP, RPC call failed', {
            plugin_id: plugin.id,
            error: errorOf(error),
        });
        return false;
    }
}
