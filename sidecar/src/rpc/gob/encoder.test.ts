import {GobDecoder} from './decoder.ts';
import {GobEncoder, part} from './encoder.ts';
import {any, Named} from './interface-value.ts';
import {time} from './codecs.ts';
import {
    type AnySchema,
    array,
    bool,
    bytes,
    complex,
    emptyStruct,
    float,
    int,
    map,
    mapOf,
    optional,
    slice,
    string,
    struct,
    uint,
} from './schema.ts';

const point = struct('Point', {X: int, Y: int});
const shape = struct('Shape', {Corners: slice(point), Label: any});

function plain(stream: Uint8Array): unknown[] {
    const decoder = new GobDecoder();
    decoder.push(stream);
    const values: unknown[] = [];
    for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
        values.push(value.plain('keep'));
    }
    return values;
}

describe('type definitions', () => {
    it('go out once per stream, before the first value that needs them', () => {
        const encoder = new GobEncoder();
        const first = encoder.encode(point, {X: 1});
        const second = encoder.encode(point, {X: 1});
        expect(second.length).toBe(6);
        expect(first.length).toBeGreaterThan(30);
        expect(plain(Buffer.concat([first, second]))).toEqual([{X: 1}, {X: 1}]);
    });

    it('are shared by values inside interfaces and outside', () => {
        const encoder = new GobEncoder();
        const first = encoder.encode(any, {k: [1]});
        const again = encoder.encode(any, {k: [1]});
        expect(again.length).toBeLessThan(first.length - 20);
        expect(plain(Buffer.concat([first, again]))).toHaveLength(2);
    });

    it('are not counted as sent when the value was refused', () => {
        const encoder = new GobEncoder();
        const bad: unknown = {Corners: [{X: 'no'}]};
        expect(() => encoder.encodeAll([{schema: shape, value: bad}])).toThrow('Corners.0.X');
        const good = encoder.encode(shape, {Corners: [{X: 1}]});
        expect(good).toEqual(new GobEncoder().encode(shape, {Corners: [{X: 1}]}));
        expect(plain(good)).toEqual([{Corners: [{X: 1}]}]);
    });

    it('are taken back for the whole batch when its last value is refused', () => {
        const encoder = new GobEncoder();
        const bad: unknown = Symbol('no');
        expect(() =>
            encoder.encodeAll([part(point, {X: 1}), {schema: string, value: bad}]),
        ).toThrow(/^gob: /);
        expect(plain(encoder.encode(point, {X: 2}))).toEqual([{X: 2}]);
    });
});

describe('what is not sent', () => {
    it('is a zero value in a struct', () => {
        const all = struct('All', {
            B: bool,
            I: int,
            U: uint,
            F: float,
            S: string,
            By: bytes,
            L: slice(int),
            M: map(int),
            T: time,
            A: any,
            P: optional(string),
        });
        const zero = {
            B: false,
            I: 0,
            U: 0,
            F: -0,
            S: '',
            By: Buffer.alloc(0),
            L: [],
            M: {},
            T: new Date(-62_135_596_800_000),
            A: null,
            P: '',
        };
        const encoder = new GobEncoder();
        expect(encoder.encode(all, zero).equals(new GobEncoder().encode(all, {}))).toBe(true);
        expect(encoder.encode(all, zero)).toEqual(Buffer.from([3, 0xff, 0x80, 0]));
    });

    it('is sent elsewhere', () => {
        expect(plain(new GobEncoder().encode(slice(int), [0, 0]))).toEqual([[0, 0]]);
        expect(plain(new GobEncoder().encode(map(bool), {a: false}))).toEqual([{a: false}]);
        expect(plain(new GobEncoder().encode(shape, {Label: 0}))).toEqual([
            {Label: new Named('int64', 0)},
        ]);
        expect(plain(new GobEncoder().encode(shape, {Corners: [{}]}))).toEqual([{Corners: [{}]}]);
    });

    it('is an undefined entry of a map', () => {
        const value: unknown = {a: undefined, b: 1};
        expect(plain(new GobEncoder().encodeAll([{schema: map(int), value}]))).toEqual([{b: 1}]);
    });
});

describe('plain values in interfaces', () => {
    it.each<[unknown, string]>([
        ['text', 'string'],
        [true, 'bool'],
        [7, 'int64'],
        [2n ** 62n, 'int64'],
        [1.5, 'float64'],
        [1e300, 'float64'],
        [-0, 'float64'],
        [Buffer.from('x'), '[]uint8'],
        [[1], '[]interface {}'],
        [{a: 1}, 'map[string]interface {}'],
        [Object.create(null), 'map[string]interface {}'],
    ])('%p travels as %s', (value, name) => {
        const stream = new GobEncoder().encodeAll([{schema: any, value}]);
        expect(plain(stream)).toEqual([expect.objectContaining({name})]);
    });

    it('take another Go type by name', () => {
        const named = new Named('float64', 3);
        expect(plain(new GobEncoder().encode(any, named))).toEqual([new Named('float64', 3)]);
    });
});

describe('a value that does not fit its schema', () => {
    const cyclic: {self?: unknown} = {};
    cyclic.self = cyclic;
    const cases: [string, AnySchema, unknown, string][] = [
        ['text for a number', shape, {Corners: [{}, {Y: '1'}]}, 'Corners.1.Y: wanted integer'],
        ['a fraction for an integer', int, 1.5, 'wanted integer'],
        ['an inexact integer', int, 2 ** 60, 'wanted integer'],
        ['65 bits', int, 2n ** 63n, 'wanted integer of 64 bits'],
        ['a negative count', uint, -1, 'wanted unsigned integer'],
        ['a negative wide count', uint, -1n, 'wanted integer of 64 bits'],
        ['a number for a boolean', bool, 1, 'wanted boolean'],
        ['a number for text', string, 1, 'wanted string'],
        ['a bigint for a float', float, 1n, 'wanted number'],
        ['text for bytes', bytes, 'abc', 'wanted bytes'],
        ['one part of a complex number', complex, [1], 'wanted pair'],
        ['an object for a list', slice(int), {}, 'wanted array'],
        ['null in a list', slice(point), [null], '0: wanted struct Point'],
        ['a short array', array(int, 3), [1, 2], 'wanted array of 3'],
        ['a list for a struct', point, [], 'wanted struct'],
        ['a list for a map', map(int), [], 'wanted object or Map'],
        ['an object for a map of other keys', mapOf(int, int), {a: 1}, 'wanted Map'],
        ['a wrong map entry', map(map(int)), {a: {b: 'x'}}, 'a.b: wanted integer'],
        ['an invalid date', struct('T', {At: time}), {At: new Date(NaN)}, 'At: no Time'],
        ['text for a date', struct('T', {At: time}), {At: '2026'}, 'At: no Time'],
        [
            'an unregistered name',
            shape,
            {Label: new Named('x.Y', {})},
            'a registered name, not x.Y',
        ],
        ['a class instance in an interface', shape, {Label: new Date()}, 'plain object'],
        ['a function in an interface', shape, {Label: () => 1}, 'wanted plain value'],
        ['a cycle', any, cyclic, 'less nesting'],
        ['nothing for a struct', emptyStruct, undefined, 'wanted struct'],
    ];
    it.each(cases)('is refused with the path to it: %s', (_name, schema, value, message) => {
        const attempt = (): Buffer => new GobEncoder().encodeAll([{schema, value}]);
        expect(attempt).toThrow(expect.objectContaining({code: 'gob_value'}) as Error);
        expect(attempt).toThrow(message);
    });

    it('is one that is too large', () => {
        const encoder = new GobEncoder(1000);
        expect(() => encoder.encode(bytes, Buffer.alloc(2000))).toThrow('too large');
        expect(plain(encoder.encode(bytes, Buffer.alloc(900)))).toHaveLength(1);
    });

    it('is a schema that contains itself by value, seen when it is read', () => {
        interface Loop {
            readonly L?: Loop | undefined;
        }
        const loop: AnySchema = struct('Loop', {
            L: {kind: 'ref', target: (): AnySchema => loop},
        });
        const decoder = new GobDecoder();
        const value: Loop = {};
        decoder.push(new GobEncoder().encodeAll([{schema: loop, value}]));
        expect(() => decoder.next()?.read(loop)).toThrow('make the inner field optional');
    });
});

describe('times', () => {
    it('keep their instant to the millisecond, whatever the zone they were sent in', () => {
        for (const iso of ['1969-12-31T23:59:59.999Z', '2026-11-21T10:20:30.500Z']) {
            const decoder = new GobDecoder();
            decoder.push(new GobEncoder().encode(time, new Date(iso)));
            expect(decoder.next()?.read(time).toISOString()).toBe(iso);
        }
    });

    it('that are no times are refused', () => {
        const decoder = new GobDecoder();
        const bad = Buffer.from([2, 0xff, 0x80]);
        expect(() => time.kind === 'opaque' && time.codec.decode(bad)).toThrow('not a time');
        decoder.push(new GobEncoder().encode(time, new Date(0)));
        expect(() => decoder.next()?.read(string)).toThrow(/^gob: wrong type/);
    });
});
