import {any} from '../../../rpc/gob/interface-value.ts';
import {bool, int, map, optional, string, struct} from '../../../rpc/gob/schema.ts';

/**
 * A user. Left out, so that they are dropped where they arrive: the password's hash, the keys of
 * other logins and of the second factor, and what a bot has no use for.
 */
export const user = struct('User', {
    Id: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    Username: string,
    Email: string,
    EmailVerified: bool,
    Nickname: string,
    FirstName: string,
    LastName: string,
    Position: string,
    Roles: string,
    Props: map(string),
    NotifyProps: map(string),
    LastPasswordUpdate: int,
    LastPictureUpdate: int,
    Locale: string,
    Timezone: map(string),
    RemoteId: optional(string),
    IsBot: bool,
    BotDescription: string,
});

/** Which users are asked for, of those that the server can be asked for. */
export const userGetOptions = struct('UserGetOptions', {
    Active: bool,
    Role: string,
    Page: int,
    PerPage: int,
});

/** A bot's own record; `OwnerId` is a plugin's id or a user's. */
export const bot = struct('Bot', {
    UserId: string,
    Username: string,
    DisplayName: string,
    Description: string,
    OwnerId: string,
    LastIconUpdate: int,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
});

/** A team. */
export const team = struct('Team', {
    Id: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    DisplayName: string,
    Name: string,
    Description: string,
    Email: string,
    Type: string,
    CompanyName: string,
    AllowedDomains: string,
    InviteId: string,
    AllowOpenInvite: bool,
    LastTeamIconUpdate: int,
    SchemeId: optional(string),
    GroupConstrained: optional(bool),
    PolicyID: optional(string),
    CloudLimitsArchived: bool,
});

/** A team's member; `DeleteAt` tells that it was one. */
export const teamMember = struct('TeamMember', {
    TeamId: string,
    UserId: string,
    Roles: string,
    DeleteAt: int,
    SchemeGuest: bool,
    SchemeUser: bool,
    SchemeAdmin: bool,
    ExplicitRoles: string,
    CreateAt: int,
});

/** A channel of any type. */
export const channel = struct('Channel', {
    Id: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    TeamId: string,
    Type: string,
    DisplayName: string,
    Name: string,
    Header: string,
    Purpose: string,
    LastPostAt: int,
    TotalMsgCount: int,
    ExtraUpdateAt: int,
    CreatorId: string,
    SchemeId: optional(string),
    Props: map(any),
    GroupConstrained: optional(bool),
    AutoTranslation: bool,
    Shared: optional(bool),
    TotalMsgCountRoot: int,
    PolicyID: optional(string),
    LastRootPostAt: int,
    PolicyEnforced: bool,
    PolicyIsActive: bool,
    DefaultCategoryName: string,
});

/** A channel's member. */
export const channelMember = struct('ChannelMember', {
    ChannelId: string,
    UserId: string,
    Roles: string,
    LastViewedAt: int,
    MsgCount: int,
    MentionCount: int,
    MentionCountRoot: int,
    UrgentMentionCount: int,
    MsgCountRoot: int,
    NotifyProps: map(string),
    LastUpdateAt: int,
    SchemeGuest: bool,
    SchemeUser: bool,
    SchemeAdmin: bool,
    ExplicitRoles: string,
    AutoTranslationDisabled: bool,
});

/** A permission; the server looks at `Id` only, such as `manage_system`. */
export const permission = struct('Permission', {
    Id: string,
    Name: string,
    Description: string,
    Scope: string,
});

/** A session, without its token. */
export const session = struct('Session', {
    Id: string,
    CreateAt: int,
    ExpiresAt: int,
    LastActivityAt: int,
    UserId: string,
    DeviceId: string,
    Roles: string,
    IsOAuth: bool,
    ExpiredNotify: bool,
    Props: map(string),
    Local: bool,
});

/** One preference of a user: text under a category and a name. */
export const preference = struct('Preference', {
    UserId: string,
    Category: string,
    Name: string,
    Value: string,
});

/** An access token; `Token` is there in the answer that created it, and nowhere else. */
export const userAccessToken = struct('UserAccessToken', {
    Id: string,
    Token: string,
    UserId: string,
    Description: string,
    IsActive: bool,
});
