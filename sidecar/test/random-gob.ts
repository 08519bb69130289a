/** Random schemas with values of theirs, for property tests. */
import * as fc from 'fast-check';

import {time} from '../src/rpc/gob/codecs.ts';
import {any} from '../src/rpc/gob/interface-value.ts';
import {
    type AnySchema,
    array,
    bool,
    bytes,
    complex,
    float,
    int,
    int64,
    map,
    mapOf,
    optional,
    slice,
    string,
    struct,
    uint,
    uint64,
} from '../src/rpc/gob/schema.ts';

/** A schema and an arbitrary of values that decode to themselves. */
export interface RandomType {
    readonly schema: AnySchema;
    readonly value: fc.Arbitrary<unknown>;
}

/** In a struct −0 is absent, as in Go, and comes back as 0. */
const number = fc.double().map((value) => (value === 0 ? 0 : value));
const text = fc.string({unit: 'binary'});
const key = text.filter((value) => value !== '__proto__');
const blob = fc.uint8Array({maxLength: 300}).map((value) => Buffer.from(value));
const wideInt = fc
    .bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n})
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const wideUint = fc
    .bigInt({min: 0n, max: 2n ** 64n - 1n})
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
const date = fc.date({noInvalidDate: true});

/** JSON-like values, and what else may stand in an interface by itself. */
const {anything} = fc.letrec<{anything: unknown}>((tie) => ({
    anything: fc.oneof(
        {maxDepth: 4, withCrossShrink: true},
        fc.oneof(fc.constant(null), text, fc.boolean(), fc.integer(), number, blob),
        fc.array(tie('anything'), {maxLength: 4}),
        fc.dictionary(key, tie('anything'), {maxKeys: 4, noNullPrototype: true}),
    ),
}));

const scalars: readonly RandomType[] = [
    {schema: bool, value: fc.boolean()},
    {schema: int, value: fc.maxSafeInteger()},
    {schema: int64, value: wideInt},
    {schema: uint, value: fc.maxSafeNat()},
    {schema: uint64, value: wideUint},
    {schema: float, value: number},
    {schema: complex, value: fc.tuple(number, number)},
    {schema: string, value: text},
    {schema: bytes, value: blob},
    {schema: time, value: date},
    {schema: any, value: anything},
];

function structType(fields: readonly (readonly [string, RandomType, boolean])[]): RandomType {
    const schema = struct(
        'Random',
        Object.fromEntries(
            fields.map(([name, type, pointer]) => [
                name,
                pointer ? optional(type.schema) : type.schema,
            ]),
        ),
    );
    const values = Object.fromEntries(fields.map(([name, type]) => [name, type.value] as const));
    return {schema, value: fc.record(values, {noNullPrototype: true})};
}

const {type} = fc.letrec<{type: RandomType}>((tie) => ({
    type: fc.oneof(
        {maxDepth: 3, withCrossShrink: true},
        fc.constantFrom(...scalars),
        tie('type').map(({schema, value}) => ({
            schema: slice(schema),
            value: fc.array(value, {maxLength: 4}),
        })),
        fc.tuple(tie('type'), fc.nat(3)).map(([{schema, value}, length]) => ({
            schema: array(schema, length),
            value: fc.array(value, {minLength: length, maxLength: length}),
        })),
        tie('type').map(({schema, value}) => ({
            schema: map(schema),
            value: fc.dictionary(key, value, {maxKeys: 4, noNullPrototype: true}),
        })),
        tie('type').map(({schema, value}) => ({
            schema: mapOf(int, schema),
            value: fc
                .array(fc.tuple(fc.integer(), value), {maxLength: 4})
                .map((entries) => new Map(entries)),
        })),
        fc
            .uniqueArray(
                fc.tuple(fc.stringMatching(/^[A-Z][a-z0-9]{0,6}$/), tie('type'), fc.boolean()),
                {maxLength: 5, selector: ([name]) => name},
            )
            .map(structType),
    ),
}));

/** Any type of at most four levels. */
export const randomType: fc.Arbitrary<RandomType> = type;

/** Any type with one value of it. */
export const randomSample: fc.Arbitrary<{schema: AnySchema; value: unknown}> = type.chain(
    ({schema, value}) => value.map((one) => ({schema, value: one})),
);
