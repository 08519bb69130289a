import type {Duplex} from 'node:stream';

import {GobDecoder, type WireValue} from '../gob/decoder.ts';
import type {Registry} from '../gob/interface-value.ts';
import type {GobSchema} from '../gob/schema.ts';
import {WireError} from '../wire-error.ts';

/** What a reader tells. `onClose` comes last and once, with the reason if it is not a plain end. */
export interface MessageEvents<Header> {
    readonly onMessage: (header: Header, body: WireValue) => void;
    /** A header was followed by another header; the body of the first will never come. */
    readonly onLost: (header: Header) => void;
    readonly onEnd: () => void;
    readonly onClose: (reason: WireError | undefined) => void;
}

/**
 * Reads pairs of header and body from a stream until it ends or breaks; a stream whose bytes are no
 * gob is destroyed.
 *
 * A Go peer that cannot encode a body leaves the header it wrote before in its buffer: then a second
 * header follows where the body should be. Taking it for a body would put all later messages out of
 * step, so a value of the header's own type there replaces the header.
 */
export function readMessages<In, Header>(
    stream: Duplex,
    headerSchema: GobSchema<In, Header>,
    registry: Registry,
    events: MessageEvents<Header>,
): void {
    const decoder = new GobDecoder({registry});
    let headerType: number | undefined;
    let header: {readonly value: Header} | undefined;
    let reason: WireError | undefined;

    const take = (value: WireValue): void => {
        if (header === undefined || value.typeId === headerType) {
            if (header !== undefined) events.onLost(header.value);
            headerType = value.typeId;
            header = {value: value.read(headerSchema)};
            return;
        }
        const {value: complete} = header;
        header = undefined;
        events.onMessage(complete, value);
    };

    stream.on('data', (chunk: Buffer) => {
        try {
            decoder.push(chunk);
            for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
                take(value);
            }
        } catch (error) {
            // Nothing after this point can be understood.
            stream.destroy(error instanceof Error ? error : new Error('decoder failed'));
        }
    });
    stream.on('end', () => {
        if (!decoder.idle || header !== undefined) {
            reason = new WireError('rpc_truncated', 'rpc: the stream ended inside a message');
        }
        events.onEnd();
    });
    stream.on('error', (error) => {
        reason ??=
            error instanceof WireError
                ? error
                : new WireError('rpc_stream', 'rpc: the stream failed', {cause: error});
    });
    stream.on('close', () => {
        events.onClose(reason);
    });
}
