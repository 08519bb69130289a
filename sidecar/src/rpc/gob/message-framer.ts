import {malformed} from './gob-error.ts';

/** A message without its length, or a piece of one that is over the limit. */
export interface Framed {
    readonly bytes: Buffer;
    /** The message goes on in the next piece. */
    readonly more: boolean;
}

/** A message or piece, if one became complete, and the bytes behind it. */
interface Taken {
    readonly framed: Framed | undefined;
    readonly rest: Buffer;
}

/** Least size of a piece, bytes: more than anything that cannot be read in part. */
const PIECE = 256 * 1024;
/** Messages that are larger than the limit by this factor are believed by nobody. */
const OVERSIZE = 64;

/**
 * Cuts a byte stream into gob's length-prefixed messages. Memory follows the bytes that came, not
 * the length that was announced, and a message is copied at most twice however it was chopped. One that
 * is over the limit comes in pieces, so that whoever passes over it need not hold it.
 */
export class MessageFramer {
    readonly #maxBytes: number;
    /** What was pushed and not cut yet; only `next` cuts, so that tiny messages cost nothing. */
    readonly #input: Buffer[] = [];
    #partial = Buffer.alloc(0);
    #filled = 0;
    /** Bytes of a message over the limit that are not handed out yet. */
    #long = 0;

    constructor(maxBytes: number) {
        this.#maxBytes = maxBytes;
    }

    /** True if no message has begun that was not handed out. */
    get idle(): boolean {
        return this.#filled === 0 && this.#long === 0 && this.#input.length === 0;
    }

    /** Takes bytes as they come, empty ones too. */
    push(chunk: Uint8Array): void {
        if (chunk.length === 0) return;
        this.#input.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }

    /**
     * The next complete message, or piece of one. It may be a view of a pushed chunk.
     * @throws GobError `gob_malformed` for a length that is no length or is far over the limit.
     */
    next(): Framed | undefined {
        // Usually one chunk: whoever drains after each push never joins anything.
        let chunk = this.#input.length === 1 ? this.#input[0] : Buffer.concat(this.#input);
        this.#input.length = 0;
        while (chunk !== undefined && chunk.length > 0) {
            const {framed, rest} = this.#take(chunk);
            if (framed !== undefined) {
                if (rest.length > 0) this.#input.push(rest);
                return framed;
            }
            chunk = rest;
        }
        return undefined;
    }

    #take(chunk: Buffer): Taken {
        if (this.#long > 0) return this.#takePiece(chunk);
        return this.#filled === 0 ? this.#takeWhole(chunk) : this.#takePart(chunk);
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
        if (length > this.#maxBytes * OVERSIZE) throw malformed(`message of ${length} bytes`);
        return {start: 1 + width, end: 1 + width + length};
    }

    /** The fast path: messages that lie whole in one chunk are not copied. */
    #takeWhole(bytes: Buffer): Taken {
        const span = this.#span(bytes);
        if (span === undefined || span.end > bytes.length) return this.#takePart(bytes);
        if (span.end - span.start > this.#maxBytes) return this.#takePart(bytes);
        const framed = {bytes: bytes.subarray(span.start, span.end), more: false};
        return {framed, rest: bytes.subarray(span.end)};
    }

    #takePart(bytes: Buffer): Taken {
        const span = this.#span(this.#partial.subarray(0, this.#filled));
        // Until the length is known take one byte at a time: more could belong to the next message.
        const wanted = span === undefined ? 1 : span.end - this.#filled;
        const rest = bytes.subarray(wanted);
        this.#append(bytes.subarray(0, wanted));
        const known = span ?? this.#span(this.#partial.subarray(0, this.#filled));
        if (known !== undefined && known.end - known.start > this.#maxBytes) {
            this.#long = known.end - known.start;
            this.#clear();
            return {framed: undefined, rest};
        }
        if (known === undefined || this.#filled < known.end) return {framed: undefined, rest};
        const message = this.#partial.subarray(known.start, known.end);
        this.#clear();
        return {framed: {bytes: message, more: false}, rest};
    }

    #takePiece(bytes: Buffer): Taken {
        const wanted = Math.min(PIECE, this.#long) - this.#filled;
        const rest = bytes.subarray(wanted);
        this.#append(bytes.subarray(0, wanted));
        if (bytes.length < wanted) return {framed: undefined, rest};
        const piece = this.#partial.subarray(0, this.#filled);
        this.#long -= piece.length;
        this.#clear();
        return {framed: {bytes: piece, more: this.#long > 0}, rest};
    }

    #clear(): void {
        this.#partial = Buffer.alloc(0);
        this.#filled = 0;
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
