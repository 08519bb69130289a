/**
 * The rows of the playground's world. Fields that clients see have the server's names, so that a
 * row can go on the wire without being renamed; fields that clients never see are in camel case.
 */
export type StringMap = Record<string, string>;

/** JSON as it was posted; nothing is known about it until somebody parses it. */
export type JsonMap = Record<string, unknown>;

export interface UserRow {
    readonly id: string;
    create_at: number;
    update_at: number;
    /** When the user was deactivated; 0 while active. */
    delete_at: number;
    username: string;
    email: string;
    nickname: string;
    first_name: string;
    last_name: string;
    position: string;
    /** System roles, divided by spaces. */
    roles: string;
    locale: string;
    notify_props: StringMap;
    props: StringMap;
    timezone: StringMap;
    last_password_update: number;
    last_picture_update: number;
    is_bot: boolean;
    bot_description: string;
    /** '' for people of this server. */
    readonly remote_id: string;
    /** Salted digest; '' for those who cannot log in. */
    passwordDigest: string;
    avatar: StoredBytes | undefined;
}

export interface StoredBytes {
    readonly mimeType: string;
    readonly bytes: Buffer;
}

export interface BotRow {
    readonly user_id: string;
    owner_id: string;
    create_at: number;
    update_at: number;
    delete_at: number;
}

export interface SessionRow {
    readonly id: string;
    readonly token: string;
    readonly user_id: string;
    readonly create_at: number;
    expires_at: number;
    readonly csrf: string;
    /** The access token that made this session; '' for a login. */
    readonly accessTokenId: string;
    readonly device_id: string;
}

export interface AccessTokenRow {
    readonly id: string;
    readonly token: string;
    readonly user_id: string;
    readonly description: string;
    is_active: boolean;
}

export interface TeamRow {
    readonly id: string;
    create_at: number;
    update_at: number;
    delete_at: number;
    display_name: string;
    name: string;
    description: string;
    email: string;
    type: 'O' | 'I';
    invite_id: string;
    allow_open_invite: boolean;
}

export interface TeamMemberRow {
    readonly team_id: string;
    readonly user_id: string;
    scheme_admin: boolean;
    delete_at: number;
    create_at: number;
}

export type ChannelType = 'O' | 'P' | 'D' | 'G';

export interface ChannelRow {
    readonly id: string;
    create_at: number;
    update_at: number;
    delete_at: number;
    team_id: string;
    type: ChannelType;
    display_name: string;
    name: string;
    header: string;
    purpose: string;
    last_post_at: number;
    last_root_post_at: number;
    total_msg_count: number;
    total_msg_count_root: number;
    creator_id: string;
}

export interface ChannelMemberRow {
    readonly channel_id: string;
    readonly user_id: string;
    last_viewed_at: number;
    last_update_at: number;
    msg_count: number;
    msg_count_root: number;
    mention_count: number;
    mention_count_root: number;
    notify_props: StringMap;
    scheme_admin: boolean;
}

export interface PostRow {
    readonly id: string;
    create_at: number;
    update_at: number;
    edit_at: number;
    delete_at: number;
    is_pinned: boolean;
    user_id: string;
    channel_id: string;
    root_id: string;
    /** For a row of the edit history: the post that it was. */
    original_id: string;
    message: string;
    type: string;
    props: JsonMap;
    hashtags: string;
    /** Null when files were asked for and none could be had. */
    file_ids: readonly string[] | null;
    has_reactions: boolean;
    /** '' for posts that came over REST; the server's own posts have none. */
    remote_id: string | undefined;
    /** `metadata.priority` as it was posted. */
    priority: JsonMap | undefined;
}

export interface ReactionRow {
    readonly user_id: string;
    readonly post_id: string;
    readonly emoji_name: string;
    readonly create_at: number;
    readonly update_at: number;
    readonly channel_id: string;
}

export interface FileRow {
    readonly id: string;
    readonly user_id: string;
    post_id: string;
    channel_id: string;
    create_at: number;
    update_at: number;
    delete_at: number;
    readonly name: string;
    readonly extension: string;
    readonly size: number;
    readonly mime_type: string;
    readonly width: number;
    readonly height: number;
    readonly bytes: Buffer;
}

export interface PreferenceRow {
    readonly user_id: string;
    readonly category: string;
    readonly name: string;
    readonly value: string;
}

export interface StatusRow {
    readonly user_id: string;
    status: 'online' | 'away' | 'dnd' | 'offline' | 'ooo';
    manual: boolean;
    last_activity_at: number;
    dnd_end_time: number;
    /** The channel that the user looks at; '' when unknown. */
    active_channel: string;
}

export interface CommandRow {
    readonly id: string;
    token: string;
    create_at: number;
    update_at: number;
    delete_at: number;
    creator_id: string;
    team_id: string;
    trigger: string;
    method: string;
    username: string;
    icon_url: string;
    auto_complete: boolean;
    auto_complete_desc: string;
    auto_complete_hint: string;
    display_name: string;
    description: string;
    url: string;
}

export interface ThreadMembershipRow {
    readonly post_id: string;
    readonly user_id: string;
    following: boolean;
    last_viewed: number;
    last_updated: number;
    unread_mentions: number;
}
