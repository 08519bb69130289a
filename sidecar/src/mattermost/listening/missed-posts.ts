import type {Post} from '../platform.ts';

/**
 * A page of posts, oldest first, without deleted posts, rows of the edit history and the thread
 * roots that the server adds to a page.
 */
export interface PostList {
    readonly posts: readonly Post[];
    /** Whether the channel has older posts than these. */
    readonly hasOlder: boolean;
}

/** Pages of a channel's posts, oldest first, without deleted ones. */
export interface PostPages {
    newest(channelId: string, signal: AbortSignal): Promise<PostList>;
    before(channelId: string, postId: string, signal: AbortSignal): Promise<PostList>;
    after(channelId: string, postId: string, signal: AbortSignal): Promise<PostList>;
}

/** From where a channel is read. */
export interface ReadFrom {
    /** Posts of this time or later are wanted. */
    readonly from: number;
    /** A post of about that time; it need not exist any more. */
    readonly postId: string | undefined;
}

/** A missed post, or the news that the bot became a member only now: what came before is not its business. */
export type MissedStep =
    {readonly kind: 'post'; readonly post: Post} | {readonly kind: 'joined'; readonly post: Post};

/**
 * The posts of a channel from `from` on, oldest first, each once. Usually one request: the newest
 * page reaches back far enough. Otherwise pages go forward from an older post that is known to
 * exist, because the server answers `after` an unknown post with nothing.
 */
export async function* readMissedPosts(
    pages: PostPages,
    channelId: string,
    start: ReadFrom,
    botId: string,
    signal: AbortSignal,
): AsyncGenerator<MissedStep> {
    const newest = await pages.newest(channelId, signal);
    if (!newest.hasOlder || reachesBack(newest, start.from, botId)) {
        yield* steps(newest.posts, start.from, botId);
        return;
    }
    const oldest = await findOldest(pages, channelId, start, newest, botId, signal);
    yield* steps(oldest, start.from, botId);
    for await (const posts of pagesForward(pages, channelId, oldest, signal)) {
        yield* steps(posts, start.from, botId);
    }
}

function reachesBack(page: PostList, time: number, botId: string): boolean {
    const oldest = page.posts[0];
    if (oldest !== undefined && oldest.createAt < time) return true;
    return page.posts.some((post) => isOwnJoin(post, botId));
}

/** Pages backwards until one reaches beyond `from` or the channel begins; gives that page. */
async function findOldest(
    pages: PostPages,
    channelId: string,
    start: ReadFrom,
    newest: PostList,
    botId: string,
    signal: AbortSignal,
): Promise<readonly Post[]> {
    let page = newest;
    if (start.postId !== undefined) {
        const beforeMark = await pages.before(channelId, start.postId, signal);
        if (beforeMark.posts.length > 0) page = beforeMark;
    }
    while (!reachesBack(page, start.from, botId)) {
        const oldest = page.posts[0];
        if (oldest === undefined) break;
        // `before` leaves out posts of the very millisecond, so the cursor is newer than the oldest.
        const cursor = page.posts.find((post) => post.createAt > oldest.createAt) ?? oldest;
        const older = await pages.before(channelId, cursor.id, signal);
        if (newTo(page.posts, older.posts).length === 0) break;
        page = older;
    }
    return page.posts;
}

/** The posts after `known`, page by page, until there are no more. */
async function* pagesForward(
    pages: PostPages,
    channelId: string,
    known: readonly Post[],
    signal: AbortSignal,
): AsyncGenerator<readonly Post[]> {
    let last = known;
    for (;;) {
        const end = last.at(-1);
        if (end === undefined) return;
        // `after` leaves out posts of the very millisecond, so the cursor is older than the last
        // post; only a whole page of one millisecond is left behind.
        const cursor = last.findLast((post) => post.createAt < end.createAt) ?? end;
        const page = await pages.after(channelId, cursor.id, signal);
        const fresh = newTo(last, page.posts);
        if (fresh.length === 0) return;
        yield fresh;
        last = page.posts;
    }
}

function newTo(known: readonly Post[], posts: readonly Post[]): readonly Post[] {
    const ids = new Set(known.map((post) => post.id));
    return posts.filter((post) => !ids.has(post.id));
}

function* steps(posts: readonly Post[], from: number, botId: string): Generator<MissedStep> {
    const wanted = posts.filter((post) => post.createAt >= from);
    const join = wanted.findLastIndex((post) => isOwnJoin(post, botId));
    for (const [index, post] of wanted.entries()) {
        if (index === join) yield {kind: 'joined', post};
        if (index >= join) yield {kind: 'post', post};
    }
}

const JOIN_TYPES = ['system_join_channel', 'system_join_team'];
const ADD_TYPES = ['system_add_to_channel', 'system_add_to_team'];

function isOwnJoin(post: Post, botId: string): boolean {
    if (JOIN_TYPES.includes(post.type)) return post.userId === botId;
    return ADD_TYPES.includes(post.type) && post.props['addedUserId'] === botId;
}
