import process from 'node:process';
import {setTimeout as sleep} from 'node:timers/promises';
import type {Duplex} from 'node:stream';
import type {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import type {MuxBroker} from '../../../sidecar/src/rpc/go-plugin/mux-broker.ts';
import {
    bytes,
    emptyStruct,
    int,
    map,
    slice,
    string,
    type OutputOf,
} from '../../../sidecar/src/rpc/gob/schema.ts';
import {createRpcClient} from '../../../sidecar/src/rpc/net-rpc/client.ts';
import {rpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';

const syncHeader = rpcMethod('Plugin.SyncHeader', map(slice(string)), emptyStruct);
const writeHeader = rpcMethod('Plugin.WriteHeader', int, emptyStruct);
const write = rpcMethod('Plugin.Write', bytes, emptyStruct);
const flush = rpcMethod('Plugin.Flush', emptyStruct, emptyStruct);

type Args = OutputOf<(typeof hookMethods)['serveHTTP']['args']>;

/** What the addresses of the test plugin need of the rest of it. */
export interface TestPlugin {
    readonly heard: readonly string[];
    readonly log: (level: string, message: string) => void;
    readonly crash: () => never;
    readonly saveConfig: (config: Record<string, string>) => Promise<void>;
    readonly kvSet: (key: string, value: string) => Promise<void>;
    readonly kvGet: (key: string) => Promise<string>;
}

interface Writer {
    head(status: number, headers: Record<string, string[]>): Promise<void>;
    write(chunk: string | Buffer): Promise<void>;
    flush(): Promise<void>;
}

/** 2^53 − 1 as Go's signed varint: all of the body. */
const everything = Buffer.from('feffffffffffff1f', 'hex');

/** Answers a request by its path. */
export async function answerHttp(args: Args, broker: MuxBroker, plugin: TestPlugin): Promise<void> {
    const [stream, body] = await Promise.all([
        broker.dial(args.ResponseWriterStream),
        broker.dial(args.RequestBodyStream),
    ]);
    const client = createRpcClient(stream, {timeoutMs: Infinity});
    const writer: Writer = {
        async head(status, headers) {
            await Promise.all([client.call(syncHeader, headers), client.call(writeHeader, status)]);
        },
        async write(chunk) {
            await client.call(write, Buffer.from(chunk));
        },
        async flush() {
            await client.call(flush, {});
        },
    };
    try {
        await answer(args, body, writer, plugin);
    } finally {
        client.close();
        body.end();
        body.resume();
    }
}

async function answer(args: Args, body: Duplex, writer: Writer, plugin: TestPlugin): Promise<void> {
    const {pathname, searchParams} = new URL(args.Request?.URL ?? '', 'http://plugin');
    const size = Number(searchParams.get('size'));
    switch (pathname) {
        case '/count':
            await writer.write(String(await countBody(body, Number(searchParams.get('pause')))));
            return;
        case '/pour': {
            const piece = Buffer.alloc(64 * 1024, 'x');
            for (let sent = 0; sent < size; sent += piece.length) {
                await writer.write(piece.subarray(0, Math.min(piece.length, size - sent)));
            }
            return;
        }
        case '/drip':
            await drip(writer, plugin);
            return;
        case '/fail':
            throw new Error('it failed');
        case '/crash':
            plugin.crash();
        case '/status':
            await writer.head(Number(searchParams.get('code')), {'X-Own': ['1', '2']});
            return;
        case '/twice':
            await writer.write('{"ephemeral_text": "first"}');
            await writer.write('{"ephemeral_text": "last"}');
            return;
        case '/save':
            await plugin.saveConfig({own: 'saved'});
            await writer.write(JSON.stringify(plugin.heard));
            return;
        case '/heard':
            await writer.write(JSON.stringify(plugin.heard));
            return;
        case '/storm':
            await writer.write(await storm(plugin, Number(searchParams.get('calls'))));
            return;
        default:
            await writer.head(200, {'Content-Type': ['application/json']});
            await writer.write(
                JSON.stringify({
                    ...args.Request,
                    Context: args.Context,
                    pid: process.pid,
                    argv: process.argv.slice(2),
                    cwd: process.cwd(),
                    cookie: process.env['MATTERMOST_PLUGIN'],
                }),
            );
    }
}

async function countBody(body: Duplex, pauseMs: number): Promise<number> {
    let count = 0;
    body.write(everything);
    for await (const chunk of body.iterator({destroyOnReturn: false})) {
        count += Buffer.from(chunk as Uint8Array).length;
        if (pauseMs > 0) {
            await sleep(pauseMs);
        }
    }
    return count;
}

async function drip(writer: Writer, plugin: TestPlugin): Promise<void> {
    await writer.head(200, {'Content-Type': ['text/event-stream']});
    try {
        for (let tick = 0; ; tick++) {
            await writer.write(`data: ${tick}\n\n`);
            await writer.flush();
            await sleep(20);
        }
    } catch (error) {
        plugin.log('warn', `drip ended: ${error instanceof Error ? error.message : ''}`);
    }
}

async function storm(plugin: TestPlugin, calls: number): Promise<string> {
    const keys = Array.from({length: calls}, (_, at) => `key-${at}`);
    await Promise.all(keys.map((key) => plugin.kvSet(key, `value of ${key}`)));
    const values = await Promise.all(keys.map((key) => plugin.kvGet(key)));
    return String(values.filter((value, at) => value === `value of ${keys[at] ?? ''}`).length);
}
