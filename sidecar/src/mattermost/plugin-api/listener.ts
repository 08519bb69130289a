import {CancelledError, GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import type {PlatformEvent} from '../platform.ts';
import {isAborted} from '../deadline.ts';
import type {Listening} from '../listening/listening.ts';
import {backoff} from '../retry.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {Tuning} from './tuning.ts';

/** What a listener needs. */
export interface ListenerDeps {
    readonly listening: Omit<Listening, 'events'>;
    readonly status: StatusBoard;
    readonly tuning: Pick<Tuning, 'backoffMinMs' | 'backoffMaxMs'>;
    readonly log: Log;
    readonly random: () => number;
}

/** Hands events on while it runs, none lost: what does not fit is read again by catch-up. */
export interface Listener {
    /** Until `signal` is aborted. Never rejects. */
    run(signal: AbortSignal): Promise<void>;
    /** An event for the consumer; dropped while nobody listens. */
    give(event: PlatformEvent): void;
    /** Something was lost: catch-up looks for it as soon as there is room. */
    lost(): void;
}

/** Makes the listener of one account. */
export function createListener(deps: ListenerDeps): Listener {
    const {listening, status, log} = deps;
    const {inbox, queue, catchUp} = listening;
    const delayMs = backoff(deps.tuning.backoffMinMs, deps.tuning.backoffMaxMs, deps.random);
    let running = false;
    let gap = false;
    let wake: () => void = () => undefined;

    const lost = (): void => {
        if (!running) return;
        gap = true;
        inbox.hold();
        wake();
    };

    const give = (event: PlatformEvent): void => {
        if (!running) return;
        if (inbox.crowded) lost();
        // While events are held for want of room, catch-up finds the posts beyond the limit.
        if (!inbox.crowded) inbox.receive(event);
    };

    /** Reads what is missing, until nothing was lost meanwhile. */
    const fill = async (signal: AbortSignal): Promise<void> => {
        while (gap) {
            await queue.room(signal);
            await listening.prepare(signal);
            gap = false;
            await catchUp.run('catch-up', signal);
        }
        inbox.release();
        status.set('ready');
    };

    const news = (signal: AbortSignal): Promise<void> => {
        const {promise, resolve} = Promise.withResolvers<undefined>();
        wake = () => resolve(undefined);
        signal.addEventListener('abort', wake, {once: true});
        if (gap || signal.aborted) wake();
        return promise;
    };

    const round = async (signal: AbortSignal): Promise<void> => {
        if (gap) await fill(signal);
        await news(signal);
    };

    return {
        give,
        lost,
        run: async (signal) => {
            running = true;
            lost();
            if (status.current.state !== 'error') status.set('connecting');
            for (let failures = 0; !signal.aborted; failures++) {
                try {
                    await round(signal);
                    failures = -1;
                } catch (error) {
                    gap = true;
                    if (isAborted(signal) || error instanceof CancelledError) continue;
                    if (error instanceof GangwayError) log.warn('catch-up failed', {error});
                    else log.error('catch-up failed', {error: errorOf(error)});
                    status.set('error', 'the server does not answer');
                    await sleep(delayMs(failures), signal).catch(() => undefined);
                }
            }
            running = false;
            inbox.hold();
            status.set('disabled');
        },
    };
}
