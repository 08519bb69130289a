import {GangwayError} from '../contract/errors.ts';
import {StoreError} from './errors.ts';
import {checkKey, compareKeys} from './keys.ts';
import type {Store} from './store.ts';
import {createWatchers} from './watchers.ts';

/** The calls of Mattermost's plugin KV store that this one needs (server/public/plugin/api.go). */
export interface PluginKv {
    /** Undefined when there is none. */
    get(key: string): Promise<Uint8Array | undefined>;
    /**
     * Compare-and-set by value: `oldValue` undefined inserts only where nothing is; `value` undefined
     * deletes. False when another value was there. `expireInSeconds` 0: never.
     */
    setAtomically(
        key: string,
        oldValue: Uint8Array | undefined,
        value: Uint8Array | undefined,
        expireInSeconds: number,
    ): Promise<boolean>;
    /** A page of all keys of the plugin, in the database's order. */
    list(page: number, perPage: number): Promise<readonly string[]>;
}

/** A store over the plugin KV store, with a way in for changes that other runners tell of. */
export interface PluginKvStore extends Store {
    /** Another runner (or node) says that a key changed. */
    changedElsewhere(key: string): void;
}

/** The KV store takes an empty value for a deletion, so each value begins with its format. */
const FORMAT = 1;
const PAGE = 1_000;
/** Keys of the server itself begin so (`mmi_botid`). */
const INTERNAL = 'mmi_';

/** Makes a store over the plugin KV store; `onWritten` hears of each key that this process wrote. */
export function createPluginKvStore(
    kv: PluginKv,
    onWritten: (key: string) => void = () => undefined,
): PluginKvStore {
    const watchers = createWatchers();
    /**
     * Values that were not written by us (damage, another hand in the database): readers get them as they
     * are, find that they cannot be read, and may replace them.
     */
    const foreign = new WeakSet<Uint8Array>();
    const packed = (value: Uint8Array): Uint8Array => (foreign.has(value) ? value : pack(value));
    let closed = false;
    const open = (): void => {
        if (closed) throw new StoreError('closed', 'The store was closed');
    };

    return {
        async get(key) {
            open();
            checkKey(key);
            const value = await reached(kv.get(key));
            if (value === undefined) return undefined;
            if (value[0] === FORMAT) return unpack(value);
            const damaged = value.slice();
            foreign.add(damaged);
            return damaged;
        },

        async compareAndSet(key, expected, next, options = {}) {
            open();
            checkKey(key);
            if (expected === undefined && next === undefined) {
                return (await reached(kv.get(key))) === undefined;
            }
            const written = await reached(
                kv.setAtomically(
                    key,
                    expected === undefined ? undefined : packed(expected),
                    next === undefined ? undefined : pack(next),
                    // The KV store counts whole seconds; rounding up keeps a value rather too long.
                    Math.ceil(options.ttlSeconds ?? 0),
                ),
            );
            if (written) {
                watchers.notify(key);
                onWritten(key);
            }
            return written;
        },

        async list(prefix, after, limit = 1_000) {
            open();
            const found: string[] = [];
            for (let page = 0; ; page++) {
                const keys = await reached(kv.list(page, PAGE));
                found.push(
                    ...keys.filter((key) => key.startsWith(prefix) && !key.startsWith(INTERNAL)),
                );
                if (keys.length < PAGE || isBehind(prefix, keys.at(-1))) break;
            }
            // The database sorts by its own collation, so the order is made here.
            return found
                .sort(compareKeys)
                .filter((key) => after === undefined || compareKeys(key, after) > 0)
                .slice(0, limit);
        },

        watch(prefix, listener) {
            open();
            return watchers.add(prefix, listener);
        },

        changedElsewhere(key) {
            watchers.notify(key);
        },

        async close() {
            closed = true;
            watchers.clear();
        },
    };
}

/**
 * Whether pages from here on cannot hold the prefix. Collations differ in much, but all put digits before
 * letters: that is why the keys of open turns begin with a digit, and are found on the first page.
 */
function isBehind(prefix: string, last: string | undefined): boolean {
    return last !== undefined && /^[0-9]/.test(prefix) && /^[a-z]/i.test(last);
}

function pack(value: Uint8Array): Uint8Array {
    const packed = new Uint8Array(value.length + 1);
    packed[0] = FORMAT;
    packed.set(value, 1);
    return packed;
}

/** A copy, because the bytes may be a view into a received frame. */
function unpack(packed: Uint8Array): Uint8Array {
    return packed.slice(1);
}

/** Whatever keeps the server from answering is one thing to those above: the store is away. */
async function reached<T>(call: Promise<T>): Promise<T> {
    try {
        return await call;
    } catch (error) {
        if (error instanceof StoreError) throw error;
        const code = error instanceof GangwayError ? ` (${error.code})` : '';
        throw new StoreError('unavailable', `The plugin KV store did not answer${code}`, error);
    }
}
