import type * as z from 'zod';
import type {PathStep} from './problem.ts';

/** A JSON Schema, as zod writes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

type Objects = Readonly<Record<string, unknown>>;

/** Whether a value is an object with keys, not a list. */
export function isObject(value: unknown): value is Objects {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isSchema = (schema: unknown): schema is JsonSchema => isObject(schema);

/** Own keys only: a key called `__proto__` leads nowhere. */
function own(object: Objects | undefined, name: string): unknown {
    return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

function typesOf(schema: JsonSchema): readonly string[] {
    const {type} = schema;
    if (type === undefined) return [];
    return Array.isArray(type) ? type : [type];
}

/** Whether a branch of a union is the one that the value was meant for. */
function fits(branch: JsonSchema, value: unknown): boolean {
    if (!isObject(value)) return !typesOf(branch).includes('object');
    if (!typesOf(branch).includes('object')) return false;
    return Object.entries(branch.properties ?? {}).every(([name, schema]) => {
        const constant = isSchema(schema) ? schema.const : undefined;
        return constant === undefined || own(value, name) === constant;
    });
}

/** The schemas that a value may be meant for: one, or those branches of a union that fit. */
function branchesOf(schema: JsonSchema, value: unknown): readonly JsonSchema[] {
    const branches = (schema.anyOf ?? schema.oneOf)?.filter(isSchema);
    if (branches === undefined) return [schema];
    const fitting = branches.filter((branch) => fits(branch, value));
    return (fitting.length > 0 ? fitting : branches).flatMap((branch) => branchesOf(branch, value));
}

function child(schema: JsonSchema, step: PathStep): JsonSchema | undefined {
    if (typeof step === 'number') return isSchema(schema.items) ? schema.items : undefined;
    const named = own(schema.properties, step);
    if (isSchema(named)) return named;
    return isSchema(schema.additionalProperties) ? schema.additionalProperties : undefined;
}

/** The value at a path, undefined where there is none. */
export function valueAt(value: unknown, path: readonly PathStep[]): unknown {
    let at = value;
    for (const step of path) {
        if (Array.isArray(at)) at = at[Number(step)];
        else at = isObject(at) ? own(at, String(step)) : undefined;
    }
    return at;
}

/** The keys that an object at `path` may have. */
export function keysAt(schema: JsonSchema, value: unknown, path: readonly PathStep[]): string[] {
    let schemas = branchesOf(schema, value);
    for (const [index, step] of path.entries()) {
        const here = valueAt(value, path.slice(0, index + 1));
        schemas = schemas.flatMap((one) => {
            const next = child(one, step);
            return next === undefined ? [] : branchesOf(next, here);
        });
    }
    return [...new Set(schemas.flatMap((one) => Object.keys(one.properties ?? {})))];
}

/**
 * Calls `visit` for each key of `value` that the schema knows, with the schema of the key; what
 * lies below a key is left out where `visit` says false.
 */
export function visitKeys(
    schema: JsonSchema,
    value: unknown,
    visit: (path: readonly PathStep[], schema: JsonSchema, value: unknown) => boolean,
    path: readonly PathStep[] = [],
): void {
    if (!isObject(value)) return;
    const branch = branchesOf(schema, value)[0];
    if (branch === undefined) return;
    for (const [name, inner] of Object.entries(value)) {
        const next = child(branch, name);
        if (next === undefined) continue;
        const goOn = visit([...path, name], next, inner);
        if (goOn) visitKeys(next, inner, visit, [...path, name]);
    }
}
