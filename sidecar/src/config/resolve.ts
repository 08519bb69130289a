import {ACCOUNT_DEFAULTS as DEFAULTS} from '../contract/account-defaults.ts';
import {
    accountSchema,
    type AccountEntry,
    type SecretReference,
} from '../contract/account-schema.ts';
import type {
    AccountSettings,
    DmChannelRetry,
    StreamingSettings,
} from '../contract/account-settings.ts';
import {SERVER_DEFAULTS, type Settings} from '../contract/settings.ts';
import {mergeKeyByKey} from './merge.ts';

/** How an account's server is reached. */
export interface Connection {
    readonly account: string;
    /** Without a slash at the end. */
    readonly baseUrl: string;
    /** Not resolved: a secret is read at each use. */
    readonly botToken: SecretReference;
    readonly dangerouslyAllowPrivateNetwork: boolean;
    /** Address that the server is to call for buttons; undefined where none is set. */
    readonly callbackBaseUrl: string | undefined;
}

/** An account after resolution: account value, then root value, then default. */
export interface ResolvedAccount {
    /** Name for people; the account's id where none is set. */
    readonly name: string;
    readonly settings: AccountSettings;
    /** Undefined when something is missing; the plugin host needs none for its own server. */
    readonly connection: Connection | undefined;
    readonly missing: readonly ('baseUrl' | 'botToken')[];
}

/** The account of the root, and the only one that the environment may configure. */
export const DEFAULT_ACCOUNT = 'default';

function rootOf(settings: Settings): AccountEntry {
    const root = {...settings.channels?.mattermost};
    delete root.accounts;
    delete root.defaultAccount;
    return root;
}

function entryOf(settings: Settings, account: string): AccountEntry | undefined {
    const accounts = settings.channels?.mattermost?.accounts ?? {};
    return Object.hasOwn(accounts, account) ? accounts[account] : undefined;
}

/** The old name of a key, moved to its new place, so that merging sees one of them only. */
function modern({allowPrivateNetwork, ...entry}: AccountEntry): AccountEntry {
    if (allowPrivateNetwork === undefined) return entry;
    const network = {dangerouslyAllowPrivateNetwork: allowPrivateNetwork, ...entry.network};
    return {...entry, network};
}

/** The account's entry over the root's; what neither says stays absent. */
function mergedEntry(settings: Settings, account: string): AccountEntry {
    const root = modern(rootOf(settings));
    const own = modern(entryOf(settings, account) ?? {});
    // The root's token must not be shown to another server.
    const elsewhere =
        own.baseUrl !== undefined && root.baseUrl !== undefined && own.baseUrl !== root.baseUrl;
    const {botToken, ...rest} = root;
    const below = botToken === undefined || elsewhere ? rest : root;
    return {
        ...accountSchema.parse(mergeKeyByKey(below, own)),
        enabled: (root.enabled ?? true) && (own.enabled ?? true),
    };
}

function streamingOf(entry: AccountEntry): StreamingSettings {
    const given = entry.streaming ?? {};
    const base = DEFAULTS.streaming;
    return {
        mode: given.mode ?? base.mode,
        throttleMs: given.throttleMs ?? base.throttleMs,
        minInitialChars: given.minInitialChars ?? base.minInitialChars,
        notify: given.notify ?? base.notify,
        preview: {toolProgress: given.preview?.toolProgress ?? base.preview.toolProgress},
        progress: {
            label: given.progress?.label ?? base.progress.label,
            maxLines: given.progress?.maxLines ?? base.progress.maxLines,
            maxLineChars: given.progress?.maxLineChars ?? base.progress.maxLineChars,
        },
    };
}

function prefixesOf(entry: AccountEntry): readonly string[] {
    const prefixes = (entry.oncharPrefixes ?? [])
        .map((prefix) => prefix.trim())
        .filter((prefix) => prefix !== '');
    return prefixes.length > 0 ? prefixes : DEFAULTS.oncharPrefixes;
}

function retryOf({dmChannelRetry: given}: AccountEntry): DmChannelRetry {
    const base = DEFAULTS.dmChannelRetry;
    return {
        maxRetries: given?.maxRetries ?? base.maxRetries,
        initialDelayMs: given?.initialDelayMs ?? base.initialDelayMs,
        maxDelayMs: given?.maxDelayMs ?? base.maxDelayMs,
        timeoutMs: given?.timeoutMs ?? base.timeoutMs,
    };
}

function accessOf(entry: AccountEntry) {
    return {
        dmPolicy: entry.dmPolicy ?? DEFAULTS.dmPolicy,
        allowFrom: entry.allowFrom ?? DEFAULTS.allowFrom,
        groupPolicy: entry.groupPolicy ?? DEFAULTS.groupPolicy,
        groupAllowFrom: entry.groupAllowFrom ?? DEFAULTS.groupAllowFrom,
        owners: entry.owners ?? DEFAULTS.owners,
        groups: entry.groups ?? DEFAULTS.groups,
        channelPolicy: entry.channelPolicy ?? DEFAULTS.channelPolicy,
        dangerouslyAllowNameMatching:
            entry.dangerouslyAllowNameMatching ?? DEFAULTS.dangerouslyAllowNameMatching,
        allowBots: entry.allowBots ?? DEFAULTS.allowBots,
        allowGuests: entry.allowGuests ?? DEFAULTS.allowGuests,
        allowRemote: entry.allowRemote ?? DEFAULTS.allowRemote,
        botLoop: {
            maxTurns: entry.botLoop?.maxTurns ?? DEFAULTS.botLoop.maxTurns,
            windowMinutes: entry.botLoop?.windowMinutes ?? DEFAULTS.botLoop.windowMinutes,
        },
        contextVisibility: entry.contextVisibility ?? DEFAULTS.contextVisibility,
    } satisfies Partial<AccountSettings>;
}

function behaviourOf(entry: AccountEntry) {
    return {
        chatmode: entry.chatmode ?? DEFAULTS.chatmode,
        onmessageScope: entry.onmessageScope ?? DEFAULTS.onmessageScope,
        oncharPrefixes: prefixesOf(entry),
        requireMention: entry.requireMention ?? DEFAULTS.requireMention,
        mentionPatterns: entry.mentionPatterns ?? DEFAULTS.mentionPatterns,
        implicitMentions: {
            threadParticipation:
                entry.implicitMentions?.threadParticipation ??
                DEFAULTS.implicitMentions.threadParticipation,
        },
        inviteHint: entry.inviteHint ?? DEFAULTS.inviteHint,
        replyToMode: entry.replyToMode ?? DEFAULTS.replyToMode,
        replyToModeByChatType: entry.replyToModeByChatType ?? DEFAULTS.replyToModeByChatType,
        historyLimit: entry.historyLimit ?? DEFAULTS.historyLimit,
        streaming: streamingOf(entry),
        textChunkLimit: entry.textChunkLimit ?? DEFAULTS.textChunkLimit,
        markdown: {
            tables: entry.markdown?.tables ?? DEFAULTS.markdown.tables,
            latex: entry.markdown?.latex ?? DEFAULTS.markdown.latex,
        },
        links: {
            allow: entry.links?.allow ?? DEFAULTS.links.allow,
            images: entry.links?.images ?? DEFAULTS.links.images,
        },
        responsePrefix: entry.responsePrefix ?? DEFAULTS.responsePrefix,
        catchUp: {maxAgeMinutes: entry.catchUp?.maxAgeMinutes ?? DEFAULTS.catchUp.maxAgeMinutes},
        dmChannelRetry: retryOf(entry),
    } satisfies Partial<AccountSettings>;
}

/** What the whole process shares, as each account's settings carry it. */
function sharedOf({queue, session, turn, recovery}: Settings) {
    return {
        queue: {
            mode: queue?.mode ?? DEFAULTS.queue.mode,
            max: queue?.max ?? DEFAULTS.queue.max,
        },
        session: {
            dmScope: session?.dmScope ?? DEFAULTS.session.dmScope,
            groupScope: session?.groupScope ?? DEFAULTS.session.groupScope,
            idleMinutes: session?.idleMinutes ?? DEFAULTS.session.idleMinutes,
        },
        recovery: recovery ?? DEFAULTS.recovery,
        turn: {
            timeoutMinutes: turn?.timeoutMinutes ?? DEFAULTS.turn.timeoutMinutes,
            idleSeconds: turn?.idleSeconds ?? DEFAULTS.turn.idleSeconds,
        },
    } satisfies Partial<AccountSettings>;
}

/** What the settings come to for one account; an account that they do not name has the root's. */
export function resolveAccount(settings: Settings, account: string): ResolvedAccount {
    const entry = mergedEntry(settings, account);
    const {baseUrl, botToken} = entry;
    const connection =
        baseUrl === undefined || botToken === undefined
            ? undefined
            : {
                  account,
                  baseUrl,
                  botToken,
                  dangerouslyAllowPrivateNetwork:
                      entry.network?.dangerouslyAllowPrivateNetwork ?? false,
                  callbackBaseUrl: entry.interactions?.callbackBaseUrl,
              };
    return {
        name: entry.name ?? account,
        settings: {
            account,
            enabled: entry.enabled ?? DEFAULTS.enabled,
            ...accessOf(entry),
            ...behaviourOf(entry),
            ...sharedOf(settings),
        },
        connection,
        missing: [
            ...(baseUrl === undefined ? (['baseUrl'] as const) : []),
            ...(botToken === undefined ? (['botToken'] as const) : []),
        ],
    };
}

/**
 * The accounts of the settings, the implicit `default` first: it is there when the root has an
 * address and a token, or when the root has one of them and no other account is named.
 */
export function listAccounts(settings: Settings): string[] {
    const named = Object.keys(settings.channels?.mattermost?.accounts ?? {});
    if (named.includes(DEFAULT_ACCOUNT)) return named;
    const {baseUrl, botToken} = rootOf(settings);
    const given = [baseUrl, botToken].filter((value) => value !== undefined).length;
    const isImplied = given === 2 || (given === 1 && named.length === 0);
    return isImplied ? [DEFAULT_ACCOUNT, ...named] : named;
}

/** The account that is meant where none is named; undefined when there is no account at all. */
export function defaultAccount(settings: Settings): string | undefined {
    const accounts = listAccounts(settings);
    const chosen = settings.channels?.mattermost?.defaultAccount?.trim().toLowerCase();
    return [chosen, DEFAULT_ACCOUNT, accounts[0]].find(
        (account) => account !== undefined && accounts.includes(account),
    );
}

/** What the settings come to for the process itself. */
export interface ServerSettings {
    readonly store: {readonly kind: 'sqlite'; readonly path: string} | {readonly kind: 'memory'};
    readonly http: {
        readonly host: string;
        readonly port: number;
        readonly publicUrl: string | undefined;
    };
    readonly log: {readonly level: 'debug' | 'info' | 'warn' | 'error'};
}

/** Store, HTTP server and log, with their defaults. */
export function serverSettings({store, http, log}: Settings): ServerSettings {
    const {path} = SERVER_DEFAULTS.store;
    return {
        store:
            store?.kind === 'memory'
                ? {kind: 'memory'}
                : {kind: 'sqlite', path: store?.path ?? path},
        http: {
            host: http?.host ?? SERVER_DEFAULTS.http.host,
            port: http?.port ?? SERVER_DEFAULTS.http.port,
            publicUrl: http?.publicUrl,
        },
        log: {level: log?.level ?? SERVER_DEFAULTS.log.level},
    };
}
