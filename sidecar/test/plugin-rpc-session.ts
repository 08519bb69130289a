/** The streams of a recorded session (session-*.json of the golden data), as bytes. */
import * as z from 'zod';

import {readGolden} from './plugin-rpc-golden.ts';

const sessionFile = z.object({
    streams: z.array(
        z.object({stream: z.number(), role: z.string(), broker: z.number().optional()}),
    ),
    frames: z.array(
        z
            .tuple([z.number(), z.enum(['>', '<']), z.string(), z.string(), z.number(), z.number()])
            .rest(z.string()),
    ),
    rpc: z.array(
        z.object({
            dir: z.enum(['>', '<']),
            on: z.string(),
            kind: z.enum(['call', 'reply']),
            seq: z.number(),
            method: z.string(),
            error: z.string().optional(),
            body: z.unknown(),
        }),
    ),
});

/** One stream of a session, and what went over it. */
export interface RecordedStream {
    /** What the server wrote, without the broker's preamble. */
    readonly fromServer: Buffer;
    readonly fromPlugin: Buffer;
    /** The calls in order; the recorder's plugin began to count at 1. */
    readonly calls: readonly {readonly seq: number; readonly method: string}[];
}

/** The only stream of that role. */
export function recordedStream(session: string, role: 'api' | 'hooks'): RecordedStream {
    const file = readGolden(`session-${session}.json`, sessionFile);
    const one = file.streams.find((stream) => stream.role === role);
    if (one === undefined) throw new Error(`golden data: no ${role} stream in ${session}`);
    const bytes = (direction: '>' | '<'): Buffer => {
        const payloads = file.frames
            .filter(
                ([, from, type, , id]) =>
                    from === direction && type === 'data' && id === one.stream,
            )
            .map((frame) => Buffer.from(frame[6] ?? '', 'base64'));
        return Buffer.concat(payloads).subarray(one.broker === undefined ? 0 : 4);
    };
    return {
        fromServer: bytes('>'),
        fromPlugin: bytes('<'),
        calls: file.rpc
            .filter(({on, kind}) => on === role && kind === 'call')
            .map(({seq, method}) => ({seq, method})),
    };
}
