import type {Agent, AgentEvent, AgentTurn} from '../agent.ts';
import {failed} from '../failed.ts';
import {perform} from './perform.ts';
import {chooseAct} from './tour.ts';

/** How the demo agent behaves. */
export interface DemoOptions {
    /** Pause between two words, ms; 0 for none [25]. `slow` takes its seconds regardless. */
    readonly delayMs?: number | undefined;
}

/**
 * The built-in agent: a guided tour of what an agent can do. It needs no key and no network, and says
 * the same to the same conversation each time. `hello` lists what it knows.
 */
export function createDemoAgent({delayMs = 25}: DemoOptions = {}): Agent {
    return {
        kind: 'demo',
        async *run(turn, signal) {
            try {
                yield* withUsage(turn, perform(chooseAct(turn)(turn), delayMs, signal));
            } catch (error) {
                yield signal.aborted
                    ? failed('cancelled')
                    : failed('internal', String(error), 'The demo agent has lost its script.');
            }
        },
    };
}

/** Adds what the answer would have cost: a token is taken as four characters, as models roughly do. */
async function* withUsage(
    turn: AgentTurn,
    events: AsyncIterable<AgentEvent>,
): AsyncGenerator<AgentEvent, void, undefined> {
    const said = [turn.system, ...turn.messages.map((message) => message.text)];
    let written = 0;
    for await (const event of events) {
        if (event.kind === 'text' || event.kind === 'reasoning') written += event.text.length;
        if (event.kind === 'done') {
            yield {
                kind: 'usage',
                inputTokens: Math.ceil(said.join('').length / 4),
                outputTokens: Math.ceil(written / 4),
                model: 'demo',
            };
        }
        yield event;
    }
}
