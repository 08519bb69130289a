import type {AccountEntry} from '../contract/account-schema.ts';
import type {Settings} from '../contract/settings.ts';
import {doubledBots} from './checks.ts';
import {pathText, type Note, type PathStep} from './problem.ts';
import {defaultAccount, listAccounts, resolveAccount} from './resolve.ts';
import {isObject, visitKeys, type JsonSchema} from './schema-walk.ts';

const CHANNEL_KEY = /^(?:\*|[a-z0-9]{26})$/;
const LIST_KEYS = ['allowFrom', 'groupAllowFrom', 'owners', 'allowBots'] as const;

function keyNote(schema: JsonSchema, value: unknown): string | undefined {
    if (schema['use'] === 'none') return 'has no meaning here; it is OpenClaw’s';
    if (schema['use'] === 'later') return 'is kept, but this version does not act on it yet';
    if (schema['secret'] !== true || !isObject(value)) return undefined;
    const isForeign =
        value['source'] === 'store' ||
        value['source'] === 'exec' ||
        (value['source'] === 'file' && value['provider'] !== undefined);
    return isForeign
        ? 'names a source of OpenClaw that does not exist here; use {source: "env" | "file", id}'
        : undefined;
}

/** Why an entry of a list of senders will match nobody; undefined for one that may. */
function entryNote(entry: string, names: boolean): string | undefined {
    const text = entry.trim().replace(/^(?:(?:user|mattermost):\s*)+/i, '');
    if (text === '*' || /^role:./i.test(text) || /^@?[a-z0-9]{26}$/i.test(text)) return undefined;
    if (/^(?:group|accessgroup):/i.test(text)) return 'groups are not looked up: matches nobody';
    return names ? undefined : 'is no user id: a name needs dangerouslyAllowNameMatching';
}

function listNotes(path: readonly PathStep[], entry: AccountEntry, names: boolean): Note[] {
    return LIST_KEYS.flatMap((key) =>
        (entry[key] ?? []).flatMap((who, index) => {
            const text = entryNote(who, names);
            return text === undefined ? [] : [{path: pathText([...path, key, index]), text}];
        }),
    );
}

function groupNotes(path: readonly PathStep[], entry: AccountEntry): Note[] {
    return Object.keys(entry.groups ?? {})
        .filter((channel) => !CHANNEL_KEY.test(channel))
        .map((channel) => ({
            path: pathText([...path, 'groups', channel]),
            text: 'is no channel id (26 letters and digits) and no "*": matches no channel',
        }));
}

function accountNotes(settings: Settings): Note[] {
    const {accounts, ...root} = settings.channels?.mattermost ?? {};
    const path: PathStep[] = ['channels', 'mattermost'];
    const places: [PathStep[], AccountEntry, string][] = [
        [path, root, ''],
        ...Object.entries(accounts ?? {}).map(
            ([account, entry]): [PathStep[], AccountEntry, string] => [
                [...path, 'accounts', account],
                entry,
                account,
            ],
        ),
    ];
    return places.flatMap(([place, entry, account]) => {
        const {settings: resolved} = resolveAccount(settings, account);
        return [
            ...listNotes(place, entry, resolved.dangerouslyAllowNameMatching),
            ...groupNotes(place, entry),
        ];
    });
}

function connectionNotes(settings: Settings): Note[] {
    const base = 'channels.mattermost';
    const incomplete = listAccounts(settings).flatMap((account) => {
        const {missing, settings: resolved} = resolveAccount(settings, account);
        if (missing.length === 0 || !resolved.enabled) return [];
        return [
            {path: base, text: `account ${account} cannot connect: no ${missing.join(', no ')}`},
        ];
    });
    const doubled = doubledBots(settings).map(([first, second]) => ({
        path: base,
        text: `accounts ${first} and ${second} are the same bot on the same server`,
    }));
    return [...incomplete, ...doubled];
}

function choiceNotes(settings: Settings): Note[] {
    const notes: Note[] = [];
    const chosen = settings.channels?.mattermost?.defaultAccount;
    if (chosen !== undefined && defaultAccount(settings) !== chosen.trim().toLowerCase()) {
        notes.push({path: 'channels.mattermost.defaultAccount', text: 'there is no such account'});
    }
    if (settings.session?.dmScope === 'main') {
        notes.push({
            path: 'session.dmScope',
            text: 'everybody who writes to the bot shares one conversation and can ask for its text',
        });
    }
    return notes;
}

/** What an admin should know of settings that are accepted as they are. */
export function notesOn(schema: JsonSchema, settings: Settings): Note[] {
    const notes: Note[] = [];
    visitKeys(schema, settings, (path, keySchema, value) => {
        const text = keyNote(keySchema, value);
        if (text !== undefined) notes.push({path: pathText(path), text});
        return text === undefined;
    });
    return [
        ...notes,
        ...accountNotes(settings),
        ...connectionNotes(settings),
        ...choiceNotes(settings),
    ];
}
