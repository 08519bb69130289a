import type {Api} from '../api/client.ts';
import {ApiFailure, explain} from '../api/api_failure.ts';
import type {FileInfo, Post} from '../api/schemas.ts';
import {warn} from '../log.ts';
import {myId, postOf} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import type {ChatStore} from '../state/store.ts';
import {attempt, done} from './outcome.ts';
import type {Outcome} from './outcome.ts';
import {announce} from './toasts.ts';

/** What a person wrote, and where. */
export interface Written {
    readonly channelId: string;
    /** '' outside of threads. */
    readonly rootId: string;
    readonly message: string;
    readonly files: readonly FileInfo[];
}

/** Everything a person does to posts. */
export interface Writing {
    /** Shows the post at once and sends it; a slash command is run instead. */
    send(written: Written): Promise<Outcome>;
    /** Sends a post again that did not get through. */
    retry(postId: string): Promise<void>;
    /** Forgets a post that is only here. */
    discard(postId: string): void;
    edit(postId: string, message: string): Promise<Outcome>;
    remove(postId: string): Promise<Outcome>;
    /** Adds the user's reaction, or takes it back. */
    toggleReaction(postId: string, emoji: string): Promise<Outcome>;
    openThread(rootId: string): Promise<void>;
}

/** Creates {@link Writing} for one session. */
export function createWriting(deps: {
    api: Api;
    store: ChatStore;
    runCommand(written: Written): Promise<Outcome>;
}): Writing {
    const {api, store} = deps;
    const state = (): State => store.getState();

    const submit = async (post: Post): Promise<void> => {
        store.dispatch({type: 'POST_CREATED', post});
        try {
            const created = await api.createPost({
                channel_id: post.channel_id,
                root_id: post.root_id,
                message: post.message,
                file_ids: post.file_ids,
                pending_post_id: post.pending_post_id,
            });
            store.dispatch({type: 'POST_CREATED', post: created});
        } catch (cause) {
            warn('a post could not be sent', {}, cause);
            store.dispatch({type: 'POST_FAILED', postId: post.id});
            if (cause instanceof ApiFailure && cause.status !== 0) {
                announce(store, explain(cause));
            }
        }
    };
    return {
        async send(written) {
            if (written.message.startsWith('/') && written.files.length === 0) {
                return deps.runCommand(written);
            }
            void submit(pendingPost(myId(state()), written));
            return done;
        },
        async retry(postId) {
            const post = postOf(state(), postId);
            if (post !== undefined) {
                store.dispatch({type: 'POST_REMOVED', postId});
                await submit({...post, failed: false});
            }
        },
        discard: (postId) => store.dispatch({type: 'POST_REMOVED', postId}),
        edit: (postId, message) =>
            attempt(async () => {
                const post = await api.editPost(postId, message);
                store.dispatch({type: 'POST_RECEIVED', post});
            }),
        remove: (postId) =>
            attempt(async () => {
                await api.deletePost(postId);
                if (state().views.rhs.selectedPostId === postId) {
                    store.dispatch({type: 'RHS_CLOSED'});
                }
                store.dispatch({type: 'POST_REMOVED', postId});
            }),
        toggleReaction: (postId, emoji) => attempt(() => toggle(api, store, postId, emoji)),
        async openThread(rootId) {
            store.dispatch({type: 'THREAD_OPENED', rootId});
            try {
                const {posts} = await api.thread(rootId);
                store.dispatch({type: 'THREAD_RECEIVED', rootId, posts: Object.values(posts)});
            } catch (cause) {
                announce(store, explain(cause));
            }
        },
    };
}

async function toggle(api: Api, store: ChatStore, postId: string, emoji: string): Promise<void> {
    const userId = myId(store.getState());
    const existing = store.getState().entities.posts.reactions[postId]?.[`${userId}-${emoji}`];
    if (existing === undefined) {
        const reaction = await api.addReaction(userId, postId, emoji);
        store.dispatch({type: 'REACTION_ADDED', reaction});
    } else {
        await api.removeReaction(postId, emoji);
        store.dispatch({type: 'REACTION_REMOVED', reaction: existing});
    }
}

function pendingPost(userId: string, written: Written): Post {
    const now = Date.now();
    const pendingId = `${userId}:${now}`;
    return {
        id: pendingId,
        pending_post_id: pendingId,
        create_at: now,
        update_at: now,
        edit_at: 0,
        delete_at: 0,
        user_id: userId,
        channel_id: written.channelId,
        root_id: written.rootId,
        original_id: '',
        message: written.message,
        type: '',
        props: {},
        file_ids: written.files.map(({id}) => id),
        reply_count: 0,
        last_reply_at: 0,
        participants: [],
        metadata: {files: [...written.files], reactions: [], embeds: []},
    };
}
