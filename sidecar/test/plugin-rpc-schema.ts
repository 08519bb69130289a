/** Turns api-schema.json into gob schemas, for tests that need a schema of every call. */
import * as z from 'zod';

import {opaqueText} from '../src/rpc/gob/codecs.ts';
import {
    any,
    type AnyNamedType,
    createRegistry,
    type Registry,
} from '../src/rpc/gob/interface-value.ts';
import {
    type AnySchema,
    bool,
    bytes,
    float,
    int64,
    map,
    optional,
    ref,
    slice,
    string,
    struct,
    uint64,
} from '../src/rpc/gob/schema.ts';

const fields = z.array(z.tuple([z.string(), z.string()]));
const calls = z.record(z.string(), z.object({args: fields, returns: fields.optional()}));

/** api-schema.json */
export const apiSchemaFile = z.object({
    api: calls,
    hooks: calls,
    types: z.record(z.string(), fields),
    opaque: z.record(z.string(), z.string()),
});

const sample = z.object({type: z.string(), value: z.unknown(), hex: z.string()}).nullish();

/** api-calls.json */
export const apiCallsFile = z.array(
    z.object({
        name: z.string(),
        kind: z.enum(['api', 'hook']),
        args: sample,
        returns: sample,
        returnsOnError: sample,
    }),
);

/** Which struct of a call. */
export type Role = 'args' | 'returns' | 'returnsOnError';

/** The schemas of all calls and hooks. */
export interface ApiTypes {
    readonly structOf: (kind: 'api' | 'hook', name: string, role: Role) => AnySchema;
    /** A struct by its Go name, such as `model.Post`. */
    readonly typeOf: (goName: string) => AnySchema;
    readonly registry: Registry;
    readonly named: ReadonlyMap<string, AnyNamedType>;
}

const SCALARS: Readonly<Record<string, AnySchema>> = {
    bool,
    int: int64,
    uint: uint64,
    float,
    string,
    bytes,
    any,
    error: any,
    '#url.URL': opaqueText('URL', 'BinaryMarshaler'),
};

/** Splits `map[K]V` after the bracket that closes K. */
function mapValue(written: string): string {
    return written.slice(written.indexOf(']') + 1);
}

/** Builds each schema once, so that it has one type id per stream. */
export function typesOf(file: z.infer<typeof apiSchemaFile>): ApiTypes {
    const built = new Map<string, AnySchema>();
    const typeOf = (written: string): AnySchema => {
        const found = built.get(written) ?? SCALARS[written] ?? build(written);
        built.set(written, found);
        return found;
    };
    const build = (written: string): AnySchema => {
        if (written.startsWith('?')) return typeOf(written.slice(1));
        if (written.startsWith('[]')) return slice(typeOf(written.slice(2)));
        if (written.startsWith('map[string]')) return map(typeOf(mapValue(written)));
        const shape = file.types[written];
        if (shape === undefined) throw new Error(`golden data: unknown type ${written}`);
        return structFrom(written.split('.').at(-1) ?? '', shape);
    };
    const structFrom = (name: string, shape: readonly (readonly [string, string])[]): AnySchema =>
        struct(
            name,
            Object.fromEntries(
                shape.map(([field, written]) => {
                    const type = SCALARS[written] ?? ref(() => typeOf(written));
                    return [field, written.startsWith('?') ? optional(type) : type];
                }),
            ),
        );
    const structs = new Map<string, AnySchema>();
    const structOf: ApiTypes['structOf'] = (kind, name, role) => {
        const part = role === 'args' ? 'args' : 'returns';
        const key = `${kind} ${name} ${part}`;
        const shape = (kind === 'api' ? file.api : file.hooks)[name]?.[part] ?? [];
        const suffix = part === 'args' ? 'Args' : 'Returns';
        const schema = structs.get(key) ?? structFrom(`Z_${name}${suffix}`, shape);
        structs.set(key, schema);
        return schema;
    };
    const appError = {name: '*model.AppError', schema: typeOf('model.AppError')};
    return {
        structOf,
        typeOf,
        registry: createRegistry([appError]),
        named: new Map([[appError.name, appError]]),
    };
}
