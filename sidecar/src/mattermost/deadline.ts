import {CancelledError, TimeoutError} from '../contract/errors.ts';

/**
 * Runs `work` with a signal that is aborted after `ms` milliseconds or with the caller's signal.
 * @throws TimeoutError when the time ran out, CancelledError when the caller gave up; other errors
 * of `work` pass through.
 */
export async function withDeadline<T>(
    what: string,
    ms: number,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
    throwIfCancelled(what, signal);
    const controller = new AbortController();
    const state = {timedOut: false};
    const timer = setTimeout(() => {
        state.timedOut = true;
        controller.abort();
    }, ms);
    const cancel = (): void => controller.abort();
    signal?.addEventListener('abort', cancel, {once: true});
    try {
        return await work(controller.signal);
    } catch (error) {
        throwIfCancelled(what, signal, error);
        if (state.timedOut) throw new TimeoutError(what, ms, error);
        throw error;
    } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
    }
}

/** @throws CancelledError when the signal is aborted already. */
export function throwIfCancelled(what: string, signal?: AbortSignal, cause?: unknown): void {
    if (signal?.aborted === true) throw new CancelledError(what, cause ?? signal.reason);
}

/** `signal.aborted`, for places where the compiler believes that it cannot have changed. */
export function isAborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
