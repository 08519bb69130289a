import type {Log} from '../../contract/log.ts';
import * as z from 'zod';
import {lineFaultOf} from '../../net/line-fault.ts';
import {codeForStatus, PlatformError} from '../errors.ts';
import {isTransient, RetryLaterError} from '../retry.ts';
import type {Limits, Timings} from './timings.ts';

/** One request as the REST client wants it sent; `url` is absolute. */
export interface OutgoingRequest {
    readonly url: string;
    readonly method: string;
    readonly body?: string | FormData | undefined;
}

/** What a transport needs; `token` is asked for once and again after a refusal. */
export interface TransportDeps {
    readonly fetch: typeof globalThis.fetch;
    readonly token: () => Promise<string>;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly log: Log;
    readonly now: () => number;
}

/** Sends single tries; repeating them is `retry.ts`. */
export interface Transport {
    /** The parsed JSON of a success; undefined for an empty body. @throws PlatformError */
    json(request: OutgoingRequest, signal: AbortSignal): Promise<unknown>;
    /** The answer with its body still to be read. @throws PlatformError */
    open(request: OutgoingRequest, signal: AbortSignal): Promise<Response>;
    /** Asks without a token whether anybody answers. @throws PlatformError where nobody does */
    ping(url: string, signal: AbortSignal): Promise<void>;
    /** The server's clock, as far as its answers tell it (to a second); our own before the first. */
    serverNow(): number;
    /** The token in use. */
    token(): Promise<string>;
}

const failureSchema = z.object({id: z.string().catch(''), message: z.string().catch('')});

/** A transport over `fetch`; it follows no redirect, so the token stays with its server. */
export function createTransport(deps: TransportDeps): Transport {
    let known: Promise<string> | undefined;
    let offset = 0;

    const token = (): Promise<string> => {
        known ??= deps.token().catch((error: unknown) => {
            known = undefined;
            throw error;
        });
        return known;
    };

    const reach = async (url: string, init: RequestInit): Promise<Response> => {
        try {
            return await deps.fetch(url, {...init, redirect: 'manual'});
        } catch (error) {
            const fault = lineFaultOf(error);
            const why = fault === undefined ? causeCode(error) : `${fault.detail}; ${fault.remedy}`;
            throw new PlatformError('unreachable', `no answer: ${why}`, {cause: error});
        }
    };

    const fetchOnce = async (request: OutgoingRequest, signal: AbortSignal): Promise<Response> => {
        const headers: Record<string, string> = {
            Authorization: `Bearer ${await token()}`,
            'User-Agent': 'gangway',
            'X-Requested-With': 'XMLHttpRequest',
        };
        if (typeof request.body === 'string') headers['Content-Type'] = 'application/json';
        return await reach(request.url, {
            method: request.method.toUpperCase(),
            headers,
            signal,
            ...(request.body === undefined ? {} : {body: request.body}),
        });
    };

    const open = async (request: OutgoingRequest, signal: AbortSignal): Promise<Response> => {
        const response = await fetchOnce(request, signal);
        const date = Date.parse(response.headers.get('date') ?? '');
        if (!Number.isNaN(date)) offset = date - deps.now();
        if (response.ok) return response;
        if (response.status === 401) known = undefined;
        const error = await refusal(response, deps);
        deps.log.debug('the server refused a call', {
            method: request.method,
            status: response.status,
            serverId: error.serverId,
            again: isTransient(error),
        });
        throw error;
    };

    return {
        open,
        token,
        ping: async (url, signal) => {
            const response = await reach(url, {signal});
            // Anything below is the server itself, which may refuse what it likes.
            if (response.status >= 500) throw await refusal(response, deps);
            await response.body?.cancel();
        },
        serverNow: () => deps.now() + offset,
        json: async (request, signal) => {
            const response = await open(request, signal);
            const text = await readText(response, deps.limits.responseBytes);
            return text === '' ? undefined : parseJson(text);
        },
    };
}

/** The server's answer is not what Mattermost answers. */
export function badResponse(what: string, cause?: unknown): PlatformError {
    return new PlatformError('bad-response', `the server's answer is not valid: ${what}`, {cause});
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch (error) {
        // The list of a user's channels is streamed: with none at all the server writes "[" and
        // then the error "not found", both with status 200.
        if (/^\[\s*\{"id":"app\.channel\.get_channels\.not_found\.app_error"/.test(text)) return [];
        throw badResponse('no JSON', error);
    }
}

async function refusal(response: Response, deps: TransportDeps): Promise<PlatformError> {
    const status = response.status;
    const {id, message} = await failureBody(response);
    const code = codeForStatus(status, id);
    const text = message === '' ? `the server answered ${status}` : message;
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), deps.now());
    if ((code === 'rate-limited' || code === 'unavailable') && retryAfterMs !== undefined) {
        const capped = Math.min(retryAfterMs, deps.timings.retryAfterMaxMs);
        return new RetryLaterError(code, text, {status, serverId: id, retryAfterMs: capped});
    }
    return new PlatformError(code, text, {status, serverId: id});
}

async function failureBody(response: Response): Promise<{id: string; message: string}> {
    try {
        const text = await readText(response, 64 * 1024);
        const parsed = failureSchema.safeParse(JSON.parse(text));
        return parsed.data ?? {id: '', message: ''};
    } catch {
        // A proxy's error page says nothing that a program could use: the status has to do.
        return {id: '', message: ''};
    }
}

/** Milliseconds from now; undefined where the header is absent or is no time. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
    if (value === null || value.trim() === '') return undefined;
    const seconds = Number(value);
    if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
    const date = Date.parse(value);
    return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

async function readText(response: Response, limit: number): Promise<string> {
    if (response.body === null) return '';
    const chunks: Uint8Array[] = [];
    let size = 0;
    const reader = response.body.getReader();
    try {
        for (;;) {
            const {done, value} = await reader.read();
            if (done) break;
            size += value.byteLength;
            if (size > limit) {
                await reader.cancel();
                throw new PlatformError('too-large', `an answer above ${limit} bytes`);
            }
            chunks.push(value);
        }
    } catch (error) {
        if (error instanceof PlatformError) throw error;
        throw new PlatformError('unreachable', `the answer broke off: ${causeCode(error)}`, {
            cause: error,
        });
    }
    return new TextDecoder().decode(Buffer.concat(chunks, size));
}

/** The first code in a chain of causes; errors of `fetch` may be of another realm's classes. */
function causeCode(error: unknown): string {
    for (let at: unknown = error; typeof at === 'object' && at !== null;) {
        if ('code' in at && typeof at.code === 'string') return at.code;
        at = 'cause' in at ? at.cause : undefined;
    }
    return 'no code';
}
