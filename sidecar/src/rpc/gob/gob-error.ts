import {WireError} from '../wire-error.ts';

/**
 * What went wrong.
 *
 * - `gob_malformed`: the bytes are no gob stream, or break a limit; the stream is finished.
 * - `gob_mismatch`: a well-formed value does not fit the schema it is read with; the stream goes on.
 * - `gob_too_large`: a well-formed value was skipped because it is too large or has too many parts; the
 *   stream goes on.
 * - `gob_value`: a value given to the encoder does not fit its schema; nothing was written.
 */
export type GobErrorCode = 'gob_malformed' | 'gob_mismatch' | 'gob_too_large' | 'gob_value';

/** Everything that encoding and decoding may throw. */
export class GobError extends WireError {
    /** Narrower than the base, so that a switch over it is exhaustive. */
    declare readonly code: GobErrorCode;

    constructor(code: GobErrorCode, message: string, options?: {cause?: unknown}) {
        super(code, `gob: ${message}`, options);
    }
}

/** The bytes cannot be trusted from here on. */
export function malformed(message: string): GobError {
    return new GobError('gob_malformed', message);
}
