import {createHash} from 'node:crypto';

import {LRUCache} from 'lru-cache';
import * as z from 'zod';

import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

const LIFE_SECONDS = 7 * 24 * 3600;
const noteSchema = z.object({v: z.literal(1), at: z.number()});

/** The threads in which the bot has answered within seven days (GATE-07), on any runner. */
export interface Participation {
    /** The bot has answered in the thread. */
    note(account: string, rootId: string): Promise<void>;
    has(account: string, rootId: string): Promise<boolean>;
}

/** What `createParticipation` needs. */
export interface ParticipationOptions {
    readonly store: Store;
    /** ms [Date.now]. */
    readonly now?: () => number;
    /** Threads remembered in memory [5000]. */
    readonly cached?: number;
}

/** Makes the memory of threads; only a "yes" is kept in memory, because another runner may turn a "no". */
export function createParticipation(options: ParticipationOptions): Participation {
    const {store, now = Date.now, cached = 5000} = options;
    /** When the bot's answer was noted in the store, ms. */
    const notes = new LRUCache<string, number>({max: cached});
    return {
        async note(account, rootId) {
            const key = participationKey(account, rootId);
            const at = now();
            const notedAt = notes.get(key);
            await updateDocument(store, key, noteSchema, () => ({v: 1 as const, at}), {
                ttlSeconds: LIFE_SECONDS,
                known: {value: notedAt === undefined ? undefined : {v: 1, at: notedAt}},
            });
            notes.set(key, at);
        },

        async has(account, rootId) {
            const key = participationKey(account, rootId);
            const notedAt = notes.get(key);
            if (notedAt !== undefined && now() - notedAt < LIFE_SECONDS * 1000) return true;
            const read = await readDocument(store, key, noteSchema);
            if (read.kind === 'found') notes.set(key, read.value.at);
            return read.kind === 'found';
        },
    };
}

/** The account's name is an admin's free text: a hash of it fits any key and no two look alike. */
function participationKey(account: string, rootId: string): string {
    const name = /^[A-Za-z0-9._-]{1,40}$/.test(account)
        ? account
        : `~${createHash('sha256').update(account).digest('hex').slice(0, 16)}`;
    return `part/${name}/${rootId}`;
}
