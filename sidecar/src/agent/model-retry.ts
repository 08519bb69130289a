import {APICallError} from '@ai-sdk/provider';
import {retryWithExponentialBackoff, type RetryFunction} from '@ai-sdk/provider-utils';
import {GangwayError} from '../contract/errors.ts';
import {lineFaultOf} from '../net/line-fault.ts';
import {isContextTooLong} from './context-too-long.ts';
import {wordsOfAnswer} from './service-words.ts';

/** The longest `Retry-After` that is waited for, ms; beyond it the usual pause counts. */
const LONGEST_WAIT_MS = 60_000;

/** Thrown where all tries were used up, or a later one met what no further try would change. */
export class TriesSpentError extends GangwayError {
    readonly tries: number;

    constructor(errors: readonly unknown[]) {
        super('tries-spent', `the model failed ${errors.length} times`, {cause: errors.at(-1)});
        this.tries = errors.length;
    }
}

/**
 * Makes what calls a model again after 429 and 5xx, as often as `maxRetries` says: after 2 s, 4 s … or when
 * `Retry-After` says. What is thrown without a further try is thrown as it is.
 */
export function modelRetry(maxRetries: number, signal: AbortSignal): RetryFunction {
    return retryWithExponentialBackoff({
        maxRetries,
        abortSignal: signal,
        // More of the same does not get shorter by waiting, nor a certificate better.
        shouldRetry: (error) =>
            APICallError.isInstance(error) &&
            !hasTimedOut(error) &&
            error.isRetryable &&
            !isTooLong(error) &&
            lineFaultOf(error)?.final !== true,
        getDelayInMs: ({error, exponentialBackoffDelay}) =>
            retryAfterMs(error) ?? exponentialBackoffDelay,
        createRetryError: ({errors}) => new TriesSpentError(errors),
    });
}

function hasTimedOut(error: unknown): boolean {
    return APICallError.isInstance(error) && (error.statusCode === 408 || error.statusCode === 504);
}

function isTooLong(error: APICallError): boolean {
    return isContextTooLong({...wordsOfAnswer(error), statusCode: error.statusCode});
}

/** What the service asked for, in seconds or as a date; undefined for nothing that makes sense. */
function retryAfterMs(error: unknown): number | undefined {
    if (!APICallError.isInstance(error)) return undefined;
    const {'retry-after-ms': exact, 'retry-after': after} = error.responseHeaders ?? {};
    if (exact === undefined && after === undefined) return undefined;
    const inSeconds = Number(after) * 1_000;
    const wanted = exact === undefined ? inSeconds : Number(exact);
    const ms = Number.isNaN(wanted) ? Date.parse(after ?? '') - Date.now() : wanted;
    return ms >= 0 && ms < LONGEST_WAIT_MS ? ms : undefined;
}
