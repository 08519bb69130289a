import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';

/** How soon work that failed (the KV store is away) is tried again, ms. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

/**
 * Tries until it works or `signal` is aborted, and never throws: a store that is away for a minute must not
 * need a restart.
 */
export async function untilDone(
    what: string,
    work: () => Promise<void>,
    log: Log,
    signal: AbortSignal,
): Promise<void> {
    for (let delay = RETRY_MIN_MS; !signal.aborted; delay = Math.min(RETRY_MAX_MS, delay * 2)) {
        try {
            await work();
            return;
        } catch (error) {
            if (isAborted(signal)) return;
            log.error(`${what} failed, trying again`, {error: errorOf(error)});
        }
        await sleep(delay, signal).catch(() => undefined);
    }
}

/** Asked anew each time: it changes while others are awaited. */
function isAborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
