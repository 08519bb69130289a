import {streamText} from 'ai';
import type {AgentEvent, AgentTurn} from './agent.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import type {LastEvent} from './failed.ts';
import type {Leash} from './leash.ts';
import {LetGoError} from './leash.ts';
import {modelFailure} from './model-failure.ts';
import {openModel} from './model-provider.ts';
import {createPartReader} from './part-reader.ts';
import {buildPrompt} from './prompt.ts';

// The library would write its warnings to the console.
globalThis.AI_SDK_LOG_WARNINGS = false;

/**
 * Asks the model once and yields its answer; returns the last event.
 * @throws LetGoError where the leash gave the run up; nothing else.
 */
export async function* runModel(
    settings: ModelSettings,
    deps: AgentDeps,
    turn: AgentTurn,
    leash: Leash,
): AsyncGenerator<AgentEvent, LastEvent, undefined> {
    const secrets: string[] = [];
    try {
        const {model, providerOptions} = await leash.wait(openModel(settings, deps, secrets));
        const {instructions, messages} = buildPrompt(turn, settings.systemPrompt);
        const {stream} = streamText({
            model,
            messages: [...messages],
            ...(instructions === undefined ? {} : {instructions}),
            ...(settings.temperature === undefined ? {} : {temperature: settings.temperature}),
            ...(settings.maxOutputTokens === undefined
                ? {}
                : {maxOutputTokens: settings.maxOutputTokens}),
            ...(providerOptions === undefined ? {} : {providerOptions}),
            maxRetries: settings.maxRetries ?? 2,
            abortSignal: leash.signal,
            // Errors come as parts too; without this the library prints them.
            onError: () => undefined,
        });
        const parts = stream[Symbol.asyncIterator]();
        const reader = createPartReader(settings.model, secrets, deps.log);
        for (;;) {
            const step = await leash.wait(parts.next());
            if (step.done === true) return reader.cutOff();
            const {events, last} = reader.read(step.value);
            yield* events;
            if (last !== undefined) return last;
        }
    } catch (error) {
        if (error instanceof LetGoError) throw error;
        return modelFailure(error, secrets);
    }
}
