import {ROUTES} from '../../../sidecar/src/contract/routes.ts';
import {isRecord, parseJson} from '../live/json.ts';
import {PLUGIN_ID} from '../manifest.ts';
import type {Schema} from './field_model.ts';
import type {HeldSettings} from './settings_form.ts';

/** One thing that is wrong with settings that were sent. */
export interface Problem {
    /** As `pathText` writes it; '' for the whole. */
    readonly path: string;
    readonly text: string;
}

/** What became of a save. */
export type SaveOutcome =
    | {readonly kind: 'saved'; readonly held: HeldSettings}
    /** Somebody saved in between; nothing of this save was kept. */
    | {readonly kind: 'conflict'; readonly held: HeldSettings}
    | {readonly kind: 'refused'; readonly problems: readonly Problem[]}
    | {readonly kind: 'failed'; readonly message: string};

/** What became of loading: the settings and their schema, or a sentence why there are none. */
export type LoadOutcome =
    | {readonly kind: 'loaded'; readonly held: HeldSettings; readonly schema: Schema}
    | {readonly kind: 'failed'; readonly message: string};

/** Longest time that a request may take, ms. */
const LIMIT_MS = 30_000;

interface Answer {
    /** 0 where there was none. */
    readonly status: number;
    readonly body: unknown;
}

/** Loads the settings and their schema. Never throws. */
export async function loadSettings(signal?: AbortSignal): Promise<LoadOutcome> {
    const [held, schema] = await Promise.all([
        ask('GET', ROUTES.settings, undefined, signal),
        ask('GET', `${ROUTES.settings}/schema`, undefined, signal),
    ]);
    const settings = held.status === 200 ? heldIn(held.body) : undefined;
    if (settings !== undefined && isRecord(schema.body) && schema.status === 200) {
        return {kind: 'loaded', held: settings, schema: schema.body};
    }
    return {kind: 'failed', message: messageOf(settings === undefined ? held : schema)};
}

/** Saves settings that were made from `revision`. Never throws. */
export async function saveSettings(revision: number, settings: unknown): Promise<SaveOutcome> {
    const answer = await ask('PUT', ROUTES.settings, {revision, settings});
    const held = heldIn(answer.body);
    if (answer.status === 200 && held !== undefined) return {kind: 'saved', held};
    if (answer.status === 409 && held !== undefined) return {kind: 'conflict', held};
    if (answer.status === 422 && isRecord(answer.body)) {
        return {kind: 'refused', problems: problemsIn(answer.body['problems'])};
    }
    return {kind: 'failed', message: messageOf(answer)};
}

/** Where a route of the plugin is; a server below a path says so to its web client. */
export function pluginAddress(route: string): string {
    return `${window.basename ?? ''}/plugins/${PLUGIN_ID}${route}`;
}

/** What each request to the plugin carries: the session is a cookie, the header tells the server its own client. */
export function requestOptions(method: string, body?: unknown): RequestInit {
    return {
        method,
        credentials: 'same-origin',
        headers: {
            'X-Requested-With': 'XMLHttpRequest',
            Accept: 'application/json',
            ...(method === 'GET' ? {} : {'X-CSRF-Token': csrfToken()}),
            ...(body === undefined ? {} : {'Content-Type': 'application/json'}),
        },
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    };
}

async function ask(
    method: string,
    route: string,
    body?: unknown,
    signal?: AbortSignal,
): Promise<Answer> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    try {
        const response = await fetch(pluginAddress(route), {
            ...requestOptions(method, body),
            signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        });
        return {status: response.status, body: parseJson(await response.text())};
    } catch {
        return {status: 0, body: undefined};
    }
}

/** The server gives its web client a token against forged requests, in a cookie that scripts may read. */
function csrfToken(): string {
    return /(?:^|;\s*)MMCSRF=([^;]*)/.exec(document.cookie)?.[1] ?? '';
}

function heldIn(body: unknown): HeldSettings | undefined {
    if (!isRecord(body)) return undefined;
    const {revision, settings, troubles} = body;
    if (typeof revision !== 'number' || !isRecord(settings)) return undefined;
    const texts = Array.isArray(troubles)
        ? troubles.filter((text) => typeof text === 'string')
        : [];
    return {revision, settings, troubles: texts};
}

function problemsIn(found: unknown): Problem[] {
    if (!Array.isArray(found)) return [];
    return found.filter(isRecord).map(({path, text}) => ({
        path: typeof path === 'string' ? path : '',
        text: typeof text === 'string' ? text : '',
    }));
}

/** The plugin's own sentence, or the status where something else answered; '' where nothing did. */
function messageOf({status, body}: Answer): string {
    const error = isRecord(body) ? body['error'] : undefined;
    if (isRecord(error) && typeof error['message'] === 'string') return error['message'];
    if (isRecord(body) && typeof body['message'] === 'string') return body['message'];
    return status === 0 ? '' : `HTTP ${status}`;
}
