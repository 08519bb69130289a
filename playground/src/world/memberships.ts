import {ApiError} from '../api-error.ts';
import {directName, groupName, type Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {Posts} from './posts.ts';
import type {ChannelMemberRow, ChannelRow, TeamMemberRow, TeamRow, UserRow} from './records.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';

/** Joining and leaving, with the events and the posts that tell of it. */
export interface Memberships {
    /** A team with its default channels; the creator, if any, becomes its admin. */
    createTeam(
        team: Parameters<Teams['create']>[0],
        creatorId?: string,
        channels?: readonly {name: string; display_name: string}[],
    ): TeamRow;
    /** Joins the team and its default channel; `actorId` is who added the user. */
    joinTeam(teamId: string, userId: string, actorId?: string, admin?: boolean): TeamMemberRow;
    /** Joins the team and its default channels with the events, but without posts. */
    joinTeamQuietly(teamId: string, userId: string): void;
    leaveTeam(teamId: string, userId: string, actorId: string): void;
    /** The channel as it was before the creator's joining was posted. */
    createChannel(
        channel: Parameters<Channels['create']>[0],
        creatorId: string,
    ): Readonly<ChannelRow>;
    /** @throws ApiError when not in the team, or the channel is direct or a group */
    joinChannel(
        channelId: string,
        userId: string,
        actorId?: string,
        postRootId?: string,
    ): ChannelMemberRow;
    /** Joins with the events, but without the post that tells of it. */
    joinChannelQuietly(channelId: string, userId: string): ChannelMemberRow;
    leaveChannel(channelId: string, userId: string, actorId: string): void;
    readonly direct: (userId: string, otherId: string) => ChannelRow;
    group(userIds: readonly string[]): ChannelRow;
    /** Archives a channel. */
    archive(channel: ChannelRow, actorId: string): void;
    /** Takes a channel back from the archive. */
    restore(channel: ChannelRow, actorId: string): void;
    systemPost(
        channelId: string,
        user: UserRow,
        type: string,
        message: string,
        props: Record<string, unknown>,
        rootId?: string,
    ): void;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly teams: Teams;
    readonly channels: Channels;
    readonly posts: Posts;
}

const defaultChannel = 'town-square';
const defaultChannels = [
    {name: defaultChannel, display_name: 'Town Square'},
    {name: 'off-topic', display_name: 'Off-Topic'},
];

/** Joins and leaves over teams, channels and posts. */
export function createMemberships(deps: Deps): Memberships {
    const {core, users, teams, channels, posts} = deps;
    const invalidate = (userId: string): void => core.emit({kind: 'user-invalidated', userId});

    const enter = (channel: ChannelRow, userId: string, actorId: string): ChannelMemberRow => {
        const member = channels.saveMember(channel.id, userId, false);
        const channelId = channel.id;
        invalidate(userId);
        const data = {user_id: userId, team_id: channel.team_id};
        core.publish('user_added', data, {channelId, omitUsers: [userId]});
        core.publish('user_added', data, {channelId, userId});
        core.emit({kind: 'channel-joined', channelId, userId, actorId});
        return member;
    };

    const memberships: Memberships = {
        createTeam(given, creatorId, names = defaultChannels) {
            const team = teams.create(given);
            for (const channel of names) {
                channels.create({type: 'O', team_id: team.id, ...channel});
            }
            if (creatorId !== undefined) {
                memberships.joinTeam(team.id, creatorId, undefined, true);
            }
            return team;
        },
        joinTeam(teamId, userId, actorId, admin = false) {
            const known = teams.member(teamId, userId);
            if (known !== undefined) {
                return known;
            }
            const user = users.require(userId);
            const member = teams.saveMember(teamId, userId, admin);
            invalidate(userId);
            for (const {name} of defaultChannels) {
                joinDefaultChannel(
                    deps,
                    memberships,
                    channels.byName(teamId, name),
                    user,
                    actorId,
                    admin,
                );
            }
            core.emit({kind: 'team-joined', teamId, userId, actorId: actorId ?? userId});
            core.publish('added_to_team', {team_id: teamId, user_id: userId}, {userId});
            return member;
        },
        joinTeamQuietly(teamId, userId) {
            teams.saveMember(teamId, userId, false);
            invalidate(userId);
            for (const {name} of defaultChannels) {
                const channel = channels.byName(teamId, name);
                if (channel !== undefined) {
                    channels.saveMember(channel.id, userId, false);
                }
            }
            core.emit({kind: 'team-joined', teamId, userId, actorId: userId});
            core.publish('added_to_team', {team_id: teamId, user_id: userId}, {userId});
        },
        leaveTeam(teamId, userId, actorId) {
            if (teams.member(teamId, userId) === undefined && !teams.wasMember(teamId, userId)) {
                throw new ApiError(400, 'api.team.remove_user_from_team.missing.app_error');
            }
            const user = users.require(userId);
            for (const channelId of [...channels.ofUser(userId).keys()]) {
                if (channels.require(channelId).team_id === teamId) {
                    channels.dropMember(channelId, userId);
                }
            }
            const square = channels.byName(teamId, defaultChannel);
            if (square !== undefined) {
                const left = userId === actorId;
                memberships.systemPost(
                    square.id,
                    user,
                    left ? 'system_leave_team' : 'system_remove_from_team',
                    left
                        ? `${user.username} left the team.`
                        : `${user.username} removed from the team.`,
                    {username: user.username},
                );
            }
            core.publish(
                'leave_team',
                {user_id: userId, team_id: teamId},
                {teamId, omitUsers: [userId]},
            );
            core.publish('leave_team', {user_id: userId, team_id: teamId}, {userId});
            teams.dropMember(teamId, userId);
            invalidate(userId);
            core.emit({kind: 'team-left', teamId, userId, actorId});
        },
        createChannel(given, creatorId) {
            const channel = channels.create({...given, creator_id: creatorId});
            const user = users.require(creatorId);
            channels.saveMember(channel.id, creatorId, true);
            invalidate(creatorId);
            const created = {...channel};
            joinMessage(memberships, channel, user);
            core.publish(
                'channel_created',
                {channel_id: channel.id, team_id: channel.team_id},
                {userId: creatorId},
            );
            return created;
        },
        joinChannel(channelId, userId, actorId, postRootId = '') {
            const known = channels.member(channelId, userId);
            if (known !== undefined) {
                return known;
            }
            const user = users.require(userId);
            if (user.delete_at !== 0) {
                throw new ApiError(403, 'app.channel.add_member.deleted_user.app_error');
            }
            const channel = channels.require(channelId);
            if (channel.type !== 'O' && channel.type !== 'P') {
                throw new ApiError(400, 'api.channel.add_user_to_channel.type.app_error');
            }
            if (teams.member(channel.team_id, userId) === undefined) {
                throw new ApiError(404, 'app.team.get_member.missing.app_error');
            }
            const member = enter(channel, userId, actorId ?? userId);
            if (actorId === undefined || actorId === userId) {
                joinMessage(memberships, channel, user);
            } else {
                const actor = users.require(actorId);
                // The server posts this in the background, after its answer to the request.
                queueMicrotask(() => {
                    addMessage(memberships, channel, user, actor, postRootId);
                });
            }
            return member;
        },
        joinChannelQuietly: (channelId, userId) =>
            enter(channels.require(channelId), userId, userId),
        leaveChannel(channelId, userId, actorId) {
            const channel = channels.require(channelId);
            const user = users.require(userId);
            if (channel.name === defaultChannel) {
                throw new ApiError(400, 'api.channel.remove.default.app_error', {
                    Channel: defaultChannel,
                });
            }
            if (channels.member(channelId, userId) === undefined) {
                throw new ApiError(404, 'app.channel.get_member.missing.app_error');
            }
            channels.dropMember(channelId, userId);
            invalidate(userId);
            core.emit({kind: 'channel-left', channelId, userId, actorId});
            core.publish('user_removed', {user_id: userId, remover_id: actorId}, {channelId});
            core.publish('user_removed', {channel_id: channelId, remover_id: actorId}, {userId});
            leaveMessage(memberships, channel, user, users.require(actorId));
        },
        direct: (userId, otherId) => directChannel(deps, invalidate, userId, otherId),
        group: (userIds) => groupChannel(deps, invalidate, userIds),
        archive(channel, actorId) {
            if (channel.delete_at !== 0) {
                throw new ApiError(400, 'api.channel.delete_channel.deleted.app_error');
            }
            if (channel.name === defaultChannel) {
                throw new ApiError(400, 'api.channel.delete_channel.cannot.app_error', {
                    Channel: defaultChannel,
                });
            }
            const user = users.require(actorId);
            memberships.systemPost(
                channel.id,
                user,
                'system_channel_deleted',
                `${user.username} archived the channel.`,
                {username: user.username},
            );
            channel.delete_at = core.now();
            channel.update_at = channel.delete_at;
            core.publish(
                'channel_deleted',
                {channel_id: channel.id, delete_at: channel.delete_at},
                channel.type === 'O' ? {teamId: channel.team_id} : {channelId: channel.id},
            );
        },
        restore(channel, actorId) {
            if (channel.delete_at === 0) {
                throw new ApiError(400, 'api.channel.restore_channel.restored.app_error');
            }
            channel.delete_at = 0;
            channel.update_at = core.now();
            core.publish(
                'channel_restored',
                {channel_id: channel.id},
                channel.type === 'O' ? {teamId: channel.team_id} : {channelId: channel.id},
            );
            const user = users.require(actorId);
            memberships.systemPost(
                channel.id,
                user,
                'system_channel_restored',
                `${user.username} unarchived the channel.`,
                {username: user.username},
            );
        },
        systemPost(channelId, user, type, message, props, rootId = '') {
            posts.createNow({
                user_id: user.id,
                channel_id: channelId,
                type,
                message,
                props,
                root_id: rootId,
            });
        },
    };
    return memberships;
}

function joinDefaultChannel(
    deps: Deps,
    memberships: Memberships,
    channel: ChannelRow | undefined,
    user: UserRow,
    actorId: string | undefined,
    admin: boolean,
): void {
    if (channel === undefined) {
        return;
    }
    deps.channels.saveMember(channel.id, user.id, admin);
    const actor =
        actorId === undefined || actorId === user.id ? undefined : deps.users.require(actorId);
    if (channel.name !== defaultChannel) {
        if (actor === undefined) {
            joinMessage(memberships, channel, user);
        } else {
            addMessage(memberships, channel, user, actor, '');
        }
    } else if (actor === undefined) {
        memberships.systemPost(
            channel.id,
            user,
            'system_join_team',
            `${user.username} joined the team.`,
            {username: user.username},
        );
    } else {
        memberships.systemPost(
            channel.id,
            actor,
            'system_add_to_team',
            `${user.username} added to the team by ${actor.username}.`,
            {
                addedUserId: user.id,
                addedUsername: user.username,
                userId: actor.id,
                username: actor.username,
            },
        );
    }
    deps.core.publish(
        'user_added',
        {user_id: user.id, team_id: channel.team_id},
        {channelId: channel.id},
    );
}

function joinMessage(memberships: Memberships, channel: ChannelRow, user: UserRow): void {
    memberships.systemPost(
        channel.id,
        user,
        'system_join_channel',
        `${user.username} joined the channel.`,
        {username: user.username},
    );
}

function addMessage(
    memberships: Memberships,
    channel: ChannelRow,
    user: UserRow,
    actor: UserRow,
    rootId: string,
): void {
    memberships.systemPost(
        channel.id,
        actor,
        'system_add_to_channel',
        `${user.username} added to the channel by ${actor.username}.`,
        {
            addedUserId: user.id,
            addedUsername: user.username,
            userId: actor.id,
            username: actor.username,
        },
        rootId,
    );
}

function leaveMessage(
    memberships: Memberships,
    channel: ChannelRow,
    user: UserRow,
    actor: UserRow,
): void {
    if (user.id === actor.id) {
        memberships.systemPost(
            channel.id,
            user,
            'system_leave_channel',
            `@${user.username} left the channel.`,
            {username: user.username},
        );
    } else {
        memberships.systemPost(
            channel.id,
            actor,
            'system_remove_from_channel',
            `@${user.username} removed from the channel.`,
            {removedUserId: user.id, removedUsername: user.username},
        );
    }
}

function directChannel(
    deps: Deps,
    invalidate: (userId: string) => void,
    userId: string,
    otherId: string,
): ChannelRow {
    const name = directName(userId, otherId);
    const known = deps.channels.byName('', name);
    if (known !== undefined) {
        return known;
    }
    const people = new Set([userId, otherId]);
    if ([...people].some((id) => deps.users.get(id) === undefined)) {
        throw new ApiError(400, 'api.channel.create_direct_channel.invalid_user.app_error');
    }
    const channel = deps.channels.create({type: 'D', name, display_name: '', creator_id: userId});
    for (const id of people) {
        deps.channels.saveMember(channel.id, id, false);
        invalidate(id);
    }
    deps.core.publish(
        'direct_added',
        {creator_id: userId, teammate_id: otherId},
        {channelId: channel.id},
    );
    return channel;
}

function groupChannel(
    deps: Deps,
    invalidate: (userId: string) => void,
    userIds: readonly string[],
): ChannelRow {
    const name = groupName(userIds);
    const known = deps.channels.byName('', name);
    if (known !== undefined) {
        return known;
    }
    const label = userIds
        .map((id) => deps.users.require(id).username)
        .toSorted()
        .join(', ');
    const channel = deps.channels.create({
        type: 'G',
        name,
        display_name: label,
    });
    for (const id of userIds) {
        deps.channels.saveMember(channel.id, id, false);
        invalidate(id);
    }
    for (const userId of userIds) {
        deps.core.publish(
            'group_added',
            {teammate_ids: JSON.stringify(userIds)},
            {channelId: channel.id, userId},
        );
    }
    return channel;
}
