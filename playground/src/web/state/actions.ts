import type {Connection} from '../api/socket.ts';
import type {OpenDialog} from '../api/dialog_schema.ts';
import type {
    Channel,
    ChannelMember,
    Manifest,
    Post,
    Reaction,
    Status,
    Team,
    User,
} from '../api/schemas.ts';
import type {PluginComponent, PostTypeComponent} from './shape.ts';

/** Everything that can change the client's own state; redux wants the kind to be called `type`. */
export type Action =
    | {type: 'SESSION_STARTED'; user: User}
    | {type: 'SESSION_ENDED'}
    | {type: 'CONFIG_RECEIVED'; config: Readonly<Record<string, string>>}
    | {type: 'USERS_RECEIVED'; users: readonly User[]}
    | {type: 'STATUSES_RECEIVED'; statuses: readonly Status[]}
    | {type: 'TEAMS_RECEIVED'; teams: readonly Team[]}
    | {type: 'TEAM_SELECTED'; teamId: string}
    | {type: 'CHANNELS_RECEIVED'; channels: readonly Channel[]}
    | {type: 'CHANNEL_MEMBERS_RECEIVED'; members: readonly ChannelMember[]}
    | {type: 'CHANNEL_LEFT'; channelId: string}
    | {type: 'CHANNEL_SELECTED'; channelId: string}
    | {type: 'CHANNEL_VIEWED'; channelId: string; at: number}
    /** From when on posts are new to the reader; absent when nothing is. */
    | {type: 'UNREAD_MARKED'; channelId: string; at?: number}
    | {type: 'CHANNEL_FAILED'; channelId: string; message: string}
    | {type: 'MESSAGE_COUNTED'; channelId: string; at: number; mention: boolean; own: boolean}
    | {
          type: 'CHANNEL_POSTS_RECEIVED';
          channelId: string;
          posts: readonly Post[];
          /** Of roots, newest first. */
          order: readonly string[];
          oldest: boolean;
          /** `newest` replaces what is there, `older` goes on behind it. */
          page: 'newest' | 'older';
      }
    /** Events were missed: all channels but this one have to be asked for again. */
    | {type: 'POSTS_STALE'; channelId: string}
    | {type: 'THREAD_RECEIVED'; rootId: string; posts: readonly Post[]}
    | {type: 'POST_RECEIVED'; post: Post}
    | {type: 'POST_CREATED'; post: Post}
    | {type: 'POST_FAILED'; postId: string}
    | {type: 'POST_REMOVED'; postId: string}
    | {type: 'REACTION_ADDED'; reaction: Reaction}
    | {type: 'REACTION_REMOVED'; reaction: Reaction}
    | {type: 'TYPING_STARTED'; place: string; userId: string; until: number}
    | {type: 'TYPING_STOPPED'; place: string; userId: string}
    | {type: 'TYPING_SWEPT'; now: number}
    | {type: 'CONNECTION_CHANGED'; connection: Connection}
    | {type: 'THREAD_OPENED'; rootId: string}
    | {type: 'RHS_PLUGIN_OPENED'; componentId: string}
    | {type: 'RHS_CLOSED'}
    | {type: 'DIALOG_OPENED'; dialog: OpenDialog}
    | {type: 'DIALOG_CLOSED'}
    | {type: 'TOAST_SHOWN'; id: number; message: string}
    | {type: 'TOAST_GONE'; id: number}
    | {type: 'EDIT_STARTED'; postId: string}
    | {type: 'EDIT_ENDED'}
    | {type: 'DRAWER_TOGGLED'; open: boolean}
    | {type: 'THREAD_UNREAD'; rootId: string}
    | {type: 'PLUGINS_RECEIVED'; manifests: readonly Manifest[]}
    | {type: 'PLUGIN_REMOVED'; pluginId: string}
    | {type: 'PLUGIN_COMPONENT_ADDED'; place: string; component: PluginComponent}
    | {type: 'PLUGIN_COMPONENT_REMOVED'; id: string}
    | {type: 'PLUGIN_POST_TYPE_ADDED'; component: PostTypeComponent}
    | {type: 'PLUGIN_POST_TYPE_REMOVED'; id: string}
    | {type: 'PLUGIN_CONSOLE_SETTING_ADDED'; pluginId: string; key: string; component: unknown}
    | {type: 'PLUGIN_TEXTS_RECEIVED'; texts: Readonly<Record<string, string>>};
