import * as z from 'zod';
import type {Log} from '../contract/log.ts';
import {secretInput} from '../contract/secret.ts';
import type {SecretInput} from '../contract/secret.ts';

/** What each kind of agent may say about itself. */
const common = {
    /** Answers where no rule names an agent; at most one agent has it, else the first one answers. */
    default: z.boolean().optional().describe('answers where no other agent is named [false]'),
    systemPrompt: z.string().optional().describe('standing instructions, before all others [none]'),
};

const baseUrl = z
    .url({protocol: /^https?$/})
    .refine((url) => !hasCredentials(url), 'must not hold a user name or password: use apiKey')
    .refine((url) => !/[?#]/.test(url), 'must not hold ? or #: it is the address before /chat…');

/** What both kinds that speak to a model over HTTP may say. */
const model = {
    ...common,
    model: z.string().min(1).describe('the name of the model, as the service spells it'),
    headers: z
        .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no header name'), secretInput)
        .optional()
        .describe('further HTTP headers, sent with each request [none]'),
    temperature: z.number().min(0).max(2).optional().describe("[the service's own]"),
    maxOutputTokens: z.int().positive().optional().describe("[the service's own]"),
    maxRetries: z
        .int()
        .min(0)
        .max(10)
        .optional()
        .describe('tries after the first one on 429 and 5xx, before any output [2]'),
    idleSeconds: z
        .number()
        .positive()
        .optional()
        .describe('longest silence of the model, s [turn.idleSeconds]'),
    timeoutMinutes: z
        .number()
        .positive()
        .optional()
        .describe('longest answer [turn.timeoutMinutes]'),
};

const demoSettings = z.strictObject({
    ...common,
    kind: z.literal('demo'),
    delayMs: z.number().min(0).optional().describe('pause between two words, ms [25]'),
});

const openAiCompatibleSettings = z.strictObject({
    ...model,
    kind: z.literal('openai-compatible'),
    baseUrl: baseUrl.describe('for example http://127.0.0.1:11434/v1'),
    apiKey: secretInput.optional(),
});

const anthropicSettings = z.strictObject({
    ...model,
    kind: z.literal('anthropic'),
    apiKey: secretInput,
    baseUrl: baseUrl.optional().describe('[https://api.anthropic.com/v1]'),
    thinking: z
        .union([z.enum(['adaptive', 'off']), z.strictObject({budgetTokens: z.int().min(1024)})])
        .optional()
        .describe("extended thinking; a budget for models before Opus 4.6 [the model's own]"),
});

/** One entry of the `agents` map of the settings. */
export const agentSettingsSchema = z.discriminatedUnion('kind', [
    demoSettings,
    openAiCompatibleSettings,
    anthropicSettings,
]);

/** One entry of the `agents` map, checked. */
export type AgentSettings = z.infer<typeof agentSettingsSchema>;

/** The settings of an agent that asks a language model. */
export type ModelSettings = Exclude<AgentSettings, {kind: 'demo'}>;

/** What agents need from the program. */
export interface AgentDeps {
    /** Called at each run; what it throws ends the run with `failed`, its message is not shown. */
    resolveSecret(input: SecretInput): Promise<string>;
    readonly log: Log;
    /** Sets no time limit of its own for an answer. */
    readonly fetch: typeof globalThis.fetch;
}

function hasCredentials(url: string): boolean {
    if (!URL.canParse(url)) return false;
    const {username, password} = new URL(url);
    return username !== '' || password !== '';
}
