import {emptyStruct, map, bytes, int, slice, string} from '../../../sidecar/src/rpc/gob/schema.ts';
import {rpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';

/** Headers in Go's form: canonical names, all values in their order. */
export type Headers = Readonly<Record<string, readonly string[]>>;

/** Where a plugin writes its answer to. */
export interface ResponseWriter {
    headers(): Headers;
    /** Replaces all of them; after the status it has no effect. */
    setHeaders(headers: Headers): void;
    /** Only the first one counts. */
    writeHeader(status: number): void;
    /** Waits while the client is slow. @throws Error with Go's text when it is gone */
    write(bytes: Buffer): Promise<void>;
    flush(): Promise<void>;
}

const header = rpcMethod('Plugin.Header', emptyStruct, map(slice(string)));
const syncHeader = rpcMethod('Plugin.SyncHeader', map(slice(string)), emptyStruct);
const writeHeader = rpcMethod('Plugin.WriteHeader', int, emptyStruct);
const write = rpcMethod('Plugin.Write', bytes, emptyStruct);
const flush = rpcMethod('Plugin.Flush', emptyStruct, emptyStruct);

/** The calls by which a plugin writes its answer. */
export function writerHandlers(writer: ResponseWriter): readonly RpcHandler[] {
    return [
        handle(header, () => writer.headers()),
        handle(syncHeader, (headers) => {
            writer.setHeaders(headers);
            return {};
        }),
        handle(writeHeader, (status) => {
            if (status < 100 || status > 999) {
                throw new Error('invalid http status code');
            }
            writer.writeHeader(status);
            return {};
        }),
        handle(write, async (chunk) => {
            await writer.write(chunk);
            return {};
        }),
        handle(flush, async () => {
            await writer.flush();
            return {};
        }),
    ];
}

/** A writer that keeps the last write only, as the server's own for calls within its process. */
export function createLocalWriter(): ResponseWriter & {answer(): {status: number; body: Buffer}} {
    let headers: Headers = {};
    let status = 0;
    let body = Buffer.alloc(0);
    return {
        headers: () => headers,
        setHeaders(given) {
            headers = given;
        },
        writeHeader(given) {
            status = given;
        },
        async write(chunk) {
            status ||= 200;
            body = Buffer.from(chunk);
        },
        flush: async () => undefined,
        answer: () => ({status: status || 200, body}),
    };
}
