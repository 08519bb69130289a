const scratch = Buffer.alloc(8);

const FIRST_BYTES = 256;

/** A writer that is used again keeps no more than this. */
const KEPT_BYTES = 256 * 1024;

/** Collects gob's basic encodings in one growing buffer. */
export class ByteWriter {
    #buffer = Buffer.allocUnsafe(FIRST_BYTES);
    #length = 0;

    /** Bytes written so far. */
    get length(): number {
        return this.#length;
    }

    /** A view of what was written; valid until the next write. */
    view(): Buffer {
        return this.#buffer.subarray(0, this.#length);
    }

    /** Forgets what was written and starts anew; a large buffer is given back. */
    clear(): void {
        this.#length = 0;
        if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafe(FIRST_BYTES);
    }

    #reserve(more: number): void {
        const needed = this.#length + more;
        if (needed <= this.#buffer.length) return;
        const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
        this.#buffer.copy(grown, 0, 0, this.#length);
        this.#buffer = grown;
    }

    /** An unsigned integer; the caller has checked that it is one of at most 64 bits. */
    uint(value: number | bigint): void {
        this.#reserve(9);
        if (typeof value === 'number' && value < 128) {
            this.#buffer[this.#length++] = value;
            return;
        }
        scratch.writeBigUInt64BE(BigInt(value));
        this.#shortest();
    }

    /** Writes `scratch` without its leading zero bytes, after a byte with their number. */
    #shortest(): void {
        let start = 0;
        while (start < 7 && scratch[start] === 0) start += 1;
        const first = scratch[start] ?? 0;
        if (start < 7 || first >= 128) this.#buffer[this.#length++] = 256 - (8 - start);
        scratch.copy(this.#buffer, this.#length, start);
        this.#length += 8 - start;
    }

    /** A signed integer; the caller has checked that it is one of at most 64 bits. */
    int(value: number | bigint): void {
        if (typeof value === 'number' && value >= -64 && value < 64) {
            this.uint(value < 0 ? -value * 2 - 1 : value * 2);
            return;
        }
        const wide = BigInt(value);
        this.uint(wide < 0n ? (~wide << 1n) | 1n : wide << 1n);
    }

    /** An IEEE double. */
    float(value: number): void {
        this.#reserve(9);
        scratch.writeDoubleLE(value);
        this.#shortest();
    }

    /** Length-prefixed bytes. */
    bytes(value: Uint8Array): void {
        this.uint(value.length);
        this.raw(value);
    }

    /** Bytes as they are. */
    raw(value: Uint8Array): void {
        this.#reserve(value.length);
        this.#buffer.set(value, this.#length);
        this.#length += value.length;
    }

    /** Length-prefixed UTF-8. */
    string(value: string): void {
        const length = Buffer.byteLength(value);
        this.uint(length);
        this.#reserve(length);
        this.#buffer.write(value, this.#length, 'utf8');
        this.#length += length;
    }

    /** Puts the byte count of everything written since `start` in front of it. */
    prefixLength(start: number): void {
        const length = this.#length - start;
        this.uint(length);
        const prefix = Buffer.from(this.#buffer.subarray(start + length, this.#length));
        this.#buffer.copyWithin(start + prefix.length, start, start + length);
        prefix.copy(this.#buffer, start);
    }
}
