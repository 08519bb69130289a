import type {Agent, AgentEvent, AgentTurn} from './agent.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import {failed, timedOut} from './failed.ts';
import type {LastEvent} from './failed.ts';
import type {ModelRun} from './model-run.ts';
import {createLeash, LetGoError} from './leash.ts';
import type {Leash, LetGo, RunLimits} from './leash.ts';

/**
 * An agent that asks a language model over HTTP, with the whole conversation at each turn. Requests are
 * tried again on 429 and 5xx (`Retry-After` is honoured) as long as nothing has been said. Steering is
 * ignored: a model call takes no further messages once it runs.
 */
export function createLanguageModelAgent(settings: ModelSettings, deps: AgentDeps): Agent {
    const {idleSeconds, timeoutMinutes} = settings;
    const limits = {
        idleMs: idleSeconds === undefined ? undefined : idleSeconds * 1_000,
        totalMs: timeoutMinutes === undefined ? undefined : timeoutMinutes * 60_000,
    };
    let loading: Promise<ModelRun> | undefined;
    let loaded: ModelRun | undefined;
    const load = async (): Promise<ModelRun> => {
        const {createModelRun} = await import('./model-run.ts');
        loaded = createModelRun(settings, deps);
        return loaded;
    };
    return {
        kind: settings.kind,
        limits,
        async *run(turn, signal) {
            const leash = createLeash(signal, limits);
            let last: LastEvent;
            try {
                // At the first question: the libraries cost 25 MB and are felt at the start.
                last = yield* answer((loading ??= load()), turn, leash, limits);
            } finally {
                // Before the last event: who has it may take everything as given back.
                leash.release();
            }
            yield last;
        },
        troubles: () => loaded?.troubles() ?? [],
    };
}

async function* answer(
    loading: Promise<ModelRun>,
    turn: AgentTurn,
    leash: Leash,
    limits: RunLimits,
): AsyncGenerator<AgentEvent, LastEvent, undefined> {
    try {
        const {run} = await leash.wait(loading);
        return yield* run(turn, leash);
    } catch (error) {
        if (error instanceof LetGoError) return givenUp(error.why, limits);
        return failed('internal', error instanceof Error ? error.name : typeof error);
    }
}

function givenUp(why: LetGo, {idleMs, totalMs}: RunLimits): LastEvent {
    switch (why) {
        case 'cancelled':
            return failed('cancelled');
        case 'idle':
            return timedOut({kind: 'idle', ms: idleMs ?? 0, setting: 'idleSeconds of the agent'});
        case 'total':
            return timedOut({
                kind: 'total',
                ms: totalMs ?? 0,
                setting: 'timeoutMinutes of the agent',
            });
    }
}
