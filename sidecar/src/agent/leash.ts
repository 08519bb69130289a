/** Why a run was given up before its end. */
export type LetGo = 'cancelled' | 'idle' | 'total';

/** How long a run may take, ms. */
export interface RunLimits {
    /** Longest silence; undefined for none of its own. */
    readonly idleMs: number | undefined;
    /** Longest run; undefined for none of its own. */
    readonly totalMs: number | undefined;
}

/** Holds a run to its limits and to its caller's signal. */
export interface Leash {
    /** Aborted on cancellation, at a limit and by `release`: everything that the run opens hangs on it. */
    readonly signal: AbortSignal;
    /**
     * Waits for `step`, but neither longer than `idleMs`, nor beyond `totalMs`, nor past an abort: a
     * library that does not listen to its signal cannot hold the run.
     * @throws what `step` throws; {@link LetGoError} where it was not waited for any longer.
     */
    wait<T>(step: PromiseLike<T>): Promise<T>;
    /** Ends the run: aborts `signal`, clears the timers. May be called again. */
    release(): void;
}

/** Thrown by a leash's `wait`. Expected, so no `GangwayError`: the run turns it into its last event. */
export class LetGoError extends Error {
    readonly why: LetGo;

    constructor(why: LetGo) {
        super(`the run was given up: ${why}`);
        this.name = 'LetGoError';
        this.why = why;
    }
}

/** Makes the leash of one run; its time starts now. */
export function createLeash(signal: AbortSignal, limits: RunLimits): Leash {
    const controller = new AbortController();
    const {promise: letGo, reject} = Promise.withResolvers<never>();
    // A run that ends by itself never looks at it.
    letGo.catch(() => undefined);

    const giveUp = (why: LetGo): void => {
        const error = new LetGoError(why);
        reject(error);
        controller.abort(error);
        clearTimeout(total);
    };
    const cancel = (): void => giveUp('cancelled');
    const total = limits.totalMs && setTimeout(giveUp, limits.totalMs, 'total' satisfies LetGo);
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, {once: true});

    return {
        signal: controller.signal,
        async wait(step) {
            const idle = limits.idleMs && setTimeout(giveUp, limits.idleMs, 'idle' satisfies LetGo);
            try {
                return await Promise.race([letGo, step]);
            } finally {
                clearTimeout(idle);
            }
        },
        release() {
            signal.removeEventListener('abort', cancel);
            clearTimeout(total);
            controller.abort();
        },
    };
}
