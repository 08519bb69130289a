import express from 'express';
import type * as z from 'zod';
import {
    kvChangesRequest,
    kvGetRequest,
    kvListRequest,
    kvSetRequest,
    RUNNER_HEADER,
    TOKEN_REFUSED,
    type Hello,
} from '../contract/runner-api.ts';
import {RUNNER_TOKEN_PREFIX, type RunnerToken} from '../session/runner-tokens.ts';
import {StoreError} from '../store/errors.ts';
import type {Store} from '../store/store.ts';
import {refuse} from './refuse.ts';

/** What the runners' routes need. */
export interface RunnerApiDeps {
    readonly store: Store;
    readonly verify: (secret: string) => Promise<RunnerToken | undefined>;
    /** Whether there is a token of this one's id, without cost to the store. */
    readonly hasId: (secret: string) => Promise<boolean>;
    readonly hello: (token: RunnerToken) => Promise<Hello>;
    /** [Date.now] */
    readonly now?: () => number;
}

/** Wrong tokens from one address before it must wait, and for how long. */
const FAILURES = 20;
const FAILURE_WINDOW_MS = 60_000;
/** A revoked token works at most this long. */
const TRUST_MS = 3_000;
const MAX_BODY = 16 * 1024 * 1024;
const MAX_REMEMBERED = 10_000;

/**
 * What attached runners work with: the shared store over HTTP, for whoever shows a runner token. Tokens
 * themselves are out of reach.
 */
export function runnerRouter(deps: RunnerApiDeps): express.Router {
    const {store, hello} = deps;
    const router = express.Router();
    router.use((_request, response, next) => {
        // The answers hold tokens and keys.
        response.set('Cache-Control', 'no-store');
        next();
    });
    router.use(authenticate(deps));
    router.use(express.json({limit: MAX_BODY}));

    router.post('/hello', async (_request, response) => {
        response.json(await hello(runnerOf(response)));
    });
    post(router, '/kv/get', kvGetRequest, async ({key}) => {
        const value = isHidden(key) ? undefined : await store.get(key);
        return {value: value === undefined ? null : encode(value)};
    });
    post(router, '/kv/compare-and-set', kvSetRequest, async (asked) => {
        if (isHidden(asked.key)) return undefined;
        const done = await store.compareAndSet(
            asked.key,
            decode(asked.expected),
            decode(asked.next),
            asked.ttlSeconds === undefined ? {} : {ttlSeconds: asked.ttlSeconds},
        );
        return {done};
    });
    post(router, '/kv/list', kvListRequest, async ({prefix, after, limit}) => {
        const keys = await store.list(prefix, after, limit);
        return {keys: keys.filter((key) => !isHidden(key))};
    });
    post(router, '/kv/changes', kvChangesRequest, async ({prefixes, waitMs}, response) => ({
        keys: await changes(store, prefixes, waitMs, response),
    }));
    router.use((_request, response) => {
        refuse(response, 404, 'There is nothing here.');
    });
    return router;
}

function isHidden(key: string): boolean {
    return key.startsWith(RUNNER_TOKEN_PREFIX);
}

function authenticate({verify, hasId, now = Date.now}: RunnerApiDeps): express.RequestHandler {
    const failures = new Map<string, {count: number; since: number}>();
    const trusted = new Map<string, {readonly token: RunnerToken; readonly until: number}>();
    return async (request, response, next) => {
        const secret = request.get(RUNNER_HEADER) ?? '';
        const known = trusted.get(secret);
        // The greeting is rare, hands out the bot's token, and is how a runner finds out.
        if (known !== undefined && known.until > now() && request.path !== '/hello') {
            response.locals['runner'] = known.token;
            next();
            return;
        }
        const address = request.ip ?? '';
        const failed = failures.get(address);
        if (failed !== undefined && now() - failed.since > FAILURE_WINDOW_MS) {
            failures.delete(address);
        } else if (failed !== undefined && failed.count >= FAILURES) {
            // Behind a proxy all share one address: whoever sends rubbish must not lock runners out.
            if (!(await hasId(secret))) {
                refuse(response, 429, 'Too many wrong tokens.');
                return;
            }
        }
        const token = await verify(secret);
        if (token === undefined) {
            if (failures.size >= MAX_REMEMBERED) failures.clear();
            const entry = failures.get(address) ?? {count: 0, since: now()};
            failures.set(address, {...entry, count: entry.count + 1});
            const error = {code: TOKEN_REFUSED, message: 'A runner token is needed.'};
            response.status(401).json({error});
            return;
        }
        if (trusted.size >= MAX_REMEMBERED) trusted.clear();
        trusted.set(secret, {token, until: now() + TRUST_MS});
        response.locals['runner'] = token;
        next();
    };
}

/** Put there by `authenticate`, which every route is behind. */
function runnerOf(response: express.Response): RunnerToken {
    return response.locals['runner'] as RunnerToken;
}

/** A route with a checked body; `undefined` is a refusal. */
function post<T>(
    router: express.Router,
    path: string,
    schema: z.ZodType<T>,
    answer: (body: T, response: express.Response) => Promise<object | undefined>,
): void {
    router.post(path, async (request, response) => {
        const body = schema.safeParse(request.body);
        if (!body.success) {
            refuse(response, 400, 'The request could not be read.');
            return;
        }
        try {
            const reply = await answer(body.data, response);
            if (response.destroyed) return;
            if (reply !== undefined) response.json(reply);
            else refuse(response, 403, 'That key is not for runners.');
        } catch (error) {
            if (!(error instanceof StoreError)) throw error;
            const status = error.code === 'key-invalid' ? 422 : 503;
            response.status(status).json({error: {code: error.code, message: error.message}});
        }
    });
}

/** Keys below the prefixes that change from now on, as soon as there is one. */
async function changes(
    store: Store,
    prefixes: readonly string[],
    waitMs: number,
    response: express.Response,
): Promise<string[]> {
    const {promise, resolve} = Promise.withResolvers<undefined>();
    const keys = new Set<string>();
    const watches = prefixes.map((prefix) =>
        store.watch(prefix, (key) => {
            if (isHidden(key)) return;
            keys.add(key);
            resolve(undefined);
        }),
    );
    const timer = setTimeout(() => resolve(undefined), waitMs);
    response.once('close', () => resolve(undefined));
    try {
        await promise;
        return [...keys];
    } finally {
        clearTimeout(timer);
        for (const watch of watches) watch[Symbol.dispose]();
    }
}

function encode(value: Uint8Array): string {
    return Buffer.from(value).toString('base64');
}

function decode(text: string | null): Uint8Array | undefined {
    return text === null ? undefined : Buffer.from(text, 'base64');
}
