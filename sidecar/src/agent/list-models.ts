import * as z from 'zod';
import type {AgentDeps, AgentSettings, ModelSettings} from './agent-settings.ts';
import {redact} from '../ops/redact.ts';
import {serviceWords} from './service-words.ts';

/** The models that a service offers, or a sentence why they are not to be had. */
export type ModelList =
    | {readonly kind: 'listed'; readonly models: readonly string[]}
    | {readonly kind: 'failed'; readonly message: string};

/** Longest time that a service may take to list its models, ms. */
const LIMIT_MS = 15_000;
/** Longest sentence for the admin, characters. */
const LONGEST = 340;
const MOST = 1_000;

/** As OpenAI's and Anthropic's services answer, and what follows them. */
const answerSchema = z.object({data: z.array(z.object({id: z.string()}))});

/** Asks the service of an agent which models it has. */
export async function listModels(
    settings: AgentSettings,
    deps: AgentDeps,
    signal: AbortSignal,
): Promise<ModelList> {
    if (settings.kind === 'demo') return {kind: 'listed', models: []};
    const secrets: string[] = [];
    try {
        const url = `${(settings.baseUrl ?? 'https://api.anthropic.com/v1').replace(/\/+$/, '')}/models`;
        const response = await deps.fetch(url, {
            headers: await headersOf(settings, deps, secrets),
            redirect: 'error',
            signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
        });
        const text = await response.text();
        const found = answerSchema.safeParse(parsed(text));
        if (response.ok && found.success) {
            const models = found.data.data.map(({id}) => id).sort();
            return {kind: 'listed', models: models.slice(0, MOST)};
        }
        return {kind: 'failed', message: shown(wordsOf(response.status, text), secrets)};
    } catch (error) {
        // The one who asked is told the reason; there is no turn that could fail by it.
        return {kind: 'failed', message: shown(reasonOf(error), secrets)};
    }
}

async function headersOf(
    settings: ModelSettings,
    deps: AgentDeps,
    secrets: string[],
): Promise<Record<string, string>> {
    const headers: Record<string, string> = {};
    const secret = async (input: Parameters<AgentDeps['resolveSecret']>[0]): Promise<string> => {
        const value = await deps.resolveSecret(input);
        secrets.push(value);
        return value;
    };
    if (settings.apiKey !== undefined) {
        const key = await secret(settings.apiKey);
        if (settings.kind === 'anthropic') headers['x-api-key'] = key;
        else headers['authorization'] = `Bearer ${key}`;
    }
    if (settings.kind === 'anthropic') headers['anthropic-version'] = '2023-06-01';
    for (const [name, value] of Object.entries(settings.headers ?? {})) {
        headers[name] = await secret(value);
    }
    return headers;
}

/** Redacted before it is cut: half a secret would not be found any more. */
function shown(text: string, secrets: readonly string[]): string {
    return redact(text, secrets).slice(0, LONGEST);
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

function wordsOf(status: number, body: string): string {
    const {text} = serviceWords(body);
    return `The service answered ${status}${text === '' ? '.' : `: ${text}`}`;
}

function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) return 'The service could not be asked.';
    if (error.name === 'TimeoutError') {
        return `The service did not answer within ${LIMIT_MS / 1000} seconds.`;
    }
    const cause = error.cause instanceof Error ? `: ${error.cause.message}` : `: ${error.message}`;
    return `The service could not be asked${cause}`;
}
