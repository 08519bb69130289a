import {ByteWriter} from './byte-writer.ts';
import {GobDecoder} from './decoder.ts';
import {GobEncoder} from './encoder.ts';
import {any, type AnyInput, createRegistry, Named, namedType} from './interface-value.ts';
import {
    bytes,
    type GobSchema,
    int,
    int64,
    map,
    optional,
    ref,
    slice,
    string,
    struct,
    uint,
} from './schema.ts';

const user = struct('User', {
    Name: string,
    Age: int,
    Avatar: bytes,
    Tags: slice(string),
    Notes: map(string),
    Home: struct('Place', {City: string}),
    Nick: optional(string),
});

function decoderOf(...chunks: Uint8Array[]): GobDecoder {
    const decoder = new GobDecoder();
    for (const chunk of chunks) decoder.push(chunk);
    return decoder;
}

/** A message written by hand: length and content. */
function message(write: (writer: ByteWriter) => void): Buffer {
    const writer = new ByteWriter();
    write(writer);
    writer.prefixLength(0);
    return Buffer.from(writer.view());
}

/** The definition of a slice type. */
function sliceOf(id: number, element: number): Buffer {
    return message((writer) => {
        writer.int(-id);
        for (const byte of [2, 1, 2]) writer.uint(byte);
        writer.int(id);
        writer.uint(0);
        writer.uint(1);
        writer.int(element);
        writer.uint(0);
        writer.uint(0);
    });
}

const malformed = expect.objectContaining({code: 'gob_malformed'}) as Error;
const mismatch = expect.objectContaining({code: 'gob_mismatch'}) as Error;
const tooLarge = expect.objectContaining({code: 'gob_too_large'}) as Error;

describe('reading with a schema', () => {
    it('fills in what Go left out, but for pointers', () => {
        const wire = decoderOf(new GobEncoder().encode(user, {})).next()!;
        expect(wire.read(user)).toEqual({
            Name: '',
            Age: 0,
            Avatar: Buffer.alloc(0),
            Tags: [],
            Notes: {},
            Home: {City: ''},
        });
        expect(wire.plain()).toEqual({});
    });

    it('drops fields it does not know and takes those it knows in any order', () => {
        const sent = struct('Other', {
            Extra: slice(struct('X', {Y: any})),
            Age: int,
            Name: string,
        });
        const wire = decoderOf(
            new GobEncoder().encode(sent, {Extra: [{Y: {deep: [1]}}], Age: 5, Name: 'n'}),
        ).next()!;
        expect(wire.read(struct('User', {Name: string, Age: int}))).toEqual({Name: 'n', Age: 5});
    });

    it('refuses a struct with no field in common only where Go does', () => {
        const other = struct('Other', {Zz: int});
        const inside = struct('Box', {User: other});
        const encoder = new GobEncoder();
        const decoder = decoderOf(
            encoder.encode(other, {Zz: 1}),
            encoder.encode(inside, {User: {Zz: 1}}),
        );
        expect(() => decoder.next()?.read(user)).toThrow(mismatch);
        expect(decoder.next()?.read(struct('Box', {User: struct('U', {Name: string})}))).toEqual({
            User: {Name: ''},
        });
    });

    it('goes on after a value that did not fit', () => {
        const encoder = new GobEncoder();
        const decoder = decoderOf(encoder.encode(int, 5), encoder.encode(string, 'ok'));
        const first = decoder.next()!;
        expect(() => first.read(string)).toThrow(mismatch);
        expect(first.read(int)).toBe(5);
        expect(decoder.next()?.read(string)).toBe('ok');
    });

    it('gives no half-compiled answer after a type that did not fit', () => {
        interface Tree {
            readonly Kids: readonly Tree[];
            readonly Bad: string;
        }
        const kids: GobSchema<readonly Tree[]> = slice(ref(() => tree));
        const tree: GobSchema<Tree> = struct('Tree', {Kids: kids, Bad: string});
        interface Sent {
            readonly Kids: readonly Sent[];
            readonly Bad: number;
        }
        const list: GobSchema<readonly Sent[]> = slice(ref((): GobSchema<Sent> => sentTree));
        const sentTree: GobSchema<Sent> = struct('Tree', {Kids: list, Bad: int});
        const encoder = new GobEncoder();
        const decoder = decoderOf(
            encoder.encode(sentTree, {Kids: [], Bad: 1}),
            encoder.encode(list, [{Kids: [], Bad: 1}]),
        );
        expect(() => decoder.next()?.read(tree)).toThrow(mismatch);
        expect(() => decoder.next()?.read(kids)).toThrow(mismatch);
    });

    it('refuses integers that a number would change, and gives them to wide schemas', () => {
        const big = 2n ** 60n;
        const encoder = new GobEncoder();
        const wire = decoderOf(encoder.encode(int64, big)).next()!;
        expect(() => wire.read(int)).toThrow(mismatch);
        expect(wire.read(int64)).toBe(big);
        expect(decoderOf(encoder.encode(int64, 5n)).next()?.read(int64)).toBe(5);
    });

    it('keeps keys such as __proto__ as keys', () => {
        const notes = new Map([['__proto__', 'x']]);
        const wire = decoderOf(new GobEncoder().encodeAll([{schema: map(string), value: notes}]));
        const read = wire.next()!.read(map(string));
        expect(Object.entries(read)).toEqual([['__proto__', 'x']]);
        expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    });
});

describe('interface values', () => {
    const box = struct('Box', {V: any});
    const place = namedType('*geo.Place', struct('Place', {City: string, Zip: int}));

    function through(value: AnyInput, registry = createRegistry([place])): unknown {
        const decoder = new GobDecoder({registry});
        decoder.push(new GobEncoder().encode(box, {V: value}));
        return decoder.next()?.read(box).V;
    }

    it.each<AnyInput>([
        null,
        'text',
        true,
        7,
        -0.5,
        2n ** 60n,
        ['a', 1, null, [true]],
        {a: {b: [{c: null}]}},
    ])('come as plain values where Go has a type for them: %j', (value) => {
        expect(through(value)).toEqual(value);
    });

    it('of registered types come with their decoded value', () => {
        const decoded = through(place.of({City: 'Graz'}));
        expect(place.read(decoded)).toEqual({City: 'Graz', Zip: 0});
        expect(namedType('*geo.Place', place.schema).read(decoded)).toBeUndefined();
        expect(place.read('text')).toBeUndefined();
    });

    it('of unknown types keep their name and fields, or are refused, as the registry says', () => {
        const unknown = through(place.of({City: 'Graz'}), createRegistry([]));
        expect(unknown).toEqual(new Named('*geo.Place', {City: 'Graz'}));
        const strict = createRegistry([], {unknownNames: 'refuse'});
        expect(() => through(place.of({City: 'Graz'}), strict)).toThrow(mismatch);
    });

    it('of slices and widths that only Go has come as plain values', () => {
        expect(through(new Named('[]string', ['a', 'b']))).toEqual(['a', 'b']);
        expect(through(new Named('uint8', 200))).toBe(200);
        expect(through(new Named('float32', 3))).toBe(3);
        expect(through(Buffer.from([1, 2]))).toEqual(Buffer.from([1, 2]));
    });
});

describe('limits', () => {
    const bomb = 0x1_0000_0000;

    it('refuses a message length far over the limit before the bytes come', () => {
        const decoder = new GobDecoder({limits: {valueBytes: 1000}});
        decoder.push(Buffer.from([0xfd, 0x01, 0x00, 0x00]));
        expect(() => decoder.next()).toThrow(malformed);
    });

    it('[OPS-02] skips a value over the limit of bytes, however it is chopped, and reads the next one', () => {
        const item: AnyInput = {
            text: 'x'.repeat(70_000),
            list: [1, 'two', null, {deep: [true]}],
            n: 7,
        };
        const values: readonly AnyInput[] = [
            Array.from({length: 40}, () => item),
            Array.from({length: 60_000}, (_none, index) => index),
            'y'.repeat(900_000),
        ];
        for (const value of values) {
            for (const size of [1_000_003, 65_536, 4_097]) {
                const encoder = new GobEncoder();
                const stream = Buffer.concat([
                    encoder.encode(any, 'before'),
                    encoder.encode(any, value),
                    // Types that were first met in what was skipped are known after it.
                    encoder.encode(any, {list: [1, 'after']}),
                ]);
                const decoder = new GobDecoder({limits: {valueBytes: 300_000}});
                const seen: unknown[] = [];
                for (let at = 0; at < stream.length; at += size) {
                    decoder.push(stream.subarray(at, at + size));
                    for (let one = decoder.next(); one !== undefined; one = decoder.next()) {
                        const current = one;
                        if (seen.length === 1) expect(() => current.read(any)).toThrow(tooLarge);
                        seen.push(seen.length === 1 ? 'skipped' : current.read(any));
                    }
                }
                expect(seen).toEqual(['before', 'skipped', {list: [1, 'after']}]);
                expect(decoder.idle).toBe(true);
            }
        }
    });

    it('counts the pieces of one value together', () => {
        const decoder = new GobDecoder({limits: {valueBytes: 60, definitionBytes: 1000}});
        const box = message((writer) => {
            writer.int(8);
            writer.uint(0);
            writer.string('[]interface {}');
        });
        decoder.push(box);
        expect(decoder.next()).toBeUndefined();
        const filler = message((writer) => {
            writer.int(70);
            writer.uint(40);
            writer.raw(Buffer.alloc(40));
        });
        decoder.push(Buffer.concat([sliceOf(70, 6), filler]));
        expect(() => decoder.next()?.plain()).toThrow(tooLarge);
    });

    it('believes no count that the bytes do not bear out', () => {
        const decoder = decoderOf(
            sliceOf(70, 6),
            message((writer) => {
                writer.int(70);
                writer.uint(0);
                writer.uint(bomb);
                writer.uint(0);
            }),
        );
        expect(() => decoder.next()).toThrow(malformed);
    });

    it('skips a value of too many parts and reads the next one', () => {
        const decoder = new GobDecoder({limits: {parts: 100}});
        const encoder = new GobEncoder();
        decoder.push(encoder.encode(slice(string), new Array<string>(200).fill('')));
        decoder.push(encoder.encode(string, 'next'));
        const large = decoder.next()!;
        expect(() => large.read(slice(string))).toThrow(tooLarge);
        expect(() => large.plain()).toThrow(tooLarge);
        expect(decoder.next()?.read(string)).toBe('next');
    });

    function nested(levels: number): AnyInput {
        let value: AnyInput = 'core';
        for (let level = 0; level < levels; level += 1) value = {v: value};
        return value;
    }

    it('reads values up to the depth limit without running out of stack', () => {
        const deep = nested(190);
        const decoder = decoderOf(new GobEncoder().encode(any, deep));
        expect(decoder.next()?.read(any)).toEqual(deep);
    });

    it('[OPS-02] leaves out what lies too deep in a value, keeps what stands beside it, and reads the next one', () => {
        for (const levels of [240, 450]) {
            const value = {before: 'kept', deep: nested(levels), list: [nested(300), 'kept'], z: 1};
            const decoder = decoderOf(
                new GobEncoder().encode(any, value),
                new GobEncoder().encode(string, 'next'),
            );
            const found: unknown = decoder.next()!.read(any);
            expect(found).toMatchObject({before: 'kept', list: [{v: {}}, 'kept'], z: 1});
            expect(JSON.stringify(found)).not.toContain('core');
            expect(decoder.next()?.read(string)).toBe('next');
        }
    });

    it('gives up on nesting without end', () => {
        const self = sliceOf(70, 70);
        const value = message((writer) => {
            writer.int(70);
            writer.uint(0);
            writer.raw(Buffer.alloc(1_000_000, 1));
        });
        expect(() => decoderOf(self, value).next()).toThrow(malformed);
    });

    it('gives up on a stream that defines types without end', () => {
        const decoder = new GobDecoder({limits: {types: 100}});
        for (let id = 64; id < 200; id += 1) decoder.push(sliceOf(id, 6));
        expect(() => decoder.next()).toThrow(malformed);
    });

    it('takes a megabyte byte by byte in reasonable time', () => {
        const big = Buffer.alloc(1_000_000, 7);
        const stream = new GobEncoder().encode(bytes, big);
        const decoder = new GobDecoder();
        for (let at = 0; at < stream.length; at += 1) decoder.push(stream.subarray(at, at + 1));
        expect(decoder.next()?.read(bytes).equals(big)).toBe(true);
    });
});

describe('a broken stream', () => {
    it('stays broken', () => {
        const decoder = decoderOf(Buffer.from([0x02, 0xff, 0x80]));
        let first: unknown;
        try {
            decoder.next();
        } catch (error) {
            first = error;
        }
        expect(first).toEqual(malformed);
        expect(() => decoder.push(new GobEncoder().encode(uint, 5))).toThrow(first as Error);
        expect(() => decoder.next()).toThrow(first as Error);
    });

    it('is seen to end inside a value', () => {
        const stream = new GobEncoder().encode(user, {Name: 'n'});
        const decoder = decoderOf(stream.subarray(0, -1));
        decoder.next();
        expect(decoder.idle).toBe(false);
        decoder.push(stream.subarray(-1));
        decoder.next();
        expect(decoder.idle).toBe(true);
    });

    it.each([
        ['an empty message', Buffer.from([0])],
        ['a length of nine bytes', Buffer.from([0xf0])],
        [
            'bytes after a definition',
            Buffer.concat([Buffer.from([14]), sliceOf(70, 6).subarray(1), Buffer.from([1, 1])]),
        ],
        [
            'an array of another length than its type',
            Buffer.concat([
                message((writer) => {
                    writer.int(-70);
                    for (const byte of [1, 1, 2]) writer.uint(byte);
                    writer.int(70);
                    for (const byte of [0, 1]) writer.uint(byte);
                    writer.int(2);
                    writer.uint(1);
                    writer.int(3);
                    for (const byte of [0, 0]) writer.uint(byte);
                }),
                message((writer) => {
                    writer.int(70);
                    for (const byte of [0, 2, 0, 0]) writer.uint(byte);
                }),
            ]),
        ],
        ['a value of an undefined type', message((writer) => writer.int(99))],
        ['a non-struct without its leading zero', Buffer.from([2, 12, 3])],
    ])('is one with %s', (_name, stream) => {
        expect(() => decoderOf(stream).next()).toThrow(malformed);
    });
});
