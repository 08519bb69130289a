import type {Post, Reaction} from '../api/schemas.ts';
import {without} from './maps.ts';
import type {PostsState} from './shape.ts';

type Reactions = PostsState['reactions'];

/** The reactions that came along with a post. */
export function reactionsOf(post: Post): Readonly<Record<string, Reaction>> {
    return Object.fromEntries(post.metadata.reactions.map((one) => [keyOf(one), one]));
}

export function addReaction(reactions: Reactions, reaction: Reaction): Reactions {
    return {
        ...reactions,
        [reaction.post_id]: {...reactions[reaction.post_id], [keyOf(reaction)]: reaction},
    };
}

export function removeReaction(reactions: Reactions, reaction: Reaction): Reactions {
    const left = without(reactions[reaction.post_id] ?? {}, keyOf(reaction));
    return {...reactions, [reaction.post_id]: left};
}

function keyOf(reaction: Reaction): string {
    return `${reaction.user_id}-${reaction.emoji_name}`;
}
