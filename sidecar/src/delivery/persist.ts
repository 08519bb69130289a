import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import {PlatformError, type PlatformErrorCode} from '../mattermost/errors.ts';

/** Waits before the second and the third try, ms; the platform retries by itself before each. */
const RETRY_DELAYS = [500, 2000] as const;

/** Asked again, the server would say the same. */
const FOR_GOOD: ReadonlySet<PlatformErrorCode> = new Set<PlatformErrorCode>([
    'unauthorized',
    'forbidden',
    'not-found',
    'too-large',
    'refused',
    'redirected',
]);

/** Whether a call was refused for good, and surely not carried out. */
export function isForGood(error: unknown): boolean {
    return error instanceof PlatformError && FOR_GOOD.has(error.code);
}

/**
 * Whether the server broke off a creation, and so made nothing: it does that for as long as it
 * remembers a key whose post is deleted.
 */
export function isBrokenOff(error: unknown): boolean {
    return error instanceof PlatformError && error.code === 'server-error';
}

/** Calls what must not fail up to three times; throws what the last try threw. */
export async function persist<T>(
    what: string,
    log: Log,
    signal: AbortSignal | undefined,
    call: () => Promise<T>,
): Promise<T> {
    for (const delay of RETRY_DELAYS) {
        try {
            return await call();
        } catch (error) {
            if (signal?.aborted === true || isForGood(error)) throw error;
            log.debug(`${what} failed, trying again`, {error: errorOf(error)});
        }
        await sleep(delay, signal);
    }
    return call();
}
