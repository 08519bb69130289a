import type {ComponentType, ReactNode} from 'react';
import type {Connection} from '../api/socket.ts';
import type {OpenDialog} from '../api/dialog_schema.ts';
import type {Channel, ChannelMember, Manifest, Post, Reaction, Team, User} from '../api/schemas.ts';

type ById<Value> = Readonly<Record<string, Value>>;

/** The order of a channel's posts, newest first; one block, always reaching to the newest. */
export interface PostBlock {
    readonly order: readonly string[];
    readonly recent: true;
    /** Nothing older is on the server. */
    readonly oldest: boolean;
}

/** People and bots, and who of them is here. */
export interface UsersState {
    /** '' while nobody is logged in. */
    readonly currentUserId: string;
    readonly profiles: ById<User>;
    readonly statuses: ById<string>;
}

export interface TeamsState {
    readonly currentTeamId: string;
    readonly teams: ById<Team>;
}

export interface ChannelsState {
    readonly currentChannelId: string;
    readonly channels: ById<Channel>;
    readonly myMembers: ById<ChannelMember>;
}

export interface PostsState {
    readonly posts: ById<Post>;
    /** By channel; roots only, as replies are read in the thread. */
    readonly postsInChannel: ById<readonly PostBlock[]>;
    /** By root post; replies only, in no order. */
    readonly postsInThread: ById<readonly string[]>;
    /** By post, then by `<user id>-<emoji name>`. */
    readonly reactions: ById<ById<Reaction>>;
}

export interface GeneralState {
    readonly config: ById<string>;
    readonly license: ById<string>;
}

/** Who is typing: by `<channel id><root id>`, then by user: until when, in ms of this clock. */
export type TypingState = ById<ById<number>>;

/** The right-hand panel shows a thread, a plugin's component, or nothing. */
export interface RhsState {
    readonly isSidebarOpen: boolean;
    /** Root of the thread that is shown; ''. */
    readonly selectedPostId: string;
    /** Id of the plugin component that is shown; ''. */
    readonly pluggableId: string;
}

/** A line of news at the lower edge; it goes away by itself. */
export interface Toast {
    readonly id: number;
    readonly message: string;
}

export interface ViewsState {
    readonly rhs: RhsState;
    readonly connection: Connection;
    readonly dialog: OpenDialog | undefined;
    readonly toasts: readonly Toast[];
    /** By channel: posts after this moment were unread when it was opened. */
    readonly unreadMarks: ById<number>;
    /** By root post: replies that came in while the thread was not open. */
    readonly unreadThreads: ById<number>;
    /** Post that is being edited; ''. */
    readonly editingPostId: string;
    /** Whether the channel list covers the page; only matters on narrow screens. */
    readonly drawerOpen: boolean;
    /** Channels whose first posts could not be loaded, with what to say. */
    readonly channelFailures: ById<string>;
}

/** What a plugin registered, by the host's own names of its places. */
export interface PluginComponent {
    readonly id: string;
    readonly pluginId: string;
    readonly component?: ComponentType<Record<string, unknown>>;
    readonly icon?: ReactNode;
    readonly iconUrl?: string;
    readonly text?: ReactNode;
    readonly title?: ReactNode;
    readonly tooltipText?: ReactNode;
    readonly rhsComponentId?: string;
    readonly action?: (...args: unknown[]) => unknown;
    readonly filter?: (postId: string) => boolean;
}

/** What draws the body of posts of one type. */
export interface PostTypeComponent {
    readonly id: string;
    readonly pluginId: string;
    readonly type: string;
    readonly component: ComponentType<Record<string, unknown>>;
}

export interface PluginsState {
    readonly plugins: ById<Manifest>;
    readonly components: ById<readonly PluginComponent[]>;
    readonly postTypes: ById<PostTypeComponent>;
    readonly adminConsoleCustomComponents: ById<ById<unknown>>;
    /** Loaded texts of all plugins, by id. */
    readonly translations: ById<string>;
}

/**
 * The store's state; what plugins usually look at has the host's shape and names. Reducers of
 * plugins stand beside these at `plugins-<id>`.
 */
export interface State {
    readonly entities: {
        readonly users: UsersState;
        readonly teams: TeamsState;
        readonly channels: ChannelsState;
        readonly posts: PostsState;
        readonly general: GeneralState;
        readonly typing: TypingState;
        readonly preferences: {readonly myPreferences: ById<unknown>};
    };
    readonly views: ViewsState;
    readonly plugins: PluginsState;
}
