import type {AgentTurn} from '../agent.ts';
import {question, say} from './beat.ts';
import type {Act, Beat} from './beat.ts';

/** Reasoning first, then the answer: only the answer is posted. */
export const reasoning: Act = () => [
    {
        kind: 'think',
        text: `A farmer, a fox, a goose and a sack of grain, and a boat for the farmer and one of them. \
The goose must not stay alone with the grain, nor the fox with the goose. So the goose is the trouble: \
it goes first. Then the fox or the grain, it does not matter which, but whoever arrives must not be \
left with the goose, so the goose comes back. Then the other one goes over. At last the goose again. \
That makes seven crossings; fewer cannot do, because each trip but the last brings the boat back.`,
    },
    say(`I have just thought about an old riddle. A farmer must bring a fox, a goose and a sack of \
grain across a river, and the boat holds only one of them beside the farmer.

**Seven crossings do it:**

1. The goose goes over.
2. The farmer comes back alone.
3. The fox goes over.
4. The goose comes *back*: that is the trick.
5. The grain goes over.
6. The farmer comes back alone.
7. The goose goes over once more.

Before the first line of this answer came some hundred words of reasoning. They are held back: what is \
posted is the answer and nothing else.
`),
];

/** Tools at work: one that succeeds, one that fails, and an answer made of both. */
export const tools: Act = () => [
    say('Let me look that up for you.\n\n'),
    start('demo-tool-1', 'tide_table', 'Looking up the tides in the harbour'),
    {kind: 'pause', words: 80},
    end('demo-tool-1', true),
    start('demo-tool-2', 'ask_harbour_master', 'Asking the harbour master'),
    {kind: 'pause', words: 60},
    end('demo-tool-2', false),
    start('demo-tool-3', 'weather_report', 'Reading the weather report'),
    {kind: 'pause', words: 80},
    end('demo-tool-3', true),
    say(`High water is at **06:12**, and the wind comes from the south-west with four Beaufort. The \
harbour master did not pick up the phone, so the berth is still open.

While I worked, short lines told you which tool was running. Each of them stands in the same post as \
this answer, and an agent that calls forty tools still makes one post, not forty. (The tools, the tide \
and the harbour master are made up.)
`),
];

const BEFORE_ASKING = 'Before I set a course I need to know one thing.';
const PLACES = {
    'The lighthouse': 'the lighthouse: two hours with the tide, and soup in the keeper’s kitchen',
    'The old harbour': 'the old harbour: calm water, crooked houses and the best smoked fish',
    'The open sea': 'the open sea: no plan, all sails up, and the coast gone by noon',
};

/** Asks the person something, with three answers to choose from. */
export const ask: Act = () => [
    say(`${BEFORE_ASKING}\n`),
    {
        kind: 'event',
        event: {
            kind: 'ask',
            id: 'demo-ask',
            question: 'Where shall we sail today?',
            options: Object.keys(PLACES),
        },
    },
];

/** The reply to an answer to {@link ask}, by name or number; undefined where nothing was asked. */
export function answered(turn: AgentTurn): readonly Beat[] | undefined {
    const before = turn.messages.slice(0, -1).findLast((message) => message.role === 'assistant');
    if (before?.text.includes(BEFORE_ASKING) !== true) return undefined;
    const choice = question(turn).toLowerCase();
    const place = Object.entries(PLACES).find(
        ([name], index) => choice === String(index + 1) || choice.includes(name.toLowerCase()),
    );
    return place && [say(`Then it is ${place[1]}. Casting off!\n`)];
}

/** Fails in the middle of a sentence, so that one sees what a failure looks like. */
export const failure: Act = () => [
    say(`Here is an answer that will not reach its end. The first half arrives as always, word by \
word, and then, just when it gets interesting, the line`),
    {
        kind: 'event',
        event: {
            kind: 'failed',
            code: 'overloaded',
            message: 'The demo agent broke off half-way, because you asked it to fail.',
            detail: 'demo: the error act',
            retryable: true,
        },
    },
];

/** The longest `slow` answer, seconds. */
const SLOWEST = 600;

/** An answer that takes as many seconds as one asks for [10], at most ten minutes. */
export const slow: Act = function* (turn) {
    const wanted = Number(/\bslow\D{0,20}(\d{1,6})/i.exec(question(turn))?.[1] ?? 10);
    const seconds = Math.min(Math.max(wanted, 1), SLOWEST);
    yield say(
        `I shall take ${seconds} seconds for this; plenty of time to stop me or to ask more.\n\n`,
    );
    for (let second = 1; second <= seconds; second += 1) {
        yield {kind: 'wait', ms: 1000};
        yield say(
            second === seconds ? `${second}.\n` : `${second}${second % 20 === 0 ? '\n' : ' '}`,
        );
    }
    yield say('\nHere we are. Thank you for waiting.\n');
};

function start(id: string, name: string, summary: string): Beat {
    return {kind: 'event', event: {kind: 'tool-start', id, name, summary, repeatable: true}};
}

function end(id: string, ok: boolean): Beat {
    return {kind: 'event', event: {kind: 'tool-end', id, ok}};
}
