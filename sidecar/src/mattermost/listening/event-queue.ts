import {CancelledError} from '../../contract/errors.ts';
import type {PlatformEvent} from '../platform.ts';

/** An event with what happens when it has been handled; without an event only that happens. */
export interface QueuedItem {
    readonly event?: PlatformEvent;
    readonly handled: () => void;
}

/**
 * Events between the listener and their consumer. It holds about `limit` items: who fills it looks
 * at `full` and waits for `room`, so that nothing is ever dropped here.
 */
export interface EventQueue {
    /** Puts an item at the end, or before the first waiting one that `isLater` names. */
    push(item: QueuedItem, isLater?: (waiting: QueuedItem) => boolean): void;
    /** Puts an item back that was taken and not handled. */
    putBack(item: QueuedItem): void;
    /** Whether `limit` items wait. */
    readonly full: boolean;
    /** Resolves when no more than half of `limit` waits. @throws CancelledError */
    room(signal: AbortSignal): Promise<void>;
    /** The next item; undefined when `signal` is aborted. */
    take(signal: AbortSignal): Promise<QueuedItem | undefined>;
    /** Called each time the queue has become half empty after having been full. */
    onRoom(listener: () => void): Disposable;
}

/** Makes an empty queue for at most `limit` items. */
export function createEventQueue(limit: number): EventQueue {
    const items: QueuedItem[] = [];
    const waiters = new Set<() => void>();
    const roomListeners = new Set<() => void>();
    let wasFull = false;

    const wake = (): void => {
        for (const waiter of [...waiters]) waiter();
    };

    const afterTake = (): void => {
        if (!wasFull || items.length > limit / 2) return;
        wasFull = false;
        for (const listener of [...roomListeners]) listener();
    };

    const changed = (signal: AbortSignal): Promise<undefined> => {
        const {promise, resolve} = Promise.withResolvers<undefined>();
        const done = (): void => {
            waiters.delete(done);
            signal.removeEventListener('abort', done);
            resolve(undefined);
        };
        waiters.add(done);
        signal.addEventListener('abort', done, {once: true});
        return promise;
    };

    return {
        push: (item, isLater) => {
            const place = isLater === undefined ? -1 : items.findIndex(isLater);
            items.splice(place === -1 ? items.length : place, 0, item);
            if (items.length >= limit) wasFull = true;
            wake();
        },
        putBack: (item) => {
            items.unshift(item);
        },
        get full() {
            return items.length >= limit;
        },
        room: async (signal) => {
            while (items.length > limit / 2) {
                if (signal.aborted) throw new CancelledError('waiting for the consumer');
                await changed(signal);
            }
        },
        take: async (signal) => {
            while (!signal.aborted) {
                const item = items.shift();
                if (item !== undefined) {
                    afterTake();
                    wake();
                    return item;
                }
                await changed(signal);
            }
            return undefined;
        },
        onRoom: (listener) => {
            roomListeners.add(listener);
            return {[Symbol.dispose]: () => roomListeners.delete(listener)};
        },
    };
}
