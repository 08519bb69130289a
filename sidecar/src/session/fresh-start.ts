import * as z from 'zod';

import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

const startSchema = z.object({v: z.literal(1), at: z.number()});

/**
 * Where sessions were begun anew on purpose, under `fresh/<session>`: what was said before must not come
 * back by way of the thread or the channel that the session stands in.
 */
export interface FreshStarts {
    /** The session begins anew with the post of that time (ms of the server's clock). */
    note(sessionId: string, at: number): Promise<void>;
    /** When it last began anew; undefined when it never did. */
    of(sessionId: string): Promise<number | undefined>;
}

/** Makes the access to the marks of a store. */
export function createFreshStarts({store}: {readonly store: Store}): FreshStarts {
    return {
        async note(sessionId, at) {
            await updateDocument(store, freshKey(sessionId), startSchema, (known) =>
                // A command that recovery runs again must not move the mark back.
                known !== undefined && known.at >= at ? undefined : {v: 1 as const, at},
            );
        },
        async of(sessionId) {
            const read = await readDocument(store, freshKey(sessionId), startSchema);
            return read.kind === 'found' ? read.value.at : undefined;
        },
    };
}

const freshKey = (sessionId: string): string => `fresh/${sessionId}`;
