import type {IncomingMessage} from 'node:http';
import type {SessionRow} from '../world/records.ts';
import type {World} from '../world/world.ts';

/** Where a request carries its token. */
export interface TokenInRequest {
    readonly token: string;
    readonly from: 'cookie' | 'header' | 'query';
}

const longestToken = 50;

/** The token of a request: the cookie goes before the header, the header before the query. */
export function tokenOf(request: IncomingMessage): TokenInRequest | undefined {
    const cookie = cookies(request).get('MMAUTHTOKEN');
    if (cookie !== undefined) {
        return {token: cookie.slice(0, longestToken), from: 'cookie'};
    }
    const header = request.headers.authorization ?? '';
    const found = /^(?:bearer|token) (.*)$/i.exec(header)?.[1];
    if (found !== undefined && found !== '') {
        return {token: found.slice(0, longestToken), from: 'header'};
    }
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams.get('access_token');
    return query === null || query === ''
        ? undefined
        : {token: query.slice(0, longestToken), from: 'query'};
}

/** The cookies of a request by name; the first of equal names counts. */
export function cookies(request: IncomingMessage): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const part of (request.headers.cookie ?? '').split(';')) {
        const at = part.indexOf('=');
        const name = part.slice(0, at).trim();
        if (at > 0 && !found.has(name)) {
            found.set(name, part.slice(at + 1).trim());
        }
    }
    return found;
}

/** What the credentials of a request amount to. */
export type Authentication =
    | {readonly kind: 'none'}
    | {readonly kind: 'session'; readonly session: SessionRow}
    /** The token is unknown, expired or revoked. */
    | {readonly kind: 'bad-token'}
    /** A token of a session, but in the query, where only OAuth tokens may be. */
    | {readonly kind: 'token-in-query'}
    /** The cookie came without the header that proves it was not another site. */
    | {readonly kind: 'forged'};

/** Checks the credentials of a request; `trusting` routes skip the check against forgery. */
export function authenticate(
    world: World,
    request: IncomingMessage,
    trusting: boolean,
): Authentication {
    const found = tokenOf(request);
    if (found === undefined) {
        return {kind: 'none'};
    }
    const session = sessionOfToken(world, found.token);
    if (session === undefined) {
        return {kind: 'bad-token'};
    }
    if (found.from === 'query') {
        return {kind: 'token-in-query'};
    }
    const forgeable = found.from === 'cookie' && !trusting && request.method !== 'GET';
    return forgeable && !provesOrigin(world, request, session)
        ? {kind: 'forged'}
        : {kind: 'session', session};
}

/** The session of a token that may be used now. */
export function sessionOfToken(world: World, token: string): SessionRow | undefined {
    const session = world.sessions.byToken(token);
    return session !== undefined && mayUse(world, session) ? session : undefined;
}

function mayUse(world: World, session: SessionRow): boolean {
    const isBot = world.users.get(session.user_id)?.is_bot === true;
    return (
        session.accessTokenId === '' ||
        isBot ||
        world.core.config.ServiceSettings.EnableUserAccessTokens
    );
}

/** Whether a request with a cookie shows that a page of this site sent it. */
export function provesOrigin(world: World, request: IncomingMessage, session: SessionRow): boolean {
    return (
        request.headers['x-csrf-token'] === session.csrf ||
        (request.headers['x-requested-with'] === 'XMLHttpRequest' &&
            !world.core.config.ServiceSettings.ExperimentalStrictCSRFEnforcement)
    );
}
