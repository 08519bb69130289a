import * as z from 'zod';

import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** A hint of the store may be lost, so a running turn also looks by itself this often, ms. */
const LOOK_MS = 750;
/** A request is for turns that run when it is made, and no turn outlives being stopped for long. */
const LIFE_SECONDS = 60;

const requestSchema = z.object({v: z.literal(1), by: z.string(), at: z.number()});

/** How a person stops a session's turn on whichever runner it is (SES-10): by a note `stop/<session>`. */
export interface StopRequests {
    /** Asks every runner to stop what runs in the session now; `by` is the person's id. */
    request(sessionId: string, by: string): Promise<void>;
    /**
     * Calls `stop` at most once, within a second of a request that is made after `startedAt` (ms; the
     * runners' clocks are taken to agree), until it is disposed. For one running turn.
     */
    follow(sessionId: string, startedAt: number, stop: (by: string) => void): Disposable;
}

/** What `createStopRequests` needs. */
export interface StopRequestsOptions {
    readonly store: Store;
    readonly log: Log;
    /** ms [Date.now]. */
    readonly now?: () => number;
}

/** Makes the requests of one runner. */
export function createStopRequests(options: StopRequestsOptions): StopRequests {
    const {store, log, now = Date.now} = options;
    return {
        async request(sessionId, by) {
            await updateDocument(
                store,
                stopKey(sessionId),
                requestSchema,
                () => ({v: 1 as const, by, at: now()}),
                {ttlSeconds: LIFE_SECONDS},
            );
        },

        follow(sessionId, startedAt, stop) {
            const key = stopKey(sessionId);
            let over = false;
            let looking = false;
            const dispose = (): void => {
                over = true;
                clearInterval(timer);
                watch[Symbol.dispose]();
            };
            const look = async (): Promise<void> => {
                if (looking) return;
                looking = true;
                try {
                    const read = await readDocument(store, key, requestSchema);
                    if (over || read.kind !== 'found' || read.value.at < startedAt) return;
                    dispose();
                    stop(read.value.by);
                } finally {
                    looking = false;
                }
            };
            const lookSoon = (): void => {
                // The next look tries again.
                look().catch((thrown: unknown) => {
                    log.warn('stop requests could not be read', {
                        session: sessionId,
                        error: errorOf(thrown),
                    });
                });
            };
            const timer = setInterval(lookSoon, LOOK_MS);
            const watch = store.watch(key, lookSoon);
            return {[Symbol.dispose]: dispose};
        },
    };
}

const stopKey = (sessionId: string): string => `stop/${sessionId}`;
