import {type Duplex, duplexPair} from 'node:stream';

import * as fc from 'fast-check';
import * as z from 'zod';

import {readGolden} from '../../../test/plugin-rpc-golden.ts';
import {controlPing, dispense} from '../go-plugin/methods.ts';
import {servePluginConnection} from '../go-plugin/plugin-connection.ts';
import {GobDecoder} from '../gob/decoder.ts';
import {any} from '../gob/interface-value.ts';
import {bytes, emptyStruct, optional, string, struct} from '../gob/schema.ts';
import {createYamuxSession} from '../yamux/session.ts';
import {createRpcClient} from './client.ts';
import {rpcMethod} from './method.ts';
import {handle, type RpcHandler, serveRpc} from './server.ts';

const transcripts = readGolden(
    'netrpc.json',
    z.array(
        z.object({
            name: z.string(),
            events: z.array(z.object({dir: z.string(), hex: z.string()})),
        }),
    ),
);

/** What one side of each recorded connection said. */
function said(direction: 'client->server' | 'server->client'): Buffer[] {
    return transcripts
        .map(({events}) =>
            Buffer.concat(
                events.filter(({dir}) => dir === direction).map(({hex}) => Buffer.from(hex, 'hex')),
            ),
        )
        .filter(({length}) => length > 0);
}

const requests = said('client->server');
const responses = said('server->client');

const args = struct('Args', {A: string, B: bytes, V: any});
const reply = struct('Reply', {A: bytes, B: optional(struct('AppErr', {Id: string}))});
const get = rpcMethod('Plugin.Get', args, reply);
const handlers: readonly RpcHandler[] = [
    handle(get, ({A}) => ({A: Buffer.from(`value of ${A}`)})),
    handle(rpcMethod('Plugin.Loose', args, reply), () => ({A: Buffer.from('loose')})),
    handle(rpcMethod('Plugin.Fail', args, reply), () => Promise.reject(new Error('it failed'))),
    handle(rpcMethod('Plugin.Nothing', emptyStruct, emptyStruct), () => ({})),
];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Writes the pieces, a turn of the event loop apart, then ends. */
async function say(stream: Duplex, pieces: readonly Buffer[]): Promise<void> {
    for (const piece of pieces) {
        if (stream.destroyed) return;
        stream.write(piece);
        await turn();
    }
    if (!stream.destroyed) stream.end();
}

/** Cuts at all places that fall into it. */
function cut(whole: Buffer, places: readonly number[]): Buffer[] {
    const inside = [...new Set(places.map((place) => place % whole.length))].sort((a, b) => a - b);
    return [0, ...inside]
        .map((from, index) => whole.subarray(from, inside[index] ?? whole.length))
        .filter(({length}) => length > 0);
}

const header = z.object({Seq: z.number().default(0)});

/** Headers with their bodies by their number: answers go out as they are ready, in any order. */
async function answersTo(pieces: readonly Buffer[]): Promise<unknown[]> {
    const [ours, theirs] = duplexPair();
    const heard: Buffer[] = [];
    theirs.on('data', (chunk: Buffer) => heard.push(chunk));
    theirs.on('error', () => undefined);
    const server = serveRpc(ours, handlers);
    await say(theirs, pieces);
    await server.closed;
    const decoder = new GobDecoder();
    decoder.push(Buffer.concat(heard));
    const values: unknown[] = [];
    for (let one = decoder.next(); one !== undefined; one = decoder.next())
        values.push(one.plain());
    return values
        .flatMap((head, index) =>
            index % 2 === 0 ? [{seq: header.parse(head).Seq, head, body: values[index + 1]}] : [],
        )
        .sort((a, b) => a.seq - b.seq);
}

const places = fc.array(fc.nat(5_000), {minLength: 1, maxLength: 30});

/** A recorded stream with bytes changed, lost and added; or no stream at all. */
const spoilt = (good: readonly Buffer[]) =>
    fc.oneof(
        fc
            .tuple(
                fc.constantFrom(...good),
                fc.array(fc.tuple(fc.nat(5_000), fc.nat(2), fc.nat(255)), {
                    minLength: 1,
                    maxLength: 6,
                }),
            )
            .map(([stream, faults]) => {
                let out = stream;
                for (const [at, kind, byte] of faults) {
                    const place = at % (out.length + 1);
                    const rest = out.subarray(kind === 2 ? place : place + 1);
                    const added = kind === 0 ? [] : [byte];
                    out = Buffer.concat([out.subarray(0, place), Buffer.from(added), rest]);
                }
                return out;
            }),
        fc.uint8Array({minLength: 1, maxLength: 300}).map((some) => Buffer.from(some)),
    );

describe('whoever talks to us', () => {
    it('is understood however the bytes are cut', async () => {
        await fc.assert(
            fc.asyncProperty(fc.constantFrom(...requests), places, async (stream, at) => {
                expect(await answersTo(cut(stream, at))).toEqual(await answersTo([stream]));
            }),
        );
    });

    it('is cut off or answered, whatever it says, and harms no other connection', async () => {
        const [ours, theirs] = duplexPair();
        serveRpc(ours, handlers);
        const other = createRpcClient(theirs);
        await fc.assert(
            fc.asyncProperty(spoilt(requests), places, async (stream, at) => {
                await answersTo(cut(stream, at));
                expect(String((await other.call(get, {A: 'k'})).A)).toBe('value of k');
            }),
        );
        other.close();
    });

    it('fails or answers every call that waits, whatever it says, and leaves none waiting', async () => {
        await fc.assert(
            fc.asyncProperty(spoilt(responses), places, async (stream, at) => {
                const [ours, theirs] = duplexPair();
                theirs.on('error', () => undefined).resume();
                const client = createRpcClient(ours);
                const calls = [0, 1, 2].map(() => client.call(get, {A: 'k'}, {timeoutMs: 60_000}));
                const settled = Promise.allSettled(calls);
                await say(theirs, cut(stream, at));
                await client.closed;
                expect(await settled).toHaveLength(3);
                expect(client.inFlight).toBe(0);
                await expect(client.call(get, {})).rejects.toMatchObject({code: 'rpc_closed'});
            }),
        );
    });

    it('may spoil one stream of a connection, and the control stream goes on', async () => {
        const [near, far] = duplexPair();
        const ended: Promise<unknown>[] = [];
        const plugin = servePluginConnection(near, {
            services: {
                hooks: (stream) => void ended.push(serveRpc(stream, handlers).closed),
            },
        });
        const session = createYamuxSession(far, {role: 'client', onStream: () => undefined});
        const control = createRpcClient(session.open());
        session.open().resume();
        session.open().resume();

        await fc.assert(
            fc.asyncProperty(spoilt(requests), async (stream) => {
                const before = ended.length;
                const id = await control.call(dispense, 'hooks');
                const hooks = session.open();
                hooks.on('error', () => undefined).resume();
                const place = Buffer.alloc(4);
                place.writeUInt32LE(id);
                await say(hooks, [place, stream]);
                while (ended.length === before) await turn();
                await ended.at(-1);

                expect(await control.call(controlPing, true)).toEqual({});
            }),
            {numRuns: 50},
        );
        plugin.close();
        await plugin.closed;
    });
});
