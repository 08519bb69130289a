import * as z from 'zod';
import {ACCOUNT_DEFAULTS as DEFAULTS} from './account-defaults.ts';
import {mattermostSchema} from './account-schema.ts';
import {key} from './schema-notes.ts';
import {secretInput} from './secret.ts';

/** What the settings have to know of an agent; the rest is the business of the agent's kind. */
export interface AgentEntry {
    /** Answers where no other agent is named. */
    readonly default?: boolean | undefined;
}

/** What holds for the process where the settings say nothing. */
export const SERVER_DEFAULTS = {
    store: {kind: 'sqlite', path: '.gangway/gangway.db'},
    http: {host: '127.0.0.1', port: 8066},
    log: {level: 'info'},
} as const;

const storeSchema = z.discriminatedUnion('kind', [
    z.strictObject({
        kind: z.literal('sqlite').meta({description: 'one file, kept across restarts'}),
        path: key(z.string().min(1), 'the file, relative to the working directory', {
            default: SERVER_DEFAULTS.store.path,
        }),
    }),
    z.strictObject({kind: z.literal('memory').meta({description: 'gone when the process ends'})}),
]);

const httpSchema = z.strictObject({
    host: key(z.string().min(1), 'address to listen at', {default: SERVER_DEFAULTS.http.host}),
    port: key(z.int().min(0).max(65_535), 'port to listen at, 0 for any free one', {
        default: SERVER_DEFAULTS.http.port,
    }),
    publicUrl: key(
        z.url({protocol: /^https?$/}),
        'how the Mattermost server reaches this process, if it does',
    ),
});

const sessionSchema = z.strictObject({
    dmScope: key(
        z.enum(['per-account-channel-peer', 'per-channel-peer', 'per-peer', 'main']),
        'who shares a direct conversation; main: everybody, which shows texts to others',
        {default: DEFAULTS.session.dmScope},
    ),
    groupScope: key(z.enum(['channel', 'user']), 'one conversation per channel, or per member', {
        default: DEFAULTS.session.groupScope,
    }),
    idleMinutes: key(z.number().positive(), 'a conversation ends after this silence'),
});

const queueSchema = z.strictObject({
    mode: key(
        z.enum(['queue', 'collect', 'steer', 'interrupt']),
        'what happens with a message that comes while an answer is being written',
        {default: DEFAULTS.queue.mode},
    ),
    max: key(z.int().min(1).max(1000), 'messages that wait in one conversation', {
        default: DEFAULTS.queue.max,
    }),
});

const turnSchema = z.strictObject({
    timeoutMinutes: key(z.number().positive().max(1440), 'longest run of an agent', {
        default: DEFAULTS.turn.timeoutMinutes,
    }),
    idleSeconds: key(z.number().positive().max(86_400), 'longest silence of an agent', {
        default: DEFAULTS.turn.idleSeconds,
    }),
});

const networkSchema = z.strictObject({
    proxy: key(
        z
            .url({protocol: /^https?$/})
            .refine((url) => !hasCredentials(url), 'must not hold a user name or password'),
        'the proxy that models and servers are reached through [HTTPS_PROXY and HTTP_PROXY]',
    ),
    proxyCredentials: key(secretInput, 'user:password for that proxy', {secret: true}),
    noProxy: key(
        z.string(),
        'who is reached without it: hosts, .suffixes, addresses, networks, with commas [NO_PROXY]',
    ),
    caFile: key(
        z.string().min(1),
        'certificate authorities (PEM) to trust beside those of the system and SSL_CERT_FILE',
    ),
});

function hasCredentials(url: string): boolean {
    const {username = '', password = ''} = URL.parse(url) ?? {};
    return username !== '' || password !== '';
}

const commonShape = {
    channels: key(
        z.strictObject({mattermost: key(mattermostSchema, 'the bots and what they do')}),
        'where people write; in the shape of an OpenClaw configuration',
    ),
    session: key(sessionSchema, 'what belongs to one conversation'),
    queue: key(queueSchema, 'messages that have to wait'),
    turn: key(turnSchema, 'limits of one answer'),
    recovery: key(
        z.enum(['resume', 'mark']),
        'after a crash: go on in the same post, or mark it as interrupted',
        {default: DEFAULTS.recovery},
    ),
    store: key(storeSchema, 'where state is kept', {default: SERVER_DEFAULTS.store}),
    http: key(httpSchema, 'the HTTP server of this process'),
    network: key(networkSchema, 'the way from this process to models and servers'),
    log: key(
        z.strictObject({
            level: key(z.enum(['debug', 'info', 'warn', 'error']), 'the least that is logged', {
                default: SERVER_DEFAULTS.log.level,
            }),
        }),
        'logging',
    ),
};

const AGENT_ID = /^[A-Za-z0-9][\w-]{0,63}$/;

/**
 * The schema of the settings. It takes that of one agent, because agents stand above the
 * contract. Unknown keys are errors; nothing is filled in, so that merging can tell "not said"
 * from "said to be the default".
 */
export function createSettingsSchema<Agent extends AgentEntry>(
    agent: z.ZodType<Agent>,
): z.ZodType<Settings<Agent>> {
    const {channels, ...rest} = commonShape;
    return z.strictObject({
        channels,
        agents: key(
            z.record(z.string().regex(AGENT_ID, 'is no id of an agent'), agent),
            'who answers, by an id of your choice; with none, the built-in demo does',
        ),
        ...rest,
    });
}

/** The settings as they were written, checked; see `config/` for what they come to. */
export type Settings<Agent extends AgentEntry = AgentEntry> = z.output<
    z.ZodObject<typeof commonShape, z.core.$strict>
> & {
    agents?: Record<string, Agent> | undefined;
};

/**
 * The settings as a store keeps them: with the format's version, and a revision that grows by one
 * with each save, so that of two people who save at once the second is told.
 */
export interface SettingsDocument<Agent extends AgentEntry = AgentEntry> {
    readonly v: 1;
    /** 0 for the defaults that nobody has saved yet. */
    readonly revision: number;
    readonly settings: Settings<Agent>;
}

/** What a store without settings stands for. */
export const EMPTY_SETTINGS_DOCUMENT: SettingsDocument = {v: 1, revision: 0, settings: {}};
