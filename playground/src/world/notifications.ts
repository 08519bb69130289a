import {attachmentsOf, clientProps} from './attachments.ts';
import {directPair, type Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {Ephemerals} from './ephemerals.ts';
import type {Files} from './files.ts';
import {parseMentions, type KeywordLookup, type Mentions} from './mention-parser.ts';
import {mentionTexts} from './mention-text.ts';
import type {Permissions} from './permissions.ts';
import {tellOfOutsiders} from './outsiders.ts';
import type {PostProps} from './post-props.ts';
import {isSilent, isSystemPost} from './post-rules.ts';
import type {ChannelRow, JsonMap, PostRow, UserRow} from './records.ts';
import type {Statuses} from './statuses.ts';
import type {Threads} from './threads.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';
import {without} from './without.ts';

/** Who is told about a post, and how. */
export interface Notifications {
    posted(post: PostRow, view: JsonMap, setOnline: boolean): void;
    edited(post: PostRow, view: JsonMap): void;
    deleted(post: PostRow, view: JsonMap, byUserId: string): void;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly teams: Teams;
    readonly ephemerals: Ephemerals;
    readonly channels: Channels;
    readonly files: Files;
    readonly permissions: Permissions;
    readonly statuses: Statuses;
    readonly threads: Threads;
    readonly postProps: PostProps;
}

const nobodyMentioned = {mentioned: new Set<string>(), others: []};

/** Sends the events of posts and keeps the counts of mentions. */
export function createNotifications(deps: Deps): Notifications {
    const {core} = deps;
    return {
        posted(post, view, setOnline) {
            const channel = deps.channels.require(post.channel_id);
            const author = deps.users.require(post.user_id);
            const silent = core.server.silentPosts && isSilent(post);
            const {mentioned, others} = silent ? nobodyMentioned : mentionsOf(deps, post, channel);
            const following = deps.threads.replied(post, channel, mentioned);
            const followers = silent ? new Set<string>() : following;
            countMentions(deps, post, mentioned);
            const hasFiles = (post.file_ids ?? []).length > 0;
            const files = hasFiles ? deps.files.ofPost(post.id) : [];
            const data: JsonMap = {
                channel_display_name: channelLabel(deps, channel, author),
                channel_name: channel.name,
                channel_type: channel.type,
                ...(files.some((file) => file.mime_type.startsWith('image'))
                    ? {image: 'true'}
                    : {}),
                ...(hasFiles ? {otherFile: 'true'} : {}),
                post: eventText(view, post),
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
                const named = namedFor(deps, post, view, userId);
                if (!isMentioned && !isFollower && !postedAck) {
                    return named;
                }
                const ack =
                    postedAck && userId !== post.user_id && (isMentioned || isFollower || acked);
                return {
                    ...named,
                    ...(isMentioned ? {mentions: JSON.stringify([userId])} : {}),
                    ...(isFollower ? {followers: JSON.stringify([userId])} : {}),
                    ...(ack ? {should_ack: true} : {}),
                };
            });
            if (!silent) {
                deps.threads.announce(post, channel, mentioned);
            }
            if (others.length > 0) {
                // The server finds out in the background.
                queueMicrotask(() => {
                    tellOfOutsiders(deps, post, others);
                });
            }
        },
        edited(post, view) {
            const data = {post: eventText(view, post)};
            core.publish('post_edited', data, {channelId: post.channel_id}, (userId) =>
                namedFor(deps, post, view, userId),
            );
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

/** The post with the channels it names that a receiver may read; undefined when it names none. */
function namedFor(
    deps: Deps,
    post: PostRow,
    view: JsonMap,
    userId: string,
): {post: string} | undefined {
    if (post.props['channel_mentions'] === undefined) {
        return undefined;
    }
    const named = deps.postProps.mentionsFor(post, userId);
    const props = {...clientProps(post.props), channel_mentions: named};
    return {post: JSON.stringify({...view, props})};
}

function eventText(view: JsonMap, post: PostRow): string {
    return JSON.stringify(
        post.props['channel_mentions'] === undefined
            ? view
            : {...view, props: without(clientProps(post.props), 'channel_mentions')},
    );
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

interface Found {
    readonly mentioned: ReadonlySet<string>;
    /** Names that called nobody in the channel. */
    readonly others: readonly string[];
}

/** The users whom the server counts as mentioned: in a DM the other side, else by keywords. */
function mentionsOf(deps: Deps, post: PostRow, channel: ChannelRow): Found {
    const members = deps.channels.members(channel.id);
    const active = (id: string): boolean => members.has(id) && deps.users.get(id)?.delete_at === 0;
    const webhook = post.props['from_webhook'] === 'true';
    if (channel.type === 'D') {
        const pair = directPair(channel).filter(
            (id) => active(id) && (id !== post.user_id || webhook),
        );
        return {mentioned: new Set(pair), others: []};
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
    return {mentioned: mentions.userIds, others: mentions.others};
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
