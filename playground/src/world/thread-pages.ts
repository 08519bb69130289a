import type {PostTable} from './post-table.ts';
import type {PostRow} from './records.ts';

/** What a thread query may ask for; absent texts and times are '' and 0. */
export interface ThreadOptions {
    /** 0 = all. */
    readonly perPage: number;
    readonly fromPost: string;
    readonly fromCreateAt: number;
    readonly fromUpdateAt: number;
    readonly direction: '' | 'up' | 'down';
    /** Ordered by the last change instead of the creation. */
    readonly updatesOnly: boolean;
    readonly skipThreads: boolean;
    /** Pages replies alone, and only those of the post itself. */
    readonly collapsed: boolean;
}

/**
 * A thread as the server pages it: the post that was asked for comes first whatever the page,
 * the others follow in the order of the direction, or of the database without one: by their ids here,
 * so that nobody counts on their creation.
 */
export function threadPage(
    table: PostTable,
    post: PostRow,
    options: ThreadOptions,
): {order: readonly PostRow[]; hasNext: boolean | undefined} {
    if (options.skipThreads && !options.collapsed) {
        return {order: [post], hasNext: undefined};
    }
    const rows = candidates(table, post, options)
        .filter((row) => row.delete_at === 0)
        .filter((row) => isBeyond(row, options));
    sortFor(rows, options);
    const hasNext = options.perPage !== 0 && rows.length > options.perPage;
    const page = hasNext ? rows.slice(0, options.perPage) : rows;
    return {order: [post, ...page.filter((row) => row.id !== post.id)], hasNext};
}

function candidates(table: PostTable, post: PostRow, options: ThreadOptions): PostRow[] {
    if (options.collapsed) {
        return [...table.replies(post.id)];
    }
    const rootId = post.root_id === '' ? post.id : post.root_id;
    const root = table.get(rootId);
    return [...(root === undefined ? [] : [root]), ...table.replies(rootId)];
}

function isBeyond(row: PostRow, options: ThreadOptions): boolean {
    const byCreation = beyond(row, row.create_at, options.fromCreateAt, options);
    return byCreation && beyond(row, row.update_at, options.fromUpdateAt, options);
}

function beyond(row: PostRow, time: number, from: number, options: ThreadOptions): boolean {
    if (from === 0) {
        return true;
    }
    if (time === from) {
        return (
            options.fromPost !== '' &&
            (options.direction === 'down' ? row.id > options.fromPost : row.id < options.fromPost)
        );
    }
    return options.direction === 'down' ? time > from : time < from;
}

function sortFor(rows: PostRow[], options: ThreadOptions): void {
    if (options.direction === '') {
        rows.sort((a, b) => (a.id < b.id ? -1 : 1));
        return;
    }
    const sign = options.direction === 'up' ? -1 : 1;
    const time = (row: PostRow): number => (options.updatesOnly ? row.update_at : row.create_at);
    rows.sort((a, b) => sign * (time(a) - time(b) || (a.id < b.id ? -1 : 1)));
}
