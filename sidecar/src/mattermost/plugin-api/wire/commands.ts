import {any, namedType} from '../../../rpc/gob/interface-value.ts';
import type {AnyInput, AnyOutput} from '../../../rpc/gob/interface-value.ts';
import {
    bool,
    type GobSchema,
    int,
    map,
    optional,
    ref,
    slice,
    string,
    struct,
} from '../../../rpc/gob/schema.ts';
import {attachment} from './posts.ts';

/** A free text argument. */
export const textArgument = namedType(
    '*model.AutocompleteTextArg',
    struct('AutocompleteTextArg', {Hint: string, Pattern: string}),
);

const listItem = struct('AutocompleteListItem', {Item: string, Hint: string, HelpText: string});

/** An argument with fixed values. */
export const listArgument = namedType(
    '*model.AutocompleteStaticListArg',
    struct('AutocompleteStaticListArg', {PossibleArguments: slice(listItem)}),
);

/** An argument whose values come from a URL. */
export const dynamicArgument = namedType(
    '*model.AutocompleteDynamicListArg',
    struct('AutocompleteDynamicListArg', {FetchURL: string}),
);

const autocompleteArg = struct('AutocompleteArg', {
    Name: string,
    HelpText: string,
    /** `TextInput`, `StaticList` or `DynamicList`, as `Data` says. */
    Type: string,
    Required: bool,
    Data: any,
});

/** How a command is suggested, as written; the tree is recursive. */
export interface AutocompleteInput {
    readonly Trigger?: string | undefined;
    readonly Hint?: string | undefined;
    readonly HelpText?: string | undefined;
    readonly RoleID?: string | undefined;
    readonly Arguments?:
        | readonly {
              readonly Name?: string | undefined;
              readonly HelpText?: string | undefined;
              readonly Type?: string | undefined;
              readonly Required?: boolean | undefined;
              readonly Data?: AnyInput;
          }[]
        | undefined;
    readonly SubCommands?: readonly AutocompleteInput[] | undefined;
}

/** How a command is suggested, as read. */
export interface AutocompleteOutput {
    readonly Trigger: string;
    readonly Hint: string;
    readonly HelpText: string;
    readonly RoleID: string;
    readonly Arguments: readonly {
        readonly Name: string;
        readonly HelpText: string;
        readonly Type: string;
        readonly Required: boolean;
        readonly Data: AnyOutput;
    }[];
    readonly SubCommands: readonly AutocompleteOutput[];
}

/** A node of the tree of suggestions: the command itself or one of its subcommands. */
export const autocompleteData: GobSchema<AutocompleteInput, AutocompleteOutput> = struct(
    'AutocompleteData',
    {
        Trigger: string,
        Hint: string,
        HelpText: string,
        /** `system_user` or `system_admin`. */
        RoleID: string,
        Arguments: slice(autocompleteArg),
        SubCommands: slice(ref(() => autocompleteData)),
    },
);

/** A slash command to be registered. */
export const command = struct('Command', {
    Id: string,
    Token: string,
    CreateAt: int,
    UpdateAt: int,
    DeleteAt: int,
    CreatorId: string,
    TeamId: string,
    Trigger: string,
    Method: string,
    Username: string,
    IconURL: string,
    AutoComplete: bool,
    AutoCompleteDesc: string,
    AutoCompleteHint: string,
    DisplayName: string,
    Description: string,
    URL: string,
    PluginId: string,
    AutocompleteData: optional(autocompleteData),
    AutocompleteIconData: string,
});

/** A slash command as somebody typed it. */
export const commandArgs = struct('CommandArgs', {
    UserId: string,
    ChannelId: string,
    TeamId: string,
    RootId: string,
    ParentId: string,
    TriggerId: string,
    Command: string,
    SiteURL: string,
    UserMentions: map(string),
    ChannelMentions: map(string),
});

/** The answer to a slash command. */
export const commandResponse = struct('CommandResponse', {
    /** `ephemeral` or `in_channel`. */
    ResponseType: string,
    Text: string,
    Username: string,
    ChannelId: string,
    IconURL: string,
    Type: string,
    Props: map(any),
    GotoLocation: string,
    TriggerId: string,
    SkipSlackParsing: bool,
    Attachments: slice(attachment),
});

const dialogOption = struct('PostActionOptions', {Text: string, Value: string});

const dialogElement = struct('DialogElement', {
    DisplayName: string,
    Name: string,
    Type: string,
    SubType: string,
    Default: string,
    Placeholder: string,
    HelpText: string,
    Optional: bool,
    MinLength: int,
    MaxLength: int,
    DataSource: string,
    DataSourceURL: string,
    Options: slice(dialogOption),
    MultiSelect: bool,
    Refresh: bool,
    MinDate: string,
    MaxDate: string,
    TimeInterval: int,
});

/** A dialog to be opened; the trigger lives as long as `OutgoingIntegrationRequestsTimeout`. */
export const openDialogRequest = struct('OpenDialogRequest', {
    TriggerId: string,
    URL: string,
    Dialog: struct('Dialog', {
        CallbackId: string,
        Title: string,
        IntroductionText: string,
        IconURL: string,
        Elements: slice(dialogElement),
        SubmitLabel: string,
        NotifyOnCancel: bool,
        State: string,
        SourceURL: string,
    }),
});
