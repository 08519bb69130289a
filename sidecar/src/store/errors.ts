import {GangwayError} from '../contract/errors.ts';

/**
 * What went wrong in a store: `key-invalid` and `closed` are programmers' mistakes; `unavailable` may
 * pass (busy, disk full, no permission); `corrupt` and `foreign` need a person; `contended` means
 * that a document was changed by others at each of many tries.
 */
export type StoreErrorCode =
    'key-invalid' | 'closed' | 'unavailable' | 'corrupt' | 'foreign' | 'contended';

/** Thrown by every store and by what is built on one; `code` says whether trying again can help. */
export class StoreError extends GangwayError {
    declare readonly code: StoreErrorCode;

    constructor(code: StoreErrorCode, message: string, cause?: unknown) {
        super(code, message, cause === undefined ? undefined : {cause});
    }
}
