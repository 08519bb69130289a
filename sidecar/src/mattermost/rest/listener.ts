import {CancelledError, GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import type {Listening} from '../listening/listening.ts';
import {isAborted, throwIfCancelled} from '../deadline.ts';
import {backoff} from '../retry.ts';
import type {Session, SessionOutcome} from './session.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {Limits, Timings} from './timings.ts';

/** What a listener needs. */
export interface ListenerDeps {
    /** Resolves when the server takes our token, however long that lasts: whether it was away. */
    readonly identify: (signal: AbortSignal) => Promise<boolean>;
    readonly session: Session;
    readonly listening: Pick<Listening, 'prepare' | 'catchUp' | 'queue'>;
    readonly status: StatusBoard;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly log: Log;
    readonly random: () => number;
    readonly now: () => number;
}

/** Listens to one server until `signal` is aborted, over all breaks of the line. Never rejects. */
export type Listener = (signal: AbortSignal) => Promise<void>;

/** Makes the listener of one account. */
export function createListener(deps: ListenerDeps): Listener {
    const {timings, status, log, listening} = deps;
    const delayMs = backoff(timings.backoffMinMs, timings.backoffMaxMs, deps.random);
    let failures = 0;
    let refusals = 0;

    const note = (outcome: SessionOutcome): void => {
        log.info('the connection ended', {reason: outcome.reason, lived: outcome.livedMs ?? 0});
        if (outcome.livedMs === undefined) {
            refusals += 1;
        } else {
            refusals = 0;
            if (outcome.livedMs >= timings.healthyMs) failures = 0;
        }
        // Where polling works the account works, so its state stays.
        if (status.current.state !== 'polling') status.set('connecting', outcome.reason);
    };

    const poll = async (ms: number, signal: AbortSignal): Promise<void> => {
        const end = deps.now() + ms;
        do {
            await listening.catchUp.run('polling', signal);
            status.set('polling', 'the server lets no WebSocket through');
            await sleep(Math.min(timings.pollMs, Math.max(1, end - deps.now())), signal);
        } while (deps.now() < end);
    };

    const round = async (signal: AbortSignal): Promise<void> => {
        await listening.queue.room(signal);
        // A line that was down is no refusal, so the next break is taken up as soon as the first.
        if (await deps.identify(signal)) failures = 0;
        await listening.prepare(signal);
        const outcome = await deps.session(signal);
        throwIfCancelled('listening', signal);
        note(outcome);
        const wait = delayMs(failures);
        failures += 1;
        if (refusals >= deps.limits.refusals) await poll(Math.max(wait, timings.pollMs), signal);
        else await sleep(wait, signal);
    };

    return async (signal) => {
        while (!signal.aborted) {
            try {
                await round(signal);
            } catch (error) {
                if (isAborted(signal) || error instanceof CancelledError) continue;
                if (error instanceof GangwayError) log.warn('listening failed', {error});
                else log.error('listening failed', {error: errorOf(error)});
                status.set('error', describe(error));
                await sleep(delayMs(failures), signal).catch(() => undefined);
                failures += 1;
            }
        }
        status.set('disabled');
    };
}

/** A sentence for the status page; our own errors hold no secrets, others might. */
function describe(error: unknown): string {
    return error instanceof Error && 'code' in error && typeof error.code === 'string'
        ? `${error.message} (${error.code})`
        : 'an unexpected error, see the log';
}
