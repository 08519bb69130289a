import type {AnySchema} from '../../src/rpc/gob/schema.ts';

/** One message, or whatever was written at once. */
export interface Written {
    readonly about: string;
    readonly bytes: Buffer;
}

/** A method of a table, whatever its arguments. */
export interface AnyMethod {
    readonly name: string;
    readonly args: AnySchema;
    readonly reply: AnySchema;
}
