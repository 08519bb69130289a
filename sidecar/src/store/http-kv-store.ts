import type * as z from 'zod';
import {
    helloReply,
    kvChangesReply,
    kvGetReply,
    kvListReply,
    kvSetReply,
    refusalReply,
    RUNNER_HEADER,
    TOKEN_REFUSED,
    type Hello,
} from '../contract/runner-api.ts';
import {ROUTES} from '../contract/routes.ts';
import {sleep} from '../contract/time.ts';
import {lineFaultOf} from '../net/line-fault.ts';
import {StoreError} from './errors.ts';
import {createHttpLink, PluginAwayError, type LinkListener} from './http-link.ts';
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
    /** Aborted as soon as the plugin refuses the token: from then on nothing is asked any more. */
    readonly refused: AbortSignal;
}

/** What a store over HTTP needs. */
export interface HttpKvOptions {
    readonly fetch: typeof globalThis.fetch;
    /** The plugin's address: `<server>/plugins/gangway`. */
    readonly url: string;
    readonly token: () => string;
    /** Longest wait for an answer, ms [15000]. */
    readonly timeoutMs?: number;
    /** Told when the plugin is away, and back. */
    readonly onLink?: LinkListener;
    /** ms [Date.now]. */
    readonly now?: () => number;
}

/** One long poll; shorter than any proxy's patience. */
const POLL_MS = 20_000;
const PAUSE_MS = 1_000;

/** Makes a store over the plugin's routes for runners. Nothing is sent before the first call. */
export function createHttpKvStore(options: HttpKvOptions): HttpKvStore {
    const {fetch, url, token, timeoutMs = 15_000, onLink: listener, now} = options;
    const base = `${url.replace(/\/+$/, '')}${ROUTES.runner}`;
    const link = createHttpLink({listener, ...(now === undefined ? {} : {now})});
    const closing = new AbortController();
    const refused = new AbortController();
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
        if (refused.signal.aborted) throw tokenRefused();
        link.enter();
        const given = signal === undefined ? [closing.signal] : [closing.signal, signal];
        try {
            const response = await answered(
                fetch(`${base}${path}`, {
                    method: 'POST',
                    headers: {'Content-Type': 'application/json', [RUNNER_HEADER]: token()},
                    body: JSON.stringify(body),
                    redirect: 'error',
                    signal: AbortSignal.any([...given, AbortSignal.timeout(timeoutMs + waitMs)]),
                }),
            );
            const parsed = response.ok
                ? reply.safeParse(await answered(response.json()))
                : await refusal(response);
            if (parsed instanceof Error) throw parsed;
            if (!parsed.success) {
                const what = `Something else than the plugin answers at ${base}`;
                throw new PluginAwayError('foreign', what);
            }
            link.answered();
            return parsed.data;
        } catch (error) {
            if (error instanceof TokenRefusedError) refused.abort();
            if (!(error instanceof PluginAwayError)) link.answered();
            // A call that nobody waits for any more says nothing of the plugin.
            else if (!given.some(({aborted}) => aborted)) link.failed(error);
            throw error;
        }
    };

    /** Asks for changes as long as somebody wants to know. */
    const poll = async (): Promise<void> => {
        while (prefixes.size > 0 && !closing.signal.aborted) {
            const {signal} = changed;
            // While the plugin is away this is what finds it back, so that the answer must come at once.
            const waitMs = link.isLost ? 0 : POLL_MS;
            const wanted = {prefixes: [...new Set(prefixes.values())], waitMs};
            try {
                const {keys} = await call('/kv/changes', wanted, kvChangesReply, {
                    signal,
                    waitMs,
                });
                for (const key of keys) watchers.notify(key);
            } catch {
                if (refused.signal.aborted) break;
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
        refused: refused.signal,
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
        const fault = lineFaultOf(error);
        const why = fault === undefined ? '' : `: ${fault.detail}; ${fault.remedy}`;
        throw new PluginAwayError('unavailable', `The plugin did not answer${why}`, error);
    }
}

class TokenRefusedError extends StoreError {}

const tokenRefused = (): TokenRefusedError =>
    new TokenRefusedError('foreign', 'The plugin refused the runner token');

/** What an answer that is no success means; a proxy or a server without the plugin are no plugin. */
async function refusal(response: Response): Promise<StoreError> {
    const {status} = response;
    const body = refusalReply.safeParse(await response.json().catch(() => undefined));
    const isPlugin = body.success && status < 500;
    if (isPlugin && status === 401 && body.data.error.code === TOKEN_REFUSED) return tokenRefused();
    const Kind = isPlugin && status !== 429 ? StoreError : PluginAwayError;
    switch (status) {
        case 401:
        case 403:
            return new Kind('foreign', `The runner is not let in (${status})`);
        case 404:
            return new Kind('foreign', 'There is no Gangway plugin at that address');
        case 422:
            return new Kind('key-invalid', 'The plugin refused the key');
        default:
            return new Kind('unavailable', `The plugin answered ${status}`);
    }
}
