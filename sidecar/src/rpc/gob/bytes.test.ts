import * as fc from 'fast-check';

import {ByteReader} from './byte-reader.ts';
import {ByteWriter} from './byte-writer.ts';

/** The encodings once more, written to be obvious, as a judge of the fast ones. */
const slow = {
    uint(value: bigint): number[] {
        if (value < 128n) return [Number(value)];
        const bytes: number[] = [];
        for (let rest = value; rest > 0n; rest /= 256n) bytes.unshift(Number(rest % 256n));
        return [256 - bytes.length, ...bytes];
    },
    int(value: bigint): number[] {
        return slow.uint(value < 0n ? -value * 2n - 1n : value * 2n);
    },
    float(value: number): number[] {
        const bytes = new DataView(new ArrayBuffer(8));
        bytes.setFloat64(0, value, true);
        return slow.uint(bytes.getBigUint64(0));
    },
};

function written(write: (writer: ByteWriter) => void): number[] {
    const writer = new ByteWriter();
    write(writer);
    return [...writer.view()];
}

function reader(bytes: readonly number[]): ByteReader {
    return new ByteReader(Buffer.from(bytes));
}

const uint64 = fc.oneof(
    fc.bigInt({min: 0n, max: 2n ** 64n - 1n}),
    fc.nat(64).map((bits) => 2n ** BigInt(bits) - 1n),
);
const int64 = fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n});

describe('basic encodings', () => {
    it('writes and reads unsigned integers as the slow codec does', () => {
        fc.assert(
            fc.property(uint64, (value) => {
                const bytes = slow.uint(value);
                expect(written((writer) => writer.uint(value))).toEqual(bytes);
                expect(BigInt(reader(bytes).uint())).toBe(value);
            }),
        );
    });

    it('writes and reads signed integers as the slow codec does, as numbers too', () => {
        fc.assert(
            fc.property(fc.oneof(int64, fc.integer().map(BigInt)), (value) => {
                const bytes = slow.int(value);
                expect(written((writer) => writer.int(value))).toEqual(bytes);
                expect(BigInt(reader(bytes).int())).toBe(value);
                if (Number.isSafeInteger(Number(value))) {
                    expect(written((writer) => writer.int(Number(value)))).toEqual(bytes);
                    expect(reader(bytes).int()).toBe(Number(value));
                }
            }),
        );
    });

    it('writes and reads floats as the slow codec does', () => {
        fc.assert(
            fc.property(fc.double(), (value) => {
                const bytes = slow.float(value);
                expect(written((writer) => writer.float(value))).toEqual(bytes);
                expect(reader(bytes).float()).toBe(value);
            }),
        );
    });

    it('gives a number just below the limit of exactness and a bigint above', () => {
        expect(reader(slow.uint(2n ** 53n - 1n)).uint()).toBe(Number.MAX_SAFE_INTEGER);
        expect(reader(slow.uint(2n ** 53n)).uint()).toBe(2n ** 53n);
        expect(reader(slow.int(-(2n ** 53n))).int()).toBe(-(2n ** 53n));
    });

    it('reads text of one, of many and of foreign bytes', () => {
        for (const text of ['', 'a', 'é', 'a longer text of ASCII', 'ein längerer ✨ Text']) {
            const bytes = written((writer) => writer.string(text));
            expect(reader(bytes).string()).toBe(text);
        }
        expect(reader([2, 0xff, 0x41]).string()).toBe('\uFFFDA');
    });

    it('hands out bytes that do not change with the buffer they came in', () => {
        const chunk = Buffer.from([2, 7, 8]);
        const bytes = new ByteReader(chunk).bytes();
        chunk.fill(0);
        expect([...bytes]).toEqual([7, 8]);
    });

    it.each([
        ['an integer cut off', [0xfe, 1], (r: ByteReader) => r.uint()],
        [
            'an integer of nine bytes',
            [0xf7, 1, 1, 1, 1, 1, 1, 1, 1, 1],
            (r: ByteReader) => r.uint(),
        ],
        ['a float cut off', [0xf8, 1], (r: ByteReader) => r.float()],
        ['bytes past the end', [200, 1], (r: ByteReader) => r.bytes()],
        ['text past the end', [0xfc, 255, 255, 255, 255, 65], (r: ByteReader) => r.string()],
        ['a count of 64 bits', slow.uint(2n ** 63n), (r: ByteReader) => r.count()],
        ['nothing at all', [], (r: ByteReader) => r.id()],
    ])('refuses %s', (_name, bytes, read) => {
        expect(() => read(reader(bytes))).toThrow(
            expect.objectContaining({code: 'gob_malformed'}) as Error,
        );
    });

    it('puts a length in front of what was written, short or long', () => {
        for (const size of [0, 1, 127, 128, 255, 256, 70_000]) {
            const writer = new ByteWriter();
            writer.uint(9);
            writer.raw(Buffer.alloc(size, 7));
            writer.prefixLength(1);
            const bytes = [...writer.view()];
            expect(bytes).toEqual([
                9,
                ...slow.uint(BigInt(size)),
                ...new Array<number>(size).fill(7),
            ]);
        }
    });
});
