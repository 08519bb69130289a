import type {IncomingMessage} from 'node:http';
import {cookies, provesOrigin, sessionOfToken} from '../http/auth.ts';
import type {SessionRow} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {Headers} from './response-writer.ts';

/** Who asks, and what the plugin sees of it. */
export interface PluginCaller {
    /** Undefined for nobody, for a bad token, and for a cookie without its proof of origin. */
    readonly session: SessionRow | undefined;
    readonly headers: Headers;
}

const sessionCookie = 'MMAUTHTOKEN';

/** Headers that the server takes away or sets itself; no client may speak in its name. */
const neverPassed = new Set(['Mattermost-User-Id', 'Mattermost-Plugin-Id', 'Referer', 'Host']);

/** Node's work, not the plugin's: Go takes this header away too. */
const ofTheConnection = 'Transfer-Encoding';

/**
 * Finds out who asks, by the server's rules for plugins: here the header goes before the cookie and the
 * cookie before the query, and what does not hold is no refusal but an anonymous request.
 */
export function callerOf(world: World, request: IncomingMessage): PluginCaller {
    const session = sessionFor(world, request);
    const headers: Record<string, string[]> = {};
    for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
        const name = canonicalName(request.rawHeaders[at] ?? '');
        if (!neverPassed.has(name) && name !== ofTheConnection && name !== 'Cookie') {
            (headers[name] ??= []).push(request.rawHeaders[at + 1] ?? '');
        }
    }
    const others = [...cookies(request)].filter(([name]) => name !== sessionCookie);
    if (others.length > 0) {
        headers['Cookie'] = [others.map(([name, value]) => `${name}=${value}`).join('; ')];
    }
    if (session !== undefined) {
        delete headers['Authorization'];
        headers['Mattermost-User-Id'] = [session.user_id];
    }
    return {session, headers};
}

function sessionFor(world: World, request: IncomingMessage): SessionRow | undefined {
    const header = /^(?:bearer|token) (.*)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (header !== undefined) {
        return sessionOfToken(world, header);
    }
    const cookie = cookies(request).get(sessionCookie);
    if (cookie !== undefined) {
        const session = sessionOfToken(world, cookie);
        const isProved =
            session !== undefined &&
            (request.method === 'GET' || provesOrigin(world, request, session));
        return isProved ? session : undefined;
    }
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    return sessionOfToken(world, query.get('access_token') ?? '');
}

/** Go's spelling of a header's name: `x-test` is `X-Test`. */
export function canonicalName(name: string): string {
    return name
        .toLowerCase()
        .replace(
            /(^|-)([a-z])/g,
            (_all, dash: string, letter: string) => dash + letter.toUpperCase(),
        );
}

/**
 * The address as the plugin gets it, from the raw one: without `/plugins/<id>`, escaped as Go does
 * (a `%2F` is a slash by then), the query in order of its names and without `access_token`.
 * Undefined for an address that cannot be decoded.
 */
export function pluginUrl(rawUrl: string, pluginId: string): string | undefined {
    const [rawPath = '', ...queries] = rawUrl.split('?');
    const path = decoded(rawPath);
    if (path === undefined) {
        return undefined;
    }
    const inside = path.slice(`/plugins/${pluginId}`.length);
    const query = new URLSearchParams(queries.join('?'));
    query.delete('access_token');
    query.sort();
    const text = [...query].map((pair) => pair.map(queryEscape).join('=')).join('&');
    return `${pathEscape(inside)}${text === '' ? '' : `?${text}`}`;
}

function decoded(text: string): string | undefined {
    try {
        return decodeURIComponent(text);
    } catch {
        // Go answers 400 to such an address.
        return undefined;
    }
}

const percent = (letter: string): string =>
    `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function queryEscape(text: string): string {
    return encodeURIComponent(text)
        .replace(/[!'()*]/g, percent)
        .replaceAll('%20', '+');
}

function pathEscape(path: string): string {
    return encodeURI(path).replace(/[?#!'()*]/g, percent);
}
