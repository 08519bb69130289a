import type {InputOf, OutputOf} from '../../rpc/gob/schema.ts';
import type {Channel, ChannelType, FileInfo, Post, Reaction, Team, User} from '../platform.ts';
import {preferredZone} from '../time-zone.ts';
import {readProps, writeProps} from './props.ts';
import type {bot, channel, team, user} from './wire/people.ts';
import type {fileInfo, post, postList, reaction} from './wire/posts.ts';

/** A post with what an edit through the plugin API needs besides. */
export interface PluginPost extends Post {
    readonly isPinned: boolean;
    readonly hasReactions: boolean;
    /** The post that this row of the edit history was; '' for every other post. */
    readonly originalId: string;
    /** What the post was made with, if anything; known while it is new only. */
    readonly pendingPostId: string;
}

/** A page of posts, oldest first, without deleted ones and rows of the edit history. */
export interface PostPage {
    readonly posts: readonly PluginPost[];
    /** Posts that the server counted for the page, deleted ones included. */
    readonly counted: number;
}

/** A post to be made. `userId` is who writes it. */
export interface NewPost {
    readonly userId: string;
    readonly channelId: string;
    readonly message: string;
    readonly rootId?: string | undefined;
    readonly props?: Readonly<Record<string, unknown>> | undefined;
    readonly fileIds?: readonly string[] | undefined;
    readonly pendingPostId?: string | undefined;
}

/** A bot's own record. */
export interface Bot {
    readonly userId: string;
    readonly username: string;
    readonly displayName: string;
    readonly description: string;
    /** A plugin's id, or a user's. */
    readonly ownerId: string;
    /** 0 while it is active. */
    readonly deleteAt: number;
    /** 0 while nobody gave it a picture. */
    readonly lastIconUpdate: number;
}

/** A file, with what tells who may read it. */
export interface PluginFileInfo extends FileInfo {
    /** `nouser` for a plugin's upload. */
    readonly creatorId: string;
    /** '' while it belongs to no post. */
    readonly postId: string;
    /** '' where the server does not say. */
    readonly channelId: string;
}

/** A session, without its token. */
export interface SessionInfo {
    readonly id: string;
    readonly userId: string;
    readonly roles: readonly string[];
    /** 0 = never. */
    readonly expiresAt: number;
    readonly isOAuth: boolean;
}

/** A post off the wire. */
export function toPost(one: OutputOf<typeof post>): PluginPost {
    return {
        id: one.Id,
        createAt: one.CreateAt,
        updateAt: one.UpdateAt,
        editAt: one.EditAt,
        deleteAt: one.DeleteAt,
        userId: one.UserId,
        channelId: one.ChannelId,
        rootId: one.RootId,
        message: one.Message,
        type: one.Type,
        props: readProps(one.Props),
        fileIds: one.FileIds,
        remoteId: one.RemoteId ?? '',
        isPinned: one.IsPinned,
        hasReactions: one.HasReactions,
        originalId: one.OriginalId,
        pendingPostId: one.PendingPostId,
    };
}

/** A new post for the wire. */
export function fromNewPost(one: NewPost): InputOf<typeof post> {
    return {
        UserId: one.userId,
        ChannelId: one.channelId,
        RootId: one.rootId,
        Message: one.message,
        Props: one.props === undefined ? undefined : writeProps(one.props),
        FileIds: one.fileIds,
        PendingPostId: one.pendingPostId,
    };
}

/** The whole post, as `UpdatePost` wants it: what is absent there is lost. */
export function fromPost(one: PluginPost): InputOf<typeof post> {
    return {
        Id: one.id,
        CreateAt: one.createAt,
        UserId: one.userId,
        ChannelId: one.channelId,
        RootId: one.rootId,
        Message: one.message,
        Type: one.type,
        Props: writeProps(one.props),
        FileIds: one.fileIds,
        IsPinned: one.isPinned,
        HasReactions: one.hasReactions,
    };
}

/** A page of posts off the wire, deleted and former ones left out. */
export function toPostPage(list: OutputOf<typeof postList> | undefined): PostPage {
    const order = list?.Order ?? [];
    const posts = order
        .flatMap((id) => list?.Posts[id] ?? [])
        .filter((one) => one.DeleteAt === 0 && one.OriginalId === '')
        .map(toPost)
        // The server's order breaks ties better than ids do.
        .reverse()
        .sort((a, b) => a.createAt - b.createAt);
    return {posts, counted: order.length};
}

/** A reaction off the wire. */
export function toReaction(one: OutputOf<typeof reaction>): Reaction {
    return {
        userId: one.UserId,
        postId: one.PostId,
        emojiName: one.EmojiName,
        channelId: one.ChannelId,
    };
}

const CHANNEL_TYPES: readonly string[] = ['O', 'P', 'D', 'G'] satisfies ChannelType[];

function isChannelType(type: string): type is ChannelType {
    return CHANNEL_TYPES.includes(type);
}

/** Undefined for a channel of a type that is not known here. */
export function toChannel(one: OutputOf<typeof channel>): Channel | undefined {
    if (!isChannelType(one.Type)) return undefined;
    return {
        id: one.Id,
        type: one.Type,
        teamId: one.TeamId,
        name: one.Name,
        displayName: one.DisplayName,
        lastPostAt: one.LastPostAt,
        deleteAt: one.DeleteAt,
    };
}

/** The roles in a text of roles divided by spaces. */
export function rolesIn(text: string): readonly string[] {
    return text.split(' ').filter((word) => word !== '');
}

/** A user off the wire. */
export function toUser(one: OutputOf<typeof user>): User {
    return {
        id: one.Id,
        username: one.Username,
        displayName: `${one.FirstName} ${one.LastName}`.trim() || one.Nickname,
        isBot: one.IsBot,
        roles: rolesIn(one.Roles),
        remoteId: one.RemoteId ?? '',
        timeZone: preferredZone(one.Timezone),
        updateAt: one.UpdateAt,
        deleteAt: one.DeleteAt,
    };
}

/** A team off the wire; `deleteAt` is 0 while it lives. */
export function toTeam(one: OutputOf<typeof team>): Team & {readonly deleteAt: number} {
    return {id: one.Id, name: one.Name, displayName: one.DisplayName, deleteAt: one.DeleteAt};
}

/** A bot off the wire. */
export function toBot(one: OutputOf<typeof bot>): Bot {
    return {
        userId: one.UserId,
        username: one.Username,
        displayName: one.DisplayName,
        description: one.Description,
        ownerId: one.OwnerId,
        deleteAt: one.DeleteAt,
        lastIconUpdate: one.LastIconUpdate,
    };
}

/** What the server says of a file, off the wire. */
export function toFileInfo(one: OutputOf<typeof fileInfo>): PluginFileInfo {
    return {
        id: one.Id,
        name: one.Name,
        mimeType: one.MimeType,
        size: one.Size,
        creatorId: one.CreatorId,
        postId: one.PostId,
        channelId: one.ChannelId,
    };
}
