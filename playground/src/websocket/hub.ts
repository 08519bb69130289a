import type {World} from '../world/world.ts';
import type {PublishedEvent, WorldEvent} from '../world/events.ts';
import type {Connection} from './connection.ts';
import {createFrame, type Frame} from './frame.ts';

/** How long a line without a socket is kept. */
const inactiveLifetimeMs = 5 * 60 * 1000;
const scoped = new Set(['typing', 'reaction_added', 'reaction_removed']);

/** All lines of all clients, and who of them gets what. */
export interface Hub {
    add(connection: Connection): void;
    remove(connection: Connection): void;
    /** Takes a line that lost its socket out of the hub, for its client who came back. */
    reclaim(userId: string, connectionId: string): Connection | undefined;
    /** Tells the hub that a line lost its socket. */
    lost(connection: Connection): void;
    ofUser(userId: string): readonly Connection[];
    all(): Iterable<Connection>;
    publish(published: PublishedEvent): void;
    /** Whether the session of a line still holds; looks it up again when it was invalidated. */
    isAuthenticated(connection: Connection): boolean;
    /** Forgets all lines, as a restart does. */
    clear(): void;
}

/** A hub that follows the events of a world until it is disposed of. */
export function createHub(world: World): Hub & Disposable {
    const byUser = new Map<string, Set<Connection>>();
    const checked = new WeakSet<Connection>();

    const remove = (connection: Connection): void => {
        const own = byUser.get(connection.userId);
        own?.delete(connection);
        if (own?.size === 0) {
            byUser.delete(connection.userId);
        }
    };
    const reap = (): void => {
        const before = world.core.now() - inactiveLifetimeMs;
        for (const connection of [...hub.all()]) {
            if (!connection.active && connection.inactiveSince < before) {
                remove(connection);
            }
        }
    };
    const timer = setInterval(reap, inactiveLifetimeMs);
    timer.unref();

    const hub: Hub = {
        add(connection) {
            const own = byUser.get(connection.userId) ?? new Set();
            byUser.set(connection.userId, own.add(connection));
        },
        remove,
        reclaim(userId, connectionId) {
            const found = hub
                .ofUser(userId)
                .find((connection) => connection.id === connectionId && !connection.active);
            if (found !== undefined) {
                remove(found);
            }
            return found;
        },
        lost(connection) {
            connection.detach(world.core.now());
            const others = hub.ofUser(connection.userId).some((line) => line.active);
            if (connection.userId !== '' && !others) {
                world.statuses.setOffline(connection.userId);
            }
        },
        ofUser: (userId) => [...(byUser.get(userId) ?? [])],
        *all() {
            for (const own of byUser.values()) {
                yield* own;
            }
        },
        publish(published) {
            deliver(world, hub, published);
        },
        isAuthenticated(connection) {
            if (connection.token === '') {
                return false;
            }
            if (!checked.has(connection)) {
                const session = world.sessions.byToken(connection.token);
                if (session === undefined) {
                    connection.token = '';
                    return false;
                }
                checked.add(connection);
            }
            return true;
        },
        clear() {
            byUser.clear();
        },
    };
    const subscription = world.core.subscribe((event: WorldEvent) => {
        if (event.kind === 'published') {
            hub.publish(event.published);
        } else if (event.kind === 'user-invalidated') {
            for (const connection of hub.ofUser(event.userId)) {
                checked.delete(connection);
            }
        }
    });
    return {
        ...hub,
        [Symbol.dispose]() {
            clearInterval(timer);
            subscription[Symbol.dispose]();
        },
    };
}

function deliver(world: World, hub: Hub, published: PublishedEvent): void {
    let common: Frame | undefined;
    for (const connection of candidates(world, hub, published)) {
        if (!isMeant(world, hub, connection, published)) {
            continue;
        }
        const extra = published.extra?.(connection.userId, connection.postedAck);
        const frame =
            extra === undefined
                ? (common ??= createFrame(published))
                : createFrame(published, extra);
        if (!connection.send(frame)) {
            hub.remove(connection);
            connection.close();
        }
    }
}

function* candidates(
    world: World,
    hub: Hub,
    {audience}: PublishedEvent,
): Generator<Connection, void, undefined> {
    if (audience.userId !== undefined && audience.userId !== '') {
        yield* hub.ofUser(audience.userId);
    } else if (audience.channelId !== undefined && audience.channelId !== '') {
        for (const userId of world.channels.members(audience.channelId).keys()) {
            yield* hub.ofUser(userId);
        }
    } else if (audience.teamId !== undefined && audience.teamId !== '') {
        for (const member of world.teams.members(audience.teamId)) {
            yield* hub.ofUser(member.user_id);
        }
    } else {
        yield* [...hub.all()];
    }
}

function isMeant(
    world: World,
    hub: Hub,
    connection: Connection,
    {event, audience}: PublishedEvent,
): boolean {
    if (!hub.isAuthenticated(connection)) {
        return false;
    }
    if (audience.secrecy !== undefined) {
        const isAdmin = world.permissions.isAdmin(connection.userId);
        if (isAdmin !== (audience.secrecy === 'sensitive')) {
            return false;
        }
    }
    if (audience.connectionId !== undefined && audience.connectionId !== '') {
        return connection.id === audience.connectionId;
    }
    if (audience.omitConnectionId === connection.id) {
        return false;
    }
    if (audience.userId !== undefined && audience.userId !== '') {
        return true;
    }
    if (audience.omitUsers?.includes(connection.userId) === true) {
        return false;
    }
    return !(
        audience.channelId !== undefined &&
        audience.channelId !== '' &&
        scoped.has(event) &&
        world.core.config.FeatureFlags.WebSocketEventScope &&
        looksElsewhere(connection, audience.channelId)
    );
}

/** Clients that said what they look at get typing and reactions only from there. */
function looksElsewhere(connection: Connection, channelId: string): boolean {
    const {channelId: open, rhsChannelId, threadsChannelId} = connection.presence;
    const notInChannel = open !== undefined && open !== channelId;
    const notInThread =
        rhsChannelId !== undefined &&
        rhsChannelId !== channelId &&
        threadsChannelId !== undefined &&
        threadsChannelId !== channelId;
    return notInChannel && notInThread;
}
