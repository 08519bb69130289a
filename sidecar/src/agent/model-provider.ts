import {createAnthropic} from '@ai-sdk/anthropic';
import {createOpenAICompatible} from '@ai-sdk/openai-compatible';
import type {LanguageModelV4, SharedV4ProviderOptions} from '@ai-sdk/provider';
import type {SecretInput} from '../contract/secret.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import {endingAtDone} from './done-line.ts';
import {SecretUnavailableError} from './model-failure.ts';

/** A model that is ready to be asked. */
export interface OpenModel {
    readonly model: LanguageModelV4;
    readonly providerOptions: SharedV4ProviderOptions | undefined;
}

/** The secrets of an agent as they are now. */
interface Credentials {
    readonly apiKey: string | undefined;
    readonly headers: Readonly<Record<string, string>>;
}

/** Header values shorter than this are names rather than secrets, and too common to be masked. */
const SHORTEST_SECRET = 8;

/**
 * Makes what gives the model object of an agent, with its secrets as they are at each call; each one is added
 * to `secrets` as soon as it is known. The object is kept for as long as they stay: the libraries build their
 * schemas anew for each. No request is made.
 * @throws SecretUnavailableError
 */
export function createModelOpener(
    settings: ModelSettings,
    deps: AgentDeps,
): (secrets: string[]) => Promise<OpenModel> {
    let known: {readonly by: string; readonly model: OpenModel} | undefined;
    return async (secrets) => {
        const credentials = await resolveCredentials(settings, deps, secrets);
        const by = JSON.stringify(credentials);
        if (known?.by !== by) known = {by, model: openModel(settings, deps, credentials)};
        return known.model;
    };
}

async function resolveCredentials(
    settings: ModelSettings,
    deps: AgentDeps,
    secrets: string[],
): Promise<Credentials> {
    const resolve = async (what: string, input: SecretInput): Promise<string> => {
        const secret = await resolveSecret(what, input, deps);
        if (what === 'the API key' || secret.length >= SHORTEST_SECRET) secrets.push(secret);
        return secret;
    };
    const apiKey =
        settings.apiKey === undefined ? undefined : await resolve('the API key', settings.apiKey);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(settings.headers ?? {})) {
        headers[name] = await resolve(`the header ${name}`, value);
    }
    return {apiKey, headers};
}

function openModel(
    settings: ModelSettings,
    deps: AgentDeps,
    {apiKey, headers}: Credentials,
): OpenModel {
    const shared = {headers, fetch: deps.fetch};
    const key = apiKey === undefined ? {} : {apiKey};

    switch (settings.kind) {
        case 'openai-compatible': {
            const provider = createOpenAICompatible({
                ...shared,
                ...key,
                fetch: endingAtDone(deps.fetch),
                name: 'service',
                baseURL: settings.baseUrl,
                includeUsage: true,
            });
            return {model: provider.chatModel(settings.model), providerOptions: undefined};
        }
        case 'anthropic': {
            const provider = createAnthropic({
                ...shared,
                ...key,
                // Named even where it is the default: the library would ask the environment first.
                baseURL: settings.baseUrl ?? 'https://api.anthropic.com/v1',
            });
            return {
                model: provider.messages(settings.model),
                providerOptions: {anthropic: {...thinking(settings.thinking), includePings: true}},
            };
        }
    }
}

type Thinking = Extract<ModelSettings, {kind: 'anthropic'}>['thinking'];

function thinking(setting: Thinking) {
    switch (setting) {
        case undefined:
            return {};
        case 'adaptive':
            return {thinking: {type: 'adaptive', display: 'summarized'}} as const;
        case 'off':
            return {thinking: {type: 'disabled'}} as const;
        default:
            return {thinking: {type: 'enabled', budgetTokens: setting.budgetTokens}} as const;
    }
}

async function resolveSecret(what: string, input: SecretInput, deps: AgentDeps): Promise<string> {
    let secret: string;
    try {
        secret = await deps.resolveSecret(input);
    } catch (error) {
        throw new SecretUnavailableError(what, error);
    }
    if (secret.trim() === '') throw new SecretUnavailableError(what, new Error('it is empty'));
    return secret;
}
