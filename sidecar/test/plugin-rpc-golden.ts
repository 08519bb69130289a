/** Reads the golden data of test/golden/plugin-rpc (its README has the formats). */
import {readFileSync} from 'node:fs';
import path from 'node:path';

import * as z from 'zod';

import {opaqueBytes} from '../src/rpc/gob/codecs.ts';
import {any, Named} from '../src/rpc/gob/interface-value.ts';
import {
    type AnySchema,
    array,
    bool,
    bytes,
    complex,
    float,
    int64,
    map,
    mapOf,
    optional,
    ref,
    slice,
    string,
    struct,
    uint64,
} from '../src/rpc/gob/schema.ts';

/** The parsed JSON of a golden file. */
export function readGolden<T>(file: string, schema: z.ZodType<T>): T {
    const full = path.join(__dirname, 'golden/plugin-rpc', file);
    return schema.parse(JSON.parse(readFileSync(full, 'utf8')));
}

/** gob.json */
export const gobFile = z.object({
    encoded: z.array(
        z.object({
            name: z.string(),
            goType: z.array(z.string()),
            schema: z.array(z.unknown()),
            values: z.array(z.unknown()),
            hex: z.string(),
            ends: z.array(z.number()),
        }),
    ),
    accepted: z.array(
        z.object({
            name: z.string(),
            goTarget: z.string(),
            hex: z.string(),
            value: z.unknown().optional(),
            error: z.string().optional(),
        }),
    ),
});

const note = z.union([
    z.string(),
    z.object({struct: z.string(), fields: z.array(z.tuple([z.string(), z.unknown()]))}),
    z.object({slice: z.unknown(), name: z.string()}),
    z.object({array: z.unknown(), len: z.number()}),
    z.object({map: z.tuple([z.unknown(), z.unknown()]), name: z.string()}),
    z.object({opaque: z.enum(['GobEncoder', 'BinaryMarshaler']), name: z.string()}),
    z.object({ref: z.string()}),
]);

const SCALARS: Readonly<Record<string, AnySchema>> = {
    bool,
    int: int64,
    uint: uint64,
    float,
    complex,
    string,
    bytes,
    interface: any,
};

function known<T>(value: T | undefined, what: string): T {
    if (value === undefined) throw new Error(`golden data: unknown ${what}`);
    return value;
}

/**
 * Reads schemas as gob.json writes them; the same text is the same type. All fields are pointers,
 * so that reading with them shows which fields came.
 */
export function schemaReader(): (written: unknown) => AnySchema {
    const structs = new Map<string, AnySchema>();
    const seen = new Map<string, AnySchema>();
    const read = (written: unknown): AnySchema => {
        const text = JSON.stringify(written);
        const schema = seen.get(text) ?? build(written);
        seen.set(text, schema);
        return schema;
    };
    const build = (written: unknown): AnySchema => {
        const type = note.parse(written);
        if (typeof type === 'string') return known(SCALARS[type], type);
        if ('ref' in type) return ref(() => known(structs.get(type.ref), type.ref));
        if ('slice' in type) return slice(read(type.slice), type.name);
        if ('array' in type) return array(read(type.array), type.len);
        if ('opaque' in type) return opaqueBytes(type.name, type.opaque);
        if ('map' in type) {
            const [key, value] = type.map;
            if (key === 'string') return map(read(value), type.name);
            return mapOf(read(key), read(value), type.name);
        }
        const fields = type.fields.map(([name, field]) => [name, optional(read(field))] as const);
        const schema = struct(type.struct, Object.fromEntries(fields));
        structs.set(type.struct, schema);
        return schema;
    };
    return read;
}

function goldenFloat(text: string): number {
    if (text === '+Inf') return Infinity;
    return Number(text === '-Inf' ? -Infinity : text);
}

/** A value as the golden files write it, with `Named` for interface values. */
export function valueOf(written: unknown): unknown {
    if (Array.isArray(written)) return written.map(valueOf);
    if (typeof written !== 'object' || written === null) return written;
    const entries = Object.entries(written);
    const single = entries[0];
    if (entries.length === 1 && single !== undefined) {
        const text = String(single[1]);
        switch (single[0]) {
            case '$int':
                return BigInt(text);
            case '$float':
                return goldenFloat(text);
            case '$bytes':
            case '$binary':
                return Buffer.from(text, 'base64');
        }
    }
    if ('$iface' in written && 'value' in written) {
        return new Named(String(written.$iface), valueOf(written.value));
    }
    return Object.fromEntries(entries.map(([key, value]) => [key, valueOf(value)]));
}

/** Maps as objects, as JSON writes them, and `Named` without its registered type. */
export function comparable(value: unknown): unknown {
    if (value instanceof Named) return new Named(value.name, comparable(value.value));
    if (value instanceof Uint8Array) return Buffer.from(value);
    if (Array.isArray(value)) return value.map(comparable);
    if (value instanceof Map) {
        return Object.fromEntries(
            [...value].map(([key, entry]) => [String(key), comparable(entry)]),
        );
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, comparable(entry)]),
    );
}

/** Named values without their names, as `plain('drop')` shows them. */
export function nameless(value: unknown): unknown {
    if (value instanceof Named) return nameless(value.value);
    if (value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(nameless);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, nameless(entry)]));
}
