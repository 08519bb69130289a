import {Readable, type Duplex} from 'node:stream';
import type {InMemoryServer, ResponseSink} from '../../http/in-memory.ts';
import type {HttpCall} from '../../mattermost/plugin-api/hooks.ts';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {bytes, emptyStruct, int, map, slice, string} from '../../rpc/gob/schema.ts';
import {createRpcClient, type RpcClient} from '../../rpc/net-rpc/client.ts';
import {rpcMethod} from '../../rpc/net-rpc/method.ts';
import {endGracefully} from '../../rpc/graceful-end.ts';

/** What the server serves on the stream of an answer (its `http.ResponseWriter`). */
export const responseWriter = {
    syncHeader: rpcMethod('Plugin.SyncHeader', map(slice(string)), emptyStruct),
    writeHeader: rpcMethod('Plugin.WriteHeader', int, emptyStruct),
    write: rpcMethod('Plugin.Write', bytes, emptyStruct),
    flush: rpcMethod('Plugin.Flush', emptyStruct, emptyStruct),
} as const;

/** A write waits for the client; the server cuts answers after its WriteTimeout (300 s by default). */
const WRITE_LIMIT_MS = 310_000;

/** Larger pieces are cut: each is one RPC message, and other streams share the connection. */
const LARGEST_WRITE = 256 * 1024;

/** Asks for the whole body at once: the stream's own window paces it. */
const ALL_OF_IT = encodeVarint(BigInt(Number.MAX_SAFE_INTEGER));

/** Answers one HTTP request of the server with an app. Resolves when the client has everything. */
export async function serveHttp(
    {request, context, responseWriterStream, requestBodyStream}: HttpCall,
    broker: MuxBroker,
    server: InMemoryServer | undefined,
): Promise<void> {
    // Both are always dialled: an id that nobody dials is an error in the server's log.
    const [writing, reading] = await Promise.allSettled([
        broker.dial(responseWriterStream),
        broker.dial(requestBodyStream),
    ]);
    const body = reading.status === 'fulfilled' ? readBody(reading.value) : Readable.from([]);
    if (writing.status === 'rejected') {
        body.destroy();
        throw writing.reason;
    }
    const writer = createRpcClient(writing.value, {timeoutMs: WRITE_LIMIT_MS});
    try {
        const sink = sinkOf(writer);
        if (server === undefined) {
            await sink.head(503, {'Content-Type': ['application/json'], 'Retry-After': ['2']});
            await sink.write(Buffer.from('{"error":{"message":"Gangway is starting."}}'));
            return;
        }
        await server.handle(
            {
                method: request.Method,
                url: request.URL ?? '/',
                headers: request.Header,
                host: request.Host,
                remoteAddress: addressOf(context?.IPAddress),
                body,
            },
            sink,
        );
    } catch {
        // The client went away: there is nobody to tell.
    } finally {
        writer.close();
        body.destroy();
    }
}

/** The request's body; destroying it lets the server stop. */
function readBody(stream: Duplex): Readable {
    const body = new Readable({
        read: () => void stream.resume(),
        destroy(error, done) {
            endGracefully(stream);
            done(error);
        },
    });
    stream.on('data', (chunk: Buffer) => {
        if (!body.destroyed && !body.push(chunk)) stream.pause();
    });
    stream.once('end', () => body.push(null));
    let ended = false;
    stream.once('end', () => {
        ended = true;
    });
    stream.once('close', () => {
        if (!ended) body.destroy(new Error('the request broke off'));
    });
    body.on('error', () => undefined);
    stream.write(ALL_OF_IT);
    return body;
}

function sinkOf(writer: RpcClient): ResponseSink {
    return {
        async head(status, headers) {
            // One after the other: the server runs the calls of a stream side by side.
            await writer.call(responseWriter.syncHeader, headers);
            await writer.call(responseWriter.writeHeader, status);
        },
        async write(chunk) {
            for (let from = 0; from < chunk.length; from += LARGEST_WRITE) {
                await writer.call(responseWriter.write, chunk.subarray(from, from + LARGEST_WRITE));
            }
        },
        async flush() {
            // Servers before 11 do not know it; the text then leaves in blocks.
            await writer.call(responseWriter.flush, {}).catch(() => undefined);
        },
    };
}

/** Go's signed varint: zigzag, seven bits a byte, low ones first. */
export function encodeVarint(value: bigint): Buffer {
    let rest = value < 0n ? -value * 2n - 1n : value * 2n;
    const out: number[] = [];
    while (rest >= 0x80n) {
        out.push(Number(rest & 0x7fn) | 0x80);
        rest >>= 7n;
    }
    out.push(Number(rest));
    return Buffer.from(out);
}

/** Calls that stay inside the server come without an address. */
function addressOf(address: string | undefined): string {
    return address === undefined || address === '' ? '127.0.0.1' : address;
}
