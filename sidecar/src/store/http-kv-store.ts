import type * as z from 'zod';
import {
    helloReply,
    kvChangesReply,
    kvGetReply,
    kvListReply,
    kvSetReply,
    RUNNER_HEADER,
    RUNNER_ROUTES,
    type Hello,
} from '../contract/runner-api.ts';
import {sleep} from '../contract/time.ts';
import {StoreError} from './errors.ts';
import {checkKey} from './keys.ts';
import type {Store} from './store.ts';
import {createWatchers} from './watchers.ts';

/** The store of a plugin, reached over HTTP with a runner token. */
export interface HttpKvStore extends Store {
    /**
     * What this runner works with.
     * @throws StoreError `foreign`: the token is refused, or nothing like the plugin answers there;
     * `unavailable`: nothing answers now
     */
    hello(signal?: AbortSignal): Promise<Hello>;
}

/** What a store over HTTP needs. */
export interface HttpKvOptions {
    /** The plugin's address: `<server>/plugins/gangway`. */
    readonly url: string;
    readonly token: () => string;
    /** Longest wait for an answer, ms [15000]. */
    readonly timeoutMs?: number;
}

/** One long poll; shorter than any proxy's patience. */
const POLL_MS = 20_000;
const PAUSE_MS = 2_000;

/** Makes a store over the plugin's routes for runners. Nothing is sent before the first call. */
export function createHttpKvStore({url, token, timeoutMs = 15_000}: HttpKvOptions): HttpKvStore {
    const base = `${url.replace(/\/+$/, '')}${RUNNER_ROUTES}`;
    const closing = new AbortController();
    const prefixes = new Map<symbol, string>();
    const watchers = createWatchers();
    let polling: Promise<void> | undefined;
    let changed = new AbortController();

    const call = async <T>(
        path: string,
        body: object,
        reply: z.ZodType<T>,
        {signal, waitMs = 0}: {signal?: AbortSignal | undefined; waitMs?: number} = {},
    ): Promise<T> => {
        if (closing.signal.aborted) throw new StoreError('closed', 'The store was closed');
        const limits = [closing.signal, AbortSignal.timeout(timeoutMs + waitMs)];
        const response = await answered(
            fetch(`${base}${path}`, {
                method: 'POST',
                headers: {'Content-Type': 'application/json', [RUNNER_HEADER]: token()},
                body: JSON.stringify(body),
                redirect: 'error',
                signal: AbortSignal.any(signal === undefined ? limits : [...limits, signal]),
            }),
        );
        if (!response.ok) {
            await response.body?.cancel();
            throw refusal(response.status);
        }
        const parsed = reply.safeParse(await answered(response.json()));
        if (parsed.success) return parsed.data;
        throw new StoreError('foreign', `Something else than the plugin answers at ${base}`);
    };

    /** Asks for changes as long as somebody wants to know. */
    const poll = async (): Promise<void> => {
        while (prefixes.size > 0 && !closing.signal.aborted) {
            const {signal} = changed;
            const wanted = {prefixes: [...new Set(prefixes.values())], waitMs: POLL_MS};
            try {
                const {keys} = await call('/kv/changes', wanted, kvChangesReply, {
                    signal,
                    waitMs: POLL_MS,
                });
                for (const key of keys) watchers.notify(key);
            } catch {
                // A hint may be lost; a change of the prefixes just asks anew.
                if (!signal.aborted) await sleep(PAUSE_MS, closing.signal).catch(() => undefined);
            }
        }
        polling = undefined;
    };
    const prefixesChanged = (): void => {
        changed.abort();
        changed = new AbortController();
        if (prefixes.size > 0) polling ??= poll();
    };

    return {
        hello: (signal) => call('/hello', {}, helloReply, {signal}),
        async get(key) {
            checkKey(key);
            const {value} = await call('/kv/get', {key}, kvGetReply);
            return value === null ? undefined : new Uint8Array(Buffer.from(value, 'base64'));
        },
        async compareAndSet(key, expected, next, options = {}) {
            checkKey(key);
            const asked = {key, expected: encode(expected), next: encode(next), ...options};
            const {done} = await call('/kv/compare-and-set', asked, kvSetReply);
            if (done) watchers.notify(key);
            return done;
        },
        async list(prefix, after, limit = 1_000) {
            const asked = {prefix, limit, ...(after === undefined ? {} : {after})};
            const {keys} = await call('/kv/list', asked, kvListReply);
            return keys;
        },
        watch(prefix, listener) {
            if (closing.signal.aborted) throw new StoreError('closed', 'The store was closed');
            const id = Symbol(prefix);
            const watching = watchers.add(prefix, listener);
            prefixes.set(id, prefix);
            prefixesChanged();
            return {
                [Symbol.dispose]: () => {
                    watching[Symbol.dispose]();
                    if (prefixes.delete(id)) prefixesChanged();
                },
            };
        },
        async close() {
            closing.abort();
            prefixes.clear();
            watchers.clear();
            await polling;
        },
    };
}

function encode(value: Uint8Array | undefined): string | null {
    return value === undefined ? null : Buffer.from(value).toString('base64');
}

async function answered<T>(call: Promise<T>): Promise<T> {
    try {
        return await call;
    } catch (error) {
        throw new StoreError('unavailable', 'The plugin did not answer', error);
    }
}

function refusal(status: number): StoreError {
    switch (status) {
        case 401:
        case 403:
            return new StoreError('foreign', 'The plugin refused the runner token');
        case 404:
            return new StoreError('foreign', 'There is no Gangway plugin at that address');
        case 422:
            return new StoreError('key-invalid', 'The plugin refused the key');
        default:
            return new StoreError('unavailable', `The plugin answered ${status}`);
    }
}
