import {type Duplex, duplexPair} from 'node:stream';

import * as fc from 'fast-check';

import {decodeHeader, encodeFrame, Flag, FrameType, INITIAL_WINDOW} from './frame.ts';
import {FrameReader} from './frame-reader.ts';
import {createYamuxSession, type YamuxSession} from './session.ts';
import {YamuxError} from './yamux-error.ts';

interface Seen {
    readonly type: number;
    readonly flags: number;
    readonly streamId: number;
    readonly length: number;
    readonly payload: string;
}

/** Reads frames the slow way, from bytes that are all there. */
function framesIn(bytes: Buffer): Seen[] {
    const frames: Seen[] = [];
    for (let at = 0; at < bytes.length;) {
        const [, type = 0] = bytes.subarray(at, at + 2);
        const length = bytes.readUInt32BE(at + 8);
        const end = at + 12 + (type === FrameType.data ? length : 0);
        frames.push({
            type,
            flags: bytes.readUInt16BE(at + 2),
            streamId: bytes.readUInt32BE(at + 4),
            length,
            payload: bytes.toString('latin1', at + 12, end),
        });
        at = end;
    }
    return frames;
}

/** A session of ours (the server) and a peer that writes and reads frames by hand. */
class HandMade {
    readonly session: YamuxSession;
    readonly streams: Duplex[] = [];
    readonly #far: Duplex;
    #received = Buffer.alloc(0);

    constructor() {
        const [near, far] = duplexPair();
        this.session = createYamuxSession(near, {
            role: 'server',
            onStream: (stream) => this.streams.push(stream),
        });
        this.#far = far;
        far.on('data', (chunk: Buffer) => {
            this.#received = Buffer.concat([this.#received, chunk]);
        });
        far.on('end', () => far.end());
    }

    async send(
        type: number,
        flags: number,
        streamId: number,
        value: number | string,
    ): Promise<void> {
        const payload = typeof value === 'string' ? Buffer.from(value, 'latin1') : undefined;
        const length = typeof value === 'string' ? value.length : value;
        this.#far.write(encodeFrame({type, flags, streamId, length}, payload));
        await this.settle();
    }

    async raw(bytes: Buffer): Promise<void> {
        this.#far.write(bytes);
        await this.settle();
    }

    async settle(): Promise<void> {
        for (let round = 0; round < 6; round += 1) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    }

    /** What came since the last look. */
    look(): Seen[] {
        const frames = framesIn(this.#received);
        this.#received = Buffer.alloc(0);
        return frames;
    }

    async close(): Promise<void> {
        this.session.close();
        await this.session.closed;
    }
}

const {data, windowUpdate, ping, goAway} = FrameType;
const {syn, ack, fin, rst} = Flag;

describe('frames', () => {
    const header = fc.record({
        type: fc.nat(3),
        flags: fc.nat(0xffff),
        streamId: fc.nat(0xffff_ffff),
        length: fc.nat(0xffff_ffff),
    });

    it('decode to what was encoded', () => {
        fc.assert(
            fc.property(header, (one) => {
                expect(decodeHeader(encodeFrame(one))).toEqual(one);
            }),
        );
    });

    it('come whole however the bytes are cut', () => {
        const frame = fc.record({type: fc.nat(3), payload: fc.string({maxLength: 40})});
        fc.assert(
            fc.property(fc.array(frame), fc.integer({min: 1, max: 30}), (frames, size) => {
                const bytes = Buffer.concat(
                    frames.map(({type, payload}) => {
                        const body = type === data ? Buffer.from(payload) : undefined;
                        const length = body?.length ?? payload.length;
                        return encodeFrame({type, flags: 0, streamId: 1, length}, body);
                    }),
                );
                const seen: string[] = [];
                const reader = new FrameReader({
                    onHeader: ({type, length}) => seen.push(`${type} ${length} `),
                    onPayload: (piece) => {
                        seen.push(`${seen.pop() ?? ''}${piece.toString('latin1')}`);
                    },
                });
                for (let at = 0; at < bytes.length; at += size) {
                    reader.push(bytes.subarray(at, at + size));
                }
                expect(seen).toEqual(
                    framesIn(bytes).map((one) => `${one.type} ${one.length} ${one.payload}`),
                );
            }),
        );
    });

    it.each([
        ['another version', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
        ['an unknown type', Buffer.from([0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ])('of %s are refused', (_name, bytes) => {
        const reader = new FrameReader({onHeader: () => undefined, onPayload: () => undefined});
        expect(() => reader.push(bytes)).toThrow(YamuxError);
    });
});

describe('the rules of the protocol', () => {
    it('every stream is acknowledged at once, also one that is never written to', async () => {
        const peer = new HandMade();
        await peer.send(windowUpdate, syn, 1, 0);
        await peer.send(data, syn, 3, 'first');
        expect(peer.look()).toMatchObject([
            {type: windowUpdate, flags: ack, streamId: 1, length: 0},
            {type: windowUpdate, flags: ack, streamId: 3, length: 0},
        ]);
        expect((peer.streams[1]!.read() as Buffer).toString()).toBe('first');
        await peer.close();
    });

    it('a stream of ours begins with a window update, and data does not wait for the ACK', async () => {
        const peer = new HandMade();
        peer.session.open().write('hello');
        await peer.settle();
        expect(peer.look()).toMatchObject([
            {type: windowUpdate, flags: syn, streamId: 2, length: 0},
            {type: data, flags: 0, streamId: 2, payload: 'hello'},
        ]);
        await peer.close();
    });

    it('a ping is answered with its value', async () => {
        const peer = new HandMade();
        await peer.send(ping, syn, 0, 0xdead_beef);
        expect(peer.look()).toMatchObject([
            {type: ping, flags: ack, streamId: 0, length: 0xdead_beef},
        ]);
        await peer.send(ping, ack, 0, 12345);
        expect(peer.look()).toEqual([]);
        await peer.close();
    });

    it('credit is given for what was read, at half the window', async () => {
        const peer = new HandMade();
        await peer.send(windowUpdate, syn, 1, 0);
        await peer.send(data, 0, 1, 'x'.repeat(INITIAL_WINDOW));
        peer.look();
        const [stream] = peer.streams;
        stream!.read(INITIAL_WINDOW / 2 - 1);
        await peer.settle();
        expect(peer.look()).toEqual([]);
        stream!.read(10);
        await peer.settle();
        expect(peer.look()).toMatchObject([
            {type: windowUpdate, flags: 0, streamId: 1, length: INITIAL_WINDOW / 2 + 9},
        ]);
        await peer.close();
    });

    it('credit bounds what we send, and window updates raise it', async () => {
        const peer = new HandMade();
        peer.session.open().write(Buffer.alloc(INITIAL_WINDOW + 1000));
        await peer.settle();
        const sent = (): number =>
            peer.look().reduce((sum, frame) => sum + frame.payload.length, 0);
        expect(sent()).toBe(INITIAL_WINDOW);
        await peer.send(windowUpdate, ack, 2, 300);
        expect(sent()).toBe(300);
        await peer.send(windowUpdate, 0, 2, 100_000);
        expect(sent()).toBe(700);
        await peer.close();
    });

    it('streams take turns on a full connection', async () => {
        const peer = new HandMade();
        for (const stream of [0, 1, 2].map(() => peer.session.open())) {
            stream.write(Buffer.alloc(INITIAL_WINDOW));
        }
        await peer.settle();
        const frames = peer.look().filter(({type}) => type === data);
        const ids = frames.map(({streamId}) => streamId);
        expect(ids).toEqual([2, 2, 4, 6, 2, 4, 6, 2, 4, 6, 4, 6]);
        await peer.close();
    });

    it('at most 256 streams of ours wait for their ACK; each one lets the next begin', async () => {
        const peer = new HandMade();
        for (let count = 0; count < 258; count += 1) peer.session.open();
        await peer.settle();
        expect(peer.look()).toHaveLength(256);
        await peer.send(windowUpdate, ack, 2, 0);
        await peer.send(windowUpdate, rst, 4, 0);
        expect(peer.look()).toMatchObject([
            {flags: syn, streamId: 514},
            {flags: syn, streamId: 516},
        ]);
        await peer.close();
    });

    it('FIN is sent once, after the data, and answered by what the application does', async () => {
        const peer = new HandMade();
        const stream = peer.session.open();
        stream.end('bye');
        await peer.settle();
        expect(peer.look().map(({type, flags}) => [type, flags])).toEqual([
            [windowUpdate, syn],
            [data, 0],
            [windowUpdate, fin],
        ]);
        await peer.send(data, fin, 2, 'and you');
        expect((stream.read() as Buffer).toString()).toBe('and you');
        stream.resume();
        await peer.settle();
        expect(stream.destroyed).toBe(true);
        expect(peer.look()).toEqual([]);
        expect(peer.session.streamCount).toBe(0);
        await peer.close();
    });

    it('a stream given up by us is reset, with data under way dropped', async () => {
        const peer = new HandMade();
        await peer.send(windowUpdate, syn, 1, 0);
        peer.look();
        peer.streams[0]!.destroy();
        await peer.settle();
        expect(peer.look()).toMatchObject([{type: windowUpdate, flags: rst, streamId: 1}]);
        await peer.send(data, 0, 1, 'late');
        await peer.send(windowUpdate, fin, 1, 0);
        await peer.send(windowUpdate, syn, 3, 0);
        expect(peer.look()).toMatchObject([{flags: ack, streamId: 3}]);
        await peer.close();
    });

    it('frames of streams that never were are dropped, payload and all', async () => {
        const peer = new HandMade();
        await peer.send(data, 0, 77, 'x'.repeat(5000));
        await peer.send(windowUpdate, fin, 79, 0);
        await peer.send(ping, syn, 0, 1);
        expect(peer.look()).toMatchObject([{type: ping, flags: ack}]);
        await peer.close();
    });

    it('after a polite go-away streams live on but none can be opened', async () => {
        const peer = new HandMade();
        await peer.send(windowUpdate, syn, 1, 0);
        await peer.send(goAway, 0, 0, 0);
        const late = peer.session.open();
        await peer.send(data, 0, 1, 'still here');
        expect((peer.streams[0]!.read() as Buffer).toString()).toBe('still here');
        expect(late.errored).toMatchObject({code: 'yamux_session_closed'});
        await peer.close();
    });

    it.each<[string, (peer: HandMade) => Promise<void>]>([
        [
            'more data than credit',
            async (peer) => {
                await peer.send(windowUpdate, syn, 1, 0);
                await peer.send(data, 0, 1, 'x'.repeat(INITIAL_WINDOW));
                await peer.send(data, 0, 1, 'x');
            },
        ],
        [
            'a second FIN',
            async (peer) => {
                await peer.send(windowUpdate, syn, 1, 0);
                await peer.send(windowUpdate, fin, 1, 0);
                await peer.send(windowUpdate, fin, 1, 0);
            },
        ],
        [
            'data after a FIN',
            async (peer) => {
                await peer.send(windowUpdate, syn, 1, 0);
                await peer.send(windowUpdate, fin, 1, 0);
                await peer.send(data, 0, 1, 'x');
            },
        ],
        [
            'a stream opened twice',
            async (peer) => {
                await peer.send(windowUpdate, syn, 1, 0);
                await peer.send(windowUpdate, syn, 1, 0);
            },
        ],
        ['a stream id of ours', (peer) => peer.send(windowUpdate, syn, 2, 0)],
        ['stream 0', (peer) => peer.send(windowUpdate, syn, 0, 0)],
        ['bytes that are no frame', (peer) => peer.raw(Buffer.from('GET / HTTP/1.1\r\n\r\n'))],
    ])('%s ends the session, and the peer is told', async (_name, misbehave) => {
        const peer = new HandMade();
        await misbehave(peer);
        expect(peer.look().at(-1)).toMatchObject({type: goAway, length: 1});
        expect(await peer.session.closed).toMatchObject({code: 'yamux_protocol'});
    });

    it('a go-away for an error ends the session', async () => {
        const peer = new HandMade();
        await peer.send(goAway, 0, 0, 2);
        expect(await peer.session.closed).toMatchObject({code: 'yamux_go_away'});
    });

    it('a peer that asks without reading the answers is given up', async () => {
        const [near, far] = duplexPair();
        const session = createYamuxSession(near, {role: 'server', onStream: () => undefined});
        const question = encodeFrame({type: ping, flags: syn, streamId: 0, length: 1});
        const flood = Buffer.concat(new Array<Buffer>(5000).fill(question));
        for (let round = 0; round < 200 && !near.writableEnded; round += 1) {
            far.write(flood);
            await new Promise((resolve) => setImmediate(resolve));
        }
        expect(near.writableEnded).toBe(true);
        far.destroy();
        near.destroy();
        expect(await session.closed).toMatchObject({code: 'yamux_stalled'});
    });

    it('hostile bytes end in an orderly way', async () => {
        const byte = fc.oneof(fc.nat(3), fc.nat(255));
        await fc.assert(
            fc.asyncProperty(fc.array(byte, {maxLength: 120}), async (bytes) => {
                const peer = new HandMade();
                await peer.raw(Buffer.from(bytes));
                await peer.close();
                expect(peer.session.streamCount).toBe(0);
            }),
            {numRuns: 300},
        );
    });
});
