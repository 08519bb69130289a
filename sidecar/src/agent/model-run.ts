import type {
    LanguageModelV4CallOptions,
    LanguageModelV4Prompt,
    LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import type {AgentEvent, AgentTurn} from './agent.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import type {LastEvent} from './failed.ts';
import type {Leash} from './leash.ts';
import {LetGoError} from './leash.ts';
import {modelFailure} from './model-failure.ts';
import {createModelOpener, type OpenModel} from './model-provider.ts';
import {modelRetry} from './model-retry.ts';
import {createPartReader, type PartReader} from './part-reader.ts';
import {buildPrompt, type Prompt} from './prompt.ts';
import {createRefusedFields, type RefusedFields} from './refused-fields.ts';

/**
 * Asks the model once and yields its answer; returns the last event.
 * @throws LetGoError where the leash gave the run up; nothing else.
 */
export type RunModel = (
    turn: AgentTurn,
    leash: Leash,
) => AsyncGenerator<AgentEvent, LastEvent, undefined>;

/** The runs of one agent, and what was learned in them. */
export interface ModelRun {
    readonly run: RunModel;
    /** See `Agent.troubles`. */
    readonly troubles: () => readonly string[];
}

/**
 * Makes the runs of one agent. They ask the provider's model object itself: the library's `streamText`
 * around it does nothing for a turn without tools, and costs more than all the rest of the call.
 */
export function createModelRun(settings: ModelSettings, deps: AgentDeps): ModelRun {
    const fields = createRefusedFields(settings.kind, deps.fetch, deps.log);
    const open = createModelOpener(settings, {...deps, fetch: fields.fetch});
    const run: RunModel = async function* (turn, leash) {
        const secrets: string[] = [];
        let reader: PartReader | undefined;
        try {
            const opened = await leash.wait(open(secrets));
            const options = callOptions(settings, opened, turn, leash.signal);
            const retry = modelRetry(settings.maxRetries ?? 2, leash.signal);
            const stream = await askModel(
                () => leash.wait(retry(() => opened.model.doStream(options))),
                fields,
            );
            const parts = stream.getReader();
            const {model, maxOutputTokens} = settings;
            reader = createPartReader({model, maxOutputTokens, secrets, log: deps.log});
            for (;;) {
                const step = await leash.wait(parts.read());
                if (step.done) {
                    yield* reader.rest();
                    return reader.cutOff();
                }
                const {events, last} = reader.read(step.value);
                yield* events;
                if (last !== undefined) return last;
            }
        } catch (error) {
            if (reader !== undefined) yield* reader.rest();
            if (error instanceof LetGoError) throw error;
            const setting = fields.refused(error);
            return modelFailure(error, secrets, setting);
        }
    };
    return {run, troubles: () => fields.troubles()};
}

/** No service refuses more fields than a request has. */
const MOST_FIELDS = 8;

/** Asks, and asks again without a field that was refused, each of them once. */
async function askModel(
    ask: () => Promise<LanguageModelV4StreamResult>,
    fields: RefusedFields,
): Promise<LanguageModelV4StreamResult['stream']> {
    for (let asked = 1; ; asked += 1) {
        try {
            const {stream} = await ask();
            fields.taken();
            return stream;
        } catch (error) {
            if (asked > MOST_FIELDS || !fields.learn(error)) throw error;
        }
    }
}

function callOptions(
    {kind, systemPrompt, temperature, maxOutputTokens}: ModelSettings,
    {providerOptions}: OpenModel,
    turn: AgentTurn,
    abortSignal: AbortSignal,
): LanguageModelV4CallOptions {
    return {
        prompt: modelPrompt(buildPrompt(turn, systemPrompt)),
        ...(temperature === undefined ? {} : {temperature}),
        ...(maxOutputTokens === undefined ? {} : {maxOutputTokens}),
        ...(providerOptions === undefined ? {} : {providerOptions}),
        // The library drops text that stands in the start of a block: it is read from the events themselves.
        ...(kind === 'anthropic' ? {includeRawChunks: true} : {}),
        abortSignal,
    };
}

function modelPrompt({instructions, messages}: Prompt): LanguageModelV4Prompt {
    return [
        ...(instructions === undefined ? [] : [{role: 'system' as const, content: instructions}]),
        ...messages.map(({role, content}) => ({
            role,
            content: [{type: 'text' as const, text: content}],
        })),
    ];
}
