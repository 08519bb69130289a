import {
    comparable,
    gobFile,
    nameless,
    readGolden,
    schemaReader,
    valueOf,
} from '../../../test/plugin-rpc-golden.ts';
import {opaqueBytes} from './codecs.ts';
import {GobDecoder, type WireValue} from './decoder.ts';
import {GobEncoder} from './encoder.ts';
import {any, createRegistry, Named, namedType} from './interface-value.ts';
import {
    type AnySchema,
    bool,
    bytes,
    emptyStruct,
    float,
    int,
    map,
    slice,
    string,
    struct,
    uint,
} from './schema.ts';

const golden = readGolden('gob.json', gobFile);

const point = struct('Point', {X: int, Y: int});
const appError = struct('AppError', {
    Id: string,
    Message: string,
    DetailedError: string,
    RequestId: string,
    StatusCode: int,
    Where: string,
    SkipTranslation: bool,
});
const attachment = struct('Attachment', {
    Text: string,
    Actions: slice(struct('Action', {Id: string, Name: string, Context: map(any)})),
});
const named = new Map(
    [
        namedType('main.Point', point),
        namedType('time.Time', opaqueBytes('Time', 'GobEncoder')),
        namedType('*model.AppError', appError),
        namedType('*plugin.ErrorString', struct('ErrorString', {Code: int, Err: string})),
        namedType('[]*model.SlackAttachment', slice(attachment)),
    ].map((type) => [type.name, type]),
);
const registry = createRegistry([...named.values()]);

function valuesIn(stream: Buffer): WireValue[] {
    const decoder = new GobDecoder({registry});
    decoder.push(stream);
    const values: WireValue[] = [];
    for (let value = decoder.next(); value !== undefined; value = decoder.next()) {
        values.push(value);
    }
    expect(decoder.idle).toBe(true);
    return values;
}

/** Without the zero fields that a schema fills in and that Go's JSON view leaves out. */
function withoutZeros(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutZeros);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
    const isZero = (part: unknown): boolean => part === 0 || part === '' || part === false;
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, part]) => !isZero(part))
            .map(([key, part]) => [key, withoutZeros(part)]),
    );
}

/** Gives interface values their registered types, and int-keyed maps their Map, for encoding. */
function encodable(value: unknown, goType: string): unknown {
    if (value instanceof Named) {
        return new Named(value.name, encodable(value.value, ''), named.get(value.name));
    }
    if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((element) => encodable(element, ''));
    const entries = Object.entries(value).map(
        ([key, entry]) => [key, encodable(entry, '')] as const,
    );
    if (goType === 'map[int]string') {
        return new Map(entries.map(([key, entry]) => [Number(key), entry]));
    }
    return Object.fromEntries(entries);
}

describe('decoding what Go encoded', () => {
    it.each(golden.encoded)('reads "$name" without a schema', ({hex, values}) => {
        const decoded = valuesIn(Buffer.from(hex, 'hex'));
        expect(decoded.map((value) => comparable(value.plain('keep')))).toEqual(
            values.map(valueOf),
        );
        expect(decoded.map((value) => comparable(value.plain()))).toEqual(
            values.map((value) => nameless(valueOf(value))),
        );
    });

    it.each(golden.encoded)('reads "$name" with its schema', ({hex, values, schema}) => {
        const read = schemaReader();
        const decoded = valuesIn(Buffer.from(hex, 'hex')).map((value, index) =>
            value.read(read(schema[index])),
        );
        expect(decoded.map((value) => withoutZeros(nameless(comparable(value))))).toEqual(
            values.map((value) => withoutZeros(nameless(valueOf(value)))),
        );
    });

    it.each(golden.encoded)('ends the values of "$name" where Go ended them', ({hex, ends}) => {
        const stream = Buffer.from(hex, 'hex');
        const decoder = new GobDecoder();
        const found: number[] = [];
        for (const [index, byte] of stream.entries()) {
            decoder.push(Buffer.of(byte));
            if (decoder.next() !== undefined) found.push(index + 1);
        }
        expect(found).toEqual(ends);
    });
});

/**
 * Where our bytes differ from Go's for a reason: Go's bits of NaN, its names for some inner types,
 * and definitions inside interface values, which we send before the value instead.
 */
const NOT_BYTE_EQUAL = new Set([
    'float nan',
    'map of struct',
    'map of pointers',
    'recursive',
    'nested',
    'nested zero: inner struct is still sent',
    'all kinds',
    'all kinds zero: arrays are still sent',
    'any []string',
    'any []any',
    'any map[string]any',
    'any map nil value',
    'any struct',
    'any time',
    'any nested 2 levels (type definition inside the value)',
    'any nested 3 levels',
    '[]any with late types: value spans several messages',
    'map[string]any top level',
    'attachments registered under the old name',
    'error AppError',
    'error ErrorString',
    'error ErrorString EOF',
    'times in struct',
    'times zero in struct: nothing is sent',
    'request with url',
    'url nil',
    'stream: several types',
    'stream: interface types are defined once',
]);

describe('encoding what Go encoded', () => {
    it.each(golden.encoded)('writes "$name" so that it reads the same', (golden) => {
        const read = schemaReader();
        const encoder = new GobEncoder();
        const stream = Buffer.concat(
            golden.values.map((value, index) =>
                encoder.encodeAll([
                    {
                        schema: read(golden.schema[index]),
                        value: encodable(valueOf(value), golden.goType[index] ?? ''),
                    },
                ]),
            ),
        );
        expect(valuesIn(stream).map((value) => comparable(value.plain('keep')))).toEqual(
            golden.values.map(valueOf),
        );
        expect(stream.toString('hex') === golden.hex).toBe(!NOT_BYTE_EQUAL.has(golden.name));
    });
});

describe('accepting what Go accepts', () => {
    const few = struct('Few', {B: string});
    const targets: Readonly<Record<string, AnySchema>> = {
        'main.Many': struct('Many', {A: int, B: string}),
        'main.Few': few,
        'main.Empty': emptyStruct,
        'main.Nested': struct('Nested', {
            Name: string,
            Inner: point,
            List: slice(struct('Point', {X: int, Y: int})),
        }),
        'main.AnyBox': struct('AnyBox', {V: any}),
        'main.Post': struct('Post', {Props: map(any)}),
        'struct { B bool }': struct('', {B: bool}),
        'struct { B float64 }': struct('', {B: float}),
        '[]uint8': bytes,
        string: string,
        uint32: uint,
        'map[string][]string': map(slice(string)),
    };
    const strict = createRegistry([...named.values()], {unknownNames: 'refuse'});
    /** Our schemas know no widths, so an int8 is any integer. */
    const cases = golden.accepted.filter(({goTarget}) => goTarget !== 'int8');

    function readAs(hex: string, target: AnySchema): unknown {
        const decoder = new GobDecoder({registry: strict});
        decoder.push(Buffer.from(hex, 'hex'));
        return decoder.next()?.read(target);
    }

    it.each(cases.filter(({error}) => error === undefined))(
        'accepts: $name',
        ({hex, goTarget, value}) => {
            const result = nameless(comparable(readAs(hex, targets[goTarget]!)));
            expect(withoutZeros(result)).toEqual(withoutZeros(nameless(valueOf(value))));
        },
    );

    it.each(cases.filter(({error}) => error !== undefined))('refuses: $name', ({hex, goTarget}) => {
        expect(() => readAs(hex, targets[goTarget]!)).toThrow(/^gob: /);
    });
});
