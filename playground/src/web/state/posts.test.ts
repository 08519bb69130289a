import {postSchema} from '../api/schemas.ts';
import type {Post} from '../api/schemas.ts';
import type {Action} from './actions.ts';
import {posts} from './posts.ts';
import type {PostsState} from './shape.ts';

function make(id: string, at: number, more: Partial<Post> = {}): Post {
    return postSchema.parse({
        id,
        create_at: at,
        update_at: at,
        user_id: 'bob',
        channel_id: 'deck',
        message: `Message ${id}`,
        ...more,
    });
}

function play(...actions: readonly Action[]): PostsState {
    return actions.reduce<PostsState>(posts, posts(undefined, {type: 'SESSION_ENDED'}));
}

function page(
    list: readonly Post[],
    more: Partial<Extract<Action, {type: 'CHANNEL_POSTS_RECEIVED'}>> = {},
): Action {
    return {
        type: 'CHANNEL_POSTS_RECEIVED',
        channelId: 'deck',
        posts: list,
        order: list.map(({id}) => id),
        oldest: false,
        page: 'newest',
        ...more,
    };
}

const orderOf = (state: PostsState): readonly string[] | undefined =>
    state.postsInChannel['deck']?.[0]?.order;

describe('posts', () => {
    it('puts the server’s post in the place of the one that was being sent', () => {
        const sent = make('me:1', 5, {pending_post_id: 'me:1'});
        const stored = make('p', 6, {pending_post_id: 'me:1'});
        const state = play(
            page([make('a', 1)]),
            {type: 'POST_CREATED', post: sent},
            {type: 'POST_CREATED', post: stored},
            {type: 'POST_CREATED', post: stored},
        );
        expect(orderOf(state)).toEqual(['p', 'a']);
        expect(Object.keys(state.posts).sort()).toEqual(['a', 'p']);
    });

    it('keeps the newer of two versions, whatever comes first', () => {
        const state = play(
            page([make('a', 1)]),
            {type: 'POST_RECEIVED', post: make('a', 1, {update_at: 9, message: 'new'})},
            {type: 'POST_RECEIVED', post: make('a', 1, {update_at: 5, message: 'old'})},
        );
        expect(state.posts['a']?.message).toBe('new');
    });

    it('counts replies once, and takes deleted ones back', () => {
        const reply = make('r', 3, {root_id: 'a'});
        const counted = play(
            page([make('a', 1)]),
            {type: 'POST_CREATED', post: reply},
            {type: 'POST_CREATED', post: reply},
        );
        expect(counted.posts['a']).toMatchObject({reply_count: 1, last_reply_at: 3});
        expect(orderOf(counted)).toEqual(['a']);
        const gone = {...reply, delete_at: 4, update_at: 4};
        expect(posts(counted, {type: 'POST_RECEIVED', post: gone}).posts['a']?.reply_count).toBe(0);
        expect(posts(counted, {type: 'POST_REMOVED', postId: 'r'}).posts['a']?.reply_count).toBe(0);
    });

    it('does not lose the count of replies when a later event says nothing of it', () => {
        const state = play(page([make('a', 1, {reply_count: 4, participants: [{id: 'carol'}]})]), {
            type: 'POST_RECEIVED',
            post: make('a', 1, {update_at: 2}),
        });
        expect(state.posts['a']).toMatchObject({reply_count: 4, participants: [{id: 'carol'}]});
    });

    it('goes on behind older pages', () => {
        const state = play(
            page([make('d', 4), make('c', 3)]),
            page([make('b', 2), make('a', 1)], {page: 'older', oldest: true}),
        );
        expect(orderOf(state)).toEqual(['d', 'c', 'b', 'a']);
        expect(state.postsInChannel['deck']?.[0]?.oldest).toBe(true);
    });

    it('keeps what lies behind a new page that reaches it, and drops it behind a gap', () => {
        const before = page([make('d', 4), make('c', 3), make('b', 2), make('a', 1)]);
        const touching = play(before, page([make('e', 5), make('d', 4)]));
        expect(orderOf(touching)).toEqual(['e', 'd', 'c', 'b', 'a']);
        const apart = play(before, page([make('g', 7), make('f', 6)]));
        expect(orderOf(apart)).toEqual(['g', 'f']);
    });

    it('drops what was deleted while nobody listened, but not what is only here', () => {
        const own = make('me:9', 9, {pending_post_id: 'me:9'});
        const state = play(
            page([make('c', 3), make('b', 2), make('a', 1)]),
            {type: 'POST_CREATED', post: own},
            page([make('c', 3), make('a', 1)]),
        );
        expect(orderOf(state)).toEqual(['me:9', 'c', 'a']);
    });

    it('leaves edit history and deleted posts out of a thread', () => {
        const state = play(page([make('a', 1)]), {
            type: 'THREAD_RECEIVED',
            rootId: 'a',
            posts: [
                make('a', 1),
                make('r', 2, {root_id: 'a'}),
                make('h', 2, {root_id: 'a', original_id: 'r', delete_at: 3}),
                make('x', 2, {root_id: 'a', delete_at: 3}),
            ],
        });
        expect(state.postsInThread['a']).toEqual(['r']);
        expect(state.posts['a']?.reply_count).toBe(1);
    });

    it('adds and removes reactions by user and emoji', () => {
        const reaction = {user_id: 'bob', post_id: 'a', emoji_name: '+1', create_at: 1};
        const added = play(page([make('a', 1)]), {type: 'REACTION_ADDED', reaction});
        expect(Object.keys(added.reactions['a'] ?? {})).toEqual(['bob-+1']);
        expect(posts(added, {type: 'REACTION_REMOVED', reaction}).reactions['a']).toEqual({});
    });
});
