import type {PlatformEvent, Post} from '../platform.ts';
import type {EventQueue} from './event-queue.ts';
import type {Progress} from './progress.ts';

/**
 * Where live events and those from catch-up meet: each post goes on once, and what comes live while
 * a gap is being read waits behind it, so that a channel's order holds.
 */
export interface Inbox {
    /**
     * An event from the socket or a hook. A post goes before newer ones of its channel that still
     * wait: hooks come in no order.
     */
    receive(event: PlatformEvent): void;
    /** An event from catch-up, once there is room; see `CatchUpDeps.give`. */
    give(event: PlatformEvent | undefined, handled: () => void, signal: AbortSignal): Promise<void>;
    /** From now on, live events wait. */
    hold(): void;
    /** The gap has been read: what waited goes on. */
    release(): void;
    /** Whether live events wait: something may be missing before them. */
    readonly holding: boolean;
    /** Whether no more live events should come. */
    readonly crowded: boolean;
}

/** Makes an inbox that holds, since a start is a gap. `limit`: events that may wait in it. */
export function createInbox(queue: EventQueue, progress: Progress, limit: number): Inbox {
    let held: PlatformEvent[] = [];
    let holding = true;

    const pass = (event: PlatformEvent): void => {
        if (event.kind !== 'posted') {
            queue.push({event, handled: () => undefined});
            return;
        }
        const {post} = event;
        if (progress.give(post.id)) {
            const item = {event, handled: () => progress.handled(post, true)};
            queue.push(item, (waiting) => isNewer(waiting.event, post));
        }
    };

    return {
        receive: (event) => {
            if (holding) held.push(event);
            else pass(event);
        },
        give: async (event, handled, signal) => {
            if (queue.full) await queue.room(signal);
            queue.push(event === undefined ? {handled} : {event, handled});
        },
        hold: () => {
            holding = true;
        },
        release: () => {
            holding = false;
            const waiting = held;
            held = [];
            for (const event of waiting) pass(event);
        },
        get holding() {
            return holding;
        },
        get crowded() {
            return holding ? held.length >= limit : queue.full;
        },
    };
}

function isNewer(event: PlatformEvent | undefined, post: Post): boolean {
    return (
        event?.kind === 'posted' &&
        event.post.channelId === post.channelId &&
        event.post.createAt > post.createAt
    );
}
