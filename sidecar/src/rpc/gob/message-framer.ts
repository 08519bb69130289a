import {malformed} from './gob-error.ts';

/** A message, if one became complete, and the bytes behind it. */
interface Taken {
    readonly message: Buffer | undefined;
    readonly rest: Buffer;
}

/**
 * Cuts a byte stream into gob's length-prefixed messages. Memory follows the bytes that came, not
 * the length that was announced, and a message is copied at most twice however it was chopped.
 */
export class MessageFramer {
    readonly #maxBytes: number;
    /** What was pushed and not cut yet; only `next` cuts, so that tiny messages cost nothing. */
    readonly #input: Buffer[] = [];
    #partial = Buffer.alloc(0);
    #filled = 0;

    constructor(maxBytes: number) {
        this.#maxBytes = maxBytes;
    }

    /** True if no message has begun that was not handed out. */
    get idle(): boolean {
        return this.#filled === 0 && this.#input.length === 0;
    }

    /** Takes bytes as they come, empty ones too. */
    push(chunk: Uint8Array): void {
        if (chunk.length === 0) return;
        this.#input.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }

    /**
     * The next complete message, without its length. It may be a view of a pushed chunk.
     * @throws GobError `gob_malformed` for a length that is no length or is over the limit.
     */
    next(): Buffer | undefined {
        // Usually one chunk: whoever drains after each push never joins anything.
        let chunk = this.#input.length === 1 ? this.#input[0] : Buffer.concat(this.#input);
        this.#input.length = 0;
        while (chunk !== undefined && chunk.length > 0) {
            const {message, rest} =
                this.#filled === 0 ? this.#takeWhole(chunk) : this.#takePart(chunk);
            if (message !== undefined) {
                if (rest.length > 0) this.#input.push(rest);
                return message;
            }
            chunk = rest;
        }
        return undefined;
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
    #takeWhole(bytes: Buffer): Taken {
        const span = this.#span(bytes);
        if (span === undefined || span.end > bytes.length) return this.#takePart(bytes);
        return {message: bytes.subarray(span.start, span.end), rest: bytes.subarray(span.end)};
    }

    #takePart(bytes: Buffer): Taken {
        const span = this.#span(this.#partial.subarray(0, this.#filled));
        // Until the length is known take one byte at a time: more could belong to the next message.
        const wanted = span === undefined ? 1 : span.end - this.#filled;
        const rest = bytes.subarray(wanted);
        this.#append(bytes.subarray(0, wanted));
        const known = span ?? this.#span(this.#partial.subarray(0, this.#filled));
        if (known === undefined || this.#filled < known.end) return {message: undefined, rest};
        const message = this.#partial.subarray(known.start, known.end);
        this.#partial = Buffer.alloc(0);
        this.#filled = 0;
        return {message, rest};
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
