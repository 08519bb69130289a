import {attachmentsOf} from './attachments.ts';
import {directPair, type Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {Files} from './files.ts';
import {parseMentions, type KeywordLookup, type Mentions} from './mention-parser.ts';
import {mentionTexts} from './mention-text.ts';
import type {Permissions} from './permissions.ts';
import {isSystemPost} from './post-rules.ts';
import type {ChannelRow, JsonMap, PostRow, UserRow} from './records.ts';
import type {Statuses} from './statuses.ts';
import type {Threads} from './threads.ts';
import type {Users} from './users.ts';

/** Who is told about a post, and how. */
export interface Notifications {
    posted(post: PostRow, view: JsonMap, setOnline: boolean): void;
    edited(post: PostRow, view: JsonMap): void;
    deleted(post: PostRow, view: JsonMap, byUserId: string): void;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly channels: Channels;
    readonly files: Files;
    readonly permissions: Permissions;
    readonly statuses: Statuses;
    readonly threads: Threads;
}

/** Sends the events of posts and keeps the counts of mentions. */
export function createNotifications(deps: Deps): Notifications {
    const {core} = deps;
    return {
        posted(post, view, setOnline) {
            const channel = deps.channels.require(post.channel_id);
            const author = deps.users.require(post.user_id);
            const mentioned = mentionedUsers(deps, post, channel);
            const followers = deps.threads.replied(post, channel, mentioned);
            countMentions(deps, post, mentioned);
            const files = post.file_ids.length === 0 ? [] : deps.files.ofPost(post.id);
            const data: JsonMap = {
                channel_display_name: channelLabel(deps, channel, author),
                channel_name: channel.name,
                channel_type: channel.type,
                ...(files.some((file) => file.mime_type.startsWith('image'))
                    ? {image: 'true'}
                    : {}),
                ...(post.file_ids.length === 0 ? {} : {otherFile: 'true'}),
                post: eventText(view),
                sender_name: isSystemPost(post.type)
                    ? 'System'
                    : senderName(core, post, channel, author),
                set_online: setOnline,
                team_id: channel.team_id,
            };
            const acked = channel.type === 'D';
            core.publish('posted', data, {channelId: channel.id}, (userId, postedAck) => {
                const isMentioned = mentioned.has(userId);
                const isFollower = followers.has(userId);
                if (!isMentioned && !isFollower && !postedAck) {
                    return undefined;
                }
                const ack =
                    postedAck && userId !== post.user_id && (isMentioned || isFollower || acked);
                return {
                    ...(isMentioned ? {mentions: JSON.stringify([userId])} : {}),
                    ...(isFollower ? {followers: JSON.stringify([userId])} : {}),
                    ...(ack ? {should_ack: true} : {}),
                };
            });
            deps.threads.announce(post, channel);
        },
        edited(post, view) {
            core.publish('post_edited', {post: eventText(view)}, {channelId: post.channel_id});
        },
        deleted(post, view, byUserId) {
            const text = JSON.stringify(view);
            const channelId = post.channel_id;
            core.publish('post_deleted', {post: text}, {channelId, secrecy: 'sanitized'});
            core.publish(
                'post_deleted',
                {post: text, delete_by: byUserId},
                {channelId, secrecy: 'sensitive'},
            );
        },
    };
}

function eventText(view: JsonMap): string {
    const props = view['props'];
    if (typeof props === 'object' && props !== null && 'channel_mentions' in props) {
        const {channel_mentions: _mentions, ...rest} = props;
        return JSON.stringify({...view, props: rest});
    }
    return JSON.stringify(view);
}

function senderName(core: Core, post: PostRow, channel: ChannelRow, author: UserRow): string {
    const override = post.props['override_username'];
    const overridden =
        core.config.ServiceSettings.EnablePostUsernameOverride &&
        channel.type !== 'D' &&
        post.props['from_webhook'] === 'true' &&
        typeof override === 'string';
    return overridden ? override : `@${author.username}`;
}

function channelLabel(deps: Deps, channel: ChannelRow, author: UserRow): string {
    switch (channel.type) {
        case 'D':
            return `@${author.username}`;
        case 'G':
            return [...deps.channels.members(channel.id).keys()]
                .map((id) => deps.users.require(id).username)
                .toSorted()
                .join(', ');
        case 'O':
        case 'P':
            return channel.display_name;
    }
}

function countMentions(deps: Deps, post: PostRow, mentioned: ReadonlySet<string>): void {
    for (const userId of mentioned) {
        const member = deps.channels.member(post.channel_id, userId);
        if (member !== undefined) {
            member.mention_count++;
            member.mention_count_root += post.root_id === '' ? 1 : 0;
            member.last_update_at = deps.core.now();
        }
    }
}

/** The users whom the server counts as mentioned: in a DM the other side, else by keywords. */
function mentionedUsers(deps: Deps, post: PostRow, channel: ChannelRow): ReadonlySet<string> {
    const members = deps.channels.members(channel.id);
    const active = (id: string): boolean => members.has(id) && deps.users.get(id)?.delete_at === 0;
    const webhook = post.props['from_webhook'] === 'true';
    if (channel.type === 'D') {
        return new Set(
            directPair(channel).filter((id) => active(id) && (id !== post.user_id || webhook)),
        );
    }
    const mentions: Mentions = {userIds: new Set(), others: []};
    const lookup = keywords(deps, post, channel);
    for (const field of mentionFields(post)) {
        for (const text of mentionTexts(field)) {
            parseMentions(text, lookup, mentions);
        }
    }
    if (channel.type === 'G') {
        for (const id of [...members.keys()].filter(active)) {
            mentions.userIds.add(id);
        }
    }
    const added = post.props['addedUserId'];
    if (post.type === 'system_add_to_channel' && typeof added === 'string' && active(added)) {
        mentions.userIds.add(added);
    }
    if (!webhook) {
        mentions.userIds.delete(post.user_id);
    }
    return mentions.userIds;
}

function mentionFields(post: PostRow): string[] {
    const attachments = attachmentsOf(post.props).flatMap((attachment) => [
        attachment.pretext,
        attachment.text,
        ...(attachment.fields ?? []).map((field) =>
            typeof field?.value === 'string' ? field.value : '',
        ),
    ]);
    return [post.message, ...attachments].filter((text) => text !== '');
}

/** Looks keywords up among the members, without a table of all keywords of all of them. */
function keywords(deps: Deps, post: PostRow, channel: ChannelRow): KeywordLookup {
    const members = deps.channels.members(channel.id);
    const isMember = (user: UserRow | undefined): user is UserRow =>
        user !== undefined && user.delete_at === 0 && members.has(user.id);
    const channelWide =
        deps.permissions.channel(post.user_id, channel.id, 'use_channel_mentions') &&
        post.type !== 'system_header_change' &&
        post.type !== 'system_purpose_change' &&
        members.size < deps.core.config.TeamSettings.MaxNotificationsPerChannel;
    return (keyword) => {
        const ids: string[] = [];
        if (keyword.startsWith('@')) {
            const user = deps.users.byUsername(keyword.slice(1));
            if (isMember(user) && keyword === `@${user.username}`) {
                ids.push(user.id);
            }
        }
        if (channelWide && ['@all', '@channel', '@here'].includes(keyword)) {
            ids.push(...channelWideIds(deps, channel, keyword === '@here'));
        }
        for (const id of deps.users.withKeyword(keyword)) {
            if (isMember(deps.users.get(id))) {
                ids.push(id);
            }
        }
        return ids.length === 0 ? undefined : ids;
    };
}

function channelWideIds(deps: Deps, channel: ChannelRow, onlineOnly: boolean): string[] {
    return [...deps.channels.members(channel.id).values()]
        .filter((member) => {
            const ignore = member.notify_props['ignore_channel_mentions'];
            const muted = member.notify_props['mark_unread'] === 'mention';
            const user = deps.users.get(member.user_id);
            return (
                user?.delete_at === 0 &&
                user.notify_props['channel'] === 'true' &&
                ignore !== 'on' &&
                !(muted && ignore === 'default') &&
                (!onlineOnly || deps.statuses.get(user.id).status === 'online')
            );
        })
        .map((member) => member.user_id);
}
