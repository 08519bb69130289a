import {malformed} from './gob-error.ts';

const scratch = Buffer.alloc(8);

/** Up to this length the built-in decoder costs more than adding up ASCII characters. */
const SHORT_STRING = 12;

/**
 * Reads gob's basic encodings from one message. Every read checks the bytes that are left, so a
 * hostile length can neither run past the end nor reserve memory.
 */
export class ByteReader {
    readonly #bytes: Buffer;
    #position = 0;

    constructor(bytes: Buffer) {
        this.#bytes = bytes;
    }

    /** Bytes not read yet. */
    get left(): number {
        return this.#bytes.length - this.#position;
    }

    /** What is not read yet, as a view. */
    get rest(): Buffer {
        return this.#bytes.subarray(this.#position);
    }

    /** Passes over at most `length` bytes; how many that were. */
    skip(length: number): number {
        const skipped = Math.min(length, this.left);
        this.#position += skipped;
        return skipped;
    }

    #byte(): number {
        const byte = this.#bytes[this.#position];
        if (byte === undefined) throw malformed('message ends inside a value');
        this.#position += 1;
        return byte;
    }

    /** The start of the next `length` bytes, which are then counted as read. */
    #advance(length: number): number {
        const start = this.#position;
        if (length > this.left) throw malformed('length past the end of the message');
        this.#position += length;
        return start;
    }

    /** How many bytes follow a first byte of 128 and more. */
    #width(first: number): number {
        const width = 256 - first;
        if (width > 8) throw malformed('encoded unsigned integer out of range');
        return width;
    }

    /** An unsigned integer of 64 bits: a number if it is safe as one, else a bigint. */
    uint(): number | bigint {
        const first = this.#byte();
        if (first < 128) return first;
        const width = this.#width(first);
        const start = this.#advance(width);
        if (width <= 6) return this.#bytes.readUIntBE(start, width);
        const high = this.#bytes.readUIntBE(start, width - 4);
        const low = this.#bytes.readUInt32BE(start + width - 4);
        if (high < 0x20_0000) return high * 0x1_0000_0000 + low;
        return (BigInt(high) << 32n) | BigInt(low);
    }

    /** A signed integer of 64 bits: a number if it is safe as one, else a bigint. */
    int(): number | bigint {
        const raw = this.uint();
        if (typeof raw === 'number') return raw % 2 === 1 ? -(raw + 1) / 2 : raw / 2;
        const value = (raw & 1n) === 1n ? ~(raw >> 1n) : raw >> 1n;
        const asNumber = Number(value);
        return Number.isSafeInteger(asNumber) ? asNumber : value;
    }

    /** An unsigned integer used as a count, an id or a field number. */
    count(): number {
        const value = this.uint();
        if (typeof value === 'bigint') throw malformed('count out of range');
        return value;
    }

    /** A signed integer used as a type id. */
    id(): number {
        const value = this.int();
        if (typeof value === 'bigint') throw malformed('type id out of range');
        return value;
    }

    /** An IEEE double: its bytes come reversed, as an unsigned integer. */
    float(): number {
        scratch.fill(0);
        const first = this.#byte();
        if (first < 128) {
            scratch[0] = first;
            return scratch.readDoubleBE(0);
        }
        const width = this.#width(first);
        const start = this.#advance(width);
        for (let index = 0; index < width; index += 1) {
            scratch[index] = this.#bytes[start + width - 1 - index] ?? 0;
        }
        return scratch.readDoubleBE(0);
    }

    /** A copy of length-prefixed bytes: a view would keep a whole received chunk in memory. */
    bytes(): Buffer {
        const length = this.count();
        const start = this.#advance(length);
        return Buffer.from(this.#bytes.subarray(start, start + length));
    }

    /** Length-prefixed text; bytes that are not UTF-8 become U+FFFD. */
    string(): string {
        const length = this.count();
        const start = this.#advance(length);
        if (length <= SHORT_STRING) {
            let text = '';
            for (let index = start; index < start + length; index += 1) {
                const byte = this.#bytes[index] ?? 0;
                if (byte > 127) return this.#bytes.toString('utf8', start, start + length);
                text += String.fromCharCode(byte);
            }
            return text;
        }
        return this.#bytes.toString('utf8', start, start + length);
    }
}
