import type {appError} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import type {
    bot,
    channel,
    channelMember,
    team,
    teamMember,
    user,
} from '../../../sidecar/src/mattermost/plugin-api/wire/people.ts';
import {
    attachmentsValue,
    type fileInfo,
    type post,
    type reaction,
} from '../../../sidecar/src/mattermost/plugin-api/wire/posts.ts';
import {type AnyInput, Named} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import type {InputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import type {ApiError} from '../api-error.ts';
import {type Attachment, attachmentsOf, clientProps} from '../world/attachments.ts';
import type {
    BotRow,
    ChannelMemberRow,
    ChannelRow,
    FileRow,
    JsonMap,
    PostRow,
    TeamMemberRow,
    TeamRow,
    UserRow,
} from '../world/records.ts';

/** A refusal as plugins get it. */
export function wireError(error: ApiError, where: string): InputOf<typeof appError> {
    return {
        Id: error.code,
        Message: error.message,
        DetailedError: error.detail,
        StatusCode: error.status,
        Where: where,
    };
}

/** JSON in a Go `any`: every number is a float there. */
export function goValue(value: unknown): AnyInput {
    switch (typeof value) {
        case 'string':
        case 'boolean':
            return value;
        case 'number':
            return new Named('float64', value);
        case 'object':
            if (value === null) {
                return null;
            }
            return Array.isArray(value) ? value.map(goValue) : goMap(Object.entries(value));
        default:
            return null;
    }
}

function goMap(entries: readonly (readonly [string, unknown])[]): Record<string, AnyInput> {
    return Object.fromEntries(entries.map(([key, value]) => [key, goValue(value)]));
}

/**
 * How the attachments of a post look: `typed` in a post that was just made, without the addresses
 * of their buttons in the `answer` to its maker; `json` in a post from the database.
 */
export type AttachmentShape = 'typed' | 'answer' | 'json';

/** A post as plugins get it. */
export function wirePost(
    row: PostRow,
    shape: AttachmentShape,
    more: {readonly replyCount?: number; readonly pendingPostId?: string} = {},
): InputOf<typeof post> {
    return {
        Id: row.id,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        EditAt: row.edit_at,
        DeleteAt: row.delete_at,
        IsPinned: row.is_pinned,
        UserId: row.user_id,
        ChannelId: row.channel_id,
        RootId: row.root_id,
        OriginalId: row.original_id,
        Message: row.message,
        Type: row.type,
        Props: wireProps(row.props, shape),
        Hashtags: row.hashtags,
        FileIds: row.file_ids ?? [],
        PendingPostId: more.pendingPostId,
        HasReactions: row.has_reactions,
        RemoteId: row.remote_id,
        ReplyCount: more.replyCount,
    };
}

/** Props in Go's `map[string]any`. */
export function wireProps(props: JsonMap, shape: AttachmentShape): Record<string, AnyInput> {
    const shown = shape === 'answer' ? clientProps(props) : props;
    const wired = goMap(Object.entries(shown));
    if (shape !== 'json' && Array.isArray(shown['attachments'])) {
        wired['attachments'] = attachmentsValue.of(attachmentsOf(shown).map(wireAttachment));
    }
    return wired;
}

function wireAttachment(given: Attachment): InputOf<typeof attachmentsValue.schema>[number] {
    return {
        Id: given.id,
        Fallback: given.fallback,
        Color: given.color,
        Pretext: given.pretext,
        AuthorName: given.author_name,
        AuthorLink: given.author_link,
        AuthorIcon: given.author_icon,
        Title: given.title,
        TitleLink: given.title_link,
        Text: given.text,
        Fields: present(given.fields).map((field) => ({
            Title: field.title,
            Value: goValue(field.value),
            Short: field.short === true,
        })),
        ImageURL: given.image_url,
        ThumbURL: given.thumb_url,
        Footer: given.footer,
        FooterIcon: given.footer_icon,
        Timestamp: goValue(given.ts),
        Actions: present(given.actions).map((action) => ({
            Id: action.id,
            Type: action.type,
            Name: action.name,
            Tooltip: action.tooltip,
            Disabled: action.disabled,
            Style: action.style,
            DataSource: action.data_source,
            Options: present(action.options).map(({text, value}) => ({Text: text, Value: value})),
            DefaultOption: action.default_option,
            Integration:
                action.integration == null
                    ? undefined
                    : {
                          URL: action.integration.url,
                          Context: goMap(Object.entries(action.integration.context ?? {})),
                      },
            Cookie: action.cookie,
        })),
    };
}

function present<T>(list: readonly (T | null)[] | null | undefined): T[] {
    return (list ?? []).filter((item) => item !== null);
}

/** A reaction from its JSON. */
export function wireReaction(view: JsonMap): InputOf<typeof reaction> {
    return {
        UserId: String(view['user_id']),
        PostId: String(view['post_id']),
        EmojiName: String(view['emoji_name']),
        CreateAt: Number(view['create_at']),
        UpdateAt: Number(view['update_at']),
        ChannelId: String(view['channel_id']),
    };
}

/** A user with everything but what logs in. */
export function wireUser(row: UserRow): InputOf<typeof user> {
    return {
        Id: row.id,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        DeleteAt: row.delete_at,
        Username: row.username,
        Email: row.email,
        Nickname: row.nickname,
        FirstName: row.first_name,
        LastName: row.last_name,
        Position: row.position,
        Roles: row.roles,
        Props: row.props,
        NotifyProps: row.notify_props,
        LastPasswordUpdate: row.last_password_update,
        LastPictureUpdate: row.last_picture_update,
        Locale: row.locale,
        Timezone: row.timezone,
        RemoteId: row.remote_id,
        IsBot: row.is_bot,
        BotDescription: row.bot_description,
    };
}

/** A bot's own record, whose names are its user's. */
export function wireBot(row: BotRow, account: UserRow): InputOf<typeof bot> {
    return {
        UserId: row.user_id,
        Username: account.username,
        DisplayName: account.first_name,
        Description: account.bot_description,
        OwnerId: row.owner_id,
        LastIconUpdate: account.last_picture_update,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        DeleteAt: row.delete_at,
    };
}

/** A team. */
export function wireTeam(row: TeamRow): InputOf<typeof team> {
    return {
        Id: row.id,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        DeleteAt: row.delete_at,
        DisplayName: row.display_name,
        Name: row.name,
        Description: row.description,
        Email: row.email,
        Type: row.type,
        InviteId: row.invite_id,
        AllowOpenInvite: row.allow_open_invite,
    };
}

/** A team's member. */
export function wireTeamMember(row: TeamMemberRow): InputOf<typeof teamMember> {
    return {
        TeamId: row.team_id,
        UserId: row.user_id,
        Roles: row.scheme_admin ? 'team_user team_admin' : 'team_user',
        DeleteAt: row.delete_at,
        SchemeUser: true,
        SchemeAdmin: row.scheme_admin,
        CreateAt: row.create_at,
    };
}

/** A channel. */
export function wireChannel(row: ChannelRow): InputOf<typeof channel> {
    return {
        Id: row.id,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        DeleteAt: row.delete_at,
        TeamId: row.team_id,
        Type: row.type,
        DisplayName: row.display_name,
        Name: row.name,
        Header: row.header,
        Purpose: row.purpose,
        LastPostAt: row.last_post_at,
        TotalMsgCount: row.total_msg_count,
        CreatorId: row.creator_id,
        TotalMsgCountRoot: row.total_msg_count_root,
        LastRootPostAt: row.last_root_post_at,
    };
}

/** A channel's member. */
export function wireChannelMember(row: ChannelMemberRow): InputOf<typeof channelMember> {
    return {
        ChannelId: row.channel_id,
        UserId: row.user_id,
        Roles: row.scheme_admin ? 'channel_user channel_admin' : 'channel_user',
        LastViewedAt: row.last_viewed_at,
        MsgCount: row.msg_count,
        MentionCount: row.mention_count,
        MentionCountRoot: row.mention_count_root,
        MsgCountRoot: row.msg_count_root,
        NotifyProps: row.notify_props,
        LastUpdateAt: row.last_update_at,
        SchemeUser: true,
        SchemeAdmin: row.scheme_admin,
    };
}

/** What is known of a file. */
export function wireFile(row: FileRow): InputOf<typeof fileInfo> {
    return {
        Id: row.id,
        CreatorId: row.user_id,
        PostId: row.post_id,
        ChannelId: row.channel_id,
        CreateAt: row.create_at,
        UpdateAt: row.update_at,
        DeleteAt: row.delete_at,
        Name: row.name,
        Extension: row.extension,
        Size: row.size,
        MimeType: row.mime_type,
        Width: row.width,
        Height: row.height,
    };
}
