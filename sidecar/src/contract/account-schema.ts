import * as z from 'zod';
import {ACCOUNT_DEFAULTS as DEFAULTS} from './account-defaults.ts';
import {key, type KeyNotes} from './schema-notes.ts';
import {streamingSchema} from './streaming-schema.ts';

const NONE: KeyNotes = {use: 'none'};
const LATER: KeyNotes = {use: 'later'};
const ACCOUNT_ID = /^[A-Za-z0-9][\w.-]{0,63}$/;

const flag = z.boolean();
const count = z.int().min(0);
const list = z.array(z.string());
const replyToMode = z.enum(['off', 'first', 'all', 'batched']);
const chatMode = z.enum(['oncall', 'onmessage', 'onchar']);
const onmessageScope = z.enum(['all', 'roots']);

/** User ids and their like; numbers are taken as OpenClaw takes them. */
const senders = z.array(z.union([z.string(), z.number()]).transform(String));

/**
 * A bot token as text, or where it stands, in OpenClaw's shape. The sources `store` and `exec`, and
 * a provider of another kind than the environment, are OpenClaw's own: they are accepted, but no
 * secret comes of them.
 */
const botToken = z.union([
    z.string().min(1),
    z.strictObject({
        source: z.enum(['env', 'file', 'store', 'exec']),
        provider: z
            .string()
            .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'is no name of a provider')
            .optional(),
        id: z.string().min(1),
    }),
]);

/** A secret, or a reference to one in OpenClaw's shape. */
export type SecretReference = z.output<typeof botToken>;

const baseUrl = z
    .string()
    .refine(isWebAddress, 'must be an address like https://chat.example.com, without user, ? and #')
    .transform(bareAddress);

function isWebAddress(text: string): boolean {
    if (!URL.canParse(text.trim())) return false;
    const url = new URL(text.trim());
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    return isWeb && url.username === '' && url.password === '' && !/[?#]/.test(text);
}

/** Without the parts that people copy along: trailing slashes and `/api/v4`. */
function bareAddress(text: string): string {
    return text
        .trim()
        .replace(/\/+$/, '')
        .replace(/\/api\/v4$/i, '')
        .replace(/\/+$/, '');
}

const group = z.strictObject({
    enabled: key(flag, 'the bot is live in this channel', {default: true}),
    requireMention: key(flag, 'posts must mention the bot; wins over every chat mode'),
    allowFrom: key(senders, "who is answered in this channel, in place of the account's lists"),
    agent: key(z.string().min(1), 'id of the agent that answers here'),
    systemPrompt: key(z.string(), "further instructions for this channel's agent"),
    replyToMode: key(replyToMode, 'like the key of the account'),
    chatmode: key(chatMode, 'like the key of the account'),
    onmessageScope: key(onmessageScope, 'like the key of the account'),
    allowGuests: key(flag, 'like the key of the account'),
    allowRemote: key(flag, 'like the key of the account'),
});

const botLoop = z.strictObject({
    maxTurns: key(
        z.int().min(0).max(100),
        'turns with one bot in one channel before it is ignored',
        {
            default: DEFAULTS.botLoop.maxTurns,
        },
    ),
    windowMinutes: key(z.number().positive().max(1440), 'minutes in which they are counted', {
        default: DEFAULTS.botLoop.windowMinutes,
    }),
});

const implicitMentions = z.strictObject({
    threadParticipation: key(flag, 'replies in a thread where the bot answered count as mentions', {
        default: DEFAULTS.implicitMentions.threadParticipation,
    }),
    replyToBot: key(flag, "OpenClaw's, for other channels", NONE),
    quotedBot: key(flag, "OpenClaw's, for other channels", NONE),
});

const delay = (least: number): z.ZodInt => z.int().min(least).max(60_000);
const dmChannelRetry = z.strictObject({
    maxRetries: key(z.int().min(0).max(10), 'tries after the first one', {
        default: DEFAULTS.dmChannelRetry.maxRetries,
    }),
    initialDelayMs: key(delay(100), 'first pause, ms; at most maxDelayMs', {
        default: DEFAULTS.dmChannelRetry.initialDelayMs,
    }),
    maxDelayMs: key(delay(1000), 'longest pause, ms', {
        default: DEFAULTS.dmChannelRetry.maxDelayMs,
    }),
    timeoutMs: key(z.int().min(5000).max(120_000), 'limit of each try, ms', {
        default: DEFAULTS.dmChannelRetry.timeoutMs,
    }),
});

const nativeSwitch = z.union([flag, z.literal('auto')]);

const connectionKeys = {
    enabled: key(flag, 'off when the root or the account says false', {default: true}),
    name: key(z.string(), 'name of the account in status and logs'),
    baseUrl: key(baseUrl, 'address of the Mattermost server'),
    botToken: key(botToken, 'the bot\'s access token, as text or {source: "env" | "file", id}', {
        secret: true,
    }),
    network: key(
        z.strictObject({
            dangerouslyAllowPrivateNetwork: key(flag, 'the server may have a private address', {
                default: false,
                use: 'later',
            }),
        }),
        'network rules',
    ),
    allowPrivateNetwork: key(flag, 'old name of network.dangerouslyAllowPrivateNetwork'),
    dmChannelRetry: key(dmChannelRetry, 'retries when a DM channel has to be made'),
    catchUp: key(
        z.strictObject({
            maxAgeMinutes: key(count, 'missed posts that are older are not answered', {
                default: DEFAULTS.catchUp.maxAgeMinutes,
            }),
        }),
        'what happens with posts that were missed',
    ),
};

const accessKeys = {
    dmPolicy: key(
        z.enum(['pairing', 'allowlist', 'open', 'disabled']),
        'who may write direct messages; open needs "*" in allowFrom',
        {default: DEFAULTS.dmPolicy},
    ),
    allowFrom: key(senders, 'who may: user ids, role:system_admin and its like, "*"', {
        default: DEFAULTS.allowFrom,
    }),
    groupPolicy: key(
        z.enum(['allowlist', 'open', 'disabled']),
        'who is answered in channels and group messages',
        {default: DEFAULTS.groupPolicy},
    ),
    groupAllowFrom: key(senders, 'who is, in channels; when empty, allowFrom holds', {
        default: DEFAULTS.groupAllowFrom,
    }),
    owners: key(senders, 'who may always address and administer the bot', {
        default: DEFAULTS.owners,
    }),
    groups: key(
        z.record(z.string().min(1), group),
        'rules for one channel, by channel id, or for all by "*"',
        {default: DEFAULTS.groups},
    ),
    channelPolicy: key(z.enum(['all', 'listed']), 'listed: only channels in groups are live', {
        default: DEFAULTS.channelPolicy,
    }),
    dangerouslyAllowNameMatching: key(
        flag,
        'lists may hold @usernames, which their bearers can change',
        {default: DEFAULTS.dangerouslyAllowNameMatching},
    ),
    allowBots: key(senders, 'bots, and owners of webhooks, whose posts may be answered', {
        default: DEFAULTS.allowBots,
    }),
    allowGuests: key(
        flag,
        'open policies and "*" mean guests too; else only lists that name them',
        {
            default: DEFAULTS.allowGuests,
        },
    ),
    allowRemote: key(flag, 'people of other servers (shared channels) may be answered too', {
        default: DEFAULTS.allowRemote,
    }),
    botLoop: key(botLoop, 'the end of two bots that answer each other'),
    contextVisibility: key(
        z.enum(['allowlist', 'all', 'allowlist_quote']),
        'whose posts an agent may see: those of allowed senders, or all',
        {default: DEFAULTS.contextVisibility},
    ),
};

const behaviourKeys = {
    chatmode: key(chatMode, 'channels: by mention, every post, or by a prefix', {
        default: 'oncall',
    }),
    onmessageScope: key(
        onmessageScope,
        'without mention: all posts, or top-level ones only (roots), answered in a thread where replies need a mention',
        {default: DEFAULTS.onmessageScope},
    ),
    oncharPrefixes: key(list, 'what a post starts with in chatmode onchar', {
        default: DEFAULTS.oncharPrefixes,
    }),
    requireMention: key(flag, 'old form of chatmode, used when that is absent'),
    mentionPatterns: key(list, 'regular expressions that count as a mention too', {
        default: DEFAULTS.mentionPatterns,
    }),
    implicitMentions: key(implicitMentions, 'what counts as a mention without one'),
    inviteHint: key(flag, 'plugin: tell who mentions the bot where it is no member', {
        default: DEFAULTS.inviteHint,
    }),
    replyToMode: key(replyToMode, 'off: threads only where the post is in one; else start one', {
        default: DEFAULTS.replyToMode,
    }),
    replyToModeByChatType: key(
        z.strictObject({
            direct: key(replyToMode, 'in direct messages', {default: 'off'}),
            group: key(replyToMode, 'in group messages and private channels'),
            channel: key(replyToMode, 'in public channels'),
        }),
        'wins over replyToMode',
    ),
    historyLimit: key(count, 'posts given to the agent as context, 0 for none', {
        default: DEFAULTS.historyLimit,
    }),
    streaming: key(streamingSchema, 'how an answer grows; a mode alone is taken too'),
    textChunkLimit: key(
        z.int().positive(),
        'characters of one post; never more than the server takes: 16383, and 262144 from Mattermost 12.0 on',
        {
            default: DEFAULTS.textChunkLimit,
        },
    ),
    markdown: key(
        z.strictObject({
            tables: key(
                z
                    .enum(['off', 'bullets', 'code', 'block'])
                    .transform((form) => (form === 'block' ? 'code' : form)),
                'off: as they are; block is the same as code',
                {default: DEFAULTS.markdown.tables},
            ),
            latex: key(
                z.enum(['auto', 'off']),
                'auto: formulas in \\(…\\) and \\[…\\] take the form that Mattermost draws, where the server lets it; off: they stay as they are',
                {default: DEFAULTS.markdown.latex},
            ),
        }),
        'how Markdown is shown',
    ),
    links: key(
        z.strictObject({
            allow: key(
                list,
                'domains, with all below them, whose links can be clicked; other links are shown as text; absent = all can be clicked',
            ),
            images: key(
                z.enum(['link', 'show']),
                'link: a picture in the text is a link, and nobody fetches it unasked; show: every reader fetches it',
                {default: DEFAULTS.links.images},
            ),
        }),
        'links and pictures in answers',
    ),
    responsePrefix: key(z.string(), 'put before each answer'),
};

/** Keys of OpenClaw that Gangway takes without acting on them (yet). */
const foreignKeys = {
    capabilities: key(list, 'inlineButtons: agents may offer buttons', LATER),
    mediaMaxMb: key(z.number().positive(), 'largest file, MiB', LATER),
    actions: key(
        z.strictObject({
            reactions: key(flag, 'agents may react to posts', LATER),
            messages: key(flag, 'agents may read channels', LATER),
        }),
        'what agents may do',
        LATER,
    ),
    commands: key(
        z.strictObject({
            native: key(nativeSwitch, 'register the /oc_ commands', LATER),
            nativeSkills: key(nativeSwitch, 'register a command for each skill', LATER),
            callbackPath: key(z.string(), 'path of their callback', LATER),
            callbackUrl: key(z.string(), 'address of their callback', LATER),
        }),
        'slash commands',
        LATER,
    ),
    interactions: key(
        z.strictObject({
            callbackBaseUrl: key(z.string(), 'address for the callbacks of buttons'),
            allowedSourceIps: key(list, 'where callbacks may come from', LATER),
        }),
        'buttons and menus',
    ),
    configWrites: key(flag, 'OpenClaw: the chat may change the settings', NONE),
    chunkMode: key(z.enum(['length', 'newline']), 'OpenClaw, old', NONE),
    blockStreaming: key(flag, 'OpenClaw, old', NONE),
    blockStreamingCoalesce: key(z.looseObject({}), 'OpenClaw, old', NONE),
};

const accountShape = {...connectionKeys, ...accessKeys, ...behaviourKeys, ...foreignKeys};

/** One account, as `accounts.<id>` has it. Nothing is filled in: absent means "as the root says". */
export const accountSchema = z.strictObject(accountShape);

/** The block `channels.mattermost`: what holds for all accounts, and the accounts. */
export const mattermostSchema = z.strictObject({
    ...accountShape,
    accounts: key(
        z.record(z.string().regex(ACCOUNT_ID, 'is no name of an account'), accountSchema),
        'bots on further servers, by a name of your choice',
    ),
    defaultAccount: key(z.string(), 'the account that is meant when none is named'),
});

/** One account as it was written, checked. */
export type AccountEntry = z.output<typeof accountSchema>;
