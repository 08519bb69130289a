import {type Duplex, duplexPair, PassThrough} from 'node:stream';

import * as z from 'zod';

import {readGolden} from '../../test/plugin-rpc-golden.ts';
import {emptyRegistry, Named} from './gob/interface-value.ts';
import {readMessages} from './net-rpc/message-reader.ts';
import {responseHeader} from './net-rpc/method.ts';
import {encodeFrame, Flag, FrameType, HEADER_BYTES} from './yamux/frame.ts';
import {createYamuxSession} from './yamux/session.ts';

const frame = z
    .tuple([z.number(), z.enum(['>', '<']), z.string(), z.string(), z.number(), z.number()])
    .rest(z.string());
const sessionFile = z.object({
    title: z.string(),
    streams: z.array(
        z.object({
            stream: z.number(),
            openedBy: z.enum(['server', 'plugin']),
            role: z.string(),
            broker: z.number().optional(),
        }),
    ),
    frames: z.array(frame),
    rpc: z.array(
        z.object({
            dir: z.enum(['>', '<']),
            stream: z.number(),
            kind: z.enum(['call', 'reply']),
            seq: z.number(),
            method: z.string(),
            error: z.string().optional(),
            body: z.unknown(),
        }),
    ),
});
type Recording = z.infer<typeof sessionFile>;
type Direction = '>' | '<';

const TYPES: Readonly<Record<string, number>> = {
    data: FrameType.data,
    window: FrameType.windowUpdate,
    ping: FrameType.ping,
    goaway: FrameType.goAway,
};
const FLAGS: Readonly<Record<string, number>> = {
    SYN: Flag.syn,
    ACK: Flag.ack,
    FIN: Flag.fin,
    RST: Flag.rst,
};
const RPC_ROLES = new Set(['control', 'hooks', 'api', 'db', 'response-writer']);

function bytesOf(row: z.infer<typeof frame>): Buffer {
    const [, , type, flags, streamId, length, payload] = row;
    const bits = flags.split('+').reduce((sum, flag) => sum + (FLAGS[flag] ?? 0), 0);
    const header = {type: TYPES[type] ?? 0, flags: bits, streamId, length};
    return encodeFrame(header, payload === undefined ? undefined : Buffer.from(payload, 'base64'));
}

/** Writes a decoded body down as the recorder did. */
function noted(value: unknown): unknown {
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint') return {$int: value.toString()};
    if (Buffer.isBuffer(value)) {
        const text = value.toString('latin1');
        if (/^[\t\n\r -~]*$/.test(text) && value.length < 400) return {$bytes: text};
        return {
            $bytes64: value.length > 300 ? `(${value.length} bytes)` : value.toString('base64'),
        };
    }
    if (typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(noted);
    if (value instanceof Named) return {$iface: value.name, value: noted(value.value)};
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, noted(part)]));
}

function shortened(value: unknown): unknown {
    const text = JSON.stringify(value);
    return text.length > 4000 ? {$cut: text.length, start: text.slice(0, 300)} : value;
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Plays one direction into a session of ours and returns what each stream got, and our frames. */
async function play(
    recording: Recording,
    direction: Direction,
): Promise<{streams: Map<number, Buffer>; ours: Buffer}> {
    const [near, far] = duplexPair();
    const ours: Buffer[] = [];
    far.on('data', (chunk: Buffer) => ours.push(chunk));
    const pieces = new Map<number, Buffer[]>();
    const collect = (id: number, stream: Duplex): void => {
        const chunks: Buffer[] = [];
        pieces.set(id, chunks);
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    };
    const opened = recording.frames.filter(
        ([, from, , flags]) => from === direction && flags === 'SYN',
    );
    const ids = opened.filter(([, , type]) => type !== 'ping').map(([, , , , id]) => id);
    const session = createYamuxSession(near, {
        role: direction === '>' ? 'server' : 'client',
        // The recorded plugin gave credit on arrival, a little earlier than our session does.
        receiveWindow: 1024 * 1024,
        onStream: (stream) => {
            collect(ids.shift() ?? -1, stream);
        },
    });
    for (const row of recording.frames) {
        const [, from, type, flags, id] = row;
        if (from === direction) far.write(bytesOf(row));
        else if (type !== 'ping' && flags === 'SYN') collect(id, session.open());
        await tick();
    }
    await tick();
    expect(near.destroyed).toBe(false);
    session.close();
    far.end();
    expect(await session.closed).toBeUndefined();
    const streams = new Map([...pieces].map(([id, chunks]) => [id, Buffer.concat(chunks)]));
    return {streams, ours: Buffer.concat(ours)};
}

interface Message {
    readonly seq: number;
    readonly method: string;
    readonly error: string | undefined;
    readonly body: unknown;
}

async function messagesIn(bytes: Buffer): Promise<Message[]> {
    const messages: Message[] = [];
    const stream = new PassThrough();
    await new Promise<void>((resolve, reject) => {
        readMessages(stream, responseHeader, emptyRegistry, {
            onMessage: (header, body) => {
                messages.push({
                    seq: header.Seq,
                    method: header.ServiceMethod,
                    error: header.Error === '' ? undefined : header.Error,
                    body: shortened(noted(body.plain('keep'))),
                });
            },
            onLost: () => {
                reject(new Error('a message was lost'));
            },
            onEnd: () => undefined,
            onClose: (reason) => {
                if (reason === undefined) resolve();
                else reject(reason);
            },
        });
        stream.end(bytes);
    });
    return messages;
}

describe.each(['lifecycle', 'api', 'hooks', 'http', 'post1mb'])(
    'the recorded session %s',
    (name) => {
        const recording = readGolden(`session-${name}.json`, sessionFile);

        it.each<[string, Direction]>([
            ['the plugin', '>'],
            ['the server', '<'],
        ])('is understood whole by %s', async (_role, direction) => {
            const {streams} = await play(recording, direction);
            let messages = 0;
            for (const {stream, role, broker} of recording.streams) {
                let bytes = streams.get(stream) ?? Buffer.alloc(0);
                if (broker !== undefined) {
                    expect(bytes.readUInt32LE(0)).toBe(broker);
                    bytes = bytes.subarray(4);
                }
                if (!RPC_ROLES.has(role)) continue;
                const expected = recording.rpc.filter(
                    (one) => one.stream === stream && one.dir === direction,
                );
                expect(await messagesIn(bytes)).toEqual(
                    expected.map(({seq, method, error, body}) => ({seq, method, error, body})),
                );
                messages += expected.length;
            }
            expect(messages).toBeGreaterThanOrEqual(10);
            expect(messages).toBe(recording.rpc.filter(({dir}) => dir === direction).length);
        });

        it('gets one ACK for each stream of the server, and its pings answered', async () => {
            const {ours} = await play(recording, '>');
            const answers: string[] = [];
            for (let at = 0; at < ours.length; at += HEADER_BYTES) {
                const flags = ours.readUInt16BE(at + 2);
                const subject = ours.readUInt8(at + 1) === FrameType.ping ? 8 : 4;
                if (flags === Flag.ack)
                    answers.push(`${subject} ${ours.readUInt32BE(at + subject)}`);
            }
            const asked = recording.frames
                .filter(([, from, , flags]) => from === '>' && flags === 'SYN')
                .map(([, , type, , id, length]) => (type === 'ping' ? `8 ${length}` : `4 ${id}`));
            expect(answers).toEqual(asked);
        });
    },
);
