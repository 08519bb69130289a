import type {AccountSettings} from './account-settings.ts';

/**
 * What holds where neither the account nor the root of `channels.mattermost` says anything. The
 * schema, the documents and the resolution all read it here.
 */
export const ACCOUNT_DEFAULTS = {
    enabled: true,
    dmPolicy: 'pairing',
    allowFrom: [],
    groupPolicy: 'allowlist',
    groupAllowFrom: [],
    owners: ['role:system_admin'],
    groups: {},
    channelPolicy: 'all',
    dangerouslyAllowNameMatching: false,
    allowBots: [],
    allowGuests: false,
    allowRemote: false,
    botLoop: {maxTurns: 6, windowMinutes: 5},
    contextVisibility: 'allowlist',
    chatmode: undefined,
    onmessageScope: 'all',
    oncharPrefixes: ['>', '!'],
    requireMention: undefined,
    mentionPatterns: [],
    implicitMentions: {threadParticipation: true},
    inviteHint: false,
    replyToMode: 'off',
    replyToModeByChatType: {},
    historyLimit: 50,
    streaming: {
        mode: 'partial',
        throttleMs: 1000,
        minInitialChars: 30,
        notify: 'first',
        preview: {toolProgress: true},
        progress: {label: 'Working', maxLines: 8, maxLineChars: 120},
    },
    textChunkLimit: 16_000,
    markdown: {tables: 'off', latex: 'auto'},
    links: {allow: undefined, images: 'link'},
    responsePrefix: undefined,
    queue: {mode: 'queue', max: 20},
    session: {
        dmScope: 'per-account-channel-peer',
        groupScope: 'channel',
        idleMinutes: undefined,
    },
    recovery: 'resume',
    turn: {timeoutMinutes: 10, idleSeconds: 120},
    catchUp: {maxAgeMinutes: 60},
    dmChannelRetry: {
        maxRetries: 3,
        initialDelayMs: 1000,
        maxDelayMs: 10_000,
        timeoutMs: 30_000,
    },
} as const satisfies Omit<AccountSettings, 'account'>;
