import {any, namedType} from '../../../rpc/gob/interface-value.ts';
import {bool, bytes, int, map, optional, slice, string, struct} from '../../../rpc/gob/schema.ts';

/**
 * A post as the plugin API carries it. Left out: `Participants` (whole users), `Metadata` (never
 * sent to plugins) and `Filenames` (of servers before 2016).
 */
export const post = struct('Post', {
    Id: string,
    CreateAt: int,
    UpdateAt: int,
    EditAt: int,
    DeleteAt: int,
    IsPinned: bool,
    UserId: string,
    ChannelId: string,
    RootId: string,
    OriginalId: string,
    Message: string,
    MessageSource: string,
    Type: string,
    Props: map(any),
    Hashtags: string,
    FileIds: slice(string),
    PendingPostId: string,
    HasReactions: bool,
    RemoteId: optional(string),
    ReplyCount: int,
    LastReplyAt: int,
    IsFollowing: optional(bool),
});

/** A page of posts; `Order` newest first, `Posts` by id, thread roots beyond the page among them. */
export const postList = struct('PostList', {
    Order: slice(string),
    Posts: map(post),
    NextPostId: string,
    PrevPostId: string,
    HasNext: optional(bool),
    FirstInaccessiblePostTime: int,
});

const actionOption = struct('PostActionOptions', {Text: string, Value: string});

const action = struct('PostAction', {
    Id: string,
    Type: string,
    Name: string,
    Tooltip: string,
    Disabled: bool,
    Style: string,
    DataSource: string,
    Options: slice(actionOption),
    DefaultOption: string,
    Integration: optional(struct('PostActionIntegration', {URL: string, Context: map(any)})),
    Cookie: string,
});

const field = struct('MessageAttachmentField', {Title: string, Value: any, Short: bool});

/** An attachment in Go's shape; see `attachmentsValue`. */
export const attachment = struct('MessageAttachment', {
    Id: int,
    Fallback: string,
    Color: string,
    Pretext: string,
    AuthorName: string,
    AuthorLink: string,
    AuthorIcon: string,
    Title: string,
    TitleLink: string,
    Text: string,
    Fields: slice(field),
    ImageURL: string,
    ThumbURL: string,
    Footer: string,
    FooterIcon: string,
    Timestamp: any,
    Actions: slice(action),
});

/**
 * `props.attachments` of a post that was just made; of a post from the database it is a plain list
 * with the JSON names. The registered name is an old one of the type's.
 */
export const attachmentsValue = namedType('[]*model.SlackAttachment', slice(attachment));

/** A reaction. */
export const reaction = struct('Reaction', {
    UserId: string,
    PostId: string,
    EmojiName: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    RemoteId: optional(string),
    ChannelId: string,
});

/** What is known of a file; `CreatorId` is `nouser` for a plugin's upload. */
export const fileInfo = struct('FileInfo', {
    Id: string,
    CreatorId: string,
    PostId: string,
    ChannelId: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    Path: string,
    ThumbnailPath: string,
    PreviewPath: string,
    Name: string,
    Extension: string,
    Size: int,
    MimeType: string,
    Width: int,
    Height: int,
    HasPreviewImage: bool,
    MiniPreview: optional(bytes),
    Content: string,
    RemoteId: optional(string),
    Archived: bool,
});
