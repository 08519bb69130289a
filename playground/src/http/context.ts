import type {Request, Response} from 'express';
import * as z from 'zod';
import {ApiError, invalidParam, invalidUrlParam, noSuchPage, unauthorized} from '../api-error.ts';
import {isValidId} from '../identifiers.ts';
import type {SessionRow} from '../world/records.ts';
import type {World} from '../world/world.ts';
import {readBody} from './body.ts';

/** One request on its way to an answer. */
export interface Context {
    readonly world: World;
    readonly request: Request;
    readonly response: Response;
    readonly requestId: string;
    /** Undefined on routes that are open to all, when nobody is logged in. */
    readonly session: SessionRow | undefined;
    /** The user of the session; '' when nobody is logged in. */
    readonly userId: string;

    /** A 26-character id of the path; `me` is the caller where `me` is allowed. */
    id(name: string): string;
    /** Any part of the path that fits a pattern; 404 when it does not, as no route would. */
    part(name: string, pattern: RegExp): string;
    query(name: string): string;
    flag(name: string): boolean;
    /** `page` and `per_page` (60, at most 200), as the server reads them. */
    paging(): {page: number; perPage: number};
    /** The part of a list that `page` and `per_page` ask for. */
    onePage<T>(list: readonly T[]): T[];

    /** The body as JSON; 400 about `name` when it is none or does not fit. */
    body<T>(schema: z.ZodType<T>, name: string): Promise<T>;
    /** The body as a list of texts, each once; 400 when it is none, or empty. */
    idList(name: string): Promise<string[]>;
    bytes(limit: number): Promise<Buffer>;
    /** The body as a multipart form, no larger than a file may be; 400 `refusal` when it is none. */
    form(refusal: string): Promise<FormData>;

    json(value: unknown, status?: number): void;
    /** An answer that is JSON text already. */
    text(json: string, status?: number): void;
    ok(): void;
}

const defaultPerPage = 60;
const maxPerPage = 200;

/** Wraps an express request. */
export function createContext(
    world: World,
    request: Request,
    response: Response,
    requestId: string,
    session: SessionRow | undefined,
): Context {
    const userId = session?.user_id ?? '';
    const context: Context = {
        world,
        request,
        response,
        requestId,
        session,
        userId,
        id(name) {
            const value = context.part(name, /^[A-Za-z0-9]+$/);
            if (value === 'me' && name === 'user_id') {
                return userId;
            }
            if (!isValidId(value)) {
                throw invalidUrlParam(name);
            }
            return value;
        },
        part(name, pattern) {
            const value = request.params[name];
            if (typeof value !== 'string' || !pattern.test(value)) {
                throw noSuchPage(`${request.baseUrl}${request.path}`);
            }
            return value;
        },
        query: (name) => queryOf(request, name),
        flag: (name) => ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(queryOf(request, name)),
        paging: () => ({
            page: wholeNumber(queryOf(request, 'page')) ?? 0,
            perPage: Math.min(
                wholeNumber(queryOf(request, 'per_page')) ?? defaultPerPage,
                maxPerPage,
            ),
        }),
        onePage(list) {
            const {page, perPage} = context.paging();
            return list.slice(page * perPage, (page + 1) * perPage);
        },
        async body(schema, name) {
            const limit = world.core.config.ServiceSettings.MaximumPayloadSizeBytes;
            return parseJson(await readBody(request, limit), schema, name);
        },
        async idList(name) {
            const limit = world.core.config.ServiceSettings.MaximumPayloadSizeBytes;
            const list = parseList(await readBody(request, limit));
            if (list.length === 0) {
                throw invalidParam(name);
            }
            return [...new Set(list)];
        },
        bytes: (limit) => readBody(request, limit),
        async form(refusal) {
            const bytes = await readBody(request, world.core.config.FileSettings.MaxFileSize);
            const type = request.headers['content-type'] ?? '';
            try {
                return await new globalThis.Response(new Uint8Array(bytes), {
                    headers: {'Content-Type': type},
                }).formData();
            } catch (error) {
                throw new ApiError(400, refusal, {}, {cause: error});
            }
        },
        json(value, status = 200) {
            context.text(JSON.stringify(value), status);
        },
        text(json, status = 200) {
            response.statusCode = status;
            response.end(`${json}\n`);
        },
        ok() {
            response.statusCode = 200;
            response.end('{"status":"OK"}');
        },
    };
    return context;
}

function queryOf(request: Request, name: string): string {
    const value = request.query[name];
    const first = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' ? first : '';
}

function wholeNumber(text: string): number | undefined {
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** @throws ApiError 400 when the bytes are not JSON that fits */
export function parseJson<T>(bytes: Buffer, schema: z.ZodType<T>, name: string): T {
    let value: unknown;
    try {
        value = JSON.parse(bytes.toString('utf8'));
    } catch (error) {
        throw new ApiError(
            400,
            'api.context.invalid_body_param.app_error',
            {Name: name},
            {cause: error},
        );
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
        throw invalidParam(name);
    }
    return parsed.data;
}

function parseList(bytes: Buffer): string[] {
    try {
        return (
            z
                .array(z.string())
                .nullable()
                .parse(JSON.parse(bytes.toString('utf8'))) ?? []
        );
    } catch (error) {
        throw new ApiError(400, 'api.payload.parse.error', {}, {cause: error});
    }
}

/** The session of a route that needs one. @throws ApiError 401 */
export function requireSession(context: Context): SessionRow {
    if (context.session === undefined) {
        throw unauthorized();
    }
    return context.session;
}
