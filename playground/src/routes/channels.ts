import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import {goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import {markViewed} from '../world/reading.ts';
import type {ChannelRow} from '../world/records.ts';
import {refuseNoRead, refuseOthers} from './access.ts';
import {channelPatchSchema, patchChannel, refuseBadName} from './channel-patch.ts';
import type {RouterFactory} from './routes.ts';

const newChannelSchema = z.object({
    team_id: goString,
    type: goString,
    name: goString,
    display_name: goString,
    header: goString,
    purpose: goString,
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
            const ids = await context.idList('user_ids');
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
            context.json(world.channels.view(world.memberships.direct(first, second)), 201);
        }),
    );

    router.post(
        '/channels/group',
        route(async (context) => {
            const ids = new Set(await context.idList('user_ids'));
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
            const channel = world.memberships.group([...ids]);
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
            world.statuses.setActiveChannel(userId, view.channel_id);
            context.json({status: 'OK', last_viewed_at_times: times});
        }),
    );

    router.get(
        '/channels/:channel_id',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            refuseBlind(context, channel);
            context.json(world.channels.view(channel));
        }),
    );

    router.put(
        '/channels/:channel_id/patch',
        route(async (context) => {
            const channel = world.channels.require(context.id('channel_id'));
            const patch = await context.body(channelPatchSchema, 'channel');
            context.json(patchChannel(context, channel, patch));
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

    router.post(
        '/channels/:channel_id/restore',
        route((context) => {
            const channel = world.channels.require(context.id('channel_id'));
            if (!world.permissions.team(context.userId, channel.team_id, 'manage_team')) {
                throw forbidden();
            }
            world.memberships.restore(channel, context.userId);
            context.json(world.channels.view(channel));
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
            const open = [...world.channels.all.values()]
                .filter((c) => c.team_id === teamId && c.type === 'O' && c.delete_at === 0)
                .toSorted(byLabel);
            context.json(context.onePage(open).map(world.channels.view));
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
            context.json(own.map((channel) => world.channels.view(channel)));
        }),
    );

    router.get(
        '/users/:user_id/channels',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            context.json(
                channelsOf(context, userId).map((channel) => world.channels.view(channel)),
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
    context.json(world.channels.view(channel));
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
