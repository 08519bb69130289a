import type {Agent, AgentEvent, AgentTurn} from '../src/agent/agent.ts';
import {agentOf} from './aboard.ts';

/** One run of an agent that does what its test says, when it says so. */
export interface Run {
    readonly turn: AgentTurn;
    readonly signal: AbortSignal;
    /** Says an event; `done` and `failed` end the run. */
    say(event: AgentEvent): void;
    text(text: string): void;
    /** Says the text and ends well. */
    done(text?: string): void;
}

/** An agent whose runs a test conducts; one that is aborted ends by itself. */
export interface Conductor {
    readonly agent: Agent;
    readonly runs: readonly Run[];
}

/** Makes a conducted agent; `deaf` ones do not hear their signal. */
export function createConductor(options: {deaf?: boolean} = {}): Conductor {
    const runs: Run[] = [];
    const agent = agentOf(async function* (turn, signal) {
        const events: AgentEvent[] = [];
        let wake = (): void => undefined;
        const say = (event: AgentEvent): void => {
            events.push(event);
            wake();
        };
        const text = (words: string): void => say({kind: 'text', text: words});
        runs.push({
            turn,
            signal,
            say,
            text,
            done(words = '') {
                if (words !== '') text(words);
                say({kind: 'done', reason: 'stop'});
            },
        });
        if (options.deaf !== true) signal.addEventListener('abort', () => wake(), {once: true});
        for (;;) {
            const event = events.shift();
            if (event !== undefined) {
                yield event;
                if (event.kind === 'done' || event.kind === 'failed') return;
                continue;
            }
            if (signal.aborted && options.deaf !== true) {
                yield {kind: 'failed', code: 'cancelled', message: 'Stopped.', retryable: true};
                return;
            }
            await new Promise<void>((resolve) => (wake = resolve));
        }
    });
    return {agent, runs};
}
