/** All that the product says to a server, as bytes; Go has decoded it once: ours-on-the-wire.json. */
import * as z from 'zod';

import {productCalls, tableCalls} from './api-calls.ts';
import {hookReplies, misfitReply} from './hook-replies.ts';
import {answerToRequest, brokerIds, controlReplies} from './other-streams.ts';
import type {Written} from './written.ts';

const streamFile = z.object({
    name: z.string(),
    /** How Go reads it: as a net/rpc server, as a client, as varints, as ids of four bytes. */
    reads: z.enum(['requests', 'responses', 'varints', 'ids']),
    messages: z.array(
        z.object({
            about: z.string(),
            bytes: z.base64(),
            /** What Go read, header and body by turns; a body that Go drops is null. */
            saw: z.array(z.unknown()).optional(),
        }),
    ),
});

/** ours-on-the-wire.json */
export const onTheWireFile = z.array(streamFile);

/** One stream, from its first byte on. */
export type WireStream = z.infer<typeof streamFile>;

function streamOf(
    name: string,
    reads: WireStream['reads'],
    written: readonly Written[],
): WireStream {
    const messages = written.map(({about, bytes}) => ({about, bytes: bytes.toString('base64')}));
    return {name, reads, messages};
}

/** Every stream, freshly written by the product's own code. */
export async function oursOnTheWire(): Promise<WireStream[]> {
    const {writer, body} = await answerToRequest();
    return [
        streamOf('calls of every kind', 'requests', await tableCalls()),
        streamOf('calls', 'requests', (await productCalls('as listed')).written),
        streamOf('calls, last ones first', 'requests', (await productCalls('reversed')).written),
        streamOf('answer to a request', 'requests', writer),
        streamOf('hooks', 'responses', await hookReplies()),
        streamOf('hooks, a misfit', 'responses', await misfitReply()),
        streamOf('control', 'responses', await controlReplies()),
        streamOf('body of a request', 'varints', body),
        streamOf('broker', 'ids', await brokerIds()),
    ];
}
