/** Ids of the types that need no definition. */
export const WIRE_ID = {
    bool: 1,
    int: 2,
    uint: 3,
    float: 4,
    bytes: 5,
    string: 6,
    complex: 7,
    interface: 8,
} as const;

/** The first id that a stream may define. */
export const FIRST_USER_ID = 64;

/** Field numbers of a type definition, in Go's order. */
export const DEFINITION_FIELD = {
    array: 0,
    slice: 1,
    struct: 2,
    map: 3,
    GobEncoder: 4,
    BinaryMarshaler: 5,
    TextMarshaler: 6,
} as const;

/** A scalar kind, one of those with a fixed id. */
export type WireScalar = keyof typeof WIRE_ID;

/** One field of a struct on the wire. */
export interface WireField {
    readonly name: string;
    readonly type: number;
}

/** A type as the sender defined it; other types are named by their id on this stream. */
export type WireType =
    | {readonly kind: Exclude<WireScalar, 'interface'>; readonly name: string}
    | {readonly kind: 'interface'; readonly name: string}
    | {
          readonly kind: 'array';
          readonly name: string;
          readonly element: number;
          readonly length: number;
      }
    | {readonly kind: 'slice'; readonly name: string; readonly element: number}
    | {readonly kind: 'struct'; readonly name: string; readonly fields: readonly WireField[]}
    | {readonly kind: 'map'; readonly name: string; readonly key: number; readonly value: number}
    | {
          readonly kind: 'opaque';
          readonly name: string;
          readonly encoding: 'GobEncoder' | 'BinaryMarshaler' | 'TextMarshaler';
      };

/** The types a fresh stream knows. */
export const builtInTypes: ReadonlyMap<number, WireType> = new Map([
    [WIRE_ID.bool, {kind: 'bool', name: 'bool'}],
    [WIRE_ID.int, {kind: 'int', name: 'int'}],
    [WIRE_ID.uint, {kind: 'uint', name: 'uint'}],
    [WIRE_ID.float, {kind: 'float', name: 'float'}],
    [WIRE_ID.bytes, {kind: 'bytes', name: 'bytes'}],
    [WIRE_ID.string, {kind: 'string', name: 'string'}],
    [WIRE_ID.complex, {kind: 'complex', name: 'complex'}],
    [WIRE_ID.interface, {kind: 'interface', name: 'interface'}],
]);

/** What a receiver puts up with. All bounds are per stream or per value, in bytes or counts. */
export interface GobLimits {
    /** Bytes of one value, over all messages it comes in; a larger one is skipped, piece by piece. */
    readonly valueBytes: number;
    /** Bytes of all type definitions of a stream. */
    readonly definitionBytes: number;
    /** Type definitions of a stream. */
    readonly types: number;
    /** Parts of one value (fields, elements, entries); a value with more is skipped. */
    readonly parts: number;
    /** Nesting of one value; what lies deeper is left out. */
    readonly depth: number;
}

/** Far above what a plugin's host sends, far below what would hurt. */
export const defaultLimits: GobLimits = {
    valueBytes: 64 * 1024 * 1024,
    definitionBytes: 2 * 1024 * 1024,
    types: 16_384,
    parts: 2_000_000,
    depth: 400,
};
