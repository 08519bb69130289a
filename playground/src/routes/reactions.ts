import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden} from '../api-error.ts';
import {goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import {isEmoji} from '../world/emojis.ts';
import type {PostRow} from '../world/records.ts';
import {refuseReading} from './posts.ts';
import type {RouterFactory} from './routes.ts';

const reactionSchema = z.object({user_id: goString, post_id: goString, emoji_name: goString});
const emojiName = /^[A-Za-z0-9_\-+]+$/;

/** Emoji reactions to posts. */
export const reactionRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/reactions',
        route(async (context) => {
            const given = await context.body(reactionSchema, 'reaction');
            const validName = given.emoji_name !== '' && given.emoji_name.length <= 64;
            if (!isValidId(given.user_id) || !isValidId(given.post_id) || !validName) {
                throw new ApiError(400, 'api.reaction.save_reaction.invalid.app_error');
            }
            if (given.user_id !== context.userId) {
                throw new ApiError(403, 'api.reaction.save_reaction.user_id.app_error');
            }
            const post = requireReactable(context, given.post_id, 'add_reaction');
            if (!isEmoji(given.emoji_name)) {
                throw new ApiError(404, 'app.emoji.get_by_name.no_result');
            }
            refuseArchived(context, post, 'save');
            context.json(
                world.reactions.view(world.reactions.add(post, context.userId, given.emoji_name)),
            );
        }),
    );

    router.get(
        '/posts/:post_id/reactions',
        route((context) => {
            const post = world.posts.table.get(context.id('post_id'));
            if (post === undefined) {
                throw forbidden();
            }
            refuseReading(context, post);
            context.json(world.reactions.ofPost(post.id).map(world.reactions.view));
        }),
    );

    router.post(
        '/posts/ids/reactions',
        route(async (context) => {
            const ids = await context.body(z.array(z.string()), 'post_ids');
            const lists: Record<string, unknown> = {};
            for (const id of new Set(ids)) {
                const post = world.posts.table.get(id);
                if (post === undefined) {
                    throw forbidden();
                }
                refuseReading(context, post);
                lists[id] = world.reactions.ofPost(id).map(world.reactions.view);
            }
            context.json(lists);
        }),
    );

    router.delete(
        '/users/:user_id/posts/:post_id/reactions/:emoji_name',
        route((context) => {
            const userId = context.id('user_id');
            const postId = context.id('post_id');
            const name = context.part('emoji_name', emojiName);
            const post = requireReactable(context, postId, 'remove_reaction');
            if (
                userId !== context.userId &&
                !world.permissions.system(context.userId, 'remove_others_reactions')
            ) {
                throw forbidden();
            }
            refuseArchived(context, post, 'delete');
            world.reactions.remove(post, userId, name);
            context.ok();
        }),
    );
    return router;
};

function requireReactable(context: Context, postId: string, permission: string): PostRow {
    const {world, userId} = context;
    const post = world.posts.table.get(postId);
    if (post === undefined || !world.permissions.channel(userId, post.channel_id, permission)) {
        throw forbidden();
    }
    if (post.delete_at !== 0) {
        throw new ApiError(404, 'app.post.get.app_error');
    }
    return post;
}

function refuseArchived({world}: Context, post: PostRow, verb: 'save' | 'delete'): void {
    const channel = world.channels.require(post.channel_id);
    if (world.directRules.isRestricted(channel)) {
        throw new ApiError(400, `api.reaction.${verb}.restricted_dm.error`);
    }
    if (channel.delete_at !== 0) {
        throw new ApiError(403, `api.reaction.${verb}.archived_channel.app_error`);
    }
}
