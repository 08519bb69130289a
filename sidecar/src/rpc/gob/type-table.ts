import type {ByteReader} from './byte-reader.ts';
import {malformed} from './gob-error.ts';
import {readDefinition} from './type-definition.ts';
import {builtInTypes, FIRST_USER_ID, type GobLimits, type WireType} from './wire-types.ts';

/** The types that one stream has defined. */
export class TypeTable {
    readonly #types = new Map<number, WireType>(builtInTypes);
    readonly #limits: GobLimits;
    #bytes = 0;

    constructor(limits: GobLimits) {
        this.#limits = limits;
    }

    /** @throws GobError `gob_malformed` for an id that was not defined. */
    get(id: number): WireType {
        const type = this.#types.get(id);
        if (type === undefined) throw malformed(`unknown type id ${id} or corrupted data`);
        return type;
    }

    /**
     * Reads the definition of `id`.
     * @throws GobError `gob_malformed`, also for a second definition and beyond the limits.
     */
    define(id: number, reader: ByteReader): void {
        if (id < FIRST_USER_ID || this.#types.has(id)) throw malformed('duplicate type received');
        const before = reader.left;
        const type = readDefinition(reader);
        this.#bytes += before - reader.left;
        if (this.#bytes > this.#limits.definitionBytes || this.#types.size > this.#limits.types) {
            throw malformed('too many type definitions');
        }
        this.#types.set(id, type);
    }
}
