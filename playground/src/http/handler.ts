import type {Request, RequestHandler, Response} from 'express';
import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {ApiError, unauthorized} from '../api-error.ts';
import {newId} from '../identifiers.ts';
import type {World} from '../world/world.ts';
import {authenticate} from './auth.ts';
import {createContext, type Context} from './context.ts';

/** How the server names itself and its build. */
export function buildOf(world: World): string {
    const {version} = world.core.server;
    return `${version}.${version}.playground.false`;
}

/** Answers a request through its context, or throws ApiError. */
export type Handler = (context: Context) => void | Promise<void>;

/** Who may call a route. */
export interface RouteRules {
    /** Default true: without a session 401. */
    readonly session?: boolean;
    /** Default false: whether the check against forged requests is left out. */
    readonly trusting?: boolean;
}

/** Makes express handlers of the server's kind. */
export type Route = (handler: Handler, rules?: RouteRules) => RequestHandler;

/** Wraps handlers with what every API answer has: headers, session, errors as JSON. */
export function createRoute(world: World, log: Log): Route {
    return (handler, rules = {}) =>
        async (request, response) => {
            const requestId = newId();
            try {
                refuseLongUrl(world, request);
                setHeaders(world, request, response, requestId);
                const session = sessionFor(world, request, response, rules);
                await handler(createContext(world, request, response, requestId, session));
            } catch (error) {
                answerError(log, request, response, requestId, error);
            }
        };
}

function refuseLongUrl(world: World, request: Request): void {
    if (request.originalUrl.length > world.core.config.ServiceSettings.MaximumURLLength) {
        throw new ApiError(414, 'basic_security_check.url.too_long_error');
    }
}

function setHeaders(world: World, request: Request, response: Response, requestId: string): void {
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('X-Version-Id', buildOf(world));
    response.setHeader('Permissions-Policy', '');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Vary', 'Accept-Encoding');
    if (request.method === 'GET') {
        response.setHeader('Expires', '0');
    }
}

function sessionFor(
    world: World,
    request: Request,
    response: Response,
    rules: RouteRules,
): Context['session'] {
    const found = authenticate(world, request, rules.trusting ?? false);
    switch (found.kind) {
        case 'session':
            return found.session;
        case 'token-in-query':
            throw new ApiError(401, 'api.context.token_provided.app_error');
        case 'forged':
            forgetCookie(response);
            throw unauthorized();
        case 'bad-token':
            if (rules.session ?? true) {
                forgetCookie(response);
                throw unauthorized();
            }
            return undefined;
        case 'none':
            if (rules.session ?? true) {
                throw unauthorized();
            }
            return undefined;
    }
}

function forgetCookie(response: Response): void {
    response.setHeader('Set-Cookie', 'MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly');
}

/** Answers with an error of the server's form; anything unexpected is logged and a 500. */
export function answerError(
    log: Log,
    request: Request,
    response: Response,
    requestId: string,
    error: unknown,
): void {
    const refusal =
        error instanceof ApiError
            ? error
            : new ApiError(500, 'playground.broken', {}, {cause: error});
    if (refusal !== error) {
        log.error('a route of the playground failed', {
            method: request.method,
            path: request.path,
            error: errorOf(error),
        });
    }
    if (response.headersSent) {
        response.destroy();
        return;
    }
    response.statusCode = refusal.status;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(refusal.toBody(refusal.detail === '' ? requestId : '')));
}
