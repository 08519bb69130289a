import {createHash, randomBytes} from 'node:crypto';
import {type Duplex, duplexPair, Transform} from 'node:stream';

import * as fc from 'fast-check';

import {ACCEPT_BACKLOG, INITIAL_WINDOW} from './frame.ts';
import {createYamuxSession, type SessionOptions, type YamuxSession} from './session.ts';

interface Pair {
    readonly client: YamuxSession;
    readonly server: YamuxSession;
    /** Streams that each side was given by the other. */
    readonly atClient: Duplex[];
    readonly atServer: Duplex[];
}

/** Passes bytes on in pieces of the sizes that `next` gives. */
function chopper(next: () => number): Transform {
    return new Transform({
        transform(chunk: Buffer, _encoding, done) {
            for (let start = 0; start < chunk.length;) {
                const size = next();
                this.push(chunk.subarray(start, start + size));
                start += size;
            }
            done();
        },
    });
}

function pair(
    options: Partial<SessionOptions> = {},
    onServerStream: (stream: Duplex) => void = () => undefined,
    chop?: () => number,
): Pair {
    const [a, b] = duplexPair();
    let [clientEnd, serverEnd]: [Duplex, Duplex] = [a, b];
    if (chop !== undefined) {
        const [c, d] = duplexPair();
        clientEnd = a;
        serverEnd = d;
        b.pipe(chopper(chop)).pipe(c);
        c.pipe(chopper(chop)).pipe(b);
    }
    const atClient: Duplex[] = [];
    const atServer: Duplex[] = [];
    const client = createYamuxSession(clientEnd, {
        ...options,
        role: 'client',
        onStream: (stream) => atClient.push(stream),
    });
    const server = createYamuxSession(serverEnd, {
        ...options,
        role: 'server',
        onStream: (stream) => {
            atServer.push(stream);
            onServerStream(stream);
        },
    });
    return {client, server, atClient, atServer};
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function settle(rounds = 20): Promise<void> {
    for (let round = 0; round < rounds; round += 1) await tick();
}

function write(stream: Duplex, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
        stream.write(bytes, (error) => {
            if (error) reject(error);
            else resolve();
        });
    });
}

async function readAll(stream: Duplex): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}

function sha(bytes: Uint8Array): string {
    return createHash('sha256').update(bytes).digest('hex');
}

async function closeBoth({client, server}: Pair): Promise<void> {
    client.close();
    await Promise.all([client.closed, server.closed]);
}

describe('streams', () => {
    it('carry bytes both ways, opened by either side', async () => {
        const both = pair();
        const fromClient = both.client.open();
        const fromServer = both.server.open();
        fromClient.end('ping');
        fromServer.end('pong');
        await settle();
        expect((await readAll(both.atServer[0]!)).toString()).toBe('ping');
        expect((await readAll(both.atClient[0]!)).toString()).toBe('pong');
        await closeBoth(both);
    });

    it('go on one way after the other way has ended', async () => {
        const both = pair();
        const question = both.client.open();
        question.end('q');
        await settle();
        const [there] = both.atServer;
        there!.resume();
        await settle();
        expect(question.writableEnded).toBe(true);
        await write(there!, Buffer.from('a1'));
        there!.end('a2');
        expect((await readAll(question)).toString()).toBe('a1a2');
        await settle();
        expect([both.client.streamCount, both.server.streamCount]).toEqual([0, 0]);
        await closeBoth(both);
    });

    it('transfer 20 MB unharmed while a slow one waits', async () => {
        const both = pair();
        const bulk = randomBytes(20 * 1024 * 1024);
        const slow = both.client.open();
        slow.write(randomBytes(INITIAL_WINDOW * 2));
        const fast = both.client.open();
        fast.end(bulk);
        await settle();
        expect(sha(await readAll(both.atServer[1]!))).toBe(sha(bulk));
        expect(both.atServer[0]!.readableLength).toBe(INITIAL_WINDOW);
        await closeBoth(both);
    });

    it('hold no more than the window for a reader that does not read, and go on when it does', async () => {
        const both = pair();
        const stream = both.client.open();
        const sent = randomBytes(INITIAL_WINDOW * 5);
        stream.end(sent);
        await settle();
        const reader = both.atServer[0]!;
        expect(reader.readableLength).toBe(INITIAL_WINDOW);
        expect(stream.writableLength).toBeGreaterThan(0);
        const first = reader.read(INITIAL_WINDOW / 2 - 1) as Buffer;
        await settle();
        expect(reader.readableLength).toBe(INITIAL_WINDOW / 2 + 1);
        const second = reader.read(1) as Buffer;
        await settle();
        expect(reader.readableLength).toBe(INITIAL_WINDOW);
        const rest = await readAll(reader);
        expect(Buffer.concat([first, second, rest]).equals(sent)).toBe(true);
        await closeBoth(both);
    });

    it('may have a larger window', async () => {
        const both = pair({receiveWindow: 1024 * 1024});
        const stream = both.client.open();
        stream.write(Buffer.alloc(2 * 1024 * 1024));
        await settle(60);
        expect(both.atServer[0]!.readableLength).toBe(1024 * 1024);
        await closeBoth(both);
    });

    it('that nobody listens to end in an error without ending the process', async () => {
        const both = pair();
        const stream = both.client.open();
        await settle();
        both.atServer[0]!.destroy();
        await settle();
        expect(stream.errored).toMatchObject({code: 'yamux_reset'});
        await closeBoth(both);
    });

    it('that are destroyed stop a writer that waits for credit', async () => {
        const both = pair();
        const stream = both.client.open();
        const writing = write(stream, Buffer.alloc(INITIAL_WINDOW * 2));
        const failed = expect(writing).rejects.toMatchObject({code: 'yamux_reset'});
        await settle();
        both.atServer[0]!.destroy();
        await failed;
        expect([both.client.streamCount, both.server.streamCount]).toEqual([0, 0]);
        await closeBoth(both);
    });

    it('beyond 256 without ACK wait their turn, and all are opened', async () => {
        const [connection, far] = duplexPair();
        const client = createYamuxSession(connection, {role: 'client', onStream: () => undefined});
        const streams = Array.from({length: ACCEPT_BACKLOG + 50}, () => client.open());
        await settle();
        expect((far.read() as Buffer).length).toBe(ACCEPT_BACKLOG * 12);
        const server = createYamuxSession(far, {role: 'server', onStream: (s) => s.resume()});
        for (const stream of streams) stream.write('x');
        await settle();
        // The server never saw the first 256, so it acknowledges none of them.
        expect(server.streamCount).toBe(0);
        client.close();
        await client.closed;
        for (const stream of streams) expect(stream.destroyed).toBe(true);
        await server.closed;
    });

    it('beyond the limit of the other side are reset', async () => {
        const both = pair({maxStreams: 2});
        const streams = [0, 1, 2].map(() => both.client.open());
        await settle();
        expect(streams.map((stream) => stream.destroyed)).toEqual([false, false, true]);
        streams[0]!.destroy();
        await settle();
        const next = both.client.open();
        await settle();
        expect(next.destroyed).toBe(false);
        await closeBoth(both);
    });
});

describe('the end of a session', () => {
    it('ends all streams on both sides and leaves nothing open', async () => {
        const both = pair();
        const stream = both.client.open();
        const failed = expect(readAll(stream)).rejects.toMatchObject({
            code: 'yamux_session_closed',
        });
        await settle();
        both.server.close();
        await failed;
        expect(await both.client.closed).toBeUndefined();
        expect(await both.server.closed).toBeUndefined();
        expect(both.atServer[0]!.destroyed).toBe(true);
        expect([both.client.streamCount, both.server.streamCount]).toEqual([0, 0]);
    });

    it('makes streams opened afterwards fail, and pings too', async () => {
        const both = pair();
        await closeBoth(both);
        const late = both.client.open();
        await settle();
        expect(late.errored).toMatchObject({code: 'yamux_session_closed'});
        await expect(both.client.ping()).rejects.toMatchObject({code: 'yamux_session_closed'});
    });

    it('by a broken connection names the cause', async () => {
        const [a, b] = duplexPair();
        const client = createYamuxSession(a, {role: 'client', onStream: () => undefined});
        const stream = client.open();
        await settle();
        const cause = new Error('cable cut');
        a.destroy(cause);
        expect(await client.closed).toMatchObject({code: 'yamux_socket', cause});
        expect(stream.errored).toMatchObject({code: 'yamux_socket'});
        b.destroy();
    });

    it('by a listener that throws is ours, and the other side is told', async () => {
        const fault = new Error('bug');
        const both = pair({}, () => {
            throw fault;
        });
        both.client.open();
        expect(await both.server.closed).toMatchObject({code: 'yamux_internal', cause: fault});
        expect(await both.client.closed).toMatchObject({code: 'yamux_go_away'});
    });
});

describe('timers', () => {
    beforeEach(() => {
        jest.useFakeTimers({doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask']});
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it('of pings: the time there and back, or an error after the limit', async () => {
        const both = pair();
        expect(await both.client.ping()).toBeGreaterThanOrEqual(0);
        const [connection, far] = duplexPair();
        far.resume();
        const alone = createYamuxSession(connection, {role: 'client', onStream: () => undefined});
        const ping = expect(alone.ping(500)).rejects.toMatchObject({code: 'yamux_ping_timeout'});
        await jest.advanceTimersByTimeAsync(500);
        await ping;
        alone.close();
        far.end();
        await alone.closed;
        await closeBoth(both);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('of keep-alive end a session whose other side is silent, and only that', async () => {
        const both = pair({keepAliveMs: 30_000});
        const [connection, far] = duplexPair();
        far.resume();
        const alone = createYamuxSession(connection, {
            role: 'client',
            onStream: () => undefined,
            keepAliveMs: 30_000,
        });
        for (let second = 0; second < 42; second += 1) {
            await jest.advanceTimersByTimeAsync(1000);
            await settle(2);
        }
        expect(await alone.closed).toMatchObject({code: 'yamux_ping_timeout'});
        expect(await both.client.ping()).toBeGreaterThanOrEqual(0);
        await closeBoth(both);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('of stalls end a session whose other side takes no bytes at all', async () => {
        const [connection, far] = duplexPair();
        const client = createYamuxSession(connection, {
            role: 'client',
            onStream: () => undefined,
            stallMs: 10_000,
        });
        const stream = client.open();
        stream.write(Buffer.alloc(INITIAL_WINDOW));
        await settle();
        await jest.advanceTimersByTimeAsync(9_999);
        expect(stream.destroyed).toBe(false);
        // The first frame went, which was progress; the next period brings none.
        await jest.advanceTimersByTimeAsync(10_001 + 1000);
        expect(await client.closed).toMatchObject({code: 'yamux_stalled'});
        expect(stream.errored).toMatchObject({code: 'yamux_stalled'});
        far.destroy();
        expect(jest.getTimerCount()).toBe(0);
    });
});

describe('any course of events', () => {
    const action = fc.oneof(
        {
            weight: 6,
            arbitrary: fc.record({kind: fc.constant('write' as const), size: fc.nat(200_000)}),
        },
        {
            weight: 6,
            arbitrary: fc.record({kind: fc.constant('read' as const), size: fc.nat(300_000)}),
        },
        {weight: 2, arbitrary: fc.record({kind: fc.constant('tick' as const), size: fc.nat(5)})},
        {
            weight: 1,
            arbitrary: fc.record({kind: fc.constant('end' as const), size: fc.constant(0)}),
        },
        {
            weight: 1,
            arbitrary: fc.record({kind: fc.constant('destroy' as const), size: fc.constant(0)}),
        },
    );
    const step = fc.record({stream: fc.nat(3), fromServer: fc.boolean(), action});

    /** One direction of one stream: what went in, what came out. */
    interface Lane {
        readonly sent: Buffer[];
        readonly got: Buffer[];
    }

    it('loses nothing, mixes up nothing and keeps within the windows', async () => {
        const sizes = fc.array(fc.integer({min: 1, max: 40_000}), {minLength: 1, maxLength: 5});
        await fc.assert(
            fc.asyncProperty(fc.array(step, {maxLength: 60}), sizes, async (steps, cuts) => {
                let cut = 0;
                const both = pair(
                    {},
                    () => undefined,
                    () => cuts[cut++ % cuts.length] ?? 1,
                );
                const near = [0, 1, 2, 3].map((index) =>
                    index % 2 === 0 ? both.client.open() : both.server.open(),
                );
                for (const stream of near) stream.write('!');
                await settle(30);
                const far = [
                    both.atServer[0]!,
                    both.atClient[0]!,
                    both.atServer[1]!,
                    both.atClient[1]!,
                ];
                const lanes: Lane[][] = near.map(() => [
                    {sent: [Buffer.from('!')], got: []},
                    {sent: [], got: []},
                ]);
                const dead = new Set<number>();
                for (const {stream: index, fromServer, action: act} of steps) {
                    const from = (fromServer ? far : near)[index]!;
                    const laneOut = lanes[index]![fromServer ? 1 : 0]!;
                    const laneIn = lanes[index]![fromServer ? 0 : 1]!;
                    switch (act.kind) {
                        case 'write':
                            if (from.writableEnded || from.destroyed) break;
                            laneOut.sent.push(randomBytes(act.size));
                            from.write(laneOut.sent.at(-1)!);
                            break;
                        case 'read': {
                            const size = Math.min(act.size, from.readableLength);
                            const chunk: unknown = size === 0 ? null : from.read(size);
                            if (Buffer.isBuffer(chunk)) laneIn.got.push(chunk);
                            break;
                        }
                        case 'tick':
                            await settle(act.size);
                            break;
                        case 'end':
                            from.end();
                            break;
                        case 'destroy':
                            from.destroy();
                            dead.add(index);
                            break;
                    }
                    for (const stream of [...near, ...far]) {
                        expect(stream.readableLength).toBeLessThanOrEqual(INITIAL_WINDOW);
                    }
                }
                for (const [index] of near.entries()) {
                    for (const [side, stream] of [near[index]!, far[index]!].entries()) {
                        const lane = lanes[index]![side === 0 ? 1 : 0]!;
                        stream.on('data', (chunk: Buffer) => lane.got.push(chunk));
                        stream.end();
                    }
                }
                await settle(100);
                for (const [index, [out, back]] of lanes.entries()) {
                    for (const lane of [out!, back!]) {
                        const sent = Buffer.concat(lane.sent);
                        const got = Buffer.concat(lane.got);
                        // A destroyed stream may lose its end, but what came was sent.
                        expect(got.equals(sent.subarray(0, got.length))).toBe(true);
                        if (!dead.has(index)) expect(got.length).toBe(sent.length);
                    }
                }
                expect([both.client.streamCount, both.server.streamCount]).toEqual([0, 0]);
                await closeBoth(both);
            }),
            {numRuns: 40},
        );
    });
});
