import {isDeepStrictEqual} from 'node:util';

/** A value that is replaced as a whole while the program runs, such as the settings. */
export interface LiveSettings<T> {
    /** What holds now; frozen. */
    current(): T;
    /** Puts another value in place and tells the subscribers, unless it is equal. */
    replace(next: T): void;
    /** Calls `listener` (which must not throw) after each change, until disposed. */
    subscribe(listener: (next: T, previous: T) => void): Disposable;
}

function freeze(value: unknown): void {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
}

/** Settings that can change; `initial` and all that follow are frozen in depth. */
export function createLiveSettings<T>(initial: T): LiveSettings<T> {
    freeze(initial);
    let value = initial;
    const listeners = new Set<{readonly call: (next: T, previous: T) => void}>();
    return {
        current: () => value,
        replace(next) {
            if (isDeepStrictEqual(next, value)) return;
            freeze(next);
            const previous = value;
            value = next;
            for (const listener of [...listeners]) listener.call(next, previous);
        },
        subscribe(call) {
            const listener = {call};
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
    };
}
