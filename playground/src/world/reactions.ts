import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import type {JsonMap, PostRow, ReactionRow} from './records.ts';

/** Who reacted to what. */
export interface Reactions {
    add(post: PostRow, userId: string, emojiName: string): ReactionRow;
    remove(post: PostRow, userId: string, emojiName: string): void;
    ofPost(postId: string): readonly ReactionRow[];
    readonly view: (reaction: ReactionRow) => JsonMap;
}

/** Keeps reactions and tells the channel about them. */
export function createReactions(core: Core): Reactions {
    const byPost = new Map<string, Map<string, ReactionRow>>();

    const touch = (post: PostRow): void => {
        post.has_reactions = (byPost.get(post.id)?.size ?? 0) > 0;
        post.update_at = core.now();
    };
    const announce = (kind: 'added' | 'removed', post: PostRow, reaction: ReactionRow): void => {
        const text = JSON.stringify(view(reaction));
        core.emit({kind: `reaction-${kind}`, reaction: view(reaction)});
        core.publish(`reaction_${kind}`, {reaction: text}, {channelId: post.channel_id});
    };

    return {
        add(post, userId, emojiName) {
            const own = byPost.get(post.id) ?? new Map<string, ReactionRow>();
            const key = `${userId}/${emojiName}`;
            const known = own.get(key);
            if (known === undefined) {
                refuseOneTooMany(core, own, emojiName);
            }
            const now = core.now();
            const reaction: ReactionRow = known ?? {
                user_id: userId,
                post_id: post.id,
                emoji_name: emojiName,
                create_at: now,
                update_at: now,
                channel_id: post.channel_id,
            };
            byPost.set(post.id, own.set(key, reaction));
            touch(post);
            announce('added', post, reaction);
            return reaction;
        },
        remove(post, userId, emojiName) {
            const now = core.now();
            byPost.get(post.id)?.delete(`${userId}/${emojiName}`);
            touch(post);
            announce(
                'removed',
                post,
                // The server tells only what the request said.
                {
                    user_id: userId,
                    post_id: post.id,
                    emoji_name: emojiName,
                    create_at: 0,
                    update_at: now,
                    channel_id: '',
                },
            );
        },
        ofPost: (postId) => [...(byPost.get(postId)?.values() ?? [])],
        view,
    };
}

function refuseOneTooMany(
    core: Core,
    own: ReadonlyMap<string, ReactionRow>,
    emojiName: string,
): void {
    const names = new Set([...own.values()].map((reaction) => reaction.emoji_name));
    if (
        !names.has(emojiName) &&
        names.size >= core.config.ServiceSettings.UniqueEmojiReactionLimitPerPost
    ) {
        throw new ApiError(400, 'app.reaction.save.save.too_many_reactions');
    }
}

function view(reaction: ReactionRow): JsonMap {
    return {
        user_id: reaction.user_id,
        post_id: reaction.post_id,
        emoji_name: reaction.emoji_name,
        create_at: reaction.create_at,
        update_at: reaction.update_at,
        delete_at: 0,
        remote_id: '',
        channel_id: reaction.channel_id,
    };
}
