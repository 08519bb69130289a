import * as z from 'zod';

/**
 * What a key of the settings says about itself beside its type; all of it ends up in the JSON
 * Schema, where forms, documents and the checker read it.
 */
export interface KeyNotes {
    /** What holds when the key is absent. Never filled in by the schema itself. */
    readonly default?: unknown;
    /**
     * `none`: accepted because OpenClaw has it, but without meaning here. `later`: accepted, but
     * this version does not act on it yet.
     */
    readonly use?: 'none' | 'later';
    /** The value is a secret, or says where one stands. */
    readonly secret?: boolean;
}

/** An optional key of a settings object, with its description and notes. */
export function key<S extends z.ZodType>(
    schema: S,
    description: string,
    notes: KeyNotes = {},
): z.ZodOptional<S> {
    return schema.optional().meta({description, ...notes});
}
