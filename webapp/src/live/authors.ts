import {isRecord} from './json.ts';

/**
 * Whether the client knows this user to be a bot, by what the server says of the user: anybody may give a
 * post of their own an answer's props. False while the client has not loaded the user.
 */
export function isBot(state: unknown, userId: unknown): boolean {
    if (typeof userId !== 'string') return false;
    const profiles = path(state, ['entities', 'users', 'profiles']);
    if (!isRecord(profiles) || !Object.hasOwn(profiles, userId)) return false;
    const profile = profiles[userId];
    return isRecord(profile) && profile['is_bot'] === true;
}

function path(value: unknown, names: readonly string[]): unknown {
    return names.reduce((at: unknown, name) => (isRecord(at) ? at[name] : undefined), value);
}
