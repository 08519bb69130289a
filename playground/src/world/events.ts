import type {JsonMap, PostRow} from './records.ts';

/** Who gets a WebSocket event; all empty = everybody who is connected. */
export interface Audience {
    readonly userId?: string;
    readonly channelId?: string;
    readonly teamId?: string;
    readonly omitUsers?: readonly string[];
    readonly connectionId?: string;
    readonly omitConnectionId?: string;
    /** `sensitive` goes to system admins only, `sanitized` to everybody else. */
    readonly secrecy?: 'sensitive' | 'sanitized';
}

/** A WebSocket event before it is numbered for each connection. */
export interface PublishedEvent {
    readonly event: string;
    readonly data: JsonMap;
    readonly audience: Audience;
    /** Data that only one receiver gets, for instance `mentions`; undefined = nothing more. */
    readonly extra?: (userId: string, postedAck: boolean) => JsonMap | undefined;
}

/** What happened in the world, for the plugin side and for tests. */
export type WorldEvent =
    | {readonly kind: 'published'; readonly published: PublishedEvent}
    | {readonly kind: 'post-created'; readonly post: PostRow}
    | {readonly kind: 'post-updated'; readonly post: PostRow; readonly before: PostRow}
    | {readonly kind: 'post-deleted'; readonly post: PostRow; readonly byUserId: string}
    | {readonly kind: 'reaction-added' | 'reaction-removed'; readonly reaction: JsonMap}
    | {readonly kind: 'channel-created'; readonly channelId: string}
    | {
          readonly kind: 'channel-joined' | 'channel-left';
          readonly channelId: string;
          readonly userId: string;
          readonly actorId: string;
      }
    | {
          readonly kind: 'team-joined' | 'team-left';
          readonly teamId: string;
          readonly userId: string;
          readonly actorId: string;
      }
    /** Connections that cached this user's session or memberships have to look again. */
    | {readonly kind: 'user-invalidated'; readonly userId: string}
    | {readonly kind: 'user-deactivated'; readonly userId: string}
    | {readonly kind: 'config-changed'};

/** Called in the order in which things happen, before the answer to the request goes out. */
export type WorldListener = (event: WorldEvent) => void;

/** One list of listeners; a listener may be added or removed at any time. */
export function createEvents(): {
    readonly emit: WorldListener;
    readonly subscribe: (listener: WorldListener) => Disposable;
} {
    const listeners = new Set<WorldListener>();
    return {
        emit(event) {
            for (const listener of listeners) {
                listener(event);
            }
        },
        subscribe(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
    };
}
