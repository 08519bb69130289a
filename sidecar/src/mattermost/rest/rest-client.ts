import {Client4} from '@mattermost/client';
import * as z from 'zod';
import {badResponse, type Transport} from './transport.ts';
import {backoff, isTransient, retrying, type RetryPolicy} from '../retry.ts';
import type {Timings} from './timings.ts';

/** What a caller may say about one call. */
export interface CallOptions {
    readonly signal?: AbortSignal | undefined;
    /** Per try [timings.tryMs]. */
    readonly tryMs?: number;
    /** All tries together [timings.totalMs]. */
    readonly totalMs?: number;
    /** Tries after the first [as many as fit into the time]. */
    readonly maxRetries?: number;
    readonly delayMs?: (n: number) => number;
    /** What may be sent again [429, 502, 503, 504, network, time-out]. */
    readonly repeatable?: (error: unknown) => boolean;
}

/** Mattermost's REST API with time limits, repetition and parsed answers. */
export interface RestClient {
    /** One logical call: `send` may run several times. */
    call<S extends z.ZodType>(
        what: string,
        schema: S,
        send: (api: Api) => Promise<unknown>,
        options?: CallOptions,
    ): Promise<z.output<S>>;
    /** One try, for callers that repeat by their own rules. */
    once<S extends z.ZodType>(
        schema: S,
        send: (api: Api) => Promise<unknown>,
        signal: AbortSignal,
    ): Promise<z.output<S>>;
    /** The policy that `call` would use. */
    policy(what: string, options?: CallOptions): RetryPolicy;
    readonly transport: Transport;
}

/** What a RestClient needs. */
export interface RestClientDeps {
    readonly baseUrl: string;
    readonly transport: Transport;
    readonly timings: Timings;
    readonly random: () => number;
    readonly now: () => number;
}

/** Makes the client of one account. */
export function createRestClient(deps: RestClientDeps): RestClient {
    const api = new Api(deps.transport);
    api.setUrl(deps.baseUrl);
    const delayMs = backoff(deps.timings.retryMinMs, deps.timings.retryMaxMs, deps.random);

    const client: RestClient = {
        transport: deps.transport,
        policy: (what, options = {}) => ({
            what,
            tryMs: options.tryMs ?? deps.timings.tryMs,
            totalMs: options.totalMs ?? deps.timings.totalMs,
            ...(options.maxRetries === undefined ? {} : {maxRetries: options.maxRetries}),
            delayMs: options.delayMs ?? delayMs,
            repeatable: options.repeatable ?? isTransient,
            signal: options.signal,
            now: deps.now,
        }),
        once: async (schema, send, signal) => {
            const parsed = schema.safeParse(await api.during(signal, send));
            if (!parsed.success) throw badResponse('unexpected fields', parsed.error);
            return parsed.data;
        },
        call: (what, schema, send, options) =>
            retrying(client.policy(what, options), (signal) => client.once(schema, send, signal)),
    };
    return client;
}

/**
 * Mattermost's own client for routes and bodies, with its request function replaced: that one has no
 * time limit, loses `Retry-After` and reads JSON only by an exact content type.
 */
export class Api extends Client4 {
    #transport: Transport;
    #signal: AbortSignal | undefined;

    constructor(transport: Transport) {
        super();
        this.#transport = transport;
    }

    /** Runs one call with a signal; every method of Client4 asks for its request before it yields. */
    during<T>(signal: AbortSignal, send: (api: Api) => Promise<T>): Promise<T> {
        this.#signal = signal;
        try {
            return send(this);
        } finally {
            this.#signal = undefined;
        }
    }

    // Client4 says that a server's answer is of the wanted type; here it is `any` until the
    // caller's schema has parsed it.
    protected override doFetch = async (
        url: string,
        options: {method?: string; body?: unknown},
        // eslint-disable-next-line @typescript-eslint/no-explicit-any
    ): Promise<any> => {
        const signal = this.#signal;
        if (signal === undefined) throw new TypeError('call Api methods through during()');
        const {body} = options;
        return this.#transport.json(
            {
                url,
                method: options.method ?? 'get',
                body: typeof body === 'string' || body instanceof FormData ? body : undefined,
            },
            signal,
        );
    };

    /** Shows that the session's user is typing (Client4 knows only the WebSocket's way). */
    publishTyping(channelId: string, rootId: string): Promise<unknown> {
        return this.doFetch(`${this.getUserRoute('me')}/typing`, {
            method: 'post',
            body: JSON.stringify({channel_id: channelId, parent_id: rootId}),
        });
    }

    /** A post of which nobody is notified (11.10). */
    createSilentPost(post: object): Promise<unknown> {
        return this.doFetch(`${this.getPostsRoute()}?silent=true`, {
            method: 'post',
            body: JSON.stringify(post),
        });
    }

    /** What is known of a file (Client4 asks only per post). */
    getFileInfo(fileId: string): Promise<unknown> {
        return this.doFetch(`${this.getFileRoute(fileId)}/info`, {method: 'get'});
    }

    /** The newest replies of a thread that are older than a post, newest first. */
    getThreadUp(rootId: string, perPage: number, from?: {id: string; createAt: number}) {
        const query = new URLSearchParams({direction: 'up', perPage: `${perPage}`});
        if (from !== undefined) {
            query.set('fromPost', from.id);
            query.set('fromCreateAt', `${from.createAt}`);
        }
        return this.doFetch(`${this.getPostRoute(rootId)}/thread?${query.toString()}`, {
            method: 'get',
        });
    }
}
