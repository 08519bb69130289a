import type {Core} from './core.ts';

const lifetimeMs = 30_000;
const capacity = 25_000;

/** Remembers `pending_post_id`s for half a minute, so that a repeated create makes one post. */
export interface PendingPosts {
    /**
     * `first` claims the id for the caller, who must `settle` or `forget` it; `in-flight` when
     * another caller is at it; else the id of the post that was made.
     */
    claim(
        pendingId: string,
    ): {kind: 'first'} | {kind: 'in-flight'} | {kind: 'made'; postId: string};
    settle(pendingId: string, postId: string): void;
    forget(pendingId: string): void;
}

/** Keeps at most 25,000 ids; the oldest go first. */
export function createPendingPosts(core: Core): PendingPosts {
    const seen = new Map<string, {postId: string | undefined; until: number}>();
    const save = (pendingId: string, postId: string | undefined): void => {
        seen.delete(pendingId);
        seen.set(pendingId, {postId, until: core.now() + lifetimeMs});
        const oldest = seen.keys().next();
        if (seen.size > capacity && oldest.done !== true) {
            seen.delete(oldest.value);
        }
    };
    return {
        claim(pendingId) {
            const known = seen.get(pendingId);
            if (known === undefined || known.until <= core.now()) {
                save(pendingId, undefined);
                return {kind: 'first'};
            }
            return known.postId === undefined
                ? {kind: 'in-flight'}
                : {kind: 'made', postId: known.postId};
        },
        settle: save,
        forget: (pendingId) => void seen.delete(pendingId),
    };
}
