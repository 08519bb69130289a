import type {Post} from '../api/schemas.ts';
import {isLocal} from './post_kinds.ts';
import type {PostBlock} from './shape.ts';

type Posts = Readonly<Record<string, Post>>;

/** One page as it came from the server. */
export interface Page {
    /** Ids, newest first. */
    readonly order: readonly string[];
    /** Nothing older is on the server. */
    readonly oldest: boolean;
    readonly page: 'newest' | 'older';
}

/**
 * Joins a page with what is known of the channel. A newest page that reaches back to known posts
 * keeps those behind it; otherwise there may be a gap, so the page replaces them.
 */
export function mergePage(posts: Posts, known: PostBlock | undefined, page: Page): PostBlock {
    const before = known?.order ?? [];
    if (page.page === 'older') {
        return block(posts, [...before, ...page.order], page.oldest);
    }
    const last = createAt(posts, page.order.at(-1));
    const touches = page.order.some((id) => before.includes(id));
    const behind = touches ? before.filter((id) => createAt(posts, id) < last) : [];
    const local = before.filter((id) => {
        const post = posts[id];
        return post !== undefined && isLocal(post);
    });
    return block(
        posts,
        [...local, ...page.order, ...behind],
        behind.length > 0 ? known?.oldest === true : page.oldest,
    );
}

/** Puts a new root post where its time says, which is nearly always at the front. */
export function insertRoot(posts: Posts, order: readonly string[], post: Post): readonly string[] {
    const at = order.findIndex((id) => createAt(posts, id) <= post.create_at);
    return at < 0 ? [...order, post.id] : [...order.slice(0, at), post.id, ...order.slice(at)];
}

function block(posts: Posts, ids: readonly string[], oldest: boolean): PostBlock {
    const order = [...new Set(ids)].sort((one, other) => {
        return createAt(posts, other) - createAt(posts, one);
    });
    return {order, recent: true, oldest};
}

function createAt(posts: Posts, id: string | undefined): number {
    return id === undefined ? 0 : (posts[id]?.create_at ?? 0);
}
