import type {ByteWriter} from './byte-writer.ts';
import {GobError} from './gob-error.ts';
import {goNamed, Named, plainTypes} from './interface-value.ts';
import {type AnySchema, solid, type SolidShape} from './schema.ts';

/** Deeper than any real value; an object that contains itself ends here. */
const MAX_DEPTH = 500;

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

type Solid<K extends SolidShape['kind']> = Extract<SolidShape, {kind: K}>;

/** Where the writer gets the stream's type ids from; asking for one defines the type. */
export type IdOf = (schema: AnySchema) => number;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null;
}

/**
 * Writes one value after its schema, checking every part: what Go could not decode is refused here,
 * with the path to it.
 */
export class ValueWriter {
    readonly #writer: ByteWriter;
    readonly #idOf: IdOf;
    readonly #path: (string | number)[] = [];

    constructor(writer: ByteWriter, idOf: IdOf) {
        this.#writer = writer;
        this.#idOf = idOf;
    }

    /**
     * Type id and value, as they stand in a message and in an interface.
     * @throws GobError `gob_value`
     */
    writeTop(schema: AnySchema, value: unknown): void {
        this.#writer.int(this.#idOf(schema));
        this.#writeSingleton(schema, value);
    }

    #writeSingleton(schema: AnySchema, value: unknown): void {
        if (solid(schema).kind !== 'struct') this.#writer.uint(0);
        this.#write(schema, value);
    }

    #refuse(wanted: string, value: unknown): never {
        const got = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
        const where = this.#path.length === 0 ? 'value' : this.#path.join('.');
        throw new GobError('gob_value', `${where}: wanted ${wanted}, got ${got}`);
    }

    #inside(step: string | number, schema: AnySchema, value: unknown): void {
        if (this.#path.push(step) > MAX_DEPTH) this.#refuse('less nesting (a cycle?)', value);
        this.#write(schema, value);
        this.#path.pop();
    }

    #write(schema: AnySchema, value: unknown): void {
        const shape = solid(schema);
        switch (shape.kind) {
            case 'bool':
                if (typeof value !== 'boolean') this.#refuse('boolean', value);
                this.#writer.uint(value ? 1 : 0);
                break;
            case 'int':
                this.#writer.int(this.#integer(value, INT_MIN, INT_MAX));
                break;
            case 'uint':
                this.#writer.uint(this.#integer(value, 0n, UINT_MAX));
                break;
            case 'float':
                this.#writeFloat(value);
                break;
            case 'complex':
                this.#writeComplex(value);
                break;
            case 'string':
                if (typeof value !== 'string') this.#refuse('string', value);
                this.#writer.string(value);
                break;
            case 'bytes':
                if (!(value instanceof Uint8Array)) this.#refuse('bytes', value);
                this.#writer.bytes(value);
                break;
            case 'interface':
                this.#writeInterface(value);
                break;
            case 'slice':
            case 'array':
                this.#writeList(shape, value);
                break;
            case 'map':
                this.#writeMap(shape, value);
                break;
            case 'struct':
                this.#writeStruct(shape, value);
                break;
            case 'opaque':
                this.#writer.bytes(this.#opaqueBytes(shape, value));
                break;
        }
    }

    #integer(value: unknown, min: bigint, max: bigint): number | bigint {
        if (typeof value === 'number' && Number.isSafeInteger(value)) {
            if (value < 0 && min === 0n) this.#refuse('unsigned integer', value);
            return value;
        }
        if (typeof value !== 'bigint') this.#refuse('integer', value);
        if (value < min || value > max) this.#refuse('integer of 64 bits', value);
        return value;
    }

    #writeFloat(value: unknown): void {
        if (typeof value !== 'number') this.#refuse('number', value);
        this.#writer.float(value);
    }

    #writeComplex(value: unknown): void {
        if (!Array.isArray(value) || value.length !== 2) this.#refuse('pair of numbers', value);
        for (const part of value) this.#writeFloat(part);
    }

    #writeList(shape: Solid<'slice'> | Solid<'array'>, value: unknown): void {
        if (!Array.isArray(value)) this.#refuse('array', value);
        if (shape.kind === 'array' && value.length !== shape.length) {
            this.#refuse(`array of ${shape.length}`, value);
        }
        this.#writer.uint(value.length);
        for (const [index, element] of value.entries()) {
            this.#inside(index, shape.element, element);
        }
    }

    #writeMap(shape: Solid<'map'>, value: unknown): void {
        const entries = this.#entries(shape, value);
        this.#writer.uint(entries.length);
        for (const [key, entry] of entries) {
            this.#write(shape.key, key);
            this.#inside(String(key), shape.value, entry);
        }
    }

    #entries(shape: Solid<'map'>, value: unknown): (readonly [unknown, unknown])[] {
        if (value instanceof Map) return [...value.entries()];
        if (!isObject(value) || Array.isArray(value) || value instanceof Uint8Array) {
            this.#refuse('object or Map', value);
        }
        if (solid(shape.key).kind !== 'string') this.#refuse('Map', value);
        // An undefined entry reads as "not there", as in JSON.
        return Object.entries(value).filter(([, entry]) => entry !== undefined);
    }

    #writeStruct(shape: Solid<'struct'>, value: unknown): void {
        if (!isObject(value) || Array.isArray(value) || value instanceof Uint8Array) {
            this.#refuse(`struct ${shape.name}`, value);
        }
        let last = -1;
        for (const [number, field] of shape.fields.entries()) {
            const part = value[field.name];
            if (this.#isAbsent(field.type, part)) continue;
            this.#writer.uint(number - last);
            last = number;
            this.#inside(field.name, field.type, part);
        }
        this.#writer.uint(0);
    }

    /** Go leaves zero values out of structs; for a reader an absent field is the same. */
    #isAbsent(schema: AnySchema, value: unknown): boolean {
        if (value === undefined || value === null) return true;
        const shape = solid(schema);
        switch (shape.kind) {
            case 'bool':
                return value === false;
            case 'int':
            case 'uint':
            case 'float':
                return value === 0 || value === 0n;
            case 'string':
                return value === '';
            case 'bytes':
                return value instanceof Uint8Array && value.length === 0;
            case 'slice':
                return Array.isArray(value) && value.length === 0;
            case 'map':
                return this.#entries(shape, value).length === 0;
            case 'opaque':
                return isSameOpaque(shape, value);
            case 'complex':
            case 'interface':
            case 'array':
            case 'struct':
                return false;
        }
    }

    #opaqueBytes(shape: Solid<'opaque'>, value: unknown): Uint8Array {
        if (value === undefined || value === null) this.#refuse(shape.name, value);
        try {
            return encodeOpaque(shape, value);
        } catch (cause) {
            const where = this.#path.join('.');
            throw new GobError('gob_value', `${where}: no ${shape.name}`, {cause});
        }
    }

    /** Name, type id, byte count, value: the definitions went out before the message. */
    #writeInterface(value: unknown): void {
        if (value === null || value === undefined) {
            this.#writer.uint(0);
            return;
        }
        const {name, schema, content} = this.#chooseType(value);
        this.#writer.string(name);
        this.#writer.int(this.#idOf(schema));
        const start = this.#writer.length;
        if (this.#path.length > MAX_DEPTH) this.#refuse('less nesting (a cycle?)', value);
        this.#writeSingleton(schema, content);
        this.#writer.prefixLength(start);
    }

    #chooseType(value: unknown): {name: string; schema: AnySchema; content: unknown} {
        if (value instanceof Named) {
            const schema = value.type?.schema ?? goNamed(value.name);
            if (schema === undefined) this.#refuse(`a registered name, not ${value.name}`, value);
            return {name: value.name, schema, content: value.value};
        }
        return {...plainTypes[this.#plainKind(value)], content: value};
    }

    #plainKind(value: unknown): keyof typeof plainTypes {
        switch (typeof value) {
            case 'string':
                return 'string';
            case 'boolean':
                return 'boolean';
            case 'bigint':
                return 'integer';
            case 'number':
                return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'integer' : 'float';
            case 'object':
                return this.#plainObjectKind(value);
            default:
                return this.#refuse('plain value', value);
        }
    }

    #plainObjectKind(value: object | null): 'bytes' | 'array' | 'object' {
        if (value instanceof Uint8Array) return 'bytes';
        if (Array.isArray(value)) return 'array';
        const prototype: unknown = value === null ? undefined : Object.getPrototypeOf(value);
        // By its own prototype's prototype, so that objects of another realm (a test's) count too.
        if (prototype === null) return 'object';
        if (isObject(prototype) && Object.getPrototypeOf(prototype) === null) return 'object';
        return this.#refuse('plain object (wrap class instances yourself)', value);
    }
}

/** The codec's type is lost in the schema's structure; the encoder's caller was checked for it. */
function encodeOpaque(shape: Solid<'opaque'>, value: unknown): Uint8Array {
    return shape.codec.encode(value as never);
}

function isSameOpaque(shape: Solid<'opaque'>, value: unknown): boolean {
    try {
        const zero = encodeOpaque(shape, shape.codec.zero());
        return Buffer.compare(encodeOpaque(shape, value), zero) === 0;
    } catch {
        // Not absent but wrong: writing it will say so, with the path.
        return false;
    }
}
