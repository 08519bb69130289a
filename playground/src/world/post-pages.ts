import type {PostTable} from './post-table.ts';
import type {PostRow} from './records.ts';

/** A page of posts: those in order, and those that come along because their threads do. */
export interface PostPage {
    readonly order: readonly PostRow[];
    readonly others: readonly PostRow[];
}

/** What all page queries may ask for. */
export interface PageOptions {
    readonly channelId: string;
    readonly page: number;
    readonly perPage: number;
    /** Roots only come alone; otherwise whole threads come along. */
    readonly skipThreads: boolean;
    /** Roots only. */
    readonly collapsed: boolean;
    readonly includeDeleted: boolean;
}

const sinceLimit = 1000;

/** The newest posts of a channel, newest first. */
export function newestPosts(table: PostTable, options: PageOptions): PostPage {
    const rows = rowsOfChannel(table, options);
    const order = walk(rows, rows.length - 1, -1, options);
    return {order, others: options.collapsed ? [] : company(table, order, options, false)};
}

/**
 * The posts before or after another, newest first. Posts of the same millisecond as the other one
 * are on neither side, as on the server.
 */
export function postsAround(
    table: PostTable,
    options: PageOptions,
    anchor: PostRow | undefined,
    side: 'before' | 'after',
): PostPage {
    if (anchor === undefined) {
        return {order: [], others: []};
    }
    const rows = rowsOfChannel(table, options);
    const found =
        side === 'before'
            ? walk(rows, lowerBound(rows, anchor.create_at) - 1, -1, options)
            : walk(rows, lowerBound(rows, anchor.create_at + 1), 1, options).toReversed();
    return {order: found, others: options.collapsed ? [] : company(table, found, options, true)};
}

/**
 * What changed in a channel after a time, versions from the edit history and deleted posts
 * included. Of more than 1,000 changes the server takes any; here they are the ones that were
 * made first.
 */
export function postsSince(
    table: PostTable,
    channelId: string,
    since: number,
    collapsed: boolean,
): PostPage {
    const rows = [...table.ofChannel(channelId), ...table.historyOfChannel(channelId)].filter(
        (post) => post.update_at > since && (!collapsed || post.root_id === ''),
    );
    const order = rows.slice(0, sinceLimit).toSorted((a, b) => b.create_at - a.create_at);
    const roots = collapsed ? [] : order.map((post) => post.root_id);
    return {order, others: rowsOf(table, roots)};
}

/** The id of the nearest live post beyond a time, or ''. */
export function neighbourId(
    table: PostTable,
    channelId: string,
    time: number,
    side: 'before' | 'after',
    collapsed: boolean,
): string {
    const rows = table.ofChannel(channelId);
    const options = {page: 0, perPage: 1, collapsed, includeDeleted: false};
    const [post] =
        side === 'before'
            ? walk(rows, lowerBound(rows, time) - 1, -1, options)
            : walk(rows, lowerBound(rows, time + 1), 1, options);
    return post?.id ?? '';
}

/** Oldest first; with what was deleted and the history when all is asked for. */
function rowsOfChannel(
    table: PostTable,
    {channelId, includeDeleted}: Pick<PageOptions, 'channelId' | 'includeDeleted'>,
): readonly PostRow[] {
    return includeDeleted
        ? [...table.ofChannel(channelId), ...table.historyOfChannel(channelId)].sort(
              (a, b) => a.create_at - b.create_at,
          )
        : table.ofChannel(channelId);
}

/** A page of what is shown, from an index in one direction, without a look at all the rest. */
function walk(
    rows: readonly PostRow[],
    from: number,
    step: 1 | -1,
    options: Pick<PageOptions, 'page' | 'perPage' | 'collapsed' | 'includeDeleted'>,
): PostRow[] {
    const found: PostRow[] = [];
    let skip = options.page * options.perPage;
    for (let at = from; found.length < options.perPage; at += step) {
        const post = rows[at];
        if (post === undefined) {
            break;
        }
        const isShown =
            (options.includeDeleted || post.delete_at === 0) &&
            (!options.collapsed || post.root_id === '');
        if (isShown && skip-- <= 0) {
            found.push(post);
        }
    }
    return found;
}

/** The first index whose post is not older than a time. */
function lowerBound(rows: readonly PostRow[], time: number): number {
    let low = 0;
    let high = rows.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((rows[middle]?.create_at ?? 0) < time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

function company(
    table: PostTable,
    order: readonly PostRow[],
    options: PageOptions,
    ownThreads: boolean,
): PostRow[] {
    const replied = order.map((post) => post.root_id).filter((id) => id !== '');
    const roots = new Set([...replied, ...(ownThreads ? order.map((post) => post.id) : [])]);
    const rows = rowsOf(table, [...roots]);
    const threads = options.skipThreads ? [] : [...roots].flatMap((id) => table.replies(id));
    return [...rows, ...threads].filter((post) => options.includeDeleted || post.delete_at === 0);
}

function rowsOf(table: PostTable, ids: readonly string[]): PostRow[] {
    return [...new Set(ids)].map((id) => table.get(id)).filter((post) => post !== undefined);
}
