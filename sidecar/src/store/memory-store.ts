import {StoreError} from './errors.ts';
import {checkKey, compareKeys} from './keys.ts';
import type {Store} from './store.ts';
import {createWatchers} from './watchers.ts';

interface Row {
    readonly value: Uint8Array;
    /** Undefined: for ever. */
    readonly expiresAt: number | undefined;
}

/** A store that lives and dies with the process: for tests and trials. `now` is in ms [Date.now]. */
export function createMemoryStore({now = Date.now}: {now?: () => number} = {}): Store {
    const rows = new Map<string, Row>();
    const watchers = createWatchers();
    let closed = false;

    const live = (key: string): Row | undefined => {
        const row = rows.get(key);
        if (row?.expiresAt === undefined || row.expiresAt > now()) return row;
        rows.delete(key);
        return undefined;
    };
    const checkOpen = (): void => {
        if (closed) throw new StoreError('closed', 'The store is closed');
    };

    return {
        // async functions, so that a refused key rejects instead of throwing at the caller.
        async get(key) {
            checkOpen();
            checkKey(key);
            return live(key)?.value.slice();
        },

        async compareAndSet(key, expected, next, {ttlSeconds} = {}) {
            checkOpen();
            checkKey(key);
            if (!sameBytes(live(key)?.value, expected)) return false;
            if (next === undefined) {
                rows.delete(key);
            } else {
                const expiresAt = ttlSeconds === undefined ? undefined : now() + ttlSeconds * 1000;
                rows.set(key, {value: next.slice(), expiresAt});
            }
            watchers.notify(key);
            return true;
        },

        async list(prefix, after = '', limit = 1000) {
            checkOpen();
            return [...rows.keys()]
                .filter((key) => key.startsWith(prefix) && compareKeys(key, after) > 0)
                .filter((key) => live(key) !== undefined)
                .sort(compareKeys)
                .slice(0, limit);
        },

        watch(prefix, listener) {
            checkOpen();
            return watchers.add(prefix, listener);
        },

        async close() {
            closed = true;
            watchers.clear();
            rows.clear();
        },
    };
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
