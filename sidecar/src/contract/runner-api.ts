import * as z from 'zod';

/** Carries the runner's token; `Authorization` belongs to Mattermost's own sessions. */
export const RUNNER_HEADER = 'X-Gangway-Runner';

/** In the body of a 401: it is the plugin that refuses the token, and not a proxy before it. */
export const TOKEN_REFUSED = 'token-refused';

/** What the plugin says where it does not do as asked; nothing else answers like this. */
export const refusalReply = z.object({
    error: z.object({code: z.string().optional(), message: z.string()}),
});

const bytes = z.base64().max(12_000_000);
const key = z.string().min(1).max(300);

/** `POST hello`: what a runner works with. */
export const helloReply = z.object({
    version: z.string(),
    bot: z.object({userId: z.string(), username: z.string()}),
    botToken: z.string(),
    /** What the settings' secrets are sealed with; '' where there is no key yet. */
    settingsKey: z.string(),
});

/** `POST kv/get` */
export const kvGetRequest = z.strictObject({key});
/** The answer to kvGetRequest: the value, null when there is none. */
export const kvGetReply = z.object({value: bytes.nullable()});

/** `POST kv/compare-and-set` */
export const kvSetRequest = z.strictObject({
    key,
    expected: bytes.nullable(),
    next: bytes.nullable(),
    ttlSeconds: z.number().positive().optional(),
});
/** The answer to kvSetRequest: false when the value was another one. */
export const kvSetReply = z.object({done: z.boolean()});

/** `POST kv/list` */
export const kvListRequest = z.strictObject({
    prefix: z.string().max(300),
    after: z.string().max(300).optional(),
    limit: z.int().min(0).max(100_000),
});
/** The answer to kvListRequest. */
export const kvListReply = z.object({keys: z.array(z.string())});

/** `POST kv/changes`: answers when a key below a prefix changes, at the latest after `waitMs`. */
export const kvChangesRequest = z.strictObject({
    prefixes: z.array(z.string().max(300)).min(1).max(100),
    waitMs: z.int().min(0).max(30_000),
});
/** The answer to kvChangesRequest: keys that may have changed. */
export const kvChangesReply = z.object({keys: z.array(z.string())});

/** What a runner is told on its first call. */
export type Hello = z.output<typeof helloReply>;
