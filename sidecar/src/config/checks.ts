import type {AccountEntry} from '../contract/account-schema.ts';
import type {Settings} from '../contract/settings.ts';
import {pathText, type PathStep, type Problem} from './problem.ts';
import {nearest} from './nearest.ts';
import {DEFAULT_ACCOUNT, listAccounts, resolveAccount} from './resolve.ts';

/** Says why an entry of `mentionPatterns` is not taken; undefined when it is. */
export type RefusePattern = (pattern: string) => string | undefined;

const ROOT: readonly PathStep[] = ['channels', 'mattermost'];

/** A place where keys of an account are written: the root, or one entry of `accounts`. */
interface Place {
    readonly path: readonly PathStep[];
    readonly entry: AccountEntry;
}

const accountsOf = (settings: Settings): Readonly<Record<string, AccountEntry>> =>
    settings.channels?.mattermost?.accounts ?? {};

function places(settings: Settings): Place[] {
    const named = Object.entries(accountsOf(settings));
    return [
        {path: ROOT, entry: settings.channels?.mattermost ?? {}},
        ...named.map(([account, entry]) => ({path: [...ROOT, 'accounts', account], entry})),
    ];
}

const problem = (path: readonly PathStep[], reason: string, suggestion?: string): Problem => ({
    path: pathText(path),
    reason,
    ...(suggestion === undefined ? {} : {suggestion}),
});

/** Where the first of the keys is written that holds for an account: in its entry, or at the root. */
function placeOf(
    settings: Settings,
    account: string,
    isWritten: (entry: AccountEntry) => string | undefined,
): readonly PathStep[] {
    const own = isWritten(accountsOf(settings)[account] ?? {});
    if (own !== undefined) return [...ROOT, 'accounts', account, own];
    return [...ROOT, isWritten(settings.channels?.mattermost ?? {}) ?? 'dmPolicy'];
}

function openPolicy(settings: Settings, account: string): Problem[] {
    const {dmPolicy, allowFrom} = resolveAccount(settings, account).settings;
    if (dmPolicy !== 'open' || allowFrom.some((who) => who.trim() === '*')) return [];
    const place = placeOf(settings, account, (entry) =>
        ['dmPolicy', 'allowFrom'].find((key) => Object.hasOwn(entry, key)),
    );
    return [problem(place, 'dmPolicy "open" needs "*" in allowFrom')];
}

function retryDelays(settings: Settings, account: string): Problem[] {
    const {initialDelayMs, maxDelayMs} = resolveAccount(settings, account).settings.dmChannelRetry;
    if (initialDelayMs <= maxDelayMs) return [];
    const place = placeOf(settings, account, (entry) =>
        entry.dmChannelRetry === undefined ? undefined : 'dmChannelRetry',
    );
    return [problem(place, 'initialDelayMs must not be more than maxDelayMs')];
}

function patterns({path, entry}: Place, refuse: RefusePattern): Problem[] {
    return (entry.mentionPatterns ?? []).flatMap((pattern, index) => {
        const reason = refuse(pattern);
        if (reason === undefined) return [];
        return [problem([...path, 'mentionPatterns', index], `is not taken: ${reason}`)];
    });
}

function groupAgents({path, entry}: Place, agents: readonly string[]): Problem[] {
    return Object.entries(entry.groups ?? {}).flatMap(([channel, {agent}]) => {
        if (agent === undefined || agents.includes(agent)) return [];
        const place = [...path, 'groups', channel, 'agent'];
        return [problem(place, 'there is no agent of this id', nearest(agent, agents))];
    });
}

function defaultAgents(settings: Settings): Problem[] {
    const chosen = Object.entries(settings.agents ?? {}).filter(
        ([, agent]) => agent.default === true,
    );
    return chosen
        .slice(1)
        .map(([id]) => problem(['agents', id, 'default'], 'only one agent may be the default'));
}

/** What the schema cannot see: keys that do not go together, and names that lead nowhere. */
export function crossCheck(settings: Settings, refuse: RefusePattern): Problem[] {
    const named = Object.keys(settings.agents ?? {});
    const agents = named.length > 0 ? named : ['demo'];
    // The root holds for `default`, named or not; a fault of the root is told once.
    const accounts = new Set([DEFAULT_ACCOUNT, ...Object.keys(accountsOf(settings))]);
    const ofAccounts = [...accounts].flatMap((account) => [
        ...openPolicy(settings, account),
        ...retryDelays(settings, account),
    ]);
    const told = new Map(ofAccounts.map((one) => [one.path, one]));
    return [
        ...told.values(),
        ...places(settings).flatMap((place) => [
            ...patterns(place, refuse),
            ...groupAgents(place, agents),
        ]),
        ...defaultAgents(settings),
    ];
}

const sameBot = (settings: Settings, account: string): string | undefined => {
    const {connection} = resolveAccount(settings, account);
    return connection && JSON.stringify([connection.baseUrl, connection.botToken]);
};

/** Pairs of accounts that are one and the same bot: each message would be heard twice. */
export function doubledBots(settings: Settings): [string, string][] {
    const seen = new Map<string, string>();
    return listAccounts(settings).flatMap((account): [string, string][] => {
        const bot = sameBot(settings, account);
        if (bot === undefined) return [];
        const first = seen.get(bot);
        if (first === undefined) seen.set(bot, account);
        return first === undefined ? [] : [[first, account]];
    });
}
