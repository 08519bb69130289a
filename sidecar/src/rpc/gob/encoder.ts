import {ByteWriter} from './byte-writer.ts';
import {GobError} from './gob-error.ts';
import {type AnySchema, type GobSchema, solid, type SolidShape} from './schema.ts';
import {type DefinedShape, writeDefinition} from './type-definition.ts';
import {ValueWriter} from './value-writer.ts';
import {defaultLimits, FIRST_USER_ID, WIRE_ID} from './wire-types.ts';

/** A value with its schema, to be encoded together with others. */
export interface Part {
    readonly schema: AnySchema;
    readonly value: unknown;
}

/** Pairs a value with its schema, checked by the compiler. */
export function part<In>(schema: GobSchema<In, unknown>, value: In): Part {
    return {schema, value};
}

/** The ids given out while one batch is encoded; they count only if the batch succeeds. */
interface Batch {
    readonly ids: Map<SolidShape, number>;
    nextId: number;
}

function isDefined(shape: SolidShape): shape is DefinedShape {
    switch (shape.kind) {
        case 'slice':
        case 'array':
        case 'map':
        case 'struct':
        case 'opaque':
            return true;
        default:
            return false;
    }
}

/** The types a type is made of, in the order in which Go meets them. */
function inner(shape: DefinedShape): readonly AnySchema[] {
    switch (shape.kind) {
        case 'slice':
        case 'array':
            return [shape.element];
        case 'map':
            return [shape.key, shape.value];
        case 'struct':
            return shape.fields.map((field) => field.type);
        case 'opaque':
            return [];
    }
}

/**
 * Encodes one gob stream. Type definitions go out before the first value that needs them, once per
 * stream, so one encoder must serve a stream for its whole life. A value that is refused leaves the
 * stream as it was.
 */
export class GobEncoder {
    readonly #sent = new Map<SolidShape, number>();
    readonly #maxBytes: number;
    readonly #definitions = new ByteWriter();
    readonly #body = new ByteWriter();
    readonly #output = new ByteWriter();
    #nextId: number = FIRST_USER_ID;

    /** @param maxBytes the largest message, by default what our own decoder accepts. */
    constructor(maxBytes: number = defaultLimits.valueBytes) {
        this.#maxBytes = maxBytes;
    }

    /**
     * One value with all definitions it needs.
     * @throws GobError `gob_value`
     */
    encode<In>(schema: GobSchema<In, unknown>, value: In): Buffer {
        return this.encodeAll([{schema, value}]);
    }

    /**
     * Several values in a row, all of them or none.
     * @throws GobError `gob_value`
     */
    encodeAll(parts: readonly Part[]): Buffer {
        const batch: Batch = {ids: new Map(), nextId: this.#nextId};
        const writeId = (type: AnySchema): number => this.#idOf(batch, type);
        this.#output.clear();
        this.#definitions.clear();
        for (const {schema, value} of parts) {
            this.#body.clear();
            new ValueWriter(this.#body, writeId).writeTop(schema, value);
            this.#output.raw(this.#definitions.view());
            this.#definitions.clear();
            this.#frame();
        }
        for (const [shape, id] of batch.ids) this.#sent.set(shape, id);
        this.#nextId = batch.nextId;
        return Buffer.from(this.#output.view());
    }

    #frame(): void {
        const {length} = this.#body;
        if (length > this.#maxBytes) {
            throw new GobError('gob_value', `value of ${length} bytes is too large`);
        }
        this.#output.uint(length);
        this.#output.raw(this.#body.view());
    }

    #idOf(batch: Batch, schema: AnySchema): number {
        const shape = solid(schema);
        if (!isDefined(shape)) return WIRE_ID[shape.kind];
        const known = this.#sent.get(shape) ?? batch.ids.get(shape);
        if (known !== undefined) return known;
        const fresh: DefinedShape[] = [];
        this.#number(batch, shape, fresh, new Set());
        for (const type of fresh) this.#define(batch, type);
        return this.#idOf(batch, shape);
    }

    /**
     * Gives ids as Go does: a struct before its fields, containers after their elements; and lists
     * the types outer ones first, the order in which Go sends them.
     */
    #number(batch: Batch, shape: DefinedShape, order: DefinedShape[], open: Set<SolidShape>): void {
        if (this.#sent.has(shape) || batch.ids.has(shape) || open.has(shape)) return;
        open.add(shape);
        order.push(shape);
        const early = shape.kind === 'struct' || shape.kind === 'opaque';
        if (early) batch.ids.set(shape, batch.nextId++);
        for (const type of inner(shape)) {
            const next = solid(type);
            if (isDefined(next)) this.#number(batch, next, order, open);
        }
        if (!early) batch.ids.set(shape, batch.nextId++);
    }

    #define(batch: Batch, shape: DefinedShape): void {
        const message = new ByteWriter();
        const id = batch.ids.get(shape) ?? 0;
        writeDefinition(message, id, shape, (type) => this.#idOf(batch, type));
        message.prefixLength(0);
        this.#definitions.raw(message.view());
    }
}
