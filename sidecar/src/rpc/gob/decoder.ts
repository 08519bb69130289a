import {ByteReader} from './byte-reader.ts';
import {Fitter} from './fit.ts';
import {GobError, malformed} from './gob-error.ts';
import {emptyRegistry, type Registry} from './interface-value.ts';
import {type Framed, MessageFramer} from './message-framer.ts';
import {type NameMode, toPlain} from './plain.ts';
import type {GobSchema} from './schema.ts';
import {TypeTable} from './type-table.ts';
import {type ParsedValue, ValueParser} from './value-parser.ts';
import {defaultLimits, type GobLimits} from './wire-types.ts';

/** A value that came over the wire, to be read with whatever schema its place calls for. */
export interface WireValue {
    /** The id of its type on this stream; the same type always has the same id. */
    readonly typeId: number;
    /**
     * The value as the schema promises: zero values filled in, unknown fields dropped.
     * @throws GobError `gob_mismatch` or `gob_too_large`; the stream is not harmed.
     */
    readonly read: <In, Out>(schema: GobSchema<In, Out>) => Out;
    /**
     * The value as it came, without a schema: absent fields stay absent, maps with text keys are
     * objects. `keep` wraps interface values in `Named`, `drop` leaves them bare.
     * @throws GobError `gob_too_large`
     */
    readonly plain: (names?: NameMode) => unknown;
}

/** What a decoder may be told. */
export interface DecoderOptions {
    /** The types that interface values may name; by default Go's own only. */
    readonly registry?: Registry;
    /** By default `defaultLimits`. */
    readonly limits?: Partial<GobLimits>;
}

/**
 * Decodes one gob stream, fed in pieces of any size. After a `gob_malformed` the stream is finished:
 * every later call throws the same error.
 */
export class GobDecoder {
    readonly #limits: GobLimits;
    readonly #framer: MessageFramer;
    readonly #types: TypeTable;
    readonly #fitter: Fitter;
    #parser: ValueParser | undefined;
    #failure: GobError | undefined;

    constructor(options: DecoderOptions = {}) {
        this.#limits = {...defaultLimits, ...options.limits};
        this.#framer = new MessageFramer(this.#limits.valueBytes);
        this.#types = new TypeTable(this.#limits);
        this.#fitter = new Fitter(this.#types, options.registry ?? emptyRegistry);
    }

    /** True between two values; false when the stream would end inside one. */
    get idle(): boolean {
        return this.#framer.idle && this.#parser === undefined;
    }

    /**
     * Takes the next bytes of the stream, which must not change until `next` has looked at them.
     * @throws GobError `gob_malformed` if the stream is finished already
     */
    push(chunk: Uint8Array): void {
        if (this.#failure !== undefined) throw this.#failure;
        this.#framer.push(chunk);
    }

    /**
     * The next complete value, or undefined until more bytes come.
     * @throws GobError `gob_malformed`
     */
    next(): WireValue | undefined {
        return this.#guard(() => {
            for (;;) {
                const framed = this.#framer.next();
                if (framed === undefined) return undefined;
                const parsed = this.#takeMessage(framed);
                if (parsed !== undefined) return this.#present(parsed);
            }
        });
    }

    #guard<T>(work: () => T): T {
        if (this.#failure !== undefined) throw this.#failure;
        try {
            return work();
        } catch (error) {
            this.#failure = error instanceof GobError ? error : malformed('decoder failed');
            throw error;
        }
    }

    #takeMessage({bytes, more}: Framed): ParsedValue | undefined {
        if (this.#parser === undefined) {
            const reader = new ByteReader(bytes);
            const id = reader.id();
            if (id < 0) {
                if (more) throw malformed('type definition over the size limit');
                this.#types.define(-id, reader);
                if (reader.left > 0) throw malformed('extra data after a type definition');
                return undefined;
            }
            this.#parser = new ValueParser(reader, id, this.#types, this.#limits, more);
        } else {
            this.#parser.resume(bytes, more);
        }
        const parsed = this.#parser.run();
        if (parsed !== undefined) this.#parser = undefined;
        return parsed;
    }

    #present(parsed: ParsedValue): WireValue {
        const whole = (): ParsedValue => {
            if (parsed.refused !== undefined) throw parsed.refused;
            return parsed;
        };
        return {
            typeId: parsed.type,
            read: <In, Out>(schema: GobSchema<In, Out>): Out => {
                const {value, type} = whole();
                // The fitter builds exactly what the schema's output type says.
                return this.#fitter.fit(value, type, schema) as Out;
            },
            plain: (names = 'drop') => {
                const {value, type} = whole();
                return toPlain(value, type, this.#types, names);
            },
        };
    }
}
