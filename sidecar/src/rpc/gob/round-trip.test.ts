import * as fc from 'fast-check';

import {gobFile, readGolden} from '../../../test/plugin-rpc-golden.ts';
import {randomSample, randomType} from '../../../test/random-gob.ts';
import {GobDecoder} from './decoder.ts';
import {GobEncoder} from './encoder.ts';
import {GobError} from './gob-error.ts';

/** Optional scalars that are zero are absent on the wire, and so is everything empty. */
function normal(value: unknown): unknown {
    if (value instanceof Uint8Array || value instanceof Date) return value;
    if (value instanceof Map) return new Map([...value].map(([key, part]) => [key, normal(part)]));
    if (Array.isArray(value)) return value.map(normal);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
        Object.entries(value)
            .map(([key, part]) => [key, normal(part)] as const)
            .filter(([, part]) => !isEmpty(part)),
    );
}

function isEmpty(value: unknown): boolean {
    if (value instanceof Date) return value.getTime() === -62_135_596_800_000;
    if (value instanceof Map) return value.size === 0;
    if (value instanceof Uint8Array || Array.isArray(value)) return value.length === 0;
    if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
    return value === 0 || value === '' || value === false || value === undefined || value === null;
}

function decodeAll(chunks: readonly Uint8Array[]): unknown[] {
    const decoder = new GobDecoder();
    const values: unknown[] = [];
    for (const chunk of chunks) {
        decoder.push(chunk);
        for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
            values.push(value.plain('keep'));
        }
    }
    return values;
}

describe('any value of any type', () => {
    it('decodes to what was encoded', () => {
        fc.assert(
            fc.property(randomSample, ({schema, value}) => {
                const decoder = new GobDecoder();
                decoder.push(new GobEncoder().encodeAll([{schema, value}]));
                const decoded = decoder.next()?.read(schema);
                expect(normal(decoded)).toEqual(normal(value));
                expect(decoder.idle).toBe(true);
            }),
            {numRuns: 500},
        );
    });

    it('comes whole through one stream together with others, however it is cut', () => {
        const stream = fc.array(randomSample, {minLength: 1, maxLength: 5});
        fc.assert(
            fc.property(stream, fc.infiniteStream(fc.integer({min: 1, max: 9})), (parts, steps) => {
                const encoder = new GobEncoder();
                const bytes = Buffer.concat(parts.map((part) => encoder.encodeAll([part])));
                const chunks: Buffer[] = [];
                for (let start = 0; start < bytes.length;) {
                    const step = Number(steps.next().value);
                    chunks.push(bytes.subarray(start, start + step));
                    start += step;
                }
                expect(decodeAll(chunks)).toEqual(decodeAll([bytes]));
                expect(decodeAll(chunks)).toHaveLength(parts.length);
            }),
        );
    });

    it('read with any other type gives a value or a gob error', () => {
        fc.assert(
            fc.property(randomSample, randomType, ({schema, value}, other) => {
                const decoder = new GobDecoder();
                decoder.push(new GobEncoder().encodeAll([{schema, value}]));
                const wire = decoder.next()!;
                try {
                    wire.read(other.schema);
                } catch (error) {
                    expect(error).toBeInstanceOf(GobError);
                    expect(error).toMatchObject({code: 'gob_mismatch'});
                }
                // The stream is not harmed by a reader's mistake.
                expect(normal(wire.read(schema))).toEqual(normal(value));
            }),
            {numRuns: 300},
        );
    });

    it('encoded as any other type gives bytes that decode, or a gob error and a stream as before', () => {
        fc.assert(
            fc.property(randomSample, randomType, ({schema, value}, other) => {
                const encoder = new GobEncoder();
                const chunks: Buffer[] = [];
                try {
                    chunks.push(encoder.encodeAll([{schema: other.schema, value}]));
                } catch (error) {
                    expect(error).toBeInstanceOf(GobError);
                    expect(error).toMatchObject({code: 'gob_value'});
                }
                chunks.push(encoder.encodeAll([{schema, value}]));
                expect(decodeAll(chunks)).toHaveLength(chunks.length);
            }),
            {numRuns: 300},
        );
    });
});

describe('bytes that are no good', () => {
    const streams = readGolden('gob.json', gobFile).encoded.map(({hex}) => Buffer.from(hex, 'hex'));
    const seed = fc.constantFrom(...streams.filter((stream) => stream.length < 1000));

    /** Every value found is read too, so that hostile values meet the whole decoder. */
    function survive(bytes: Buffer): void {
        const decoder = new GobDecoder();
        try {
            decoder.push(bytes);
            for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
                value.plain();
            }
        } catch (error) {
            expect(error).toBeInstanceOf(GobError);
        }
    }

    it('end in a gob error or in values: random bytes', () => {
        fc.assert(
            fc.property(fc.uint8Array({maxLength: 400}), (bytes) => {
                survive(Buffer.from(bytes));
            }),
            {numRuns: 2000},
        );
    });

    it('end in a gob error or in values: real streams with bytes changed, lost and added', () => {
        const change = fc.record({
            at: fc.double({min: 0, max: 1, noNaN: true}),
            remove: fc.nat(3),
            insert: fc.uint8Array({maxLength: 3}),
        });
        fc.assert(
            fc.property(seed, fc.array(change, {minLength: 1, maxLength: 4}), (stream, changes) => {
                let bytes = stream;
                for (const {at, remove, insert} of changes) {
                    const index = Math.floor(at * bytes.length);
                    const rest = bytes.subarray(index + remove);
                    bytes = Buffer.concat([bytes.subarray(0, index), insert, rest]);
                }
                survive(bytes);
            }),
            {numRuns: 3000},
        );
    });

    it('read with a schema of their type end in a gob error or a value', () => {
        const hostile = fc.tuple(randomSample, fc.nat(), fc.nat(255));
        fc.assert(
            fc.property(hostile, ([{schema, value}, at, byte]) => {
                const bytes = new GobEncoder().encodeAll([{schema, value}]);
                bytes[at % bytes.length] = byte;
                const decoder = new GobDecoder();
                try {
                    decoder.push(bytes);
                    decoder.next()?.read(schema);
                } catch (error) {
                    expect(error).toBeInstanceOf(GobError);
                }
            }),
            {numRuns: 2000},
        );
    });

    it.each(streams.filter((stream) => stream.length < 300).map((stream) => [stream]))(
        'cut off anywhere give no value that was not whole (%#)',
        (stream) => {
            const whole = decodeAll([stream]);
            for (let cut = 0; cut < stream.length; cut += 1) {
                const early = decodeAll([stream.subarray(0, cut)]);
                expect(early).toEqual(whole.slice(0, early.length));
                expect(early.length).toBeLessThan(whole.length);
                expect(decodeAll([stream.subarray(0, cut), stream.subarray(cut)])).toEqual(whole);
            }
        },
    );
});
