import {accountSchema, type AccountEntry} from '../contract/account-schema.ts';
import type {AgentEntry, Settings} from '../contract/settings.ts';
import type {Problem} from './problem.ts';
import {DEFAULT_ACCOUNT, listAccounts, resolveAccount} from './resolve.ts';

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

const TOKEN_NAMES = ['MATTERMOST_BOT_TOKEN', 'MATTERMOST_TOKEN'];

const given = (env: Environment, name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
};

function allowedUsers(env: Environment): string[] | undefined {
    const users = (given(env, 'MATTERMOST_ALLOWED_USERS') ?? '')
        .split(',')
        .map((user) => user.trim())
        .filter((user) => user !== '');
    return users.length > 0 ? users : undefined;
}

/** What the environment says of the account where the settings say nothing. */
function additions(
    settings: Settings,
    env: Environment,
    baseUrl: string | undefined,
): AccountEntry {
    const {missing} = resolveAccount(settings, DEFAULT_ACCOUNT);
    const {mattermost} = settings.channels ?? {};
    const saysWho =
        mattermost?.allowFrom !== undefined ||
        mattermost?.accounts?.[DEFAULT_ACCOUNT]?.allowFrom !== undefined;
    const token = TOKEN_NAMES.find((name) => given(env, name) !== undefined);
    const allowFrom = saysWho ? undefined : allowedUsers(env);
    return {
        ...(missing.includes('baseUrl') && baseUrl !== undefined ? {baseUrl} : {}),
        ...(missing.includes('botToken') && token !== undefined
            ? {botToken: {source: 'env' as const, id: token}}
            : {}),
        ...(allowFrom === undefined ? {} : {allowFrom}),
    };
}

/**
 * Puts `MATTERMOST_URL`, `MATTERMOST_BOT_TOKEN` (or `MATTERMOST_TOKEN`) and
 * `MATTERMOST_ALLOWED_USERS` (ids with commas between) into the account `default`, each only
 * where the settings have no value. The token stays in the environment: the settings get a
 * reference. Where other accounts are named and the outcome would be no complete account,
 * nothing is added.
 */
export function applyEnvironment<Agent extends AgentEntry>(
    settings: Settings<Agent>,
    env: Environment,
): {settings: Settings<Agent>; problems: Problem[]} {
    const url = accountSchema.shape.baseUrl.safeParse(given(env, 'MATTERMOST_URL'));
    const problems = (url.error?.issues ?? []).map(({message}) => ({
        path: 'MATTERMOST_URL',
        reason: message,
    }));
    const added = additions(settings, env, url.data);
    if (Object.keys(added).length === 0) return {settings, problems};

    const mattermost = settings.channels?.mattermost ?? {};
    const accounts = mattermost.accounts ?? {};
    const account = {...accounts[DEFAULT_ACCOUNT], ...added};
    const next: Settings<Agent> = {
        ...settings,
        channels: {
            ...settings.channels,
            mattermost: {...mattermost, accounts: {...accounts, [DEFAULT_ACCOUNT]: account}},
        },
    };
    const wasThere = listAccounts(settings).includes(DEFAULT_ACCOUNT);
    const others = Object.keys(accounts).length > 0;
    const isComplete = resolveAccount(next, DEFAULT_ACCOUNT).missing.length === 0;
    return {settings: wasThere || !others || isComplete ? next : settings, problems};
}
