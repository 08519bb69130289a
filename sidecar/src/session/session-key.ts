import {createHash} from 'node:crypto';

import type {AccountSettings, GroupSettings, ReplyToMode} from '../contract/account-settings.ts';
import type {ChannelType, Post} from '../mattermost/platform.ts';

/** What tells one conversation from another. */
export interface Conversation {
    readonly account: string;
    /** The agent's id in the settings: another agent is another conversation. */
    readonly agent: string;
    readonly channelType: ChannelType;
    readonly channelId: string;
    /** Root of the thread that has a session of its own (`replyRoot`); '' for none. */
    readonly threadRootId: string;
    /** Who wrote to the bot; in a DM the person, not the bot. */
    readonly userId: string;
}

/** Names of one session. */
export interface SessionKey {
    /** For people and logs of an admin: holds ids of users and channels. */
    readonly key: string;
    /** 32 hexadecimal digits made from `key`: for store keys, and the only one that agents see. */
    readonly id: string;
}

/**
 * The session that a message belongs to, in OpenClaw's words: `agent:<agent>:main` and the like.
 * Private and public channels have the same form, so that a channel that is made private keeps its
 * session. With `dmScope: main` all people's DMs share one session; that is what this option says,
 * and the only way in which one person's DM can meet another's.
 */
export function sessionKey(
    conversation: Conversation,
    settings: AccountSettings['session'],
): SessionKey {
    const {agent, threadRootId} = conversation;
    const place =
        conversation.channelType === 'D'
            ? directPlace(conversation, settings.dmScope)
            : groupPlace(conversation, settings.groupScope);
    const thread = threadRootId === '' ? [] : ['thread', threadRootId];
    const key = ['agent', agent, ...place, ...thread].map(escape).join(':');
    return {key, id: createHash('sha256').update(key).digest('hex').slice(0, 32)};
}

/** Where the answer goes, and the thread whose session the turn belongs to. */
export interface ReplyRoot {
    /** Root of the answer's posts; '' for the channel itself. */
    readonly rootId: string;
    /** For `Conversation.threadRootId`. */
    readonly threadRootId: string;
}

/**
 * In which thread a post is answered. In channels `off` follows the post: thread or not; the other
 * modes open a thread below it. The mode is the channel's own (`group`: the entry of
 * `settings.groups` that applies, if any), else the one of the chat type, else the account's.
 * DMs stay flat unless `replyToModeByChatType.direct` opens threads, even for a post in a thread: the
 * answer is then where the person's DM opens.
 */
export function replyRoot(
    post: Pick<Post, 'id' | 'rootId'>,
    channelType: ChannelType,
    settings: Pick<AccountSettings, 'replyToMode' | 'replyToModeByChatType'>,
    group?: GroupSettings,
): ReplyRoot {
    const mode = replyMode(channelType, settings, group);
    const own = mode === 'off' ? '' : post.id;
    const above = channelType === 'D' && mode === 'off' ? '' : post.rootId;
    const rootId = above === '' ? own : above;
    return {rootId, threadRootId: rootId};
}

function replyMode(
    channelType: ChannelType,
    {replyToMode, replyToModeByChatType}: Parameters<typeof replyRoot>[2],
    group: GroupSettings | undefined,
): ReplyToMode {
    switch (channelType) {
        case 'D':
            return replyToModeByChatType.direct ?? 'off';
        // As in OpenClaw, whose kind "group" is private channels and group messages.
        case 'P':
        case 'G':
            return group?.replyToMode ?? replyToModeByChatType.group ?? replyToMode;
        case 'O':
            return group?.replyToMode ?? replyToModeByChatType.channel ?? replyToMode;
    }
}

function directPlace(
    {account, userId}: Conversation,
    scope: AccountSettings['session']['dmScope'],
): string[] {
    switch (scope) {
        case 'main':
            return ['main'];
        case 'per-peer':
            return ['direct', userId];
        case 'per-channel-peer':
            return ['mattermost', 'direct', userId];
        case 'per-account-channel-peer':
            return ['mattermost', 'account', account, 'direct', userId];
    }
}

function groupPlace(
    {account, channelId, userId}: Conversation,
    scope: AccountSettings['session']['groupScope'],
): string[] {
    const place = ['mattermost', 'account', account, 'channel', channelId];
    return scope === 'user' ? [...place, 'user', userId] : place;
}

/**
 * Four hexadecimal digits for each UTF-16 unit that is not plain, so that no part can hold the
 * separator and no two parts look alike. `encodeURIComponent` throws for half a surrogate pair.
 */
function escape(part: string): string {
    return part.replaceAll(
        /[^A-Za-z0-9._-]/g,
        (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
