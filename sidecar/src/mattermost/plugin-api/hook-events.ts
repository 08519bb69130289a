import type {Channel, Reaction} from '../platform.ts';
import type {Hooks} from './hooks.ts';
import type {PluginPost} from './models.ts';

/** What happened on the server, wherever it was and whoever may see it. */
export type HookEvent =
    | {readonly kind: 'posted'; readonly post: PluginPost}
    | {readonly kind: 'edited'; readonly post: PluginPost}
    | {readonly kind: 'deleted'; readonly post: PluginPost}
    | {readonly kind: 'reaction-added'; readonly reaction: Reaction}
    /** The channel is not said (''). */
    | {readonly kind: 'reaction-removed'; readonly reaction: Reaction}
    | {
          readonly kind: 'channel-joined';
          readonly channelId: string;
          readonly userId: string;
          /** By the server's clock, ms. */
          readonly at: number;
      }
    | {readonly kind: 'channel-left'; readonly channelId: string; readonly userId: string}
    | {readonly kind: 'team-joined'; readonly teamId: string; readonly userId: string}
    | {readonly kind: 'team-left'; readonly teamId: string; readonly userId: string}
    | {readonly kind: 'channel-created'; readonly channel: Channel}
    | {readonly kind: 'user-deactivated'; readonly userId: string}
    /** The server's settings are others now. */
    | {readonly kind: 'server-changed'};

/** Where a platform hears of events; listeners are called at once, in the order of arrival. */
export interface HookEvents {
    subscribe(listener: (event: HookEvent) => void): Disposable;
}

/** The hooks that platforms live on. */
export type EventHooks = Pick<
    Hooks,
    | 'messageHasBeenPosted'
    | 'messageHasBeenUpdated'
    | 'messageHasBeenDeleted'
    | 'reactionHasBeenAdded'
    | 'reactionHasBeenRemoved'
    | 'userHasJoinedChannel'
    | 'userHasLeftChannel'
    | 'userHasJoinedTeam'
    | 'userHasLeftTeam'
    | 'channelHasBeenCreated'
    | 'userHasBeenDeactivated'
    | 'onConfigurationChange'
>;

/**
 * Makes the hooks that feed a source of events, and the source. `emit` is for what other nodes of a
 * cluster tell: their hooks do not come by here.
 */
export function createHookEvents(): {
    readonly hooks: EventHooks;
    readonly events: HookEvents;
    readonly emit: (event: HookEvent) => void;
} {
    const listeners = new Set<(event: HookEvent) => void>();
    const emit = (event: HookEvent): void => {
        for (const listener of listeners) listener(event);
    };
    return {
        emit,
        events: {
            subscribe(listener) {
                listeners.add(listener);
                return {[Symbol.dispose]: () => void listeners.delete(listener)};
            },
        },
        hooks: {
            messageHasBeenPosted: (post) => emit({kind: 'posted', post}),
            messageHasBeenUpdated: (post) => emit({kind: 'edited', post}),
            messageHasBeenDeleted: (post) => emit({kind: 'deleted', post}),
            reactionHasBeenAdded: (reaction) => emit({kind: 'reaction-added', reaction}),
            reactionHasBeenRemoved: (reaction) => emit({kind: 'reaction-removed', reaction}),
            userHasJoinedChannel: (channelId, userId, at) =>
                emit({kind: 'channel-joined', channelId, userId, at}),
            userHasLeftChannel: (channelId, userId) =>
                emit({kind: 'channel-left', channelId, userId}),
            userHasJoinedTeam: (teamId, userId) => emit({kind: 'team-joined', teamId, userId}),
            userHasLeftTeam: (teamId, userId) => emit({kind: 'team-left', teamId, userId}),
            channelHasBeenCreated: (channel) => emit({kind: 'channel-created', channel}),
            userHasBeenDeactivated: ({id}) => emit({kind: 'user-deactivated', userId: id}),
            onConfigurationChange: () => emit({kind: 'server-changed'}),
        },
    };
}
