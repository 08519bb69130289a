import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {PostTable} from './post-table.ts';
import type {PostViews} from './post-view.ts';
import type {ChannelRow, JsonMap, PostRow, ThreadMembershipRow} from './records.ts';
import {nested} from './teams.ts';
import type {Users} from './users.ts';

/** Who follows which thread (collapsed threads). */
export interface Threads {
    /**
     * Follows up on a new post: its author, the root's author and the mentioned follow the
     * thread. Gives those followers who are told of it by `followers` in the event.
     */
    replied(
        post: PostRow,
        channel: ChannelRow,
        mentioned: ReadonlySet<string>,
    ): ReadonlySet<string>;
    /** Sends `thread_updated` to the followers, after `posted`. */
    announce(post: PostRow, channel: ChannelRow, mentioned: ReadonlySet<string>): void;
    membership(postId: string, userId: string): ThreadMembershipRow | undefined;
    setFollowing(postId: string, userId: string, following: boolean): void;
    /** The fields that a post gets where collapsed threads are asked for. */
    postFields(post: PostRow, viewerId: string, extended: boolean): JsonMap;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly channels: Channels;
    readonly table: PostTable;
    readonly views: PostViews;
}

/** Keeps thread memberships by post and user. */
export function createThreads(deps: Deps): Threads {
    const byPost = new Map<string, Map<string, ThreadMembershipRow>>();
    let freshFollowers = new Set<string>();
    const follow = (postId: string, userId: string): ThreadMembershipRow => {
        const members = nested(byPost, postId);
        const known = members.get(userId);
        const row: ThreadMembershipRow = known ?? {
            post_id: postId,
            user_id: userId,
            following: true,
            last_viewed: 0,
            last_updated: 0,
            unread_mentions: 0,
        };
        row.last_updated = deps.core.now();
        members.set(userId, row);
        return row;
    };

    return {
        replied(post, channel, mentioned) {
            const root = post.root_id === '' ? undefined : deps.table.get(post.root_id);
            if (root === undefined) {
                return new Set();
            }
            if (deps.core.config.ServiceSettings.ThreadAutoFollow) {
                for (const id of new Set([post.user_id, root.user_id, ...mentioned])) {
                    if (byPost.get(root.id)?.get(id)?.following !== true) {
                        freshFollowers.add(id);
                    }
                    const row = follow(root.id, id);
                    row.following ||= mentioned.has(id);
                    row.unread_mentions += mentioned.has(id) ? 1 : 0;
                }
            }
            return new Set(
                followers(byPost, root.id).filter(
                    (id) =>
                        id !== post.user_id && deps.channels.member(channel.id, id) !== undefined,
                ),
            );
        },
        announce(post, channel, mentioned) {
            const root = post.root_id === '' ? undefined : deps.table.get(post.root_id);
            if (
                root === undefined ||
                deps.core.config.ServiceSettings.CollapsedThreads === 'disabled'
            ) {
                return;
            }
            const fresh = freshFollowers;
            freshFollowers = new Set();
            for (const id of followers(byPost, root.id)) {
                if (deps.channels.member(channel.id, id) !== undefined) {
                    publishThread(deps, byPost, root, {post, channel, mentioned, fresh}, id);
                }
            }
        },
        membership: (postId, userId) => byPost.get(postId)?.get(userId),
        setFollowing(postId, userId, following) {
            follow(postId, userId).following = following;
            const replies = deps.table.get(postId);
            deps.core.publish(
                'thread_follow_changed',
                {
                    thread_id: postId,
                    state: following,
                    reply_count: replies === undefined ? 0 : deps.table.replyCount(replies),
                },
                {userId},
            );
        },
        postFields(post, viewerId, extended) {
            const row = byPost.get(post.id)?.get(viewerId);
            return {
                ...threadFields(deps, post, extended),
                ...(row === undefined ? {} : {is_following: row.following}),
            };
        },
    };
}

function followers(
    byPost: ReadonlyMap<string, ReadonlyMap<string, ThreadMembershipRow>>,
    rootId: string,
): string[] {
    return [...(byPost.get(rootId)?.values() ?? [])]
        .filter((row) => row.following)
        .map((row) => row.user_id);
}

function threadFields(deps: Deps, post: PostRow, extended: boolean): JsonMap {
    const live = deps.table.replies(post.id).filter((reply) => reply.delete_at === 0);
    const participants = [...new Set(live.map((reply) => reply.user_id).toReversed())].toReversed();
    return {
        reply_count: live.length,
        last_reply_at: live.at(-1)?.create_at ?? 0,
        participants:
            deps.table.replies(post.id).length === 0
                ? null
                : participants.map((id) =>
                      extended ? deps.users.view(deps.users.require(id), 'other') : bareUser(id),
                  ),
    };
}

/** A user of whom only the id is told, in the server's shape. */
function bareUser(id: string): JsonMap {
    return {
        id,
        delete_at: 0,
        username: '',
        auth_service: '',
        email: '',
        nickname: '',
        first_name: '',
        last_name: '',
        position: '',
        roles: '',
        locale: '',
        timezone: null,
        disable_welcome_email: false,
    };
}

interface News {
    readonly post: PostRow;
    readonly channel: ChannelRow;
    readonly mentioned: ReadonlySet<string>;
    /** Those who follow since this post. */
    readonly fresh: ReadonlySet<string>;
}

function publishThread(
    deps: Deps,
    byPost: ReadonlyMap<string, ReadonlyMap<string, ThreadMembershipRow>>,
    root: PostRow,
    {post, channel, mentioned, fresh}: News,
    userId: string,
): void {
    const row = byPost.get(root.id)?.get(userId);
    if (row === undefined) {
        return;
    }
    const unread = deps.table
        .replies(root.id)
        .filter((reply) => reply.delete_at === 0 && reply.create_at > row.last_viewed).length;
    const before = fresh.has(userId)
        ? {mentions: 0, replies: 0}
        : {
              mentions: Math.max(row.unread_mentions - (mentioned.has(userId) ? 1 : 0), 0),
              replies: Math.max(unread - 1, 0),
          };
    const lastViewed = row.last_viewed;
    const isAuthor = userId === post.user_id;
    if (isAuthor) {
        row.last_viewed = post.create_at;
        row.unread_mentions = 0;
    }
    const thread = {
        id: root.id,
        ...threadFields(deps, root, true),
        last_viewed_at: lastViewed,
        post: deps.views.one(root, {bare: true, replyCount: 0}),
        unread_replies: isAuthor ? 0 : unread,
        unread_mentions: row.unread_mentions,
        is_urgent: false,
        delete_at: root.delete_at,
    };
    deps.core.publish(
        'thread_updated',
        {
            thread: JSON.stringify(thread),
            previous_unread_mentions: before.mentions,
            previous_unread_replies: before.replies,
        },
        {teamId: channel.team_id, userId},
    );
}
