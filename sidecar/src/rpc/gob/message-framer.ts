import {malformed} from './gob-error.ts';

/** First byte and up to eight bytes of length. */
const MAX_PREFIX = 9;

/**
 * Cuts a byte stream into gob's length-prefixed messages. Memory follows the bytes that came, not
 * the length that was announced, and a message is copied at most twice however it was chopped.
 */
export class MessageFramer {
    readonly #maxBytes: number;
    readonly #ready: Buffer[] = [];
    #partial = Buffer.alloc(0);
    #filled = 0;

    constructor(maxBytes: number) {
        this.#maxBytes = maxBytes;
    }

    /** True if no message has begun that is not complete. */
    get idle(): boolean {
        return this.#filled === 0 && this.#ready.length === 0;
    }

    /**
     * Takes bytes as they come.
     * @throws GobError `gob_malformed` for a length that is no length or is over the limit.
     */
    push(chunk: Uint8Array): void {
        let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
        while (rest.length > 0) {
            rest = this.#filled === 0 ? this.#takeWhole(rest) : this.#takePart(rest);
        }
    }

    /** The next complete message, without its length. It may be a view of a pushed chunk. */
    next(): Buffer | undefined {
        return this.#ready.shift();
    }

    /** Where the message in `bytes` begins and ends, once its length is complete. */
    #span(bytes: Buffer): {start: number; end: number} | undefined {
        const first = bytes[0];
        if (first === undefined) return undefined;
        if (first < 128) return {start: 1, end: 1 + first};
        const width = 256 - first;
        if (width > 8) throw malformed('message length out of range');
        if (bytes.length < 1 + width) return undefined;
        let length = 0;
        for (let index = 1; index <= width; index += 1) length = length * 256 + (bytes[index] ?? 0);
        if (length > this.#maxBytes) throw malformed(`message of ${length} bytes`);
        return {start: 1 + width, end: 1 + width + length};
    }

    /** The fast path: messages that lie whole in one chunk are not copied. */
    #takeWhole(bytes: Buffer): Buffer {
        const span = this.#span(bytes);
        if (span === undefined || span.end > bytes.length) return this.#takePart(bytes);
        this.#ready.push(bytes.subarray(span.start, span.end));
        return bytes.subarray(span.end);
    }

    #takePart(bytes: Buffer): Buffer {
        const span = this.#span(this.#partial.subarray(0, this.#filled));
        const wanted = (span?.end ?? MAX_PREFIX) - this.#filled;
        // Until the length is known take one byte at a time: more could belong to the next message.
        const taken = Math.min(span === undefined ? 1 : wanted, bytes.length);
        this.#append(bytes.subarray(0, taken));
        const known = span ?? this.#span(this.#partial.subarray(0, this.#filled));
        if (known !== undefined && this.#filled >= known.end) {
            this.#ready.push(this.#partial.subarray(known.start, known.end));
            this.#partial = Buffer.alloc(0);
            this.#filled = 0;
        }
        return bytes.subarray(taken);
    }

    #append(bytes: Buffer): void {
        const needed = this.#filled + bytes.length;
        if (needed > this.#partial.length) {
            const grown = Buffer.allocUnsafe(Math.max(needed, this.#partial.length * 2, 64));
            this.#partial.copy(grown, 0, 0, this.#filled);
            this.#partial = grown;
        }
        bytes.copy(this.#partial, this.#filled);
        this.#filled = needed;
    }
}
