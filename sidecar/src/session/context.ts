import * as z from 'zod';

import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';

/** How long a post may be in memory only, ms. */
const WRITE_BEHIND_MS = 2000;
/** Chatter that nobody asked about for so long is dropped, seconds. */
const LIFE_SECONDS = 30 * 24 * 3600;
const MAX_BYTES = 256 * 1024;
/** Conversations with unwritten posts while the store fails; posts of further ones are not kept. */
const MAX_UNWRITTEN = 5000;

const postSchema = z.object({
    postId: z.string(),
    userId: z.string(),
    text: z.string(),
    writer: z.string().optional(),
    at: z.number(),
});
const contextSchema = z.object({v: z.literal(1), posts: z.array(postSchema)});
type Posts = z.infer<typeof contextSchema>['posts'];

/** A post that was not answered and may become context of the next turn. */
export interface PendingPost {
    readonly postId: string;
    readonly userId: string;
    readonly text: string;
    /** The name that is shown for who wrote it, where it is not the account's (a webhook's). */
    readonly writer?: string | undefined;
    /** Creation, ms of the server's clock. */
    readonly at: number;
}

/**
 * Posts that were not answered, per conversation, under `context/<id>`. The id is a session's, made
 * with `groupScope: channel`, so that each member's next turn sees what was said in the channel.
 *
 * New posts are written within 2 s, many in one write. A crash may lose those of the last 2 s: they
 * come again when catch-up fetches what followed the watermark, and else are missing as context, not
 * as questions. Edits, deletions and what a turn took are written at once.
 *
 * Only `read` throws when the store fails: what could not be written is kept and tried again.
 */
export interface PendingContext {
    /** Keeps a post, and of all the newest `limit`; 0 keeps none. A post that is there is replaced. */
    add(id: string, post: PendingPost, limit: number): void;
    /** Gives an edited post its new text, where it is kept. */
    edit(id: string, postId: string, text: string): Promise<void>;
    /** Forgets posts: a deleted one, or those that a finished turn has used. */
    drop(id: string, postIds: readonly string[]): Promise<void>;
    /** What is kept, oldest first. The turn drops it when it is done, so that a crash does not lose it. */
    read(id: string): Promise<readonly PendingPost[]>;
    /** Writes what is in memory only. */
    flush(): Promise<void>;
    /** Flushes once more and stops. */
    close(): Promise<void>;
}

/** What `createPendingContext` needs. */
export interface PendingContextOptions {
    readonly store: Store;
    readonly log: Log;
}

/** What happened to a conversation's context and is not written yet; applying it twice does no harm. */
type Change =
    | {readonly kind: 'add'; readonly post: PendingPost; readonly limit: number}
    | {readonly kind: 'edit'; readonly postId: string; readonly text: string}
    | {readonly kind: 'drop'; readonly postIds: readonly string[]};

interface Unwritten {
    /** In order of arrival. */
    changes: Change[];
    /** The write under way, if any: writes of one conversation follow each other. */
    writing: Promise<void>;
}

/** Makes the context of all conversations of a store. */
export function createPendingContext({store, log}: PendingContextOptions): PendingContext {
    const unwritten = new Map<string, Unwritten>();
    let timer: NodeJS.Timeout | undefined;
    let closed = false;

    const entry = (id: string): Unwritten => {
        const known = unwritten.get(id) ?? {changes: [], writing: Promise.resolve()};
        unwritten.set(id, known);
        return known;
    };

    const writeChanges = async (id: string, pending: Unwritten): Promise<void> => {
        const {changes} = pending;
        if (changes.length === 0) return;
        pending.changes = [];
        try {
            await updateDocument(
                store,
                contextKey(id),
                contextSchema,
                (current) => withChanges(current?.posts ?? [], changes),
                {ttlSeconds: LIFE_SECONDS},
            );
        } catch (error) {
            pending.changes = [...changes, ...pending.changes];
            throw error;
        }
    };

    const write = async (id: string): Promise<void> => {
        const pending = unwritten.get(id);
        if (pending === undefined) return;
        // The one before may have failed: what it had to write is here again.
        const writing = pending.writing
            .catch(() => undefined)
            .then(async () => {
                await writeChanges(id, pending);
            });
        pending.writing = writing;
        await writing;
        if (pending.writing === writing && pending.changes.length === 0) unwritten.delete(id);
    };

    const flush = async (): Promise<void> => {
        clearTimeout(timer);
        timer = undefined;
        const results = await Promise.allSettled([...unwritten.keys()].map(write));
        const failed = results.filter(({status}) => status === 'rejected').length;
        if (failed === 0) return;
        log.warn('context of conversations could not be written yet', {conversations: failed});
        writeLater();
    };
    const writeLater = (): void => {
        if (closed) return;
        timer ??= setTimeout(() => void flush(), WRITE_BEHIND_MS);
    };
    const changeNow = async (id: string, change: Change): Promise<void> => {
        enqueue(entry(id).changes, change);
        await write(id).catch((thrown: unknown) => {
            log.warn('context of a conversation could not be written yet', {
                context: id,
                error: errorOf(thrown),
            });
            writeLater();
        });
    };

    return {
        flush,

        add(id, post, limit) {
            if (closed || limit <= 0) return;
            if (!unwritten.has(id) && unwritten.size >= MAX_UNWRITTEN) return;
            enqueue(entry(id).changes, {kind: 'add', post, limit});
            writeLater();
        },

        edit: async (id, postId, text) => {
            await changeNow(id, {kind: 'edit', postId, text});
        },

        drop: async (id, postIds) => {
            if (postIds.length > 0) await changeNow(id, {kind: 'drop', postIds});
        },

        async read(id) {
            await write(id);
            const read = await readDocument(store, contextKey(id), contextSchema);
            return read.kind === 'found' ? read.value.posts : [];
        },

        async close() {
            closed = true;
            await flush();
        },
    };
}

const contextKey = (id: string): string => `context/${id}`;

/** Keeps what waits for the store small when the store fails for long. */
function enqueue(changes: Change[], next: Change): void {
    changes.push(next);
    if (next.kind !== 'add') return;
    const adds = changes.filter(({kind}) => kind === 'add');
    const [oldest] = adds;
    if (oldest !== undefined && adds.length > next.limit)
        changes.splice(changes.indexOf(oldest), 1);
}

/** Undefined when nothing has changed, so that nothing is written. */
function withChanges(
    before: Posts,
    changes: readonly Change[],
): z.infer<typeof contextSchema> | undefined {
    const posts = changes.reduce(withChange, before);
    if (JSON.stringify(posts) === JSON.stringify(before)) return undefined;
    return {v: 1, posts};
}

function withChange(posts: Posts, change: Change): Posts {
    switch (change.kind) {
        case 'add': {
            const others = posts.filter(({postId}) => postId !== change.post.postId);
            // By time and not by arrival: catch-up brings older posts later.
            const all = [...others, change.post].sort((a, b) => a.at - b.at);
            return withinBytes(all.slice(-change.limit));
        }
        case 'edit':
            return posts.map((post) =>
                post.postId === change.postId ? {...post, text: change.text} : post,
            );
        case 'drop':
            return posts.filter(({postId}) => !change.postIds.includes(postId));
    }
}

function withinBytes(posts: Posts): Posts {
    let size = 0;
    const newestFirst = posts.toReversed();
    const tooMany = newestFirst.findIndex(
        ({text}) => (size += Buffer.byteLength(text)) > MAX_BYTES,
    );
    return tooMany === -1 ? posts : newestFirst.slice(0, tooMany).reverse();
}
