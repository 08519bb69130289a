import {LRUCache} from 'lru-cache';
import type {HookEvent} from './hook-events.ts';
import type {PluginPost} from './models.ts';
import type {Tuning} from './tuning.ts';

/** The prop that holds a post's key: how another process finds what this one had posted. */
export const KEY_PROP = 'gangway_key';

/**
 * The bot's posts as they stand now, as far as this process made, changed or saw them. An edit is
 * made from them without reading the post first.
 */
export interface OwnPosts {
    /** Undefined = ask the server. */
    get(postId: string): PluginPost | undefined;
    /** The post with the mark of reactions that hooks told of. */
    marked(post: PluginPost): PluginPost;
    /** What the server answered; later news is kept. */
    put(post: PluginPost): void;
    /** Forgets one post, or all; not their keys. */
    forget(postId?: string): void;
    /** The id of the post with this key, if it is known. */
    idOf(key: string): string | undefined;
    /** Takes in what a hook tells of the bot's posts. */
    observe(event: HookEvent): void;
}

/** What OwnPosts need. */
export interface OwnPostsDeps {
    readonly botId: string;
    readonly tuning: Pick<Tuning, 'ownPosts' | 'remembered'>;
    /**
     * Whether hooks of every change are heard; else nothing but keys is remembered. On a cluster
     * those of other nodes are not.
     */
    readonly hearsAll: () => boolean;
}

/** Makes an empty memory. */
export function createOwnPosts(deps: OwnPostsDeps): OwnPosts {
    const {botId, tuning} = deps;
    const posts = new LRUCache<string, PluginPost>({max: tuning.ownPosts});
    const ids = new LRUCache<string, string>({max: tuning.remembered});
    const reacted = new LRUCache<string, true>({max: tuning.remembered});

    const noteKey = (post: PluginPost): void => {
        const key = post.props[KEY_PROP];
        if (typeof key === 'string') ids.set(key, post.id);
    };

    const put = (post: PluginPost): void => {
        noteKey(post);
        if (!deps.hearsAll()) return;
        const known = posts.get(post.id);
        if (known === undefined || known.updateAt <= post.updateAt) posts.set(post.id, post);
    };

    /** An edit carries the mark of reactions with it: a reaction that came meanwhile must stay seen. */
    const marked = (post: PluginPost): PluginPost =>
        post.hasReactions || !reacted.has(post.id) ? post : {...post, hasReactions: true};

    return {
        get: (postId) => {
            const post = posts.get(postId);
            return post === undefined ? undefined : marked(post);
        },
        marked,
        put,
        forget: (postId) => {
            if (postId === undefined) posts.clear();
            else posts.delete(postId);
        },
        idOf: (key) => ids.get(key),
        observe: (event) => {
            switch (event.kind) {
                case 'posted':
                    // Its maker has it already, and what has changed since too.
                    if (event.post.userId === botId) noteKey(event.post);
                    break;
                case 'edited':
                    if (posts.has(event.post.id)) put(event.post);
                    break;
                case 'deleted':
                    posts.delete(event.post.id);
                    break;
                case 'reaction-added':
                    reacted.set(event.reaction.postId, true);
                    break;
                default:
                    break;
            }
        },
    };
}
