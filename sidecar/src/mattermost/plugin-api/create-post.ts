import {LRUCache} from 'lru-cache';
import {GangwayError, TimeoutError} from '../../contract/errors.ts';
import {PlatformError} from '../errors.ts';
import type {PostDraft} from '../platform.ts';
import {throwIfCancelled} from '../deadline.ts';
import {createSilence, SILENT_PROP} from '../silent-posts.ts';
import {shared} from './lanes.ts';
import type {Membership} from './membership.ts';
import type {PluginPost} from './models.ts';
import {KEY_PROP, type OwnPosts} from './own-posts.ts';
import type {PluginApi} from './plugin-api.ts';
import {createPageReader} from './smaller-pages.ts';
import type {Tuning} from './tuning.ts';

/** What making posts needs. */
export interface CreatePostDeps {
    readonly api: PluginApi;
    readonly botId: string;
    readonly membership: Membership;
    readonly own: OwnPosts;
    readonly tuning: Pick<Tuning, 'page' | 'remembered'>;
    /** Whether the server knows silent posts [never]. */
    readonly silentPosts?: () => boolean;
}

/** Makes a post once for each key; see `Platform.createPost`. */
export type CreatePost = (
    draft: PostDraft,
    key: string,
    signal?: AbortSignal,
) => Promise<PluginPost>;

/**
 * Makes the maker of posts. The server knows no `pending_post_id` of a plugin again, so each post
 * carries its key as a prop: a channel is searched for it once, before this process posts there
 * first, and again after a call whose outcome is unknown. All else is one call for one post.
 */
export function createPostMaker(deps: CreatePostDeps): CreatePost {
    const {api, botId, membership, own, tuning} = deps;
    const readPage = createPageReader(tuning.page);
    const silence = createSilence(deps.silentPosts ?? (() => false));
    const making = new Map<string, Promise<PluginPost>>();
    const searched = new LRUCache<string, true>({max: tuning.remembered});
    const doubtful = new LRUCache<string, true>({max: tuning.remembered});

    /** None where people made them too large to be read: a doubled post is better than none. */
    const newest = async (channelId: string): Promise<readonly PluginPost[]> => {
        try {
            const {page} = await readPage((size) => api.getPostsForChannel(channelId, 0, size));
            return page.posts;
        } catch (error) {
            if (error instanceof PlatformError && error.code === 'too-large') return [];
            throw error;
        }
    };

    /** Learns the keys of what the bot posted there last. */
    const search = async (channelId: string): Promise<void> => {
        const posts = await newest(channelId);
        for (const post of posts) if (post.userId === botId) own.put(post);
        searched.set(channelId, true);
    };

    const existing = async (key: string): Promise<PluginPost | undefined> => {
        const id = own.idOf(key);
        return id === undefined ? undefined : (own.get(id) ?? (await api.getPost(id)));
    };

    const make = async (draft: PostDraft, key: string): Promise<PluginPost> => {
        const known = await existing(key);
        if (known !== undefined) return known;
        if (!(await membership.ask(draft.channelId))) throw notMember();
        if (doubtful.has(key) || !searched.has(draft.channelId)) {
            await search(draft.channelId);
            doubtful.delete(key);
            const found = await existing(key);
            if (found !== undefined) return found;
        }
        const props = {...draft.props, [KEY_PROP]: key};
        try {
            const pendingPostId = `${botId}:${key}`;
            const made = await silence(draft.silent, (silent) =>
                api.createPost({
                    ...draft,
                    userId: botId,
                    props: silent ? {...props, [SILENT_PROP]: true} : props,
                    pendingPostId,
                }),
            );
            const post = withAttachments(made, props);
            own.put(post);
            return post;
        } catch (error) {
            if (isUncertain(error)) doubtful.set(key, true);
            throw error;
        }
    };

    return async (draft, key, signal) => {
        if (!/^[A-Za-z0-9-]{1,60}$/.test(key)) {
            throw new GangwayError('bad-key', 'a post key is 1 to 60 characters of [A-Za-z0-9-]');
        }
        throwIfCancelled('creating a post', signal);
        const running = making.get(key) ?? make(draft, key).finally(() => making.delete(key));
        making.set(key, running);
        return shared('creating a post', running, signal);
    };
}

/** The server's answer leaves out the addresses of buttons, which a later edit must keep. */
export function withAttachments(
    answered: PluginPost,
    sent: Readonly<Record<string, unknown>>,
): PluginPost {
    const {attachments} = sent;
    if (attachments === undefined) return answered;
    return {...answered, props: {...answered.props, attachments}};
}

/** What the server says to a bot over REST; a plugin it lets post everywhere. */
export function notMember(): PlatformError {
    return new PlatformError('forbidden', 'the bot is not a member of the channel', {
        status: 403,
        serverId: 'api.context.permissions.app_error',
    });
}

function isUncertain(error: unknown): boolean {
    if (error instanceof TimeoutError) return true;
    // Some errors come after the post was stored, and one says that another call is storing it.
    return (
        error instanceof PlatformError &&
        error.code !== 'refused' &&
        (error.status === 0 || error.status >= 500)
    );
}
