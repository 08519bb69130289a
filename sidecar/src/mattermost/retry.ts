import {errorOf, TimeoutError} from '../contract/errors.ts';
import {sleep} from '../contract/time.ts';
import {lineFaultOf} from '../net/line-fault.ts';
import {PlatformError} from './errors.ts';
import {throwIfCancelled, withDeadline} from './deadline.ts';

/** How a call is repeated. Times in milliseconds. */
export interface RetryPolicy {
    /** For error messages, for instance `POST /posts`. */
    readonly what: string;
    readonly tryMs: number;
    readonly totalMs: number;
    /** Tries after the first; absent: as many as fit into `totalMs`. */
    readonly maxRetries?: number;
    /** Wait before the retry number `n` (0 is the first). */
    readonly delayMs: (n: number) => number;
    /** Whether the same call may be sent again after this error. */
    readonly repeatable: (error: unknown) => boolean;
    readonly signal: AbortSignal | undefined;
    readonly now: () => number;
}

/**
 * Calls `attempt` until it works, may not be repeated, or no time is left; then the last error is
 * thrown. A server's wish to wait (`retryAfterMs` of its error) goes before `delayMs`.
 */
export async function retrying<T>(
    policy: RetryPolicy,
    attempt: (signal: AbortSignal, tried: number) => Promise<T>,
): Promise<T> {
    const end = policy.now() + policy.totalMs;
    let last: Error | undefined;
    for (let n = 0; ; n++) {
        const left = Math.max(1, end - policy.now());
        try {
            return await withDeadline(
                policy.what,
                Math.min(policy.tryMs, left),
                policy.signal,
                (signal) => attempt(signal, n),
            );
        } catch (error) {
            throwIfCancelled(policy.what, policy.signal, error);
            // A try that was cut short by the total says less than the refusal before it.
            if (left < policy.tryMs && error instanceof TimeoutError && last !== undefined)
                throw last;
            last = errorOf(error);
            if (n >= (policy.maxRetries ?? Infinity) || !policy.repeatable(error)) throw error;
            const wait = Math.max(retryAfter(error), policy.delayMs(n));
            if (policy.now() + wait >= end) throw error;
            await sleep(wait, policy.signal);
        }
    }
}

/** A refusal that says when to come back, in milliseconds from now. */
export class RetryLaterError extends PlatformError {
    readonly retryAfterMs: number;

    constructor(
        code: 'rate-limited' | 'unavailable',
        message: string,
        details: {status: number; serverId: string; retryAfterMs: number},
    ) {
        super(code, message, details);
        this.retryAfterMs = details.retryAfterMs;
    }
}

function retryAfter(error: unknown): number {
    return error instanceof RetryLaterError ? error.retryAfterMs : 0;
}

/** 429, 502, 503, 504, no connection (unless a certificate or proxy forbids it), no answer in time: the same call may work a little later. */
export function isTransient(error: unknown): boolean {
    if (error instanceof TimeoutError) return true;
    if (!(error instanceof PlatformError)) return false;
    if (lineFaultOf(error)?.final === true) return false;
    return ['rate-limited', 'unavailable', 'unreachable'].includes(error.code);
}

/** Whether the server may have done what it was asked although it did not say so. */
export function isUncertain(error: unknown): boolean {
    return isTransient(error) && !(error instanceof PlatformError && error.code === 'rate-limited');
}

/** Exponential waits from `minMs` to `maxMs`, each between half of it and all of it. */
export function backoff(minMs: number, maxMs: number, random: () => number) {
    return (n: number): number => {
        const whole = Math.min(maxMs, minMs * 2 ** Math.min(n, 30));
        return whole * (0.5 + random() / 2);
    };
}
