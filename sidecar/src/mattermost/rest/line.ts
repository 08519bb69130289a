import {errorOf} from '../../contract/errors.ts';
import {sleep} from '../../contract/time.ts';
import {throwIfCancelled} from '../deadline.ts';
import {isTransient, RetryLaterError} from '../retry.ts';
import type {Timings} from './timings.ts';

/** Whether anybody is at the other end. */
export interface Line {
    /**
     * Resolves when the server answers anything at all, with whether that took a while. `onDown` is called
     * once, with the first failure. What no further try would change (a certificate) counts as an answer:
     * whoever asks next is told why.
     * @throws CancelledError
     */
    back(signal: AbortSignal, onDown: (error: Error) => void): Promise<boolean>;
}

/** What a Line needs. */
export interface LineDeps {
    /** One cheap question that needs no token. @throws PlatformError where nothing or a broken proxy answers */
    readonly ping: (signal: AbortSignal) => Promise<unknown>;
    readonly timings: Pick<Timings, 'probeMs' | 'tryMs'>;
    readonly random: () => number;
}

/**
 * Makes the line of one account. While it is down one ping leaves about every second, whatever became of those
 * before: on a line that swallows all, an old one would be answered late. The jitter spreads many runners,
 * so that a server that is back meets them one after the other.
 */
export function createLine({ping, timings, random}: LineDeps): Line {
    const pauseMs = (): number => timings.probeMs * (0.5 + random() / 2);

    return {
        back: async (signal, onDown) => {
            throwIfCancelled('a look at the line', signal);
            const over = new AbortController();
            const cancel = (): void => over.abort();
            signal.addEventListener('abort', cancel, {once: true});
            const {promise: answered, resolve} = Promise.withResolvers<'answered'>();
            let notBefore = 0;
            const seen = {pings: 0, down: false};
            const probe = async (): Promise<void> => {
                seen.pings += 1;
                const limit = AbortSignal.timeout(timings.tryMs);
                try {
                    await ping(AbortSignal.any([over.signal, limit]));
                    resolve('answered');
                } catch (error) {
                    if (over.signal.aborted) return;
                    if (!isTransient(error)) {
                        resolve('answered');
                        return;
                    }
                    if (error instanceof RetryLaterError) {
                        notBefore = Date.now() + error.retryAfterMs;
                    }
                    if (!seen.down) onDown(errorOf(error));
                    seen.down = true;
                }
            };
            try {
                for (;;) {
                    if (Date.now() >= notBefore) void probe();
                    const pause = sleep(pauseMs(), over.signal).then(() => 'slept' as const);
                    // Rejects when the wait is over, also where nobody waits for it any more.
                    pause.catch(() => undefined);
                    if ((await Promise.race([answered, pause])) === 'answered') break;
                }
                return seen.down || seen.pings > 1;
            } catch (error) {
                throwIfCancelled('waiting for the line', signal, error);
                throw error;
            } finally {
                signal.removeEventListener('abort', cancel);
                over.abort();
            }
        },
    };
}
