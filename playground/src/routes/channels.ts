import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import {goString, type Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import {markViewed} from '../world/reading.ts';
import type {ChannelMemberRow, ChannelRow, JsonMap} from '../world/records.ts';
import {refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

const idList = z.array(z.string());

const newChannelSchema = z.object({
    team_id: goString,
    type: goString,
    name: goString,
    display_name: goString,
    header: goString,
    purpose: goString,
});

const channelPatchSchema = z.object({
    name: z.string().nullish(),
    display_name: z.string().nullish(),
    header: z.string().nullish(),
    purpose: z.string().nullish(),
});

const channelName = /^[A-Za-z0-9_-]+$/;

/** Channels of all kinds. */
export const channelRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/channels',
        route(async (context) => {
            const given = await context.body(newChannelSchema, 'channel');
            if (given.team_id === '') {
                throw invalidParam('team_id');
            }
            if (given.display_name === '') {
                throw invalidParam('display_name');
            }
            const type = requireTeamType(given.type);
            const permission = type === 'O' ? 'create_public_channel' : 'create_private_channel';
            if (!world.permissions.team(context.userId, given.team_id, permission)) {
                throw forbidden();
            }
            refuseBadName(given.name);
            const channel = world.memberships.createChannel({...given, type}, context.userId);
            context.json(world.channels.view(channel), 201);
        }),
    );

    router.post(
        '/channels/direct',
        route(async (context) => {
            const ids = [...new Set(await context.body(idList, 'user_ids'))];
            const [first, second = first === context.userId ? first : undefined, third] = ids;
            if (first === undefined || second === undefined || third !== undefined) {
                throw invalidParam('user_ids');
            }
            if (!isValidId(first) || !isValidId(second)) {
                throw invalidParam('user_id');
            }
            if (!world.permissions.system(context.userId, 'create_direct_channel')) {
                throw forbidden();
            }
            const own = first === context.userId || second === context.userId;
            if (!own && !world.permissions.isAdmin(context.userId)) {
                throw forbidden();
            }
            refuseRestrictedDirect(context, first, second);
            context.json(channelView(context, world.memberships.direct(first, second)), 201);
        }),
    );

    router.post(
        '/channels/group',
        route(async (context) => {
            const ids = new Set(await context.body(idList, 'user_ids'));
            if (ids.size === 0) {
                throw invalidParam('user_ids');
            }
            ids.add(context.userId);
            if (![...ids].every(isValidId)) {
                throw invalidParam('user_id');
            }
            if (!world.permissions.system(context.userId, 'create_group_channel')) {
                throw forbidden();
            }
            if (ids.size < 3 || ids.size > 8) {
                throw new ApiError(400, 'api.channel.create_group.bad_size.app_error');
            }
            if ([...ids].some((id) => world.users.get(id) === undefined)) {
                throw new ApiError(400, 'api.channel.create_group.bad_user.app_error');
            }
            const channel = world.memberships.group([...ids], context.userId);
            context.json(world.channels.view(channel), 201);
        }),
    );

    router.post(
        '/channels/members/:user_id/view',
        route(async (context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            const view = await context.body(
                z.object({channel_id: goString, prev_channel_id: goString}),
                'channel_view',
            );
            const ids = [view.channel_id, view.prev_channel_id].filter((id) => id !== '');
            if (!ids.every(isValidId)) {
                throw invalidParam('channel_view.channel_id');
            }
            const times = markViewed(world, userId, ids);
            context.json({status: 'OK', last_viewed_at_times: times});
        }),
    );

    router.get(
        '/channels/:channel_id',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            refuseBlind(context, channel);
            context.json(channelView(context, channel));
        }),
    );

    router.put(
        '/channels/:channel_id/patch',
        route(async (context) => {
            const channel = world.channels.require(context.id('channel_id'));
            const patch = await context.body(channelPatchSchema, 'channel');
            patchChannel(context, channel, patch);
            context.json(channelView(context, channel));
        }),
    );

    router.delete(
        '/channels/:channel_id',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            if (channel.type === 'D' || channel.type === 'G') {
                throw new ApiError(400, 'api.channel.delete_channel.type.invalid');
            }
            const permission =
                channel.type === 'O' ? 'delete_public_channel' : 'delete_private_channel';
            if (!world.permissions.channel(context.userId, channel.id, permission)) {
                throw forbidden();
            }
            world.memberships.archive(channel, context.userId);
            context.ok();
        }),
    );

    router.get(
        '/channels/:channel_id/stats',
        route((context) => {
            const channelId = context.id('channel_id');
            refuseNoRead(context, channelId);
            const posts = world.posts.table.ofChannel(channelId).filter((p) => p.delete_at === 0);
            context.json({
                channel_id: channelId,
                member_count: world.channels.members(channelId).size,
                guest_count: 0,
                pinnedpost_count: posts.filter((post) => post.is_pinned).length,
                files_count: context.flag('exclude_files_count')
                    ? -1
                    : posts.reduce((sum, post) => sum + world.files.ofPost(post.id).length, 0),
            });
        }),
    );

    router.get(
        '/teams/:team_id/channels/name/:channel_name',
        route((context) => {
            const teamId = context.id('team_id');
            const name = context.part('channel_name', channelName);
            answerByName(context, teamId, name);
        }),
    );

    router.get(
        '/teams/name/:team_name/channels/name/:channel_name',
        route((context) => {
            const team = world.teams.byName(context.part('team_name', channelName));
            if (team === undefined) {
                throw new ApiError(404, 'app.channel.get_by_name.missing.app_error');
            }
            answerByName(context, team.id, context.part('channel_name', channelName));
        }),
    );

    router.get(
        '/teams/:team_id/channels',
        route((context) => {
            const teamId = context.id('team_id');
            if (!world.permissions.team(context.userId, teamId, 'list_team_channels')) {
                throw forbidden();
            }
            const {page, perPage} = context.paging();
            const open = [...world.channels.all.values()]
                .filter((c) => c.team_id === teamId && c.type === 'O' && c.delete_at === 0)
                .toSorted(byLabel);
            context.json(open.slice(page * perPage, (page + 1) * perPage).map(world.channels.view));
        }),
    );

    router.get(
        '/users/:user_id/teams/:team_id/channels',
        route((context) => {
            const userId = context.id('user_id');
            const teamId = context.id('team_id');
            refuseOthers(context, userId);
            if (!world.permissions.team(context.userId, teamId, 'view_team')) {
                throw forbidden();
            }
            const own = channelsOf(context, userId).filter(
                (channel) => channel.team_id === teamId || channel.team_id === '',
            );
            if (own.length === 0) {
                throw new ApiError(404, 'app.channel.get_channels.not_found.app_error');
            }
            context.json(own.map((channel) => channelView(context, channel)));
        }),
    );

    router.get(
        '/users/:user_id/channels',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            context.json(
                channelsOf(context, userId).map((channel) => channelView(context, channel)),
            );
        }),
    );
    return router;
};

/** Who is in which channel. */
export const channelMemberRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/channels/:channel_id/members',
        route((context) => {
            const channelId = context.id('channel_id');
            refuseNoRead(context, channelId);
            const {page, perPage} = context.paging();
            const members = [...world.channels.members(channelId).values()];
            context.json(
                members
                    .slice(page * perPage, (page + 1) * perPage)
                    .map((member) => memberView(context, member)),
            );
        }),
    );

    router.post(
        '/channels/:channel_id/members/ids',
        route(async (context) => {
            const channelId = context.id('channel_id');
            const ids = await context.body(idList, 'user_ids');
            if (ids.length === 0) {
                throw invalidParam('user_ids');
            }
            refuseNoRead(context, channelId);
            const members = ids.map((id) => world.channels.member(channelId, id));
            context.json(
                members
                    .filter((member) => member !== undefined)
                    .map((member) => memberView(context, member)),
            );
        }),
    );

    router.get(
        '/channels/:channel_id/members/:user_id',
        route((context) => {
            const channelId = context.id('channel_id');
            const userId = context.id('user_id');
            refuseNoRead(context, channelId);
            const member = world.channels.member(channelId, userId);
            if (member === undefined) {
                throw new ApiError(404, 'app.channel.get_member.missing.app_error');
            }
            context.json(memberView(context, member));
        }),
    );

    router.post(
        '/channels/:channel_id/members',
        route(async (context) => {
            const channelId = context.id('channel_id');
            const given = await context.body(
                z.object({
                    user_id: z.string().optional(),
                    user_ids: z.array(z.string()).optional(),
                    post_root_id: z.string().optional(),
                }),
                'user_id or user_ids',
            );
            const ids = given.user_ids ?? (given.user_id === undefined ? [] : [given.user_id]);
            if (ids.length === 0 || !ids.every(isValidId)) {
                throw invalidParam('user_id or user_ids');
            }
            const channel = world.channels.require(channelId);
            const members = ids.map((id) => addMember(context, channel, id, given.post_root_id));
            const single = given.user_id !== undefined && members.length === 1;
            context.json(single ? members[0] : members, 201);
        }),
    );

    router.delete(
        '/channels/:channel_id/members/:user_id',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            const user = world.users.require(context.id('user_id'));
            if (channel.type !== 'O' && channel.type !== 'P') {
                throw new ApiError(400, 'api.channel.remove_channel_member.type.app_error');
            }
            if (user.id !== context.userId && !mayManageMembers(context, channel)) {
                throw forbidden();
            }
            world.memberships.leaveChannel(channel.id, user.id, context.userId);
            context.ok();
        }),
    );

    router.get(
        '/users/:user_id/teams/:team_id/channels/members',
        route((context) => {
            const userId = context.id('user_id');
            const teamId = context.id('team_id');
            refuseOthers(context, userId);
            if (!world.permissions.team(context.userId, teamId, 'view_team')) {
                throw forbidden();
            }
            const own = [...world.channels.ofUser(userId).values()].filter((member) => {
                const channel = world.channels.require(member.channel_id);
                return channel.team_id === teamId || channel.team_id === '';
            });
            context.json(own.map((member) => memberView(context, member)));
        }),
    );

    router.get(
        '/users/:user_id/channel_members',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            const {page, perPage} = context.paging();
            const own = [...world.channels.ofUser(userId).values()];
            context.json(
                own.slice(page * perPage, (page + 1) * perPage).map((member) => {
                    const channel = world.channels.require(member.channel_id);
                    const team = world.teams.get(channel.team_id);
                    return {
                        ...memberView(context, member),
                        team_display_name: team?.display_name ?? '',
                        team_name: team?.name ?? '',
                        team_update_at: team?.update_at ?? 0,
                    };
                }),
            );
        }),
    );
    return router;
};

function requireTeamType(type: string): 'O' | 'P' {
    if (type === 'O' || type === 'P') {
        return type;
    }
    const id =
        type === 'D' || type === 'G'
            ? 'api.channel.create_channel.direct_channel.app_error'
            : 'model.channel.is_valid.type.app_error';
    throw new ApiError(400, id);
}

function refuseBadName(name: string): void {
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(name) || name.length > 64) {
        throw new ApiError(400, 'model.channel.is_valid.1_or_more.app_error');
    }
}

function refuseRestrictedDirect(context: Context, first: string, second: string): void {
    const {world} = context;
    const restricted = world.core.config.TeamSettings.RestrictDirectMessage === 'team';
    const shared = world.teams
        .ofUser(first)
        .some((member) => world.teams.member(member.team_id, second) !== undefined);
    if (restricted && !shared && !world.permissions.isAdmin(context.userId)) {
        throw new ApiError(403, 'api.channel.create_channel.direct_channel.team_restricted_error');
    }
}

/** @throws ApiError 403 where the caller may not know the channel */
function refuseBlind(context: Context, channel: ChannelRow): void {
    const {permissions} = context.world;
    const open =
        channel.type === 'O' &&
        permissions.team(context.userId, channel.team_id, 'read_public_channel');
    if (!open && !permissions.channel(context.userId, channel.id, 'read_channel')) {
        throw forbidden();
    }
}

function refuseNoRead(context: Context, channelId: string): void {
    if (!context.world.permissions.channel(context.userId, channelId, 'read_channel')) {
        throw forbidden();
    }
}

function answerByName(context: Context, teamId: string, name: string): void {
    const {world} = context;
    const channel = world.channels.byName(teamId, name);
    if (channel === undefined || (channel.delete_at !== 0 && !context.flag('include_deleted'))) {
        throw new ApiError(404, 'app.channel.get_by_name.missing.app_error');
    }
    if (channel.type === 'O') {
        refuseBlind(context, channel);
    } else if (
        !world.permissions.team(context.userId, teamId, 'manage_team') &&
        !world.permissions.channel(context.userId, channel.id, 'read_channel')
    ) {
        throw new ApiError(404, 'app.channel.get_by_name.missing.app_error');
    }
    context.json(channelView(context, channel));
}

function patchChannel(
    context: Context,
    channel: ChannelRow,
    patch: z.infer<typeof channelPatchSchema>,
): void {
    const {world, userId} = context;
    refuseBadPatch(context, channel, patch);
    const before = {...channel};
    if (typeof patch.name === 'string' && patch.name !== channel.name) {
        refuseBadName(patch.name);
        world.channels.rename(channel, patch.name);
    }
    channel.display_name = patch.display_name ?? channel.display_name;
    channel.header = patch.header ?? channel.header;
    channel.purpose = patch.purpose ?? channel.purpose;
    channel.update_at = world.core.now();
    world.core.publish(
        'channel_updated',
        {channel: JSON.stringify(world.channels.view(channel))},
        {channelId: channel.id},
    );
    const user = world.users.require(userId);
    const changes = [
        ['displayname', 'display name', before.display_name, channel.display_name],
        ['header', 'header', before.header, channel.header],
        ['purpose', 'purpose', before.purpose, channel.purpose],
    ] as const;
    for (const [name, label, old, fresh] of changes) {
        if (old !== fresh) {
            world.memberships.systemPost(
                channel.id,
                user,
                `system_${name}_change`,
                `@${user.username} updated the channel ${label} to: ${fresh}`,
                {username: user.username, [`old_${name}`]: old, [`new_${name}`]: fresh},
            );
        }
    }
}

function refuseBadPatch(
    context: Context,
    channel: ChannelRow,
    patch: z.infer<typeof channelPatchSchema>,
): void {
    const {world, userId} = context;
    if (Object.values(patch).every((value) => typeof value !== 'string')) {
        throw new ApiError(400, 'api.channel.patch_update_channel.no_changes.app_error');
    }
    if (channel.type === 'O' || channel.type === 'P') {
        const kind = channel.type === 'O' ? 'public' : 'private';
        const permission = `manage_${kind}_channel_properties`;
        if (!world.permissions.channel(userId, channel.id, permission)) {
            throw forbidden();
        }
        return;
    }
    if (world.channels.member(channel.id, userId) === undefined) {
        throw new ApiError(403, 'api.channel.patch_update_channel.forbidden.app_error');
    }
    if (patch.name != null || patch.display_name != null || patch.purpose != null) {
        throw new ApiError(
            400,
            'api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error',
        );
    }
}

function channelsOf(context: Context, userId: string): ChannelRow[] {
    const {channels} = context.world;
    return [...channels.ofUser(userId).keys()]
        .map((id) => channels.require(id))
        .filter((channel) => channel.delete_at === 0 || context.flag('include_deleted'))
        .toSorted(byLabel);
}

function byLabel(a: ChannelRow, b: ChannelRow): number {
    return a.display_name < b.display_name ? -1 : a.display_name > b.display_name ? 1 : 0;
}

function channelView(context: Context, channel: ChannelRow): JsonMap {
    return context.world.channels.view(channel);
}

/** When others read a channel is nobody's business. */
function memberView(context: Context, member: ChannelMemberRow): JsonMap {
    const view = context.world.channels.memberView(member);
    return member.user_id === context.userId
        ? view
        : {...view, last_viewed_at: -1, last_update_at: -1};
}

function mayManageMembers(context: Context, channel: ChannelRow): boolean {
    const kind = channel.type === 'O' ? 'public' : 'private';
    return context.world.permissions.channel(
        context.userId,
        channel.id,
        `manage_${kind}_channel_members`,
    );
}

function addMember(
    context: Context,
    channel: ChannelRow,
    userId: string,
    postRootId: string | undefined,
): JsonMap {
    const {world} = context;
    if (channel.type === 'D' || channel.type === 'G') {
        throw new ApiError(400, 'api.channel.add_user_to_channel.type.app_error');
    }
    const joinsItself = channel.type === 'O' && userId === context.userId;
    const known = world.channels.member(channel.id, userId);
    const allowed = joinsItself
        ? known !== undefined ||
          world.permissions.team(context.userId, channel.team_id, 'join_public_channels')
        : mayManageMembers(context, channel);
    if (!allowed) {
        throw forbidden();
    }
    return memberView(
        context,
        world.memberships.joinChannel(channel.id, userId, context.userId, postRootId),
    );
}
