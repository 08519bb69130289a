import type {PlatformEvent} from '../platform.ts';
import type {EventQueue} from './event-queue.ts';
import type {Progress} from './progress.ts';

/**
 * Where events from the socket and from catch-up meet: each post goes on once, and what the socket
 * brings while a gap is being read waits behind it, so that a channel's order holds.
 */
export interface Inbox {
    /** An event from the socket. */
    receive(event: PlatformEvent): void;
    /** An event from catch-up, once there is room; see `CatchUpDeps.give`. */
    give(event: PlatformEvent | undefined, handled: () => void, signal: AbortSignal): Promise<void>;
    /** From now on, events from the socket wait. */
    hold(): void;
    /** The gap has been read: what waited goes on. */
    release(): void;
    /** Whether events from the socket wait: something may be missing before them. */
    readonly holding: boolean;
    /** Whether the socket should stop reading. */
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
            queue.push({event, handled: () => progress.handled(post, true)});
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
