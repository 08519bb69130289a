import {isMap, type Path} from './paths.ts';

/** A part of the JSON Schema of the settings. */
export type Schema = Readonly<Record<string, unknown>>;

/** What one setting takes, as far as a form must know. */
export type FieldType =
    | {readonly kind: 'flag'}
    | {readonly kind: 'choice'; readonly options: readonly string[]}
    | {
          readonly kind: 'number';
          readonly isWhole: boolean;
          readonly least: number | undefined;
          readonly most: number | undefined;
      }
    | {readonly kind: 'text'}
    | {readonly kind: 'secret'}
    | {readonly kind: 'list'}
    /** Nothing that a form can draw: it is set in the JSON of the settings. */
    | {readonly kind: 'other'};

/** One setting, as the schema describes it. */
export interface Field {
    /** Below where it is asked for: `['streaming', 'mode']`. */
    readonly path: Path;
    readonly type: FieldType;
    /** What holds where nothing is said; undefined for nothing. */
    readonly standard: unknown;
    readonly isRequired: boolean;
}

/** The part of a schema that a path leads to; keys of maps are any. */
export function schemaAt(schema: Schema, path: Path): Schema | undefined {
    let at: Schema | undefined = schema;
    for (const key of path) {
        at = at === undefined ? undefined : childOf(objectBranch(at) ?? at, key);
    }
    return at;
}

/**
 * The settings below a part of the schema that take one value each, in the schema's order. Left out are those
 * without meaning here or without effect yet, and maps of things that have a section of their own.
 */
export function fieldsOf(schema: Schema, path: Path = []): Field[] {
    const object = objectBranch(schema);
    if (object === undefined) return [];
    const required = Array.isArray(object['required']) ? object['required'] : [];
    return Object.entries(mapOf(object['properties'])).flatMap(([key, part]): Field[] => {
        if (!isMap(part) || part['use'] !== undefined || part['const'] !== undefined) return [];
        const here = [...path, key];
        const type = typeOf(part);
        if (type.kind === 'other') return fieldsOf(part, here);
        const isRequired = required.includes(key);
        return [{path: here, type, standard: part['default'], isRequired}];
    });
}

/** The kinds that a union of objects offers, by their `kind`. */
export function kindsOf(schema: Schema): ReadonlyMap<string, Schema> {
    const branches = branchesOf(schema).flatMap((branch): [string, Schema][] => {
        const kind = mapOf(branch['properties'])['kind'];
        return isMap(kind) && typeof kind['const'] === 'string' ? [[kind['const'], branch]] : [];
    });
    return new Map(branches);
}

function typeOf(part: Schema): FieldType {
    if (part['secret'] === true) return {kind: 'secret'};
    const options = part['enum'];
    if (Array.isArray(options)) return {kind: 'choice', options: options.map(String)};
    const {type} = part;
    if (type === 'boolean') return {kind: 'flag'};
    if (type === 'integer' || type === 'number') {
        return {
            kind: 'number',
            isWhole: type === 'integer',
            least: numberIn(part['minimum']) ?? aboveZero(part),
            most: sensible(numberIn(part['maximum'])),
        };
    }
    if (type === 'string') return {kind: 'text'};
    if (type === 'array') return {kind: 'list'};
    // A text, or a word such as false for none: the text is what a form offers.
    const branches = branchesOf(part);
    const isText = branches.length > 0 && branches.every((branch) => !isMap(branch['properties']));
    return isText && branches.some((branch) => branch['type'] === 'string')
        ? {kind: 'text'}
        : {kind: 'other'};
}

function aboveZero(part: Schema): number | undefined {
    if (part['exclusiveMinimum'] === undefined) return undefined;
    return part['type'] === 'integer' ? 1 : 0;
}

/** The largest number of all is no limit that anybody set. */
function sensible(most: number | undefined): number | undefined {
    return most === Number.MAX_SAFE_INTEGER ? undefined : most;
}

function numberIn(value: unknown): number | undefined {
    return typeof value === 'number' ? value : undefined;
}

function branchesOf(part: Schema): readonly Schema[] {
    const branches = part['anyOf'] ?? part['oneOf'];
    return Array.isArray(branches) ? branches.filter(isMap) : [];
}

/** The schema itself where it is an object's, else the branch of it that is. */
function objectBranch(part: Schema): Schema | undefined {
    if (isMap(part['properties'])) return part;
    return branchesOf(part).find((branch) => isMap(branch['properties']));
}

function childOf(part: Schema, key: string): Schema | undefined {
    const named = mapOf(part['properties'])[key];
    if (isMap(named)) return named;
    const others = part['additionalProperties'];
    return isMap(others) ? others : undefined;
}

function mapOf(value: unknown): Readonly<Record<string, unknown>> {
    return isMap(value) ? value : {};
}
