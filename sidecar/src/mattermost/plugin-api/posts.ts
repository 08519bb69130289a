import {GangwayError} from '../../contract/errors.ts';
import {PlatformError} from '../errors.ts';
import type {Post, PostChange, PostDraft} from '../platform.ts';
import type {Posts} from '../platform-parts.ts';
import {throwIfCancelled} from '../deadline.ts';
import {isMissing} from './calls/caller.ts';
import {type CreatePostDeps, createPostMaker, notMember, withAttachments} from './create-post.ts';
import {SILENT_PROP} from '../silent-posts.ts';
import type {Directory} from './directory.ts';
import {createLanes, shared} from './lanes.ts';
import type {NewPost, PluginPost} from './models.ts';
import {KEY_PROP} from './own-posts.ts';
import {createPageReader} from './smaller-pages.ts';

/** What Posts need. */
export interface PostsDeps extends CreatePostDeps {
    readonly directory: Directory;
}

/** Reasons for which a post stays as it is for good. */
const FROZEN_IDS = new Set([
    'app.post.get.app_error',
    'api.post.update_post.find.app_error',
    'api.post.update_post.permissions_details.app_error',
    'api.post.update_post.system_message.app_error',
    'api.post.update_post.can_not_update_post_in_deleted.error',
    'api.post.patch_post.can_not_update_post_in_deleted.error',
]);

/** Props that the server sets when a post is made and forgets when an edit leaves them out. */
const KEPT_PROPS = ['from_bot', 'from_plugin', SILENT_PROP, KEY_PROP];

/** Makes the posts of one account. */
export function createPosts(deps: PostsDeps): Posts {
    return {...createWriting(deps), ...createReading(deps), ...createSigns(deps)};
}

type Writing = Pick<Posts, 'createPost' | 'updatePost' | 'deletePost'>;

function createWriting(deps: PostsDeps): Writing {
    const {api, botId, membership, own} = deps;
    const lanes = createLanes();
    const makePost = createPostMaker(deps);

    const current = async (postId: string): Promise<PluginPost | undefined> => {
        const known = own.get(postId) ?? (await api.getPost(postId));
        return known === undefined ? undefined : own.marked(known);
    };

    const update = async (postId: string, change: PostChange): Promise<Post | undefined> => {
        const before = await current(postId);
        // The plugin API would change anybody's post.
        if (before?.userId !== botId) return undefined;
        // Nor does it mind who is a member.
        if (!(await membership.ask(before.channelId))) return undefined;
        const next = changed(before, change);
        try {
            const after = withAttachments(await api.updatePost(next), next.props);
            own.put(after);
            return after;
        } catch (error) {
            own.forget(postId);
            if (isFrozen(error)) {
                // It may have been archived unheard.
                deps.directory.forgetChannel(before.channelId);
                return undefined;
            }
            throw error;
        }
    };

    const remove = async (postId: string): Promise<boolean> => {
        const before = await current(postId);
        if (before === undefined) return false;
        if (before.userId !== botId) throw notOwn();
        own.forget(postId);
        try {
            await api.deletePost(postId);
            return true;
        } catch (error) {
            // The server says the same of a post that is gone and of a store that is away.
            if ((await api.getPost(postId)) === undefined) return false;
            throw error;
        }
    };

    /** One after the other: each edit is made from what the one before left. */
    const inTurn = <T>(
        what: string,
        postId: string,
        signal: AbortSignal | undefined,
        work: () => Promise<T>,
    ) => {
        throwIfCancelled(what, signal);
        return shared(what, lanes(postId, work), signal);
    };

    return {
        createPost: async (draft, key, signal) => {
            // The plugin API would write into the archive.
            const channel = await deps.directory.channel(draft.channelId, signal);
            if (channel !== undefined && channel.deleteAt !== 0) throw archived();
            return makePost(draft, key, signal);
        },
        updatePost: async (postId, change, signal) =>
            inTurn('editing a post', postId, signal, () => update(postId, change)),
        deletePost: async (postId, signal) =>
            inTurn('deleting a post', postId, signal, () => remove(postId)),
    };
}

function changed(before: PluginPost, change: PostChange): PluginPost {
    const kept = KEPT_PROPS.filter((name) => name in before.props).map(
        (name) => [name, before.props[name]] as const,
    );
    return {
        ...before,
        message: change.message ?? before.message,
        props:
            change.props === undefined
                ? before.props
                : {...Object.fromEntries(kept), ...change.props},
        fileIds: change.fileIds ?? before.fileIds,
    };
}

function isFrozen(error: unknown): boolean {
    // With 500 the same ids stand for a store that is away.
    return error instanceof PlatformError && error.status < 500 && FROZEN_IDS.has(error.serverId);
}

/** What the server says to a bot over REST. */
function archived(): PlatformError {
    return new PlatformError('refused', 'the channel is archived', {
        status: 400,
        serverId: 'api.post.create_post.can_not_post_to_deleted.error',
    });
}

function notOwn(): PlatformError {
    return new PlatformError('forbidden', 'only own posts may be deleted', {
        status: 403,
        serverId: 'api.context.permissions.app_error',
    });
}

type Reading = Pick<Posts, 'getPost' | 'thread' | 'postsAfter'>;

function createReading({api, directory, tuning}: PostsDeps): Reading {
    const readPage = createPageReader(tuning.page);
    return {
        getPost: async (postId, signal) => {
            const post = await api.getPost(postId, signal);
            if (post === undefined) return undefined;
            return (await directory.mayRead(post.channelId, signal)) ? post : undefined;
        },
        thread: async (rootId, limit, signal) => {
            const page = await api.getPostThread(rootId, signal);
            const posts = page?.posts ?? [];
            const first = posts[0];
            if (first === undefined || !(await directory.mayRead(first.channelId, signal))) {
                return [];
            }
            const root = posts.find(({id}) => id === rootId);
            const replies = posts.filter(({id}) => id !== rootId);
            const newest = limit > 1 ? replies.slice(1 - limit) : [];
            return root === undefined ? newest : [root, ...newest];
        },
        postsAfter: async (channelId, postId, signal) => {
            if (!(await directory.mayRead(channelId, signal))) throw notMember();
            const {page} = await readPage((size) =>
                postId === undefined
                    ? api.getPostsForChannel(channelId, 0, size, signal)
                    : api.getPostsAfter(channelId, postId, 0, size, signal),
            );
            return [...page.posts];
        },
    };
}

type Signs = Pick<Posts, 'ephemeral' | 'react' | 'unreact' | 'typing'>;

function createSigns({api, botId}: PostsDeps): Signs {
    const fromDraft = (draft: PostDraft): NewPost => ({...draft, userId: botId});
    return {
        ephemeral: async (userId, draft, signal) => {
            await api.sendEphemeralPost(userId, fromDraft(draft), signal);
            return true;
        },
        react: (postId, emojiName, signal) => api.addReaction(botId, postId, emojiName, signal),
        unreact: async (postId, emojiName, signal) => {
            try {
                await api.removeReaction(botId, postId, emojiName, signal);
            } catch (error) {
                if (!isMissing(error)) throw error;
            }
        },
        typing: async (channelId, rootId, signal) => {
            try {
                await api.publishUserTyping(botId, channelId, rootId, signal);
            } catch (error) {
                // A courtesy: whoever waits for an answer gets it without.
                if (!(error instanceof GangwayError) || error.code === 'cancelled') throw error;
            }
        },
    };
}
