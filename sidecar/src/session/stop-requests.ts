import {randomUUID} from 'node:crypto';
import * as z from 'zod';

import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** A hint of the store may be lost, so a running turn also looks by itself this often, ms. */
const LOOK_MS = 750;
/** A request is for turns that run when it is made, and no turn outlives being stopped for long. */
const LIFE_SECONDS = 60;

const requestSchema = z.object({
    v: z.literal(1),
    id: z.string(),
    by: z.string(),
    turns: z.array(z.string()),
    cause: z.enum(['stopped-by-user', 'interrupted']),
});

/** What is to end, and why. */
export interface StopRequest {
    /** The person's id. */
    readonly by: string;
    /** Ids of the turns: what begins later is not meant. */
    readonly turns: readonly string[];
    readonly cause: 'stopped-by-user' | 'interrupted';
}

/** How turns of a session are ended on whichever runner they are (SES-10): by a note `stop/<session>`. */
export interface StopRequests {
    /** Asks every runner to end those turns of the session now. */
    request(sessionId: string, request: StopRequest): Promise<void>;
    /**
     * Calls `heed` once with each request, within a second, until it is disposed; also with one of the
     * last minute. For one running or waiting turn.
     */
    follow(sessionId: string, heed: (request: StopRequest) => void): Disposable;
}

/** What `createStopRequests` needs. */
export interface StopRequestsOptions {
    readonly store: Store;
    readonly log: Log;
}

/** Makes the requests of one runner. */
export function createStopRequests({store, log}: StopRequestsOptions): StopRequests {
    return {
        async request(sessionId, {by, turns, cause}) {
            const request = {v: 1 as const, id: randomUUID(), by, turns: [...turns], cause};
            await updateDocument(store, stopKey(sessionId), requestSchema, () => request, {
                ttlSeconds: LIFE_SECONDS,
            });
        },

        follow(sessionId, heed) {
            const key = stopKey(sessionId);
            let over = false;
            let looking = false;
            let heeded = '';
            const look = async (): Promise<void> => {
                if (looking) return;
                looking = true;
                try {
                    const read = await readDocument(store, key, requestSchema);
                    if (over || read.kind !== 'found' || read.value.id === heeded) return;
                    heeded = read.value.id;
                    heed(read.value);
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
            return {
                [Symbol.dispose]: () => {
                    over = true;
                    clearInterval(timer);
                    watch[Symbol.dispose]();
                },
            };
        },
    };
}

const stopKey = (sessionId: string): string => `stop/${sessionId}`;
