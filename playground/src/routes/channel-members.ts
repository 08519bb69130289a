import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {isValidId} from '../identifiers.ts';
import type {ChannelMemberRow, ChannelRow, JsonMap} from '../world/records.ts';
import {refuseNoRead, refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

/** Who is in which channel. */
export const channelMemberRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/channels/:channel_id/members',
        route((context) => {
            const channelId = context.id('channel_id');
            refuseNoRead(context, channelId);
            const members = [...world.channels.members(channelId).values()];
            context.json(context.onePage(members).map((member) => memberView(context, member)));
        }),
    );

    router.post(
        '/channels/:channel_id/members/ids',
        route(async (context) => {
            const channelId = context.id('channel_id');
            const ids = await context.idList('user_ids');
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
            const own = [...world.channels.ofUser(userId).values()];
            context.json(
                context.onePage(own).map((member) => {
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
