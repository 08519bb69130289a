import type {Post} from '../api/schemas.ts';
import {isEphemeral, isSystem} from '../state/post_kinds.ts';
import {channelOrder, postOf, threadOrder} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {dayNumber} from './time.ts';

/** One line of a list of posts. */
export type Row =
    | {readonly kind: 'day'; readonly key: string; readonly at: number}
    | {readonly kind: 'unread'; readonly key: string}
    | {readonly kind: 'replies'; readonly key: string; readonly count: number}
    | {readonly kind: 'post'; readonly key: string; readonly isFollowUp: boolean};

/** Posts of one author within this time stand together. */
const togetherMs = 5 * 60_000;

/** The rows of a channel, oldest first. */
export function channelRows(state: State, channelId: string): readonly Row[] {
    const posts = [...channelOrder(state, channelId)]
        .reverse()
        .flatMap((id) => postOf(state, id) ?? []);
    const mark = state.views.unreadMarks[channelId];
    const own = state.entities.users.currentUserId;
    const firstUnread = posts.find(
        (post) => mark !== undefined && post.create_at > mark && post.user_id !== own,
    );
    const rows: Row[] = [];
    let before: Post | undefined;
    for (const post of posts) {
        if (before === undefined || dayNumber(before.create_at) !== dayNumber(post.create_at)) {
            rows.push({kind: 'day', key: `day-${dayNumber(post.create_at)}`, at: post.create_at});
            before = undefined;
        }
        if (post === firstUnread) {
            rows.push({kind: 'unread', key: 'unread'});
            before = undefined;
        }
        rows.push({kind: 'post', key: post.id, isFollowUp: isTogether(before, post)});
        before = post;
    }
    return rows;
}

/** The rows of a thread: its root, how many replies there are, the replies. */
export function threadRows(state: State, rootId: string): readonly Row[] {
    const root = postOf(state, rootId);
    if (root === undefined) {
        return [];
    }
    const replies = threadOrder(state, rootId).flatMap((id) => postOf(state, id) ?? []);
    const counted = replies.filter((post) => post.delete_at === 0 && !isEphemeral(post)).length;
    return [
        {kind: 'post', key: root.id, isFollowUp: false},
        ...(replies.length === 0
            ? []
            : [{kind: 'replies', key: 'replies', count: counted} satisfies Row]),
        ...replies.map((post, index): Row => ({
            kind: 'post',
            key: post.id,
            isFollowUp: isTogether(replies[index - 1], post),
        })),
    ];
}

function isTogether(before: Post | undefined, post: Post): boolean {
    return (
        before !== undefined &&
        before.user_id === post.user_id &&
        post.create_at - before.create_at < togetherMs &&
        !isSystem(before) &&
        !isSystem(post) &&
        isEphemeral(before) === isEphemeral(post) &&
        before.props['override_username'] === post.props['override_username'] &&
        // A thread's foot closes what stands above it.
        before.reply_count === 0
    );
}

/** Whether two lists of rows look the same. */
export function sameRows(one: readonly Row[], other: readonly Row[]): boolean {
    return one.length === other.length && one.every((row, at) => sameRow(row, other[at]));
}

function sameRow(one: Row, other: Row | undefined): boolean {
    if (one.key !== other?.key || one.kind !== other.kind) {
        return false;
    }
    return (
        (one.kind !== 'post' || (other.kind === 'post' && one.isFollowUp === other.isFollowUp)) &&
        (one.kind !== 'replies' || (other.kind === 'replies' && one.count === other.count))
    );
}
