import type {ByteReader} from './byte-reader.ts';
import type {ByteWriter} from './byte-writer.ts';
import {malformed} from './gob-error.ts';
import type {AnySchema, SolidShape} from './schema.ts';
import {DEFINITION_FIELD, type WireField, type WireType} from './wire-types.ts';

/** Reads a struct whose layout is fixed: one reader per field number. */
function readFields(reader: ByteReader, fields: readonly (() => void)[]): void {
    let field = -1;
    for (;;) {
        const delta = reader.count();
        if (delta === 0) return;
        field += delta;
        const read = fields[field];
        if (read === undefined) throw malformed('unknown field in a type definition');
        read();
    }
}

/** CommonType: the name and the id, which repeats the message's and is not needed. */
function readCommon(reader: ByteReader): string {
    let name = '';
    readFields(reader, [() => (name = reader.string()), () => reader.id()]);
    return name;
}

function readStructField(reader: ByteReader): WireField {
    let name = '';
    let type = 0;
    readFields(reader, [() => (name = reader.string()), () => (type = reader.id())]);
    if (name === '') throw malformed('empty name for a field');
    return {name, type};
}

function readStruct(reader: ByteReader): WireType {
    let name = '';
    const fields: WireField[] = [];
    readFields(reader, [
        () => (name = readCommon(reader)),
        () => {
            const count = reader.count();
            if (count > reader.left) throw malformed('more fields than bytes');
            for (let index = 0; index < count; index += 1) fields.push(readStructField(reader));
        },
    ]);
    return {kind: 'struct', name, fields};
}

function readArray(reader: ByteReader): WireType {
    let name = '';
    let element = 0;
    let length = 0;
    readFields(reader, [
        () => (name = readCommon(reader)),
        () => (element = reader.id()),
        () => (length = reader.id()),
    ]);
    return {kind: 'array', name, element, length};
}

function readSlice(reader: ByteReader): WireType {
    let name = '';
    let element = 0;
    readFields(reader, [() => (name = readCommon(reader)), () => (element = reader.id())]);
    return {kind: 'slice', name, element};
}

function readMap(reader: ByteReader): WireType {
    let name = '';
    let key = 0;
    let value = 0;
    readFields(reader, [
        () => (name = readCommon(reader)),
        () => (key = reader.id()),
        () => (value = reader.id()),
    ]);
    return {kind: 'map', name, key, value};
}

function readOpaque(
    reader: ByteReader,
    encoding: 'GobEncoder' | 'BinaryMarshaler' | 'TextMarshaler',
): WireType {
    let name = '';
    readFields(reader, [() => (name = readCommon(reader))]);
    return {kind: 'opaque', name, encoding};
}

/**
 * Reads Go's `wireType`, a struct of which one field is set.
 * @throws GobError `gob_malformed`
 */
export function readDefinition(reader: ByteReader): WireType {
    let type: WireType | undefined;
    readFields(reader, [
        () => (type = readArray(reader)),
        () => (type = readSlice(reader)),
        () => (type = readStruct(reader)),
        () => (type = readMap(reader)),
        () => (type = readOpaque(reader, 'GobEncoder')),
        () => (type = readOpaque(reader, 'BinaryMarshaler')),
        () => (type = readOpaque(reader, 'TextMarshaler')),
    ]);
    if (type === undefined) throw malformed('empty type definition');
    return type;
}

function writeCommon(writer: ByteWriter, name: string, id: number): void {
    writer.uint(1);
    if (name === '') {
        writer.uint(2);
    } else {
        writer.uint(1);
        writer.string(name);
        writer.uint(1);
    }
    writer.int(id);
    writer.uint(0);
}

function writeStructFields(
    writer: ByteWriter,
    fields: readonly {readonly name: string; readonly type: number}[],
): void {
    if (fields.length === 0) return;
    writer.uint(1);
    writer.uint(fields.length);
    for (const field of fields) {
        writer.uint(1);
        writer.string(field.name);
        writer.uint(1);
        writer.int(field.type);
        writer.uint(0);
    }
}

/** The kinds that a stream has to define before it uses them. */
export type DefinedShape = Extract<
    SolidShape,
    {kind: 'slice' | 'array' | 'map' | 'struct' | 'opaque'}
>;

const FIELD_OF_KIND = {
    array: DEFINITION_FIELD.array,
    slice: DEFINITION_FIELD.slice,
    struct: DEFINITION_FIELD.struct,
    map: DEFINITION_FIELD.map,
} as const;

/**
 * Writes the content of a definition message: the negative id and the `wireType`. `idOf` gives the
 * ids of the types it is made of.
 */
export function writeDefinition(
    writer: ByteWriter,
    id: number,
    shape: DefinedShape,
    idOf: (schema: AnySchema) => number,
): void {
    writer.int(-id);
    const field =
        shape.kind === 'opaque' ? DEFINITION_FIELD[shape.encoding] : FIELD_OF_KIND[shape.kind];
    writer.uint(field + 1);
    writeCommon(writer, shape.kind === 'array' ? '' : shape.name, id);
    switch (shape.kind) {
        case 'array':
            writer.uint(1);
            writer.int(idOf(shape.element));
            writer.uint(1);
            writer.int(shape.length);
            break;
        case 'slice':
            writer.uint(1);
            writer.int(idOf(shape.element));
            break;
        case 'map':
            writer.uint(1);
            writer.int(idOf(shape.key));
            writer.uint(1);
            writer.int(idOf(shape.value));
            break;
        case 'struct':
            writeStructFields(
                writer,
                shape.fields.map((part) => ({name: part.name, type: idOf(part.type)})),
            );
            break;
        case 'opaque':
            break;
    }
    writer.uint(0);
    writer.uint(0);
}
