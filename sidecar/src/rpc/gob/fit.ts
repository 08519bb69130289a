import {GobError} from './gob-error.ts';
import {goNamed, Named, type Registry} from './interface-value.ts';
import {toPlain} from './plain.ts';
import {type Raw, RawInterface} from './raw-value.ts';
import {type AnySchema, type FieldShape, solid, type SolidShape} from './schema.ts';
import type {TypeTable} from './type-table.ts';
import type {WireType} from './wire-types.ts';
import {setOwn, zeroOf} from './zero.ts';

/** Turns a raw value into what its schema promises. */
type Fit = (raw: Raw) => unknown;

type Wire<K extends WireType['kind']> = Extract<WireType, {kind: K}>;
type Solid<K extends SolidShape['kind']> = Extract<SolidShape, {kind: K}>;

function mismatch(message: string, cause?: unknown): GobError {
    return new GobError('gob_mismatch', message, {cause});
}

/** The parser builds lists for containers; anything else is a fault of ours. */
function list(raw: Raw): readonly Raw[] {
    if (!Array.isArray(raw)) throw mismatch('container without a list');
    return raw as readonly Raw[];
}

/**
 * Fits values of one stream to schemas, judging the whole type before any value as Go does: by
 * field name, unknown fields ignored, missing ones zero, no conversion between kinds.
 */
export class Fitter {
    readonly #types: TypeTable;
    readonly #registry: Registry;
    readonly #fits = new Map<SolidShape, Map<number, Fit>>();

    constructor(types: TypeTable, registry: Registry) {
        this.#types = types;
        this.#registry = registry;
    }

    /**
     * Reads a top-level value, or one inside an interface.
     * @throws GobError `gob_mismatch`
     */
    fit(raw: Raw, type: number, schema: AnySchema): unknown {
        this.#expectCommonField(type, solid(schema));
        return this.#compile(type, schema, 'value')(raw);
    }

    /** Go takes a struct that shares no field with the target for a mistake, but only here. */
    #expectCommonField(type: number, shape: SolidShape): void {
        const wire = this.#types.get(type);
        if (wire.kind !== 'struct' || shape.kind !== 'struct') return;
        if (wire.fields.length === 0 || shape.fields.length === 0) return;
        const names = new Set(shape.fields.map((field) => field.name));
        if (!wire.fields.some((field) => names.has(field.name))) {
            throw mismatch(`type mismatch: no fields matched for ${shape.name}`);
        }
    }

    #compile(type: number, schema: AnySchema, where: string): Fit {
        const shape = solid(schema);
        const cached = this.#fits.get(shape)?.get(type);
        if (cached !== undefined) return cached;
        const byType = this.#fits.get(shape) ?? new Map<number, Fit>();
        this.#fits.set(shape, byType);
        // A type that contains itself meets this stand-in while it is being compiled.
        let compiled: Fit | undefined;
        byType.set(type, (raw) => compiled?.(raw));
        try {
            compiled = this.#build(type, shape, where);
            byType.set(type, compiled);
            return compiled;
        } catch (error) {
            // What was compiled on the way may hold the stand-in of a type that never came about.
            this.#fits.clear();
            throw error;
        }
    }

    #build(type: number, shape: SolidShape, where: string): Fit {
        const wire = this.#types.get(type);
        switch (shape.kind) {
            case 'struct':
                if (wire.kind === 'struct') return this.#struct(wire, shape);
                break;
            case 'slice':
                if (wire.kind === 'slice') return this.#list(wire, shape, where);
                break;
            case 'array':
                if (wire.kind === 'array' && wire.length === shape.length) {
                    return this.#list(wire, shape, where);
                }
                break;
            case 'map':
                if (wire.kind === 'map') return this.#map(wire, shape, where);
                break;
            case 'opaque':
                if (wire.kind === 'opaque' && wire.encoding === shape.encoding) {
                    return opaqueFit(shape, where);
                }
                break;
            case 'interface':
                if (wire.kind === 'interface') return (raw) => this.#interface(raw, where);
                break;
            case 'int':
            case 'uint':
                if (wire.kind === shape.kind) return shape.wide ? (raw) => raw : narrow(where);
                break;
            default:
                if (wire.kind === shape.kind) return (raw) => raw;
        }
        const known = wire.name === '' ? wire.kind : wire.name;
        throw mismatch(`wrong type for ${where}: wanted ${shape.kind}, received ${known}`);
    }

    #struct(wire: Wire<'struct'>, shape: Solid<'struct'>): Fit {
        const fieldsByName = new Map(shape.fields.map((field) => [field.name, field]));
        const plan = wire.fields.map(({name, type}) => {
            const field = fieldsByName.get(name);
            if (field === undefined) return undefined;
            return {name, fit: this.#compile(type, field.type, `${shape.name}.${name}`)};
        });
        return (raw) => {
            const out = blank(shape.fields);
            const parts = list(raw);
            for (let index = 0; index + 1 < parts.length; index += 2) {
                const step = plan[Number(parts[index])];
                if (step !== undefined) out[step.name] = step.fit(parts[index + 1]);
            }
            return out;
        };
    }

    #list(
        wire: Wire<'slice'> | Wire<'array'>,
        shape: Solid<'slice'> | Solid<'array'>,
        where: string,
    ): Fit {
        const element = this.#compile(wire.element, shape.element, `${where}[]`);
        return (raw) => list(raw).map((part) => element(part));
    }

    #map(wire: Wire<'map'>, shape: Solid<'map'>, where: string): Fit {
        const key = this.#compile(wire.key, shape.key, `key of ${where}`);
        const value = this.#compile(wire.value, shape.value, `${where}[]`);
        const textKeys = solid(shape.key).kind === 'string';
        return (raw) => {
            const parts = list(raw);
            const object: Record<string, unknown> = {};
            const entries = new Map<unknown, unknown>();
            for (let index = 0; index + 1 < parts.length; index += 2) {
                const entryKey = key(parts[index]);
                const entry = value(parts[index + 1]);
                if (textKeys) setOwn(object, String(entryKey), entry);
                else entries.set(entryKey, entry);
            }
            return textKeys ? object : entries;
        };
    }

    #interface(raw: Raw, where: string): unknown {
        if (!(raw instanceof RawInterface)) return null;
        const goType = goNamed(raw.name);
        if (goType !== undefined) return this.fit(raw.value, raw.type, goType);
        const registered = this.#registry.find(raw.name);
        if (registered !== undefined) {
            return new Named(
                raw.name,
                this.fit(raw.value, raw.type, registered.schema),
                registered,
            );
        }
        if (this.#registry.unknownNames === 'refuse') {
            throw mismatch(`name not registered for interface: "${raw.name}" in ${where}`);
        }
        return new Named(raw.name, toPlain(raw.value, raw.type, this.#types, 'drop'));
    }
}

/** A struct before its fields came: zero values, nothing for pointers. */
function blank(fields: readonly FieldShape[]): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const field of fields) if (!field.optional) out[field.name] = zeroOf(field.type);
    return out;
}

function narrow(where: string): Fit {
    return (raw) => {
        if (typeof raw === 'number') return raw;
        throw mismatch(`integer in ${where} is not exact as a number`);
    };
}

function opaqueFit(shape: Solid<'opaque'>, where: string): Fit {
    return (raw) => {
        if (!Buffer.isBuffer(raw)) throw mismatch(`no bytes for ${where}`);
        try {
            return shape.codec.decode(raw);
        } catch (cause) {
            throw mismatch(`bytes of ${where} make no ${shape.name}`, cause);
        }
    };
}
