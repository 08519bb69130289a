import {LRUCache} from 'lru-cache';
import * as z from 'zod';

import {silentLog, type Log} from '../contract/log.ts';
import {createDocument, readDocument, removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

const MAX_MESSAGES = 200;
/** Posts that are kept because they were quoted to the agent; chatter must not push out what was said. */
const MAX_QUOTED = 400;
const MAX_BYTES = 256 * 1024;
/** New sessions whose first turn runs, as far as they are remembered. */
const NEW_SESSIONS = 1000;

const messageSchema = z.object({
    role: z.enum(['user', 'assistant']),
    text: z.string(),
    turnId: z.string(),
    postIds: z.array(z.string()),
    at: z.number(),
    userId: z.string(),
    writer: z.string().optional(),
    quoted: z.enum(['root', 'thread', 'channel']).optional(),
    broken: z.enum(['failed', 'stopped', 'length', 'filtered', 'incomplete']).optional(),
});
type StoredMessage = z.infer<typeof messageSchema>;

const sessionSchema = z.object({
    v: z.literal(1),
    agent: z.string(),
    messages: z.array(messageSchema),
    createdAt: z.number(),
    lastAt: z.number(),
});
type SessionDocument = z.infer<typeof sessionSchema>;

/** A conversation that a newer Gangway wrote: it is neither read nor changed, and archived as it is. */
const storedSchema = z.union([sessionSchema, z.looseObject({v: z.number().gt(1)})]);
type StoredSession = z.infer<typeof storedSchema>;
const isKnown = (session: StoredSession | undefined): session is SessionDocument =>
    session?.v === 1;

/** Why an answer is not whole. */
export type Broken = NonNullable<StoredMessage['broken']>;

/** One message of a session as it was said. */
export interface TranscriptMessage {
    readonly role: 'user' | 'assistant';
    readonly text: string;
    /** The posts that it stands in: one for a question, one or more for an answer, none if it was not posted. */
    readonly postIds: readonly string[];
    /** Who said it; the bot for an answer. */
    readonly userId: string;
    /** The name that is shown for who said it, where it is not the account's (a webhook's). */
    readonly writer?: string | undefined;
    /** ms. */
    readonly at: number;
    /**
     * Where a post stood that nobody asked with and that was quoted to the agent beside the question after it;
     * undefined for what was said to the agent, or by it.
     */
    readonly quoted?: StoredMessage['quoted'];
    /** Why the answer is not whole; undefined for one that is. */
    readonly broken?: Broken | undefined;
}

/** A message in its session. */
export type SaidMessage = TranscriptMessage & {readonly turnId: string};

/** Where a turn has its place in a session: behind `before`; what is in neither makes room for it. */
export interface Place<M extends SaidMessage = SaidMessage> {
    readonly before: readonly M[];
    readonly after: readonly M[];
}

/** Finds a turn's place in a session. */
export type PlaceOf = <M extends SaidMessage>(messages: readonly M[]) => Place<M>;

/** The end of a session: where everything goes that was not said before. */
export const atTheEnd: PlaceOf = (messages) => ({before: messages, after: []});

/** A session as a turn finds it. */
export interface Transcript {
    /** Oldest first, at most 200 messages, 400 quoted posts and 256 KiB: what was before has been dropped. */
    readonly messages: readonly SaidMessage[];
    /** Where the former session went, when this call ended it because it was idle too long. */
    readonly archivedAs: string | undefined;
    /** Where a copy of an unreadable session is, which a next `append` replaces. */
    readonly brokenAs: string | undefined;
}

/** Sessions that outlive the process, under `session/<id>`; former ones under `archive/<id>/<ms>`. */
export interface Transcripts {
    /** What was said; empty for a new session. `idleMinutes` without a message end a session [never]. */
    load(sessionId: string, idleMinutes?: number): Promise<Transcript>;
    /**
     * Adds what a turn said, question and answer together at its end, and what was quoted before the question.
     * A turn that is in the session already (recovery wrote it, or the acknowledgement was lost) is left as it
     * is. `place`: [the end].
     */
    append(
        sessionId: string,
        agent: string,
        turnId: string,
        messages: readonly TranscriptMessage[],
        place?: PlaceOf,
    ): Promise<void>;
    /** Whether the session has what that turn said, or (in another turn) the question of that post. */
    holds(sessionId: string, turnId: string, questionId?: string): Promise<boolean>;
    /**
     * Archives the session, so that the next message begins a new one; gives the archive's key,
     * undefined when there was nothing. A turn that is running would still append itself: stop it first.
     */
    reset(sessionId: string): Promise<string | undefined>;
    /** Takes the message of a deleted post out of the session; says whether it was there. */
    removePost(sessionId: string, postId: string): Promise<boolean>;
    /**
     * Gives the message of an edited post its new text, and what was quoted of it `quotedText` [the same]; says
     * whether it was there.
     */
    replacePost(
        sessionId: string,
        postId: string,
        text: string,
        quotedText?: string,
    ): Promise<boolean>;
    /** Takes out all that was quoted. */
    dropQuoted(sessionId: string): Promise<void>;
}

/** What `createTranscripts` needs; `now` in ms [Date.now]; `log`: [nothing is logged]. */
export interface TranscriptOptions {
    readonly store: Store;
    readonly log?: Log;
    readonly now?: () => number;
}

/** Makes the access to all sessions of a store. */
export function createTranscripts({
    store,
    log = silentLog,
    now = Date.now,
}: TranscriptOptions): Transcripts {
    /** Sessions that were not there when they were loaded: the first `append` need not look again. */
    const absent = new LRUCache<string, true>({max: NEW_SESSIONS});

    const change = async (
        sessionId: string,
        edit: (messages: readonly StoredMessage[]) => readonly StoredMessage[],
    ): Promise<boolean> => {
        const update = await updateDocument(
            store,
            sessionKey(sessionId),
            storedSchema,
            (session) => {
                if (!isKnown(session)) return undefined;
                const messages = edit(session.messages);
                const same = messages.every((message, i) => message === session.messages[i]);
                if (same && messages.length === session.messages.length) return undefined;
                return {...session, messages: bounded(messages)};
            },
        );
        return update.kind === 'written';
    };

    /** Copies first and deletes what was copied, so that a crash leaves two copies and never none. */
    const archive = async (
        sessionId: string,
        when: (session: StoredSession) => boolean,
    ): Promise<string | undefined> => {
        const key = sessionKey(sessionId);
        for (let at = now(); ; at++) {
            const read = await readDocument(store, key, storedSchema);
            if (read.kind !== 'found' || !when(read.value)) return undefined;
            const archiveKey = `archive/${sessionId}/${at}`;
            // Taken when two sessions end within one millisecond, or by a try that lost the race below.
            if (!(await createDocument(store, archiveKey, read.value))) continue;
            const copied = JSON.stringify(read.value);
            const {removed} = await removeDocument(
                store,
                key,
                storedSchema,
                (session) => JSON.stringify(session) === copied,
            );
            if (removed) return archiveKey;
            await removeDocument(store, archiveKey, storedSchema);
        }
    };

    return {
        async load(sessionId, idleMinutes) {
            const archivedAs =
                idleMinutes === undefined
                    ? undefined
                    : await archive(
                          sessionId,
                          (session) =>
                              isKnown(session) && now() - session.lastAt >= idleMinutes * 60_000,
                      );
            const read = await readDocument(store, sessionKey(sessionId), storedSchema);
            if (read.kind === 'absent') absent.set(sessionId, true);
            const found = read.kind === 'found' ? read.value : undefined;
            const messages = isKnown(found) ? found.messages : [];
            if (found !== undefined && !isKnown(found)) {
                log.warn(
                    'a newer Gangway wrote this conversation: it is left as it is, and the bot has no memory in it',
                    {session: sessionId, format: found.v},
                );
            }
            const brokenAs = read.kind === 'broken' ? read.keptAs : undefined;
            return {messages, archivedAs, brokenAs};
        },

        async append(sessionId, agent, turnId, messages, place = atTheEnd) {
            const known = absent.delete(sessionId) ? {value: undefined} : undefined;
            const add = (session: StoredSession | undefined): SessionDocument | undefined => {
                if (session !== undefined && !isKnown(session)) return undefined;
                const before = session?.messages ?? [];
                if (before.some((message) => message.turnId === turnId)) return undefined;
                const said = messages.map((message) => ({
                    ...message,
                    postIds: [...message.postIds],
                    turnId,
                }));
                const known = new Set(said.flatMap(({postIds}) => postIds));
                const {before: above, after: below} = place(before);
                // Each post stands there once: as a question, else where it was quoted first.
                const others = (some: readonly StoredMessage[]): StoredMessage[] =>
                    some.filter(
                        ({quoted, postIds}) =>
                            quoted === undefined || !postIds.some((id) => known.has(id)),
                    );
                const createdAt = session?.createdAt ?? now();
                return {
                    v: 1 as const,
                    agent,
                    messages: bounded([...others(above), ...said, ...others(below)]),
                    createdAt,
                    lastAt: now(),
                };
            };
            await updateDocument(store, sessionKey(sessionId), storedSchema, add, {known});
        },

        async holds(sessionId, turnId, questionId) {
            const read = await readDocument(store, sessionKey(sessionId), storedSchema);
            if (read.kind !== 'found' || !isKnown(read.value)) return false;
            return read.value.messages.some(
                (message) =>
                    message.turnId === turnId ||
                    (questionId !== undefined &&
                        message.role === 'user' &&
                        message.quoted === undefined &&
                        message.postIds.includes(questionId)),
            );
        },

        reset: async (sessionId) => await archive(sessionId, () => true),

        removePost: async (sessionId, postId) =>
            await change(sessionId, (messages) =>
                messages.filter(({postIds}) => !postIds.includes(postId)),
            ),

        replacePost: async (sessionId, postId, text, quotedText = text) =>
            await change(sessionId, (messages) =>
                messages.map((message) => {
                    const next = message.quoted === undefined ? text : quotedText;
                    return message.postIds.includes(postId) && message.text !== next
                        ? {...message, text: next}
                        : message;
                }),
            ),

        async dropQuoted(sessionId) {
            await change(sessionId, (messages) =>
                messages.filter(({quoted}) => quoted === undefined),
            );
        },
    };
}

const sessionKey = (sessionId: string): string => `session/${sessionId}`;

const isSaid = ({quoted}: StoredMessage): boolean => quoted === undefined;

/** The newest messages that fit, and the root of a thread; of a single one that does not fit, its beginning. */
function bounded(messages: readonly StoredMessage[]): StoredMessage[] {
    const kept = withinQuotes(messages);
    let size = sizeOfAll(kept);
    let said = kept.filter(isSaid).length;
    while (kept.length > 1 && (said > MAX_MESSAGES || size > MAX_BYTES)) {
        const oldest = kept.findIndex(({quoted}) => quoted !== 'root');
        const [dropped] = kept.splice(Math.max(oldest, 0), 1);
        if (dropped === undefined) break;
        size -= sizeOf(dropped);
        if (isSaid(dropped)) said -= 1;
    }
    const [only] = kept;
    if (only === undefined || size <= MAX_BYTES) return kept;
    // At most six bytes for a UTF-16 unit in JSON.
    return [{...only, text: only.text.slice(0, Math.floor(MAX_BYTES / 6)).toWellFormed()}];
}

/** Without the oldest of what was quoted, where that is too much; the root of a thread stays if it can. */
function withinQuotes(messages: readonly StoredMessage[]): StoredMessage[] {
    const quotes = messages.filter((message) => !isSaid(message));
    let size = sizeOfAll(quotes);
    const dropped = new Set<StoredMessage>();
    const byWorth = quotes.toSorted(
        (a, b) => Number(a.quoted === 'root') - Number(b.quoted === 'root'),
    );
    for (const quote of byWorth) {
        if (quotes.length - dropped.size <= MAX_QUOTED && size <= MAX_BYTES / 2) break;
        dropped.add(quote);
        size -= sizeOf(quote);
    }
    return messages.filter((message) => !dropped.has(message));
}

function sizeOfAll(messages: readonly StoredMessage[]): number {
    return messages.reduce((sum, message) => sum + sizeOf(message), 0);
}

function sizeOf(message: StoredMessage): number {
    return Buffer.byteLength(JSON.stringify(message));
}
