import {CancelledError} from './errors.ts';

/**
 * Waits `ms` milliseconds.
 * @throws CancelledError as soon as `signal` is aborted.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
        const abort = (): void => {
            clearTimeout(timer);
            reject(new CancelledError('a wait', signal?.reason));
        };
        const timer = setTimeout(() => {
            signal?.removeEventListener('abort', abort);
            resolve();
        }, ms);
        signal?.addEventListener('abort', abort, {once: true});
    });
}
