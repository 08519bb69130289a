import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import {goBool, goInt, goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import {markViewed} from '../world/reading.ts';
import {isSystemPost} from '../world/post-rules.ts';
import type {JsonMap, PostRow} from '../world/records.ts';
import type {RouterFactory} from './routes.ts';

const props = z.record(z.string(), z.unknown());

const postSchema = z.object({
    id: goString,
    create_at: goInt,
    channel_id: goString,
    root_id: goString,
    message: goString,
    type: goString,
    props: props.nullish(),
    file_ids: z.array(z.string()).nullish(),
    pending_post_id: goString,
    is_pinned: goBool,
    has_reactions: goBool,
    metadata: z.object({priority: props.nullish()}).nullish(),
});

const patchSchema = z.object({
    message: z.string().nullish(),
    props: props.nullish(),
    file_ids: z.array(z.string()).nullish(),
    is_pinned: z.boolean().nullish(),
    has_reactions: z.boolean().nullish(),
});

type PostBody = z.infer<typeof postSchema>;

/** Making, reading, changing and deleting single posts. */
export const postRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/posts',
        route(async (context) => {
            const given = await context.body(postSchema, 'post');
            refusePosting(context, given.channel_id);
            refuseBadCreate(context, given);
            // The feature is off, as without a licence; a test puts such rows into the world itself.
            if (given.type === 'burn_on_read') {
                throw new ApiError(
                    501,
                    'api.post.fill_in_post_props.burn_on_read.config.app_error',
                );
            }
            const online = context.query('set_online') !== 'false';
            const view = await world.posts.create({
                user_id: context.userId,
                channel_id: given.channel_id,
                root_id: given.root_id,
                message: given.message,
                type: given.type,
                props: world.postProps.given(given.props ?? {}),
                file_ids: given.file_ids ?? [],
                pending_post_id: given.pending_post_id,
                is_pinned: given.is_pinned,
                remote_id: '',
                setOnline: online,
                silent: wantsSilence(context),
                ...priorityOf(given),
                ...(world.permissions.isAdmin(context.userId) ? {create_at: given.create_at} : {}),
            });
            followUp(context, view, given.channel_id, online);
            context.json(view, 201);
        }),
    );

    router.post(
        '/posts/ids',
        route(async (context) => {
            const ids = await context.idList('post_ids');
            if (ids.length > 1000) {
                throw new ApiError(400, 'api.post.posts_by_ids.invalid_body.request_error');
            }
            const found = [...new Set(ids)]
                .map((id) => world.posts.table.get(id))
                .filter((post) => post !== undefined && mayRead(context, post));
            context.json(
                found
                    .filter((post) => post !== undefined)
                    .toSorted((a, b) => b.create_at - a.create_at)
                    .map((post) => world.postViews.one(post, {viewerId: context.userId})),
            );
        }),
    );

    router.post(
        '/posts/ephemeral',
        route(async (context) => {
            const given = await context.body(
                z.object({user_id: goString, post: postSchema.nullish()}),
                'body',
            );
            if (given.user_id === '') {
                throw invalidParam('user_id');
            }
            if (given.post === undefined || given.post === null) {
                throw invalidParam('post');
            }
            if (!world.permissions.system(context.userId, 'create_post_ephemeral')) {
                throw forbidden();
            }
            const view = world.ephemerals.send(given.user_id, {
                user_id: context.userId,
                channel_id: given.post.channel_id,
                root_id: given.post.root_id,
                message: given.post.message,
                props: given.post.props ?? {},
            });
            context.json(view, 201);
        }),
    );

    router.get(
        '/posts/:post_id',
        route((context) => {
            const id = context.id('post_id');
            const deleted = context.flag('include_deleted');
            if (deleted && !world.permissions.isAdmin(context.userId)) {
                throw forbidden();
            }
            const post = world.posts.require(id, deleted);
            refuseReading(context, post);
            context.json(world.postViews.one(post, {viewerId: context.userId}));
        }),
    );

    router.get(
        '/posts/:post_id/edit_history',
        route((context) => {
            const post = requireEditable(context, context.id('post_id'));
            if (post.user_id !== context.userId) {
                throw forbidden();
            }
            const versions = world.posts.table.historyOf(post.id);
            if (versions.length === 0) {
                throw new ApiError(404, 'app.post.get.app_error');
            }
            context.json(
                versions.map((version) =>
                    world.postViews.one(version, {keepDeleted: true, viewerId: context.userId}),
                ),
            );
        }),
    );

    router.put(
        '/posts/:post_id',
        route(async (context) => {
            const id = context.id('post_id');
            const given = await context.body(postSchema, 'post');
            if (given.id !== id) {
                throw invalidParam('id');
            }
            const post = requireEditable(context, id);
            const change = {
                message: given.message,
                props: given.props ?? post.props,
                file_ids: given.file_ids ?? post.file_ids,
                is_pinned: given.is_pinned,
                has_reactions: given.has_reactions,
            };
            const changes =
                change.message !== post.message ||
                change.is_pinned !== post.is_pinned ||
                JSON.stringify(change.file_ids) !== JSON.stringify(post.file_ids) ||
                JSON.stringify(change.props) !== JSON.stringify(post.props);
            refuseLateEdit(context, post, changes);
            if (
                post.user_id !== context.userId &&
                !world.permissions.channel(context.userId, post.channel_id, 'edit_others_posts')
            ) {
                throw forbidden();
            }
            context.json(world.posts.update(id, change, context.userId));
        }),
    );

    router.put(
        '/posts/:post_id/patch',
        route(async (context) => {
            const id = context.id('post_id');
            const patch = await context.body(patchSchema, 'post');
            const post = world.posts.table.get(id);
            if (post === undefined || post.delete_at !== 0) {
                throw forbidden();
            }
            const permission = post.user_id === context.userId ? 'edit_post' : 'edit_others_posts';
            if (!world.permissions.channel(context.userId, post.channel_id, permission)) {
                throw forbidden();
            }
            refusePosting(context, post.channel_id);
            refuseLateEdit(
                context,
                post,
                Object.values(patch).some((value) => value != null),
            );
            refuseUnpatchable(context, post);
            context.json(
                world.posts.update(
                    id,
                    {
                        message: patch.message ?? post.message,
                        props: patch.props ?? post.props,
                        file_ids: patch.file_ids ?? post.file_ids,
                        is_pinned: patch.is_pinned ?? post.is_pinned,
                        has_reactions: patch.has_reactions ?? post.has_reactions,
                    },
                    context.userId,
                ),
            );
        }),
    );

    router.delete(
        '/posts/:post_id',
        route((context) => {
            const post = world.posts.require(context.id('post_id'));
            if (context.flag('permanent')) {
                throw new ApiError(501, 'api.post.delete_post.not_enabled.app_error');
            }
            const permission =
                post.user_id === context.userId ? 'delete_post' : 'delete_others_posts';
            if (!world.permissions.channel(context.userId, post.channel_id, permission)) {
                throw forbidden();
            }
            world.posts.remove(post.id, context.userId);
            context.ok();
        }),
    );

    for (const [name, pinned] of [
        ['pin', true],
        ['unpin', false],
    ] as const) {
        router.post(
            `/posts/:post_id/${name}`,
            route((context) => {
                const post = world.posts.table.get(context.id('post_id'));
                if (post === undefined || post.delete_at !== 0 || !mayRead(context, post)) {
                    throw forbidden();
                }
                if (post.is_pinned !== pinned) {
                    refuseLateEdit(context, post, true);
                    world.posts.update(post.id, {...post, is_pinned: pinned});
                }
                context.ok();
            }),
        );
    }
    return router;
};

/** @throws ApiError 403 for people, 400 for what is neither true nor false */
function wantsSilence(context: Context): boolean {
    const text = context.query('silent');
    if (text === '' || !context.world.core.server.silentPosts) {
        return false;
    }
    if (!context.flag('silent')) {
        if (!['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) {
            throw new ApiError(400, 'api.context.invalid_url_param.app_error', {Name: 'silent'});
        }
        return false;
    }
    if (context.world.users.get(context.userId)?.is_bot !== true) {
        throw new ApiError(403, 'api.post.create_post.silent_notification.app_error');
    }
    return true;
}

function refusePosting(context: Context, channelId: string): void {
    const {permissions, channels} = context.world;
    if (permissions.channel(context.userId, channelId, 'create_post')) {
        return;
    }
    const channel = channels.get(channelId);
    const isOpen =
        channel?.type === 'O' &&
        permissions.team(context.userId, channel.team_id, 'create_post_public');
    if (!isOpen) {
        throw forbidden();
    }
}

function refuseBadCreate(context: Context, given: PostBody): void {
    const {world, userId} = context;
    if ((given.file_ids ?? []).length > 0) {
        if (!world.permissions.channel(userId, given.channel_id, 'upload_file')) {
            throw forbidden();
        }
    }
    const channel = world.channels.require(given.channel_id);
    if (isSystemPost(given.type)) {
        throw new ApiError(400, 'api.context.invalid_param.app_error', {Name: 'post.type'});
    }
    if (channel.delete_at !== 0) {
        throw new ApiError(400, 'api.post.create_post.can_not_post_to_deleted.error');
    }
    if (world.directRules.isRestricted(channel)) {
        throw new ApiError(400, 'api.post.create_post.can_not_post_in_restricted_dm.error');
    }
    if (given.id !== '') {
        throw new ApiError(400, 'app.post.save.existing.app_error');
    }
    if (given.metadata?.priority != null && given.root_id !== '') {
        throw new ApiError(
            400,
            'api.post.post_priority.priority_post_only_allowed_for_root_post.request_error',
        );
    }
    const {requested_ack: ack, persistent_notifications: persistent} =
        given.metadata?.priority ?? {};
    if (ack === true || persistent === true) {
        throw new ApiError(501, 'license_error.feature_unavailable');
    }
}

/** The priority of a post, with all the fields that the server knows. */
function priorityOf(given: PostBody): {priority?: JsonMap} {
    const priority = given.metadata?.priority;
    return priority == null
        ? {}
        : {priority: {requested_ack: null, persistent_notifications: null, ...priority}};
}

/** What a person's own post does to them: they are online and have read the channel. */
function followUp(context: Context, view: JsonMap, channelId: string, online: boolean): void {
    const {world, userId} = context;
    const given = view['props'];
    const automatic =
        typeof given === 'object' &&
        given !== null &&
        ('from_webhook' in given || 'from_bot' in given);
    const isReply = view['root_id'] !== '';
    if (!automatic && !isReply) {
        markViewed(world, userId, [channelId]);
    }
    if (online) {
        world.statuses.setOnline(userId);
    }
}

/** Whether the caller may read the channel that a post is in. */
export function mayRead(context: Context, post: PostRow): boolean {
    const channel = context.world.channels.get(post.channel_id);
    return channel !== undefined && context.world.permissions.readChannel(context.userId, channel);
}

/** @throws ApiError 403 where the caller may not read the channel of a post */
export function refuseReading(context: Context, post: PostRow): void {
    if (!mayRead(context, post)) {
        throw forbidden();
    }
}

function refuseUnpatchable({world}: Context, post: PostRow): void {
    const channel = world.channels.require(post.channel_id);
    if (channel.delete_at !== 0) {
        throw new ApiError(400, 'api.post.patch_post.can_not_update_post_in_deleted.error');
    }
    if (world.directRules.isRestricted(channel)) {
        throw new ApiError(400, 'api.post.patch_post.can_not_update_post_in_restricted_dm.error');
    }
}

/** A post that is not there cannot be edited: 403, as the server says. */
function requireEditable(context: Context, id: string): PostRow {
    const post = context.world.posts.table.get(id);
    if (
        post === undefined ||
        post.delete_at !== 0 ||
        !context.world.permissions.channel(context.userId, post.channel_id, 'edit_post')
    ) {
        throw forbidden();
    }
    refusePosting(context, post.channel_id);
    return post;
}

function refuseLateEdit(context: Context, post: PostRow, changes: boolean): void {
    const limit = context.world.core.config.ServiceSettings.PostEditTimeLimit;
    const late = limit >= 0 && context.world.core.now() > post.create_at + limit * 1000;
    if (late && changes) {
        throw new ApiError(400, 'api.post.update_post.permissions_time_limit.app_error', {
            timeLimit: limit,
        });
    }
}

/** Whether a text may be an id in a query; absent is fine. @throws ApiError 400 */
export function optionalId(context: Context, name: string): string {
    const value = context.query(name);
    if (value !== '' && !isValidId(value)) {
        throw invalidParam(name);
    }
    return value;
}
