import {decodeHeader, FrameType, type FrameHeader, HEADER_BYTES} from './frame.ts';
import {protocolError} from './yamux-error.ts';

/** Who takes what a reader finds. A frame's payload may come in pieces; `last` ends it. */
export interface FrameSink {
    readonly onHeader: (header: FrameHeader) => void;
    readonly onPayload: (piece: Buffer, last: boolean) => void;
}

/** Cuts a byte stream into frames, wherever the bytes were split. Holds at most one header. */
export class FrameReader {
    readonly #sink: FrameSink;
    readonly #header = Buffer.alloc(HEADER_BYTES);
    #filled = 0;
    #payloadLeft = 0;
    #stopped = false;

    constructor(sink: FrameSink) {
        this.#sink = sink;
    }

    /** Bytes after this are not looked at, even those of a chunk being read. */
    stop(): void {
        this.#stopped = true;
    }

    /** @throws YamuxError `yamux_protocol` for a frame that is none. */
    push(chunk: Buffer): void {
        let rest = chunk;
        while (rest.length > 0 && !this.#stopped) {
            rest = this.#payloadLeft > 0 ? this.#takePayload(rest) : this.#takeHeader(rest);
        }
    }

    #takePayload(bytes: Buffer): Buffer {
        const piece = bytes.subarray(0, this.#payloadLeft);
        this.#payloadLeft -= piece.length;
        this.#sink.onPayload(piece, this.#payloadLeft === 0);
        return bytes.subarray(piece.length);
    }

    #takeHeader(bytes: Buffer): Buffer {
        const taken = bytes.copy(this.#header, this.#filled);
        this.#filled += taken;
        if (this.#filled === HEADER_BYTES) {
            this.#filled = 0;
            const header = decodeHeader(this.#header);
            if (header === undefined) throw protocolError('invalid version or frame type');
            if (header.type === FrameType.data) this.#payloadLeft = header.length;
            this.#sink.onHeader(header);
        }
        return bytes.subarray(taken);
    }
}
