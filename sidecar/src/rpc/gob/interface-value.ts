import type {AnySchema, GobSchema} from './schema.ts';
import {bool, bytes, complex, float, int64, map, slice, string, uint64} from './schema.ts';

/**
 * An interface value with its registered Go name, where the name is not implied by the value. Made
 * by `NamedType.of`, or directly for Go's own types: `new Named('float64', 3)`.
 */
export class Named {
    readonly name: string;
    readonly value: unknown;
    /** The registered type, absent for Go's own and for names that nobody registered. */
    readonly type: AnyNamedType | undefined;

    constructor(name: string, value: unknown, type?: AnyNamedType) {
        this.name = name;
        this.value = value;
        this.type = type;
    }
}

/**
 * What may stand in a Go `interface {}` to be encoded. Plain values choose their Go type: text is
 * `string`, a safe integer `int64`, other numbers `float64`, a bigint `int64`, bytes `[]uint8`, an
 * array `[]interface {}`, an object `map[string]interface {}`, null and undefined nil.
 */
export type AnyInput =
    | null
    | undefined
    | boolean
    | number
    | bigint
    | string
    | Uint8Array
    | Named
    | readonly AnyInput[]
    | {readonly [key: string]: AnyInput};

/**
 * A decoded `interface {}`: Go's own types come as plain values, registered types as `Named` with
 * the type's decoded value, unknown names as `Named` with a plain value and no type.
 */
export type AnyOutput =
    | null
    | boolean
    | number
    | bigint
    | string
    | Buffer
    | Named
    | readonly AnyOutput[]
    | {readonly [key: string]: AnyOutput};

/** A Go `interface {}`, or any other interface type such as `error`. */
export const any: GobSchema<AnyInput, AnyOutput> = {kind: 'interface'};

const JSON_ARRAY = slice(any);
const JSON_OBJECT = map(any);

/** The schema of each kind of plain value, for the encoder. */
export const plainTypes = {
    string: {name: 'string', schema: string},
    boolean: {name: 'bool', schema: bool},
    integer: {name: 'int64', schema: int64},
    float: {name: 'float64', schema: float},
    bytes: {name: '[]uint8', schema: bytes},
    array: {name: '[]interface {}', schema: JSON_ARRAY},
    object: {name: 'map[string]interface {}', schema: JSON_OBJECT},
} as const satisfies Record<string, {name: string; schema: AnySchema}>;

const SCALARS: readonly (readonly [AnySchema, readonly string[]])[] = [
    [bool, ['bool']],
    [int64, ['int', 'int8', 'int16', 'int32', 'int64']],
    [uint64, ['uint', 'uint8', 'uint16', 'uint32', 'uint64', 'uintptr']],
    [float, ['float32', 'float64']],
    [complex, ['complex64', 'complex128']],
    [string, ['string']],
];

/** The names that every Go program knows, and the two that JSON-like values need. */
const GO_NAMES: ReadonlyMap<string, AnySchema> = new Map([
    ...SCALARS.flatMap(([schema, names]) =>
        names.flatMap((name): [string, AnySchema][] => [
            [name, schema],
            [`[]${name}`, {kind: 'slice', name: '', element: schema}],
        ]),
    ),
    ['[]uint8', bytes],
    ['[][]uint8', slice(bytes)],
    [plainTypes.array.name, JSON_ARRAY],
    [plainTypes.object.name, JSON_OBJECT],
]);

/** The schema of a name that is Go's own, if it is one. */
export function goNamed(name: string): AnySchema | undefined {
    return GO_NAMES.get(name);
}

/** A type that may stand in an interface under a registered name. */
export interface NamedType<In, Out> {
    readonly name: string;
    readonly schema: GobSchema<In, Out>;
    /** Wraps a value to be encoded in an interface. */
    readonly of: (value: In) => Named;
    /** The decoded value if `value` is of this type, else undefined. */
    readonly read: (value: unknown) => Out | undefined;
}

/** Any registered type. */
export interface AnyNamedType {
    readonly name: string;
    readonly schema: AnySchema;
}

/** Declares a type under its registered Go name, such as `*pkg.Type` (the star is part of it). */
export function namedType<In, Out>(name: string, schema: GobSchema<In, Out>): NamedType<In, Out> {
    const type: NamedType<In, Out> = {
        name,
        schema,
        of: (value) => new Named(name, value, type),
        read: (value) =>
            // The decoder puts its `type` on a Named only around a value it decoded with `schema`.
            value instanceof Named && value.type === type ? (value.value as Out) : undefined,
    };
    return type;
}

/** The registered types that a decoder looks names up in. */
export interface Registry {
    readonly find: (name: string) => AnyNamedType | undefined;
    /** `keep` returns unknown names as `Named`, `refuse` fails the value as Go does. */
    readonly unknownNames: 'keep' | 'refuse';
}

/** Collects registered types; by default unknown names are kept. */
export function createRegistry(
    types: readonly AnyNamedType[],
    options: {readonly unknownNames?: 'keep' | 'refuse'} = {},
): Registry {
    const byName = new Map(types.map((type) => [type.name, type]));
    return {
        find: (name) => byName.get(name),
        unknownNames: options.unknownNames ?? 'keep',
    };
}

/** Knows Go's own types only. */
export const emptyRegistry: Registry = createRegistry([]);
