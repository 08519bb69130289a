import {CancelledError} from '../../contract/errors.ts';

/** Work that is done one after the other for one key, side by side for different ones. */
export type Lanes = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Makes lanes, all empty. */
export function createLanes(): Lanes {
    const last = new Map<string, Promise<unknown>>();
    return async (key, work) => {
        const before = last.get(key) ?? Promise.resolve();
        const done = before.then(work, work);
        last.set(key, done);
        try {
            return await done;
        } finally {
            if (last.get(key) === done) last.delete(key);
        }
    };
}

/**
 * Waits for work that others may wait for too: giving up does not stop it.
 * @throws CancelledError when the signal is aborted first
 */
export async function shared<T>(
    what: string,
    work: Promise<T>,
    signal: AbortSignal | undefined,
): Promise<T> {
    if (signal === undefined) return work;
    const {promise: aborted, reject} = Promise.withResolvers<never>();
    const abort = (): void => reject(new CancelledError(what, signal.reason));
    signal.addEventListener('abort', abort, {once: true});
    try {
        return await Promise.race([work, aborted]);
    } finally {
        signal.removeEventListener('abort', abort);
    }
}
