import type {ServerAbilities} from './abilities.ts';

/**
 * One account's Mattermost server, seen as the bot. Adapters translate; rules live above them.
 * Times are the server's milliseconds. Field names are Mattermost's, in camel case.
 */
export type ChannelType = 'O' | 'P' | 'D' | 'G';

/** The bot's own account. */
export interface BotIdentity {
    readonly userId: string;
    readonly username: string;
}

/** A post as this program sees it; times are ms of the server's clock. */
export interface Post {
    readonly id: string;
    readonly createAt: number;
    readonly updateAt: number;
    /** 0 when text, files and attachments were never edited. */
    readonly editAt: number;
    /** 0 when not deleted. */
    readonly deleteAt: number;
    readonly userId: string;
    readonly channelId: string;
    /** '' for a post that is not in a thread, or is its root. */
    readonly rootId: string;
    readonly message: string;
    /** '' for ordinary posts, `system_…` for system posts, `custom_…` for plugins' posts, and a few more. */
    readonly type: string;
    readonly props: Readonly<Record<string, unknown>>;
    readonly fileIds: readonly string[];
    /** What the server says of the files with the post; undefined where it says nothing. */
    readonly files?: readonly FileInfo[] | undefined;
    /** The id of the other server on which it was written (shared channels); '' for one of this server. */
    readonly remoteId: string;
}

/** A channel that the bot can see. */
export interface Channel {
    readonly id: string;
    readonly type: ChannelType;
    /** '' for direct and group messages. */
    readonly teamId: string;
    /** For a DM `<user id>__<user id>`. */
    readonly name: string;
    readonly displayName: string;
    readonly lastPostAt: number;
    readonly deleteAt: number;
}

/** A person or a bot. */
export interface User {
    readonly id: string;
    readonly username: string;
    /** First and last name, else nickname, else ''. */
    readonly displayName: string;
    readonly isBot: boolean;
    /** System roles, for instance `system_user`, `system_admin`. */
    readonly roles: readonly string[];
    /** The id of the other server whose person this is (shared channels); '' for one of this server. */
    readonly remoteId: string;
    /** IANA name of the zone that the profile says they live in; '' where it says none. */
    readonly timeZone: string;
    readonly updateAt: number;
    readonly deleteAt: number;
}

/** A team that the bot is in. */
export interface Team {
    readonly id: string;
    readonly name: string;
    readonly displayName: string;
}

/** A reaction to a post. */
export interface Reaction {
    readonly userId: string;
    readonly postId: string;
    readonly emojiName: string;
    readonly channelId: string;
}

/** What the server says of a file. */
export interface FileInfo {
    readonly id: string;
    readonly name: string;
    readonly mimeType: string;
    /** Bytes. */
    readonly size: number;
}

/** How an event came to us; the same post may come more than one way and has one id. */
export type EventSource = 'socket' | 'catch-up' | 'polling' | 'hook';

/** What happens where the bot can see it. */
export type PlatformEvent =
    | {
          readonly kind: 'posted';
          readonly source: EventSource;
          readonly post: Post;
          /** Whether the server says that the post mentions the bot; undefined when it did not say. */
          readonly mentionsBot: boolean | undefined;
      }
    /** Somebody may have mentioned the bot where it is no member: for counting and hinting, never for reading. */
    | {
          readonly kind: 'called-elsewhere';
          readonly post: Post;
          readonly channelType: ChannelType;
      }
    | {readonly kind: 'edited'; readonly source: EventSource; readonly post: Post}
    | {readonly kind: 'deleted'; readonly source: EventSource; readonly post: Post}
    | {readonly kind: 'reaction-added'; readonly reaction: Reaction}
    | {readonly kind: 'reaction-removed'; readonly reaction: Reaction}
    /** `userId` (the bot or another) is now a member of the channel, or no longer. */
    | {readonly kind: 'joined'; readonly channelId: string; readonly userId: string}
    | {readonly kind: 'left'; readonly channelId: string; readonly userId: string}
    | {readonly kind: 'team-joined'; readonly teamId: string; readonly userId: string}
    | {readonly kind: 'team-left'; readonly teamId: string; readonly userId: string}
    | {readonly kind: 'channel-changed'; readonly channelId: string}
    | {readonly kind: 'user-changed'; readonly userId: string}
    /** Catch-up found posts that are too old to be answered (`catchUp.maxAgeMinutes`). */
    | {readonly kind: 'skipped'; readonly channelId: string; readonly count: number};

/** How it stands with the connection of an account. */
export type ConnectionState =
    'connecting' | 'ready' | 'polling' | 'bad-token' | 'disabled' | 'error';

/** The connection of an account, for status pages. */
export interface PlatformStatus {
    readonly state: ConnectionState;
    /** When this state began. */
    readonly since: number;
    readonly lastEventAt: number | undefined;
    /** A plain sentence without secrets. */
    readonly lastError: string | undefined;
    readonly reconnects: number;
    /** When the bot's token ends; undefined = never, or nobody says. */
    readonly tokenEndsAt?: number | undefined;
    /** Permissions that the bot lacks in some channel, and which of its work needs [none]. */
    readonly missingPermissions?: readonly OwnPostPermission[] | undefined;
}

/** What the server asks of who edits and deletes posts of their own. */
export type OwnPostPermission = 'edit_post' | 'delete_post';

/** What the bot may do with its own posts in a channel. */
export interface OwnPostRights {
    readonly edit: boolean;
    readonly delete: boolean;
}

/** A post that is to be made. */
export interface PostDraft {
    readonly channelId: string;
    /** '' or absent for a post outside a thread. */
    readonly rootId?: string;
    readonly message: string;
    readonly props?: Readonly<Record<string, unknown>>;
    readonly fileIds?: readonly string[];
    /**
     * Nobody is notified of it, for ever: an edit does not change that. Where the server knows no silent posts
     * (`abilities.silentPosts`) or refuses one to this bot, it is made as any other.
     */
    readonly silent?: boolean;
}

/** What an edit changes; what is absent stays. `props` replaces the whole map. */
export interface PostChange {
    readonly message?: string;
    readonly props?: Readonly<Record<string, unknown>>;
    readonly fileIds?: readonly string[];
}

/** Where a permission is asked for. */
export type PermissionScope =
    | {readonly kind: 'system'}
    | {readonly kind: 'team'; readonly teamId: string}
    | {readonly kind: 'channel'; readonly channelId: string};

/**
 * All methods take the caller's signal last and reject with CancelledError when it is aborted;
 * each has a time limit of its own. "Not there" is undefined or false; other refusals are
 * PlatformError with the server's status.
 */
export interface Platform {
    /** The account's name in the settings, for instance `default`. */
    readonly account: string;
    /** The bot; reading it before `connect` resolved is a programmer's mistake and throws. */
    readonly bot: BotIdentity;
    readonly status: PlatformStatus;
    /** What the server allows: the least that any server does before `connect` resolved, and where it does not say. */
    readonly abilities: ServerAbilities;
    /** Called after each change of `status`. */
    onStatus(listener: (status: PlatformStatus) => void): Disposable;

    /** Resolves when the token works and the bot is known; tries until then (design: CON-02). */
    connect(signal: AbortSignal): Promise<BotIdentity>;

    /**
     * Everything that happens where the bot can see it, catch-up after gaps included, in order
     * within a channel. Asking for the next event says that the one before has been handled: the
     * watermark of catch-up follows it. Ends when `signal` is aborted.
     */
    events(signal: AbortSignal): AsyncIterable<PlatformEvent>;

    /**
     * Creates a post, once for each `key` (at most 60 characters of [A-Za-z0-9-], unique for the
     * logical post): a repeated call gives the post that the first one made.
     */
    createPost(draft: PostDraft, key: string, signal?: AbortSignal): Promise<Post>;
    /** Undefined when the post is gone or may not be edited any more (deleted, time limit). */
    updatePost(postId: string, change: PostChange, signal?: AbortSignal): Promise<Post | undefined>;
    /** False when it was gone already. */
    deletePost(postId: string, signal?: AbortSignal): Promise<boolean>;
    getPost(postId: string, signal?: AbortSignal): Promise<Post | undefined>;
    /** The root and its replies, oldest first, without deleted posts; at most `limit`, the newest ones, and always the root. */
    thread(rootId: string, limit: number, signal?: AbortSignal): Promise<Post[]>;
    /** Posts of a channel created after `postId`, oldest first; at most 200 a page, undefined `postId` = the newest page. */
    postsAfter(
        channelId: string,
        postId: string | undefined,
        signal?: AbortSignal,
    ): Promise<Post[]>;

    /** A post that only `userId` sees. False where the bot may not (REST needs a system admin's rights). */
    ephemeral(userId: string, draft: PostDraft, signal?: AbortSignal): Promise<boolean>;
    react(postId: string, emojiName: string, signal?: AbortSignal): Promise<void>;
    unreact(postId: string, emojiName: string, signal?: AbortSignal): Promise<void>;
    /** Shows "is typing…" for about five seconds. Never throws for a refusal: typing is a courtesy. */
    typing(channelId: string, rootId: string, signal?: AbortSignal): Promise<void>;

    user(userId: string, signal?: AbortSignal): Promise<User | undefined>;
    /**
     * As `user`, but a second old at most: nobody is told when a person's roles change. For what the roles
     * decide, once it is to be done.
     */
    freshUser(userId: string, signal?: AbortSignal): Promise<User | undefined>;
    userByName(username: string, signal?: AbortSignal): Promise<User | undefined>;
    /** Active people, no bots, whom the server gives that role, such as `system_admin`. */
    usersWithRole(role: string, limit: number, signal?: AbortSignal): Promise<User[]>;
    channel(channelId: string, signal?: AbortSignal): Promise<Channel | undefined>;
    /** The DM channel between the bot and a person, made when missing (CON-08). */
    directChannel(userId: string, signal?: AbortSignal): Promise<Channel>;
    /** Whether `userId` is a member of the channel. */
    isMember(channelId: string, userId: string, signal?: AbortSignal): Promise<boolean>;
    teams(signal?: AbortSignal): Promise<Team[]>;
    /** Whether the user holds a Mattermost permission (`manage_system`, `create_post` …) in a scope. */
    may(
        userId: string,
        permission: string,
        scope: PermissionScope,
        signal?: AbortSignal,
    ): Promise<boolean>;
    /** Whether the bot may edit and delete its own posts in a channel; where nobody says, it may. */
    ownPostRights(channelId: string, signal?: AbortSignal): Promise<OwnPostRights>;

    fileInfo(fileId: string, signal?: AbortSignal): Promise<FileInfo | undefined>;
    openFile(fileId: string, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
    uploadFile(
        channelId: string,
        name: string,
        content: Blob,
        signal?: AbortSignal,
    ): Promise<FileInfo>;
}
