import type {Post} from '../api/schemas.ts';
import type {Action} from './actions.ts';
import {without} from './maps.ts';
import {insertRoot, mergePage} from './post_order.ts';
import {isLocal, isShown} from './post_kinds.ts';
import {addReaction, reactionsOf, removeReaction} from './reactions.ts';
import type {PostsState} from './shape.ts';

const none: PostsState = {posts: {}, postsInChannel: {}, postsInThread: {}, reactions: {}};

/** `entities.posts` */
export function posts(state: PostsState = none, action: Action): PostsState {
    switch (action.type) {
        case 'SESSION_ENDED':
            return none;
        case 'CHANNEL_POSTS_RECEIVED': {
            const next = remember(state, action.posts);
            const block = mergePage(
                next.posts,
                state.postsInChannel[action.channelId]?.[0],
                action,
            );
            return {
                ...next,
                postsInChannel: {...next.postsInChannel, [action.channelId]: [block]},
            };
        }
        case 'THREAD_RECEIVED':
            return receiveThread(remember(state, action.posts), action.rootId, action.posts);
        case 'POST_CREATED':
            return create(state, action.post);
        case 'POST_RECEIVED':
            return Object.hasOwn(state.posts, action.post.id) ? update(state, action.post) : state;
        case 'POST_FAILED': {
            const post = state.posts[action.postId];
            return post === undefined ? state : put(state, {...post, failed: true});
        }
        case 'POST_REMOVED':
            return remove(state, action.postId);
        case 'POSTS_STALE':
            return {...state, postsInChannel: onlyOf(state.postsInChannel, action.channelId)};
        case 'CHANNEL_LEFT':
            return {...state, postsInChannel: without(state.postsInChannel, action.channelId)};
        case 'REACTION_ADDED':
            return {...state, reactions: addReaction(state.reactions, action.reaction)};
        case 'REACTION_REMOVED':
            return {...state, reactions: removeReaction(state.reactions, action.reaction)};
        default:
            return state;
    }
}

function onlyOf(
    blocks: PostsState['postsInChannel'],
    channelId: string,
): PostsState['postsInChannel'] {
    const kept = blocks[channelId];
    return kept === undefined ? {} : {[channelId]: kept};
}

function put(state: PostsState, post: Post): PostsState {
    return {...state, posts: {...state.posts, [post.id]: post}};
}

function remember(state: PostsState, received: readonly Post[]): PostsState {
    if (received.length === 0) {
        return state;
    }
    const known = {...state.posts};
    const reactions = {...state.reactions};
    for (const post of received) {
        const old = known[post.id];
        if (old === undefined || old.update_at <= post.update_at) {
            known[post.id] = old === undefined ? post : refresh(old, post);
            reactions[post.id] = reactionsOf(post);
        }
    }
    return {...state, posts: known, reactions};
}

/** Answers that tell nothing of the thread must not wipe what is known of it. */
function refresh(old: Post, post: Post): Post {
    return {
        ...post,
        reply_count: Math.max(post.reply_count, old.reply_count),
        last_reply_at: Math.max(post.last_reply_at, old.last_reply_at),
        participants: post.participants.length === 0 ? old.participants : post.participants,
    };
}

function receiveThread(state: PostsState, rootId: string, received: readonly Post[]): PostsState {
    const local = (state.postsInThread[rootId] ?? []).filter((id) => {
        const post = state.posts[id];
        return post !== undefined && isLocal(post);
    });
    const replies = received.filter((post) => post.root_id === rootId && isShown(post));
    const root = state.posts[rootId];
    const next = {
        ...state,
        postsInThread: {
            ...state.postsInThread,
            [rootId]: [...replies.map((post) => post.id), ...local],
        },
    };
    return root === undefined ? next : put(next, {...root, reply_count: replies.length});
}

function create(state: PostsState, post: Post): PostsState {
    if (Object.hasOwn(state.posts, post.id)) {
        return update(state, post);
    }
    const cleared = post.pending_post_id === post.id ? state : remove(state, post.pending_post_id);
    const next = {
        ...put(cleared, post),
        reactions: {...cleared.reactions, [post.id]: reactionsOf(post)},
    };
    return post.root_id === '' ? placeRoot(next, post) : placeReply(next, post);
}

function placeRoot(state: PostsState, post: Post): PostsState {
    const block = state.postsInChannel[post.channel_id]?.[0];
    // A channel that was not opened yet gets its posts when it is.
    return block === undefined
        ? state
        : {
              ...state,
              postsInChannel: {
                  ...state.postsInChannel,
                  [post.channel_id]: [
                      {...block, order: insertRoot(state.posts, block.order, post)},
                  ],
              },
          };
}

function placeReply(state: PostsState, post: Post): PostsState {
    const replies = state.postsInThread[post.root_id] ?? [];
    const next = {
        ...state,
        postsInThread: {...state.postsInThread, [post.root_id]: [...replies, post.id]},
    };
    const root = state.posts[post.root_id];
    if (root === undefined || isLocal(post)) {
        return next;
    }
    return put(next, {
        ...root,
        reply_count: root.reply_count + 1,
        last_reply_at: Math.max(root.last_reply_at, post.create_at),
        participants: root.participants.some(({id}) => id === post.user_id)
            ? root.participants
            : [...root.participants, {id: post.user_id}],
    });
}

function update(state: PostsState, post: Post): PostsState {
    const old = state.posts[post.id];
    // Events of one channel may overtake each other.
    if (old === undefined || old.update_at > post.update_at) {
        return state;
    }
    const next = put(state, refresh(old, post));
    return post.delete_at !== 0 && old.delete_at === 0 ? discount(next, post) : next;
}

function remove(state: PostsState, postId: string): PostsState {
    const post = state.posts[postId];
    if (post === undefined) {
        return state;
    }
    const counted = isLocal(post) || post.delete_at !== 0 ? state : discount(state, post);
    const block = counted.postsInChannel[post.channel_id]?.[0];
    const replies = counted.postsInThread[post.root_id];
    return {
        posts: without(counted.posts, postId),
        reactions: without(counted.reactions, postId),
        postsInChannel:
            block === undefined
                ? counted.postsInChannel
                : {
                      ...counted.postsInChannel,
                      [post.channel_id]: [
                          {...block, order: block.order.filter((id) => id !== postId)},
                      ],
                  },
        postsInThread:
            replies === undefined
                ? counted.postsInThread
                : {
                      ...counted.postsInThread,
                      [post.root_id]: replies.filter((id) => id !== postId),
                  },
    };
}

function discount(state: PostsState, reply: Post): PostsState {
    const root = state.posts[reply.root_id];
    return root === undefined
        ? state
        : put(state, {...root, reply_count: Math.max(0, root.reply_count - 1)});
}
