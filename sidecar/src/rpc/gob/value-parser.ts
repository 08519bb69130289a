import {ByteReader} from './byte-reader.ts';
import {GobError, malformed} from './gob-error.ts';
import {type Raw, RawInterface} from './raw-value.ts';
import type {TypeTable} from './type-table.ts';
import type {GobLimits, WireField, WireScalar, WireType} from './wire-types.ts';

/**
 * An unfinished container. The parser keeps its own stack instead of recursing, because a value may
 * stop in the middle of any nesting and go on in the next message, and because nesting is the
 * sender's choice.
 */
type Frame =
    | {readonly kind: 'struct'; readonly fields: readonly WireField[]; index: number; out: Raw[]}
    | {readonly kind: 'list'; readonly element: number; left: number; out: Raw[]}
    | {readonly kind: 'map'; readonly types: readonly [number, number]; left: number; out: Raw[]}
    | {readonly kind: 'interface'; readonly name: string; type: number; out: Raw; filled: boolean};

/** The kinds that are read in one go. */
type Leaf = {readonly kind: Exclude<WireScalar, 'interface'>} | Extract<WireType, {kind: 'opaque'}>;

/** What is read in one go of a message that comes in pieces is shorter than this, bytes. */
const LOOKAHEAD = 64 * 1024;

/** By what factor a value may be over the limit of bytes, to be skipped. */
const SKIP_BYTES = 64;

/** How much deeper than `limits.depth` a value is still parsed, to be skipped. */
const SKIP_DEPTH = 64;

/** A value that came whole. */
export interface ParsedValue {
    readonly type: number;
    readonly value: Raw;
    /** Set instead of a value that broke a limit and was skipped. */
    readonly refused: GobError | undefined;
}

/**
 * Parses one value from the messages it comes in.
 *
 * Interface values make it more than one: the definition of a type first met inside an interface
 * ends the message there and the value goes on in the next one; deeper down the definition sits
 * inside the message, followed by a length (Go's decodeTypeSequence).
 */
export class ValueParser {
    readonly #types: TypeTable;
    readonly #limits: GobLimits;
    readonly #type: number;
    readonly #stack: Frame[] = [];
    #reader: ByteReader;
    #bytes = 0;
    #parts = 0;
    #result: Raw;
    #done = false;
    #refused: GobError | undefined;
    /** The message goes on in another piece. */
    #more: boolean;
    /** Bytes of a text that is passed over, and lies partly in the next piece. */
    #toSkip = 0;

    /**
     * @param reader a message whose type id, `type`, has been read
     * @param more it is the first piece of a message over the limit, which is skipped
     */
    constructor(
        reader: ByteReader,
        type: number,
        types: TypeTable,
        limits: GobLimits,
        more: boolean,
    ) {
        this.#types = types;
        this.#more = more;
        this.#limits = limits;
        this.#type = type;
        this.#reader = reader;
        this.#account(reader.left);
        if (more) this.#refuse('bytes');
        this.#expectSingleton(type);
        this.#begin(type);
    }

    /** Goes on with the next message of the value, or the next piece of the message. */
    resume(bytes: Buffer, more: boolean): void {
        const next = this.#more ? Buffer.concat([this.#reader.rest, bytes]) : bytes;
        this.#reader = new ByteReader(next);
        this.#more = more;
        if (more) this.#refuse('bytes');
        this.#account(bytes.length);
    }

    /** Parses as far as the message goes; undefined if the value needs another message. */
    run(): ParsedValue | undefined {
        while (!this.#done || this.#toSkip > 0) {
            if (this.#toSkip > 0) {
                if (!this.#skip()) return undefined;
                continue;
            }
            if (this.#more && this.#reader.left < LOOKAHEAD) return undefined;
            if (!this.#step()) return undefined;
        }
        if (this.#more) throw malformed('a message longer than its value');
        return {type: this.#type, value: this.#result, refused: this.#refused};
    }

    /** Passes over a text as far as it came; false if it goes on. */
    #skip(): boolean {
        this.#toSkip -= this.#reader.skip(this.#toSkip);
        if (this.#toSkip > 0 && !this.#more) throw malformed('length past the end of the message');
        return this.#toSkip === 0;
    }

    #account(bytes: number): void {
        this.#bytes += bytes;
        if (this.#bytes > this.#limits.valueBytes * SKIP_BYTES) {
            throw malformed('value far over the size limit');
        }
        if (this.#bytes > this.#limits.valueBytes) this.#refuse('bytes');
    }

    /** A value that is no struct stands at top level as if it were a struct's field number 0. */
    #expectSingleton(type: number): void {
        if (this.#types.get(type).kind === 'struct') return;
        if (this.#reader.count() !== 0) throw malformed('corrupted data: non-zero delta');
    }

    /** One token; false if the message is used up. */
    #step(): boolean {
        const frame = this.#stack.at(-1);
        if (frame === undefined) throw malformed('value without a type');
        switch (frame.kind) {
            case 'struct':
                this.#stepStruct(frame);
                return true;
            case 'list':
                if (frame.left === 0) this.#finish(frame.out);
                else {
                    frame.left -= 1;
                    this.#begin(frame.element);
                }
                return true;
            case 'map':
                if (frame.left === 0) this.#finish(frame.out);
                else {
                    frame.left -= 1;
                    this.#begin(frame.types[frame.left % 2 === 1 ? 0 : 1]);
                }
                return true;
            case 'interface':
                return this.#stepInterface(frame);
        }
    }

    #stepStruct(frame: Extract<Frame, {kind: 'struct'}>): void {
        const delta = this.#reader.count();
        if (delta === 0) {
            this.#finish(frame.out);
            return;
        }
        frame.index += delta;
        const field = frame.fields[frame.index];
        if (field === undefined) throw malformed('field numbers out of bounds');
        this.#begin(field.type);
    }

    #stepInterface(frame: Extract<Frame, {kind: 'interface'}>): boolean {
        if (frame.filled) {
            this.#finish(new RawInterface(frame.name, frame.type, frame.out));
            return true;
        }
        if (this.#reader.left === 0) return false;
        const id = this.#reader.id();
        if (id < 0) {
            this.#types.define(-id, this.#reader);
            if (this.#reader.left > 0) this.#reader.count();
            return true;
        }
        frame.type = id;
        // The byte count covers only the piece up to the next definition: it cannot be relied on.
        this.#reader.count();
        this.#expectSingleton(id);
        this.#begin(id);
        return true;
    }

    /** Reads a scalar at once, opens a frame for everything else. */
    #begin(id: number): void {
        this.#parts += 1;
        if (this.#parts > this.#limits.parts) this.#refuse('parts');
        const type = this.#types.get(id);
        switch (type.kind) {
            case 'struct':
                this.#open({kind: 'struct', fields: type.fields, index: -1, out: []});
                break;
            case 'slice':
                this.#openList(type.element, this.#reader.count());
                break;
            case 'array':
                this.#openArray(type);
                break;
            case 'map':
                this.#openMap(type);
                break;
            case 'interface':
                this.#openInterface();
                break;
            default:
                this.#deliver(this.#leaf(type));
        }
    }

    #leaf(type: Leaf): Raw {
        switch (type.kind) {
            case 'bool':
                return this.#reader.count() !== 0;
            case 'int':
                return this.#reader.int();
            case 'uint':
                return this.#reader.uint();
            case 'float':
                return this.#reader.float();
            case 'string':
                if (!this.#isDropping()) return this.#reader.string();
                this.#passOver();
                return undefined;
            case 'complex':
                return [this.#reader.float(), this.#reader.float()];
            case 'bytes':
            case 'opaque':
                if (!this.#isDropping()) return this.#reader.bytes();
                this.#passOver();
                return undefined;
        }
    }

    /** Whether what comes is not kept: the value is skipped, or lies too deep and its container stays empty. */
    #isDropping(): boolean {
        return this.#refused !== undefined || this.#stack.length > this.#limits.depth;
    }

    /** A text that is not kept is not even copied. */
    #passOver(): void {
        this.#toSkip = this.#reader.count();
    }

    #open(frame: Frame): void {
        const depth = this.#stack.push(frame);
        if (depth > this.#limits.depth * SKIP_DEPTH) throw malformed('nested too deeply');
    }

    #openList(element: number, left: number): void {
        this.#open({kind: 'list', element, left, out: []});
    }

    #openArray(type: Extract<WireType, {kind: 'array'}>): void {
        const length = this.#reader.count();
        if (length !== type.length) throw malformed('length mismatch in array');
        this.#openList(type.element, length);
    }

    #openMap(type: Extract<WireType, {kind: 'map'}>): void {
        const entries = this.#reader.count();
        this.#open({kind: 'map', types: [type.key, type.value], left: entries * 2, out: []});
    }

    #openInterface(): void {
        const name = this.#reader.string();
        if (name === '') this.#deliver(null);
        else this.#open({kind: 'interface', name, type: 0, out: undefined, filled: false});
    }

    #finish(value: Raw): void {
        this.#stack.pop();
        this.#deliver(value);
    }

    #deliver(value: Raw): void {
        const frame = this.#stack.at(-1);
        if (frame === undefined) {
            this.#result = value;
            this.#done = true;
        } else if (frame.kind === 'interface') {
            frame.out = value;
            frame.filled = true;
        } else if (!this.#isDropping()) {
            if (frame.kind === 'struct') frame.out.push(frame.index);
            frame.out.push(value);
        }
    }

    /** From here on the value is parsed, to find its end, but not kept. */
    #refuse(what: 'bytes' | 'parts'): void {
        if (this.#refused !== undefined) return;
        this.#refused = new GobError('gob_too_large', `value over the limit of ${what}`);
        for (const frame of this.#stack) {
            if (frame.kind !== 'interface') frame.out = [];
        }
    }
}
