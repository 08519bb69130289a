import type {PostRow} from './records.ts';

/** Where posts are kept: found by id, channel and thread without a walk over all of them. */
export interface PostTable {
    get(id: string): PostRow | undefined;
    /** Adds a new post; the root's count of replies follows. */
    insert(post: PostRow): void;
    /** Adds an old version of a post to the edit history. */
    insertHistory(version: PostRow): void;
    /** Marks a post deleted, once; the root's count of replies follows. */
    markDeleted(post: PostRow, at: number, byUserId: string): void;
    /** All posts ever made in the channel, oldest first, deleted ones included. */
    ofChannel(channelId: string): readonly PostRow[];
    /** Old versions of the posts of a channel, in the order of the edits. */
    historyOfChannel(channelId: string): readonly PostRow[];
    /** Old versions of one post, newest first. */
    historyOf(postId: string): readonly PostRow[];
    /** Replies of a root in the order of their creation, deleted ones included. */
    replies(rootId: string): readonly PostRow[];
    /** Live replies in the thread that a post is in. */
    replyCount(post: PostRow): number;
    readonly size: number;
}

/** Keeps posts in arrays ordered by `create_at`; equal times keep the order of arrival. */
export function createPostTable(): PostTable {
    const byId = new Map<string, PostRow>();
    const byChannel = new Map<string, PostRow[]>();
    const historyByChannel = new Map<string, PostRow[]>();
    const historyByPost = new Map<string, PostRow[]>();
    const byRoot = new Map<string, PostRow[]>();
    const replyCounts = new Map<string, number>();
    const count = (rootId: string, change: number): void => {
        replyCounts.set(rootId, (replyCounts.get(rootId) ?? 0) + change);
    };

    return {
        get: (id) => byId.get(id),
        insert(post) {
            byId.set(post.id, post);
            insertByTime(listOf(byChannel, post.channel_id), post);
            if (post.root_id !== '') {
                insertByTime(listOf(byRoot, post.root_id), post);
                count(post.root_id, 1);
            }
        },
        insertHistory(version) {
            byId.set(version.id, version);
            listOf(historyByChannel, version.channel_id).push(version);
            listOf(historyByPost, version.original_id).unshift(version);
        },
        markDeleted(post, at, byUserId) {
            if (post.delete_at === 0 && post.root_id !== '') {
                count(post.root_id, -1);
            }
            post.delete_at = at;
            post.update_at = at;
            post.props = {...post.props, deleteBy: byUserId};
        },
        ofChannel: (channelId) => byChannel.get(channelId) ?? [],
        historyOfChannel: (channelId) => historyByChannel.get(channelId) ?? [],
        historyOf: (postId) => historyByPost.get(postId) ?? [],
        replies: (rootId) => byRoot.get(rootId) ?? [],
        replyCount: (post) => replyCounts.get(post.root_id === '' ? post.id : post.root_id) ?? 0,
        get size() {
            return byId.size;
        },
    };
}

function listOf(lists: Map<string, PostRow[]>, key: string): PostRow[] {
    const found = lists.get(key);
    if (found !== undefined) {
        return found;
    }
    const made: PostRow[] = [];
    lists.set(key, made);
    return made;
}

function insertByTime(list: PostRow[], post: PostRow): void {
    let at = list.length;
    while (at > 0 && (list[at - 1]?.create_at ?? 0) > post.create_at) {
        at--;
    }
    if (at === list.length) {
        list.push(post);
    } else {
        list.splice(at, 0, post);
    }
}
