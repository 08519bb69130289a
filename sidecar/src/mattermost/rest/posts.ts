import {isDeepStrictEqual} from 'node:util';
import {LRUCache} from 'lru-cache';
import {GangwayError} from '../../contract/errors.ts';
import {PlatformError} from '../errors.ts';
import type {OwnPostPermission, Post, PostChange, PostDraft} from '../platform.ts';
import type {Posts} from '../platform-parts.ts';
import {createSilence} from '../silent-posts.ts';
import {isGone, orUndefined} from './directory.ts';
import type {Api, RestClient} from './rest-client.ts';
import {isTransient, isUncertain, retrying} from '../retry.ts';
import type {PostRights} from './post-rights.ts';
import type {Limits, Timings} from './timings.ts';
import {anythingSchema, postListSchema, postSchema} from './wire.ts';

/** What Posts need. */
export interface PostsDeps {
    readonly rest: RestClient;
    readonly botId: () => string;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly now: () => number;
    /** Whether the server knows silent posts [never]. */
    readonly silentPosts?: () => boolean;
    /** Told when the server refuses the bot an edit or deletion of a post that is there [nobody]. */
    readonly onRefused?: PostRights['refused'];
}

/** The server keeps at most 200 posts a page. */
const PAGE = 200;
/** Another request with the same `pending_post_id` is still being worked on. */
const PENDING_ID = 'api.post.deduplicate_create_post.pending';
/** Said of a permission that is missing, and of a post that is gone. */
const NOT_PERMITTED_ID = 'api.context.permissions.app_error';
/** Reasons for which a post stays as it is for good. */
const FROZEN_IDS = new Set([
    'api.post.update_post.permissions_time_limit.app_error',
    'api.post.update_post.permissions_details.app_error',
    'api.post.update_post.find.app_error',
    'api.post.update_post.can_not_update_post_in_deleted.error',
    'api.post.patch_post.can_not_update_post_in_deleted.error',
    'api.post.update_post.system_message.app_error',
]);

/** Makes the posts of one account. */
export function createPosts(deps: PostsDeps): Posts {
    const {rest} = deps;
    const silence = createSilence(deps.silentPosts ?? (() => false));
    const created = new LRUCache<string, string>({max: deps.limits.directory});
    const doubtful = new LRUCache<string, {since: number; serverTime: number}>({
        max: deps.limits.directory,
    });

    const getPost: Posts['getPost'] = (postId, signal) =>
        orUndefined(
            rest.call('GET /posts/{id}', postSchema, (api) => api.getPost(postId), {signal}),
        );

    /** The post that an earlier try with an unknown outcome made, if it made one. */
    const findCreated = async (
        draft: PostDraft,
        since: number,
        signal: AbortSignal,
    ): Promise<Post | undefined> => {
        const page = await rest.once(
            postListSchema,
            (api) => api.getPosts(draft.channelId, 0, PAGE, false),
            signal,
        );
        const others = new Set(created.values());
        return page.posts.find(
            (post) =>
                post.userId === deps.botId() &&
                post.createAt >= since &&
                !others.has(post.id) &&
                isMadeFrom(post, draft),
        );
    };

    const createPost: Posts['createPost'] = async (draft, key, signal) => {
        if (!/^[A-Za-z0-9-]{1,60}$/.test(key)) {
            throw new GangwayError('bad-key', 'a post key is 1 to 60 characters of [A-Za-z0-9-]');
        }
        const known = created.get(key);
        const earlier = known === undefined ? undefined : await getPost(known, signal);
        if (earlier !== undefined) return earlier;

        const policy = rest.policy('POST /posts', {signal, repeatable: mayCreateAgain});
        const post = await retrying(policy, async (trySignal) => {
            const doubt = doubtful.get(key);
            if (doubt !== undefined && deps.now() - doubt.since > deps.timings.dedupeMs) {
                const found = await findCreated(draft, doubt.serverTime, trySignal);
                if (found !== undefined) return found;
                doubtful.delete(key);
            }
            const start = {
                since: deps.now(),
                // The server's clock is known to a second only.
                serverTime: rest.transport.serverNow() - 2_000,
            };
            try {
                const body = {...toBody(draft), pending_post_id: `${deps.botId()}:${key}`};
                return await silence(draft.silent, (silent) =>
                    rest.once(
                        postSchema,
                        (api) => (silent ? api.createSilentPost(body) : api.createPost(body)),
                        trySignal,
                    ),
                );
            } catch (error) {
                if ((trySignal.aborted || isUncertain(error)) && !doubtful.has(key)) {
                    doubtful.set(key, start);
                }
                throw error;
            }
        });
        doubtful.delete(key);
        created.set(key, post.id);
        return post;
    };

    /** A post that is there all the same stays as it is because the bot lacks a permission. */
    const noteRefusal = async (
        error: unknown,
        permission: OwnPostPermission,
        postId: string,
        signal: AbortSignal | undefined,
    ): Promise<void> => {
        if (!(error instanceof PlatformError) || error.serverId !== NOT_PERMITTED_ID) return;
        const post = await getPost(postId, signal).catch(() => undefined);
        if (post?.deleteAt !== 0 || post.userId !== deps.botId()) return;
        await deps.onRefused?.(permission, post.channelId, signal);
    };

    return {
        createPost,
        getPost,
        updatePost: async (postId, change, signal) => {
            try {
                return await rest.call(
                    'PUT /posts/{id}/patch',
                    postSchema,
                    (api) => api.patchPost(toPatch(postId, change)),
                    {signal},
                );
            } catch (error) {
                await noteRefusal(error, 'edit_post', postId, signal);
                if (isGone(error) || isFrozen(error)) return undefined;
                throw error;
            }
        },
        deletePost: async (postId, signal) => {
            try {
                await rest.call(
                    'DELETE /posts/{id}',
                    anythingSchema,
                    (api) => api.deletePost(postId),
                    {signal},
                );
                return true;
            } catch (error) {
                if (isGone(error) && error.code === 'not-found') return false;
                await noteRefusal(error, 'delete_post', postId, signal);
                throw error;
            }
        },
        thread: (rootId, limit, signal) => readThread(rest, rootId, limit, signal),
        postsAfter: async (channelId, postId, signal) => {
            const page = await rest.call(
                'GET /channels/{id}/posts',
                postListSchema,
                (api) =>
                    postId === undefined
                        ? api.getPosts(channelId, 0, PAGE, false)
                        : api.getPostsAfter(channelId, postId, 0, PAGE, false),
                {signal},
            );
            return page.posts;
        },
        ephemeral: async (userId, draft, signal) => {
            const done = await orUndefined(
                rest.call(
                    'POST /posts/ephemeral',
                    postSchema,
                    (api) => api.createPostEphemeral(userId, toBody(draft)),
                    // A second one could not be taken back.
                    {signal, repeatable: (error) => isTransient(error) && !isUncertain(error)},
                ),
            );
            return done !== undefined;
        },
        react: async (postId, emojiName, signal) => {
            await rest.call(
                'POST /reactions',
                anythingSchema,
                (api) => api.addReaction(deps.botId(), postId, emojiName),
                {signal},
            );
        },
        unreact: async (postId, emojiName, signal) => {
            await orUndefined(
                rest.call(
                    'DELETE /reactions',
                    anythingSchema,
                    (api) => api.removeReaction('me', postId, emojiName),
                    {signal},
                ),
            );
        },
        typing: async (channelId, rootId, signal) => {
            try {
                await rest.call(
                    'POST /users/me/typing',
                    anythingSchema,
                    (api) => api.publishTyping(channelId, rootId),
                    // It is shown for five seconds: later it would be wrong.
                    {signal, maxRetries: 0, tryMs: 5_000},
                );
            } catch (error) {
                // A courtesy: whoever waits for an answer gets it without.
                if (!(error instanceof GangwayError) || error.code === 'cancelled') throw error;
            }
        },
    };
}

async function readThread(
    rest: RestClient,
    rootId: string,
    limit: number,
    signal: AbortSignal | undefined,
): Promise<Post[]> {
    const replies = new Map<string, Post>();
    let root: Post | undefined;
    let from: {id: string; createAt: number} | undefined;
    for (;;) {
        const start = from;
        const perPage = Math.max(1, Math.min(PAGE, limit));
        const page = await orUndefined(
            rest.call(
                'GET /posts/{id}/thread',
                postListSchema,
                (api: Api) => api.getThreadUp(rootId, perPage, start),
                {signal},
            ),
        );
        if (page === undefined) return [];
        for (const post of page.posts) {
            if (post.id === rootId) root = post;
            else replies.set(post.id, post);
        }
        const oldest = page.posts.find((post) => post.id !== rootId);
        if (!page.hasNext || oldest === undefined || replies.size >= limit - 1) break;
        if (oldest.id === from?.id) break;
        from = {id: oldest.id, createAt: oldest.createAt};
    }
    const newest = limit > 1 ? [...replies.values()].sort(byAge).slice(1 - limit) : [];
    return root === undefined ? newest : [root, ...newest];
}

function byAge(a: Post, b: Post): number {
    return a.createAt - b.createAt || (a.id < b.id ? -1 : 1);
}

function mayCreateAgain(error: unknown): boolean {
    return isTransient(error) || (error instanceof PlatformError && error.serverId === PENDING_ID);
}

function isFrozen(error: unknown): boolean {
    return error instanceof PlatformError && FROZEN_IDS.has(error.serverId);
}

/** The server adds props of its own, so more of them is no difference. */
function isMadeFrom(post: Post, draft: PostDraft): boolean {
    return (
        post.message === draft.message &&
        post.rootId === (draft.rootId ?? '') &&
        isDeepStrictEqual([...post.fileIds].sort(), [...(draft.fileIds ?? [])].sort()) &&
        Object.entries(draft.props ?? {}).every(([name, value]) =>
            isDeepStrictEqual(post.props[name], value),
        )
    );
}

function toBody(draft: PostDraft) {
    return {
        channel_id: draft.channelId,
        message: draft.message,
        root_id: draft.rootId ?? '',
        ...(draft.props === undefined ? {} : {props: {...draft.props}}),
        ...(draft.fileIds === undefined ? {} : {file_ids: [...draft.fileIds]}),
    };
}

function toPatch(postId: string, change: PostChange) {
    return {
        id: postId,
        ...(change.message === undefined ? {} : {message: change.message}),
        ...(change.props === undefined ? {} : {props: {...change.props}}),
        ...(change.fileIds === undefined ? {} : {file_ids: [...change.fileIds]}),
    };
}
