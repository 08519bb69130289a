import * as z from 'zod';
import {ApiFailure} from './api_failure.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One call of the API. */
export interface Call<Schema extends z.ZodType> {
    readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
    /** Below `/api/v4`. */
    readonly path: string;
    readonly query?: Query;
    readonly json?: unknown;
    readonly form?: FormData;
    readonly answer: Schema;
    readonly signal?: AbortSignal;
}

/** Makes calls with the session's cookie. */
export type Request = <Schema extends z.ZodType>(call: Call<Schema>) => Promise<z.output<Schema>>;

const refusalSchema = z.looseObject({id: z.string(), message: z.string()});

const offline = 'The server cannot be reached. Check that it runs and try again.';

/**
 * Creates the one function that speaks HTTP. It throws {@link ApiFailure} for all that is not an
 * answer of the expected form; `onSignedOut` hears of each 401.
 */
export function createRequest(options: {onSignedOut: () => void}): Request {
    return async (call) => {
        const response = await send(call);
        if (!response.ok) {
            const failure = await readRefusal(response);
            if (failure.status === 401) {
                options.onSignedOut();
            }
            throw failure;
        }
        const body: unknown = await response.json().catch(() => undefined);
        const read = call.answer.safeParse(body);
        if (!read.success) {
            throw new ApiFailure(
                response.status,
                'unreadable',
                'The server answered in a form that this page does not know.',
                read.error,
            );
        }
        return read.data;
    };
}

async function send(call: Call<z.ZodType>): Promise<Response> {
    // The server accepts a cookie for writing only along with one of these two headers.
    const headers = new Headers({'X-Requested-With': 'XMLHttpRequest'});
    const csrf = /(?:^|;\s*)MMCSRF=([^;]+)/.exec(document.cookie)?.[1];
    if (csrf !== undefined) {
        headers.set('X-CSRF-Token', csrf);
    }
    const init: RequestInit = {
        method: call.method ?? 'GET',
        headers,
        credentials: 'same-origin',
        ...(call.signal === undefined ? {} : {signal: call.signal}),
    };
    if (call.form !== undefined) {
        init.body = call.form;
    } else if (call.json !== undefined) {
        headers.set('Content-Type', 'application/json');
        init.body = JSON.stringify(call.json);
    }
    try {
        return await fetch(`/api/v4${call.path}${queryText(call.query)}`, init);
    } catch (cause) {
        throw new ApiFailure(0, 'unreachable', offline, cause);
    }
}

async function readRefusal(response: Response): Promise<ApiFailure> {
    const body: unknown = await response.json().catch(() => undefined);
    const read = refusalSchema.safeParse(body);
    return read.success
        ? new ApiFailure(response.status, read.data.id, read.data.message)
        : new ApiFailure(
              response.status,
              'refused',
              `The server answered with status ${response.status}.`,
          );
}

function queryText(query: Query = {}): string {
    const pairs = Object.entries(query).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] satisfies [string, string]],
    );
    return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}
