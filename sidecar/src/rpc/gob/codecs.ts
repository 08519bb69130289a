import type {GobSchema, OpaqueEncoding} from './schema.ts';
import {opaque} from './schema.ts';

/** Seconds from Go's zero time, the start of year 1, to 1970. */
const YEAR_ONE_TO_EPOCH = 62_135_596_800n;

/** Marks UTC where otherwise the offset in minutes stands. */
const UTC = -1;

function encodeTime(value: Date): Uint8Array {
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw new RangeError('invalid date');
    const seconds = Math.floor(ms / 1000);
    const bytes = Buffer.alloc(15);
    bytes[0] = 1;
    bytes.writeBigInt64BE(BigInt(seconds) + YEAR_ONE_TO_EPOCH, 1);
    bytes.writeInt32BE((ms - seconds * 1000) * 1_000_000, 9);
    bytes.writeInt16BE(UTC, 13);
    return bytes;
}

function decodeTime(bytes: Buffer): Date {
    const version = bytes[0];
    // Version 2 adds a byte of offset seconds; the offset itself does not change the instant.
    const expected = version === 1 ? 15 : version === 2 ? 16 : -1;
    if (bytes.length !== expected) throw new RangeError('not a time');
    const seconds = Number(bytes.readBigInt64BE(1) - YEAR_ONE_TO_EPOCH);
    const date = new Date(seconds * 1000 + Math.trunc(bytes.readInt32BE(9) / 1_000_000));
    if (Number.isNaN(date.getTime())) throw new RangeError('time out of range');
    return date;
}

/** Go's `time.Time` as a Date: milliseconds only, always sent as UTC; absent is the year 1. */
export const time: GobSchema<Date> = opaque('Time', 'GobEncoder', {
    encode: encodeTime,
    decode: decodeTime,
    zero: () => new Date(Number(-YEAR_ONE_TO_EPOCH) * 1000),
});

/** A type whose bytes are text, such as `url.URL`, which is a BinaryMarshaler. */
export function opaqueText(name: string, encoding: OpaqueEncoding): GobSchema<string> {
    return opaque(name, encoding, {
        encode: (value: string) => Buffer.from(value),
        decode: (bytes) => bytes.toString(),
        zero: () => '',
    });
}

/** A type whose bytes are passed on as they are. */
export function opaqueBytes(name: string, encoding: OpaqueEncoding): GobSchema<Uint8Array, Buffer> {
    return opaque(name, encoding, {
        encode: (value: Uint8Array) => value,
        decode: (bytes) => bytes,
        zero: () => Buffer.alloc(0),
    });
}
