import {duplexPair, Readable, type Duplex} from 'node:stream';
import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

import express from 'express';
import * as z from 'zod';
import {createInMemoryServer} from '../../http/in-memory.ts';
import type {HttpCall} from '../../mattermost/plugin-api/hooks.ts';
import {connectHost} from '../../rpc/go-plugin/host-connection.ts';
import {servePluginConnection} from '../../rpc/go-plugin/plugin-connection.ts';
import {bytes, emptyStruct, int, map, slice, string} from '../../rpc/gob/schema.ts';
import {rpcMethod} from '../../rpc/net-rpc/method.ts';
import {handle, serveRpc} from '../../rpc/net-rpc/server.ts';
import {encodeVarint, serveHttp} from './serve-http.ts';

const MB = 1_000_000;

setFlagsFromString('--expose-gc');
const collectGarbage = z.custom<() => void>().parse(runInNewContext('gc'));

/** Buffers that are still in use, bytes. */
function heldBytes(): number {
    // What the first run let go of is counted until the second one.
    collectGarbage();
    collectGarbage();
    return process.memoryUsage().arrayBuffers;
}

/** A server that passes one request on, as Mattermost does: a body by request, a writer as a service. */
async function passOn(
    app: express.Express,
    about: {method: string; url: string; headers?: Record<string, string[]>},
    body: Readable,
    onWrite: (chunk: Buffer) => Promise<void> | void = () => undefined,
) {
    const [near, far] = duplexPair();
    const plugin = servePluginConnection(near, {services: {}});
    const host = connectHost(far);
    host.stdout.resume();
    host.stderr.resume();
    const seen = {
        calls: [] as string[],
        status: 0,
        headers: {} as Readonly<Record<string, readonly string[]>>,
        bytes: 0,
    };
    const done = (name: string) => {
        if (seen.calls.at(-1) !== name) seen.calls.push(name);
        return {};
    };
    const writerId = host.broker.nextId();
    const writer = host.broker.accept(writerId).then((stream) =>
        serveRpc(stream, [
            handle(rpcMethod('Plugin.SyncHeader', map(slice(string)), emptyStruct), (headers) => {
                seen.headers = headers;
                return done('headers');
            }),
            handle(rpcMethod('Plugin.WriteHeader', int, emptyStruct), (status) => {
                seen.status = status;
                return done('status');
            }),
            handle(rpcMethod('Plugin.Write', bytes, emptyStruct), async (chunk) => {
                seen.bytes += chunk.length;
                await onWrite(chunk);
                return done('write');
            }),
        ]),
    );
    const bodyId = host.broker.nextId();
    const bodyDone = host.broker.accept(bodyId).then((stream) => serveBody(stream, body));
    const call: HttpCall = {
        request: {
            Method: about.method,
            URL: about.url,
            Proto: 'HTTP/1.1',
            ProtoMajor: 1,
            ProtoMinor: 1,
            Header: about.headers ?? {},
            Host: 'chat.example.com',
            RemoteAddr: '',
            RequestURI: about.url,
        },
        context: undefined,
        responseWriterStream: writerId,
        requestBodyStream: bodyId,
    };
    await serveHttp(call, plugin.broker, createInMemoryServer(app));
    await Promise.all([writer, bodyDone]);
    host.close();
    await plugin.closed;
    return seen;
}

/** Waits for the wanted number, then sends; stops when the plugin has enough. */
async function serveBody(stream: Duplex, body: Readable): Promise<void> {
    await new Promise((resolve) => stream.once('data', resolve));
    stream.resume();
    const enough = new Promise((resolve) => stream.once('end', resolve));
    body.pipe(stream);
    await enough;
    body.destroy();
    stream.end();
}

function pieces(total: number): Readable {
    const chunk = Buffer.alloc(64_000, 'x');
    return Readable.from(
        (function* () {
            for (let sent = 0; sent < total; sent += chunk.length) {
                yield chunk.subarray(0, Math.min(chunk.length, total - sent));
            }
        })(),
    );
}

describe('requests that the server passes on', () => {
    it('[INS-02] write headers, status and body in this order', async () => {
        const app = express();
        app.post('/echo', express.json(), (request, response) => {
            response.status(202).json({heard: request.body});
        });
        const seen = await passOn(
            app,
            {
                method: 'POST',
                url: '/echo',
                headers: {'Content-Type': ['application/json'], 'Content-Length': ['9']},
            },
            Readable.from([Buffer.from('{"a":"b"}')]),
        );
        expect(seen.calls).toEqual(['headers', 'status', 'write']);
        expect(seen.status).toBe(202);
        expect(seen.headers['Content-Type']).toEqual(['application/json; charset=utf-8']);
    });

    it('[INS-02] carry 100 MB each way through bounded memory', async () => {
        const app = express();
        app.post('/through', (request, response) => {
            request.pipe(response);
        });
        const total = 100 * MB;
        const about = {method: 'POST', url: '/through'};
        let most = 0;
        const before = heldBytes();
        let writes = 0;
        const look = (): void => {
            if (++writes % 100 === 0) most = Math.max(most, heldBytes() - before);
        };
        expect((await passOn(app, about, pieces(total), look)).bytes).toBe(total);
        expect(writes).toBeGreaterThan(300);
        // Both sides and everything between them are in this process.
        expect(most).toBeLessThan(50 * MB);
    });

    it('[INS-02] end when the client is gone, and let go of the body', async () => {
        const app = express();
        const closed = Promise.withResolvers<undefined>();
        app.post('/through', (request, response) => {
            response.once('close', () => closed.resolve(undefined));
            request.pipe(response);
        });
        let writes = 0;
        const body = pieces(100 * MB);
        await passOn(app, {method: 'POST', url: '/through'}, body, () => {
            if (++writes > 3) throw new Error('write: broken pipe');
        });
        await closed.promise;
        expect(writes).toBeLessThan(10);
    });

    it('[INS-02] ask for the body as Go reads numbers', () => {
        expect(encodeVarint(0n)).toEqual(Buffer.from([0]));
        expect(encodeVarint(-1n)).toEqual(Buffer.from([1]));
        expect(encodeVarint(150n)).toEqual(Buffer.from([0xac, 0x02]));
    });
});
