import {isRecord, parseJson} from '../live/json.ts';
import {requestOptions} from './settings_client.ts';

/** A person or a bot, as a picker shows them. */
export interface Person {
    readonly id: string;
    readonly username: string;
    /** '' where they gave none. */
    readonly name: string;
}

/** A channel, as a picker shows it. */
export interface Channel {
    readonly id: string;
    readonly name: string;
    /** '' for direct and group messages. */
    readonly team: string;
}

/** Longest time that a look-up may take, ms. */
const LIMIT_MS = 10_000;
const MOST = 25;

/** People whose name begins with what was typed; none where the server does not answer. */
export async function searchPeople(typed: string, signal: AbortSignal): Promise<Person[]> {
    const found = await ask(
        `/api/v4/users/autocomplete?limit=${MOST}&name=${encodeURIComponent(typed)}`,
        'GET',
        undefined,
        signal,
    );
    return isRecord(found) ? peopleIn(found['users']) : [];
}

/** The people with these ids, as far as they are there. */
export async function peopleByIds(ids: readonly string[], signal: AbortSignal): Promise<Person[]> {
    return ids.length === 0 ? [] : peopleIn(await ask('/api/v4/users/ids', 'POST', ids, signal));
}

/** Channels whose name holds what was typed. */
export async function searchChannels(typed: string, signal: AbortSignal): Promise<Channel[]> {
    const body = {term: typed, page: 0, per_page: MOST, exclude_default_channels: false};
    const found = await ask('/api/v4/channels/search', 'POST', body, signal);
    const list = isRecord(found) && Array.isArray(found['channels']) ? found['channels'] : found;
    return Array.isArray(list) ? list.flatMap(channelIn) : [];
}

/** One channel by its id; undefined where it is not there, or not for this admin. */
export async function channelById(id: string, signal: AbortSignal): Promise<Channel | undefined> {
    const path = `/api/v4/channels/${encodeURIComponent(id)}`;
    return channelIn(await ask(path, 'GET', undefined, signal))[0];
}

async function ask(
    path: string,
    method: string,
    body: unknown,
    signal: AbortSignal,
): Promise<unknown> {
    try {
        const response = await fetch(`${window.basename ?? ''}${path}`, {
            ...requestOptions(method, body),
            signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
        });
        return response.ok ? parseJson(await response.text()) : undefined;
    } catch {
        // Ids are shown in place of names, and nothing is suggested: no more can be done about it here.
        return undefined;
    }
}

function peopleIn(found: unknown): Person[] {
    if (!Array.isArray(found)) return [];
    return found.filter(isRecord).flatMap((user) => {
        const {id, username} = user;
        if (typeof id !== 'string' || typeof username !== 'string') return [];
        const names = [user['first_name'], user['last_name']].filter(
            (name) => typeof name === 'string' && name !== '',
        );
        return [{id, username, name: names.join(' ')}];
    });
}

function channelIn(found: unknown): Channel[] {
    if (!isRecord(found)) return [];
    const {id, display_name: displayName, name} = found;
    if (typeof id !== 'string') return [];
    const shown = [displayName, name].find((text) => typeof text === 'string' && text !== '');
    const team = found['team_display_name'];
    return [
        {
            id,
            name: typeof shown === 'string' ? shown : id,
            team: typeof team === 'string' ? team : '',
        },
    ];
}
