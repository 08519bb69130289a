import {createHash} from 'node:crypto';
import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import type {ChannelMemberRow, ChannelRow, ChannelType, JsonMap} from './records.ts';
import {nested} from './teams.ts';

/** What a new channel may be given; `team_id` is '' for direct and group messages. */
export interface NewChannel {
    readonly type: ChannelType;
    readonly name: string;
    readonly display_name: string;
    readonly team_id?: string;
    readonly creator_id?: string;
    readonly header?: string;
    readonly purpose?: string;
}

/** Channels and who is in them; rules and events are in memberships.ts. */
export interface Channels {
    readonly all: ReadonlyMap<string, ChannelRow>;
    create(channel: NewChannel): ChannelRow;
    get(id: string): ChannelRow | undefined;
    /** @throws ApiError 404 when there is none. */
    require(id: string): ChannelRow;
    byName(teamId: string, name: string): ChannelRow | undefined;
    /** Follows a change of `name` in the index. */
    rename(channel: ChannelRow, name: string): void;
    member(channelId: string, userId: string): ChannelMemberRow | undefined;
    /** Live map, user id → membership. */
    members(channelId: string): ReadonlyMap<string, ChannelMemberRow>;
    /** Live map, channel id → membership. */
    ofUser(userId: string): ReadonlyMap<string, ChannelMemberRow>;
    saveMember(channelId: string, userId: string, admin: boolean): ChannelMemberRow;
    dropMember(channelId: string, userId: string): void;
    readonly view: (channel: ChannelRow) => JsonMap;
    readonly memberView: (member: ChannelMemberRow) => JsonMap;
}

const nobody: ReadonlyMap<string, ChannelMemberRow> = new Map();

/** Keeps channels, an index by team and name, and two indexes of their members. */
export function createChannels(core: Core): Channels {
    const byId = new Map<string, ChannelRow>();
    const byName = new Map<string, Map<string, ChannelRow>>();
    const byChannel = new Map<string, Map<string, ChannelMemberRow>>();
    const byUser = new Map<string, Map<string, ChannelMemberRow>>();

    const channels: Channels = {
        all: byId,
        create(given) {
            const teamId = given.team_id ?? '';
            if (channels.byName(teamId, given.name) !== undefined) {
                throw new ApiError(400, 'store.sql_channel.save_channel.exists.app_error');
            }
            const channel = newRow(core, given, teamId);
            byId.set(channel.id, channel);
            nested(byName, teamId).set(channel.name, channel);
            core.emit({kind: 'channel-created', channelId: channel.id});
            return channel;
        },
        get: (id) => byId.get(id),
        require(id) {
            const channel = byId.get(id);
            if (channel === undefined) {
                throw new ApiError(404, 'app.channel.get.existing.app_error', {channel_id: id});
            }
            return channel;
        },
        byName: (teamId, name) => byName.get(teamId)?.get(name),
        rename(channel, name) {
            const names = nested(byName, channel.team_id);
            names.delete(channel.name);
            channel.name = name;
            names.set(name, channel);
        },
        member: (channelId, userId) => byChannel.get(channelId)?.get(userId),
        members: (channelId) => byChannel.get(channelId) ?? nobody,
        ofUser: (userId) => byUser.get(userId) ?? nobody,
        saveMember(channelId, userId, admin) {
            const channel = channels.require(channelId);
            const member: ChannelMemberRow = {
                channel_id: channelId,
                user_id: userId,
                last_viewed_at: 0,
                last_update_at: core.now(),
                msg_count: channel.total_msg_count,
                msg_count_root: channel.total_msg_count_root,
                mention_count: 0,
                mention_count_root: 0,
                notify_props: defaultNotifyProps(),
                scheme_admin: admin,
            };
            nested(byChannel, channelId).set(userId, member);
            nested(byUser, userId).set(channelId, member);
            return member;
        },
        dropMember(channelId, userId) {
            byChannel.get(channelId)?.delete(userId);
            byUser.get(userId)?.delete(channelId);
        },
        view: channelView,
        memberView,
    };
    return channels;
}

/** The name of the direct channel of two users: the smaller id first. */
export function directName(a: string, b: string): string {
    return a < b ? `${a}__${b}` : `${b}__${a}`;
}

/** The two users of a direct channel; the second is '' when somebody talks with themselves. */
export function directPair(channel: ChannelRow): [string, string] {
    const [first = '', second = ''] = channel.name.split('__');
    return [first, first === second ? '' : second];
}

/** The name of a group channel: a digest of its members. */
export function groupName(userIds: readonly string[]): string {
    const hash = createHash('sha1');
    for (const id of userIds.toSorted()) {
        hash.update(id);
    }
    return hash.digest('hex');
}

function newRow(core: Core, given: NewChannel, teamId: string): ChannelRow {
    const now = core.now();
    return {
        id: core.newId(),
        create_at: now,
        update_at: now,
        delete_at: 0,
        team_id: teamId,
        type: given.type,
        display_name: given.display_name,
        name: given.name,
        header: given.header ?? '',
        purpose: given.purpose ?? '',
        last_post_at: 0,
        last_root_post_at: 0,
        total_msg_count: 0,
        total_msg_count_root: 0,
        creator_id: given.creator_id ?? '',
    };
}

function defaultNotifyProps(): Record<string, string> {
    return {
        channel_auto_follow_threads: 'off',
        desktop: 'default',
        email: 'default',
        ignore_channel_mentions: 'default',
        mark_unread: 'all',
        push: 'default',
    };
}

function channelView(channel: ChannelRow): JsonMap {
    return {
        id: channel.id,
        create_at: channel.create_at,
        update_at: channel.update_at,
        delete_at: channel.delete_at,
        team_id: channel.team_id,
        type: channel.type,
        display_name: channel.display_name,
        name: channel.name,
        header: channel.header,
        purpose: channel.purpose,
        last_post_at: channel.last_post_at,
        total_msg_count: channel.total_msg_count,
        extra_update_at: 0,
        creator_id: channel.creator_id,
        scheme_id: null,
        props: null,
        group_constrained: null,
        autotranslation: false,
        shared: channel.team_id === '' ? false : null,
        total_msg_count_root: channel.total_msg_count_root,
        policy_id: null,
        last_root_post_at: channel.last_root_post_at,
        banner_info: null,
        policy_enforced: false,
        policy_is_active: false,
        default_category_name: '',
    };
}

function memberView(member: ChannelMemberRow): JsonMap {
    return {
        channel_id: member.channel_id,
        user_id: member.user_id,
        roles: member.scheme_admin ? 'channel_user channel_admin' : 'channel_user',
        last_viewed_at: member.last_viewed_at,
        msg_count: member.msg_count,
        mention_count: member.mention_count,
        mention_count_root: member.mention_count_root,
        urgent_mention_count: 0,
        msg_count_root: member.msg_count_root,
        notify_props: member.notify_props,
        last_update_at: member.last_update_at,
        scheme_guest: false,
        scheme_user: true,
        scheme_admin: member.scheme_admin,
        explicit_roles: '',
        autotranslation_disabled: false,
    };
}
