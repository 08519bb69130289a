import * as z from 'zod';

import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import type {Transcripts} from './transcript.ts';

/** Sessions that quote posts of one place; the oldest of more lose what they quote. */
const MAX_SESSIONS = 100;

const quotesSchema = z.object({
    v: z.literal(1),
    sessions: z.array(z.object({id: z.string(), at: z.number()})),
});

/**
 * Which sessions keep posts of a channel or thread that were quoted to their agents, under `quotes/<context>`:
 * what was edited or deleted must change there too, and each member may have a session of their own
 * (`groupScope: user`), as may each thread below the channel (`replyToMode`).
 */
export interface Quotes {
    /** The session is about to keep posts of the context; `at` is when the newest was written, ms. */
    note(contextId: string, sessionId: string, at: number): Promise<void>;
    /** Sessions that may keep a post of the context that was written at `at`. */
    holders(contextId: string, at: number): Promise<readonly string[]>;
}

/** Makes the access to the marks of a store. */
export function createQuotes({
    store,
    transcripts,
}: {
    readonly store: Store;
    readonly transcripts: Pick<Transcripts, 'dropQuoted'>;
}): Quotes {
    return {
        async note(contextId, sessionId, at) {
            // A context's own session is found without being written down.
            if (contextId === sessionId) return;
            let forgotten: string[] = [];
            await updateDocument(store, quotesKey(contextId), quotesSchema, (known) => {
                const sessions = known?.sessions ?? [];
                const before = sessions.find(({id}) => id === sessionId);
                if (before !== undefined && before.at >= at) return undefined;
                const others = sessions.filter(({id}) => id !== sessionId);
                const all = [...others, {id: sessionId, at}];
                forgotten = all.slice(0, -MAX_SESSIONS).map(({id}) => id);
                return {v: 1 as const, sessions: all.slice(-MAX_SESSIONS)};
            });
            for (const id of forgotten) await transcripts.dropQuoted(id);
        },
        async holders(contextId, at) {
            const read = await readDocument(store, quotesKey(contextId), quotesSchema);
            const others = read.kind === 'found' ? read.value.sessions : [];
            return [contextId, ...others.filter((one) => one.at >= at).map(({id}) => id)];
        },
    };
}

const quotesKey = (contextId: string): string => `quotes/${contextId}`;
