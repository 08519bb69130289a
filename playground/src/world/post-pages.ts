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
    const order = slicePage(walkBack(visible(table, options)), options);
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
    const rows = visible(table, options);
    const found =
        side === 'before'
            ? slicePage(walkBack(rows.slice(0, lowerBound(rows, anchor.create_at))), options)
            : slicePage(rows.slice(lowerBound(rows, anchor.create_at + 1)), options).toReversed();
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
    const rows = visible(table, {channelId, collapsed, includeDeleted: false});
    const post =
        side === 'before' ? rows[lowerBound(rows, time) - 1] : rows[lowerBound(rows, time + 1)];
    return post?.id ?? '';
}

function visible(
    table: PostTable,
    options: Pick<PageOptions, 'channelId' | 'collapsed' | 'includeDeleted'>,
): readonly PostRow[] {
    const rows = options.includeDeleted
        ? [
              ...table.ofChannel(options.channelId),
              ...table.historyOfChannel(options.channelId),
          ].sort((a, b) => a.create_at - b.create_at)
        : table.ofChannel(options.channelId).filter((post) => post.delete_at === 0);
    return options.collapsed ? rows.filter((post) => post.root_id === '') : rows;
}

function walkBack(rows: readonly PostRow[]): PostRow[] {
    return rows.toReversed();
}

function slicePage(rows: readonly PostRow[], {page, perPage}: PageOptions): PostRow[] {
    return rows.slice(page * perPage, (page + 1) * perPage);
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
