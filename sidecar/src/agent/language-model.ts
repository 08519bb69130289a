import type {Agent, AgentEvent, AgentTurn} from './agent.ts';
import type {AgentDeps, ModelSettings} from './agent-settings.ts';
import {failed} from './failed.ts';
import type {LastEvent} from './failed.ts';
import type {ModelRun} from './model-run.ts';
import {createLeash, LetGoError} from './leash.ts';
import type {Leash, LetGo} from './leash.ts';

const IDLE_SECONDS = 120;
const TIMEOUT_MINUTES = 10;

/**
 * An agent that asks a language model over HTTP, with the whole conversation at each turn. Requests are
 * tried again on 429 and 5xx (`Retry-After` is honoured) as long as nothing has been said. Steering is
 * ignored: a model call takes no further messages once it runs.
 */
export function createLanguageModelAgent(settings: ModelSettings, deps: AgentDeps): Agent {
    const limits = {
        idleMs: (settings.idleSeconds ?? IDLE_SECONDS) * 1_000,
        totalMs: (settings.timeoutMinutes ?? TIMEOUT_MINUTES) * 60_000,
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
        async *run(turn, signal) {
            const leash = createLeash(signal, limits);
            let last: LastEvent;
            try {
                // At the first question: the libraries cost 25 MB and are felt at the start.
                last = yield* answer((loading ??= load()), turn, leash);
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
): AsyncGenerator<AgentEvent, LastEvent, undefined> {
    try {
        const {run} = await leash.wait(loading);
        return yield* run(turn, leash);
    } catch (error) {
        if (error instanceof LetGoError) return givenUp(error.why);
        return failed('internal', error instanceof Error ? error.name : typeof error);
    }
}

function givenUp(why: LetGo): LastEvent {
    switch (why) {
        case 'cancelled':
            return failed('cancelled');
        case 'idle':
            return failed('timeout', 'no part within the idle limit', 'The model went silent.');
        case 'total':
            return failed('timeout', 'beyond the limit of a run');
    }
}
