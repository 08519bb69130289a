import {Readable} from 'node:stream';
import type {Duplex} from 'node:stream';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {apiMethods as api} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {newId} from '../identifiers.ts';
import type {ActivePlugin} from './active-plugin.ts';
import {pointer} from './api-answers.ts';
import type {Headers, ResponseWriter} from './response-writer.ts';
import {serveHttp} from './serve-http.ts';

/**
 * A request from plugin to plugin, or to itself: `/<plugin id>/…`. The answer's body goes to the stream that
 * the caller accepts; requests with a body are not known here.
 */
export function pluginHttpCall(
    caller: ActivePlugin,
    running: () => readonly ActivePlugin[],
    log: Log,
): RpcHandler {
    return handle(api.pluginHTTPStream, async ({ResponseBodyStream, Request}) => {
        const {Method, URL: url, Header, Host} = pointer(Request);
        const [, pluginId = '', rest = ''] = /^\/([^/]+)(\/.*)$/.exec(url ?? '') ?? [];
        const plugin = running().find(({id}) => id === pluginId);
        const stream = await caller.broker.dial(ResponseBodyStream);
        if (plugin?.has('ServeHTTP') !== true) {
            stream.end('404 page not found\n');
            return {StatusCode: 404, Header: {}};
        }
        const writer = createStreamWriter(stream);
        const request = {
            method: Method,
            url: rest,
            requestUri: `/plugins${url}`,
            headers: {...Header, 'Mattermost-Plugin-Id': [caller.id]},
            host: Host,
            remoteAddress: '',
            sessionId: '',
            requestId: newId(),
            body: Readable.from([]),
        };
        const isDone = await serveHttp(plugin, request, writer, log);
        stream.end();
        return isDone ? writer.told() : {StatusCode: 500, Header: {}};
    });
}

function createStreamWriter(
    stream: Duplex,
): ResponseWriter & {told(): {StatusCode: number; Header: Headers}} {
    let headers: Headers = {};
    let status = 0;
    return {
        headers: () => headers,
        setHeaders(given) {
            headers = given;
        },
        writeHeader(given) {
            status ||= given;
        },
        async write(chunk) {
            status ||= 200;
            stream.write(Buffer.from(chunk));
        },
        flush: async () => undefined,
        told: () => ({StatusCode: status || 200, Header: headers}),
    };
}
