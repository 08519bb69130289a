/**
 * What a gob value looks like, as data: one schema serves the encoder, the decoder and TypeScript.
 * `In` is what may be encoded, `Out` what decoding returns (zero values filled in).
 */
declare const input: unique symbol;
declare const output: unique symbol;

interface Typed<In, Out> {
    readonly [input]?: (value: In) => void;
    readonly [output]?: () => Out;
}

/** How the bytes of an opaque type were made on Go's side; the two do not mix. */
export type OpaqueEncoding = 'GobEncoder' | 'BinaryMarshaler';

/** How an opaque value looks in TypeScript. `decode` may throw; that becomes a GobError. */
export interface OpaqueCodec<In, Out> {
    readonly encode: (value: In) => Uint8Array;
    readonly decode: (bytes: Buffer) => Out;
    /** What an absent field means. */
    readonly zero: () => Out;
}

/** A field of a struct. Field names are what Go matches by; `name`s of types are hints only. */
export interface FieldShape {
    readonly name: string;
    readonly type: AnySchema;
    /** A pointer on Go's side: absent is `undefined` instead of the zero value. */
    readonly optional: boolean;
}

/** The structure of a schema, without its TypeScript types. */
export type Shape =
    | {readonly kind: 'bool' | 'float' | 'complex' | 'string' | 'bytes' | 'interface'}
    | {readonly kind: 'int' | 'uint'; readonly wide: boolean}
    | {readonly kind: 'slice'; readonly name: string; readonly element: AnySchema}
    | {readonly kind: 'array'; readonly element: AnySchema; readonly length: number}
    | {
          readonly kind: 'map';
          readonly name: string;
          readonly key: AnySchema;
          readonly value: AnySchema;
      }
    | {readonly kind: 'struct'; readonly name: string; readonly fields: readonly FieldShape[]}
    | {
          readonly kind: 'opaque';
          readonly name: string;
          readonly encoding: OpaqueEncoding;
          readonly codec: OpaqueCodec<never, unknown>;
      }
    | {readonly kind: 'ref'; readonly target: () => AnySchema};

/** A schema whose values have the types `In` (to encode) and `Out` (decoded). */
export type GobSchema<In, Out = In> = Shape & Typed<In, Out>;

/** Any schema at all. */
export type AnySchema = GobSchema<never, unknown>;

/** What `encode` takes for a schema. */
export type InputOf<S> = S extends GobSchema<infer In, unknown> ? In : never;

/** What decoding with a schema returns. */
export type OutputOf<S> = S extends Typed<never, infer Out> ? Out : never;

/** A pointer field: made by `optional`, used in `struct` only. */
export interface OptionalField<In, Out> {
    readonly kind: 'optional';
    readonly type: GobSchema<In, Out>;
}

type Fields = Readonly<Record<string, AnySchema | OptionalField<never, unknown>>>;
type TypeOf<F> = F extends OptionalField<never, unknown> ? F['type'] : F;
type OptionalKeys<F extends Fields> = {
    [K in keyof F]: F[K] extends OptionalField<never, unknown> ? K : never;
}[keyof F];
type Flat<T> = {[K in keyof T]: T[K]};

/** A struct to encode: every field may be left out and is then Go's zero value. */
export type StructInput<F extends Fields> = {
    readonly [K in keyof F]?: InputOf<TypeOf<F[K]>> | undefined;
};

/** A decoded struct: only pointer fields can be missing. */
export type StructOutput<F extends Fields> = Flat<
    {readonly [K in Exclude<keyof F, OptionalKeys<F>>]: OutputOf<TypeOf<F[K]>>} & {
        readonly [K in OptionalKeys<F>]?: OutputOf<TypeOf<F[K]>>;
    }
>;

/** `true` or `false`. */
export const bool: GobSchema<boolean> = {kind: 'bool'};

/**
 * Every signed Go integer. Decoding fails with `gob_mismatch` beyond ±(2^53 − 1); use `int64` where
 * that can happen.
 */
export const int: GobSchema<number> = {kind: 'int', wide: false};

/** A signed integer of the full 64 bits: a bigint where a number would not be exact. */
export const int64: GobSchema<number | bigint> = {kind: 'int', wide: true};

/** Every unsigned Go integer up to 2^53 − 1, else like `int`. */
export const uint: GobSchema<number> = {kind: 'uint', wide: false};

/** An unsigned integer of the full 64 bits: a bigint where a number would not be exact. */
export const uint64: GobSchema<number | bigint> = {kind: 'uint', wide: true};

/** float32 and float64. */
export const float: GobSchema<number> = {kind: 'float'};

/** Real and imaginary part. */
export const complex: GobSchema<readonly [number, number]> = {kind: 'complex'};

/** Text; what is not UTF-8 on the wire decodes to U+FFFD. */
export const string: GobSchema<string> = {kind: 'string'};

/** `[]byte`. Decoded bytes are a copy of their own. */
export const bytes: GobSchema<Uint8Array, Buffer> = {kind: 'bytes'};

/** A Go slice. `name` is Go's spelling of a named slice type, by default none. */
export function slice<In, Out>(
    element: GobSchema<In, Out>,
    name = '',
): GobSchema<readonly In[], readonly Out[]> {
    return {kind: 'slice', name, element};
}

/** A Go array: exactly `length` elements. */
export function array<In, Out>(
    element: GobSchema<In, Out>,
    length: number,
): GobSchema<readonly In[], readonly Out[]> {
    return {kind: 'array', element, length};
}

/** A Go map with text keys, as an object. `name` as with `slice`. */
export function map<In, Out>(
    value: GobSchema<In, Out>,
    name = '',
): GobSchema<Readonly<Record<string, In>>, Readonly<Record<string, Out>>> {
    return {kind: 'map', name, key: string, value};
}

/** A Go map with any keys, as a `Map`. */
export function mapOf<KeyIn, KeyOut, In, Out>(
    key: GobSchema<KeyIn, KeyOut>,
    value: GobSchema<In, Out>,
    name = '',
): GobSchema<ReadonlyMap<KeyIn, In>, ReadonlyMap<KeyOut, Out>> {
    return {kind: 'map', name, key, value};
}

/** A pointer field of a struct: absent stays `undefined`. */
export function optional<In, Out>(type: GobSchema<In, Out>): OptionalField<In, Out> {
    return {kind: 'optional', type};
}

/** A Go struct: field order is the wire order; integer-like field names would break it. */
export function struct<F extends Fields>(
    name: string,
    fields: F,
): GobSchema<StructInput<F>, StructOutput<F>> {
    const shapes = Object.entries(fields).map(([fieldName, field]) =>
        field.kind === 'optional'
            ? {name: fieldName, type: field.type, optional: true}
            : {name: fieldName, type: field, optional: false},
    );
    return {kind: 'struct', name, fields: shapes};
}

/** `struct {}`: the argument or reply of a call that has none. */
export const emptyStruct = struct('', {});

/** A type that Go encodes by itself, as bytes; `codec` gives them a meaning. */
export function opaque<In, Out>(
    name: string,
    encoding: OpaqueEncoding,
    codec: OpaqueCodec<In, Out>,
): GobSchema<In, Out> {
    return {kind: 'opaque', name, encoding, codec};
}

/** A type defined later, or one that contains itself; give the variable an explicit type. */
export function ref<In, Out>(target: () => GobSchema<In, Out>): GobSchema<In, Out> {
    return {kind: 'ref', target};
}

/** A shape that is no reference. */
export type SolidShape = Exclude<Shape, {kind: 'ref'}>;

/** Follows references to the type itself. The same type always gives the same object. */
export function solid(schema: Shape): SolidShape {
    let shape: Shape = schema;
    while (shape.kind === 'ref') shape = shape.target();
    return shape;
}
