import type {Agent, AgentEvent} from '../src/agent/agent.ts';
import type {AccountSettings} from '../src/contract/account-settings.ts';
import {createMemoryStore} from '../src/store/memory-store.ts';
import type {Store} from '../src/store/store.ts';
import {agentOf, comeAboard, gangwayOf} from './aboard.ts';
import {buttonsOf} from './people.ts';

const never = new Promise<never>(() => undefined);
const text = (words: string): AgentEvent => ({kind: 'text', text: words});

/** Agents that do what agents must not do, and what a person should read then. */
const MISBEHAVING: Record<string, {agent: Agent; says: RegExp}> = {
    'hangs at once': {
        agent: agentOf(async function* () {
            yield await never;
        }),
        says: /^> ⚠️ The agent said nothing for 0\.4 seconds, so it was stopped\./,
    },
    'hangs half-way': {
        agent: agentOf(async function* () {
            yield text('Ten fathoms, or');
            await never;
        }),
        says: /^Ten fathoms, or\n\n> ⚠️ The agent said nothing for 0\.4 seconds, so it was stopped\./,
    },
    'talks for ever': {
        agent: agentOf(async function* () {
            for (;;) {
                yield text('ten ');
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        }),
        says: /^(?:ten )+\n\n> ⚠️ The agent was not done after 2 seconds, so it was stopped\./,
    },
    'fails at once': {
        agent: agentOf(async function* () {
            yield {kind: 'failed', code: 'unauthorized', message: 'No key.', retryable: false};
        }),
        says: /^> ⚠️ No key\. \(reference/,
    },
    'fails half-way': {
        agent: agentOf(async function* () {
            yield text('Ten fathoms, or');
            yield {kind: 'failed', code: 'overloaded', message: 'Too busy.', retryable: true};
        }),
        says: /^Ten fathoms, or\n\n> ⚠️ Too busy\. \(reference/,
    },
    'sends nothing': {
        agent: agentOf(async function* () {
            yield {kind: 'done', reason: 'stop'};
        }),
        says: /^> ⚠️ The agent sent an empty answer\./,
    },
    'sends blanks': {
        agent: agentOf(async function* () {
            yield text(' \n\n ');
            yield {kind: 'done', reason: 'stop'};
        }),
        says: /^> ⚠️ The agent sent an empty answer\./,
    },
    'sends nothing but its thoughts': {
        agent: agentOf(async function* () {
            yield {kind: 'reasoning', text: 'What do they want?'};
            yield {kind: 'done', reason: 'stop'};
        }),
        says: /^> ⚠️ The agent sent an empty answer\./,
    },
    'uses tools and says nothing': {
        agent: agentOf(async function* () {
            yield {kind: 'tool-start', id: '1', name: 'sounding'};
            // Long enough for its line to be shown.
            for (let n = 0; n < 6; n++) {
                yield {kind: 'reasoning', text: 'hm'};
                await new Promise((resolve) => setTimeout(resolve, 200));
            }
            yield {kind: 'done', reason: 'stop'};
        }),
        says: /^> ⚠️ The agent sent an empty answer\./,
    },
    'takes back all that it said': {
        agent: agentOf(async function* () {
            yield text('SECRET thoughts');
            yield {kind: 'text-reset'};
            yield {kind: 'done', reason: 'stop'};
        }),
        says: /^> ⚠️ The agent sent an empty answer\./,
    },
    'throws before it streams': {
        agent: agentOf(() => {
            throw new TypeError('SECRET path');
        }),
        says: /^> ⚠️ The agent failed unexpectedly\./,
    },
    'throws half-way': {
        agent: agentOf(async function* () {
            yield text('Ten fathoms, or');
            throw new TypeError('SECRET path');
        }),
        says: /^Ten fathoms, or\n\n> ⚠️ The agent failed unexpectedly\./,
    },
    'stops without an end': {
        agent: agentOf(async function* () {
            yield text('Ten fathoms, or');
        }),
        says: /^Ten fathoms, or\n\n> ⚠️ The agent failed unexpectedly\./,
    },
};

/** The limit that ends an agent is short; no other one shall come first on a busy machine. */
function limitsOf(name: string): AccountSettings['turn'] {
    return {
        timeoutMinutes: name === 'talks for ever' ? 2 / 60 : 5,
        idleSeconds: name.startsWith('hangs') ? 0.4 : 60,
    };
}

describe('an agent that', () => {
    it.each(Object.keys(MISBEHAVING))(
        '[DEL-15] %s leaves one finished answer, and the next question is answered too',
        async (name) => {
            const {agent, says} = MISBEHAVING[name]!;
            let turns = 0;
            const once: Agent = {
                kind: 'test',
                run(turn, signal) {
                    turns++;
                    if (turns === 1) return agent.run(turn, signal);
                    return (async function* () {
                        yield text('All is well.');
                        yield {kind: 'done', reason: 'stop'} as const;
                    })();
                },
            };
            await using aboard = await comeAboard({
                agent: once,
                settings: {turn: limitsOf(name)},
            });
            const posts = [aboard.mention('alice', 'how deep?'), aboard.mention('bob', 'hello?')];
            await aboard.expectAnsweredOnce(posts);
            const [bad, good] = aboard.answers();
            expect(bad?.message).toMatch(says);
            expect(bad?.message).toMatch(/ \(reference `[0-9a-f]{8}`\)$/);
            expect(bad?.message).not.toContain('SECRET');
            expect(bad === undefined ? undefined : gangwayOf(bad)?.state).toBe('failed');
            const retry = name === 'fails at once' ? [] : ['Try again'];
            expect(buttonsOf(bad!).map((button) => button.name)).toEqual(retry);
            expect(good?.message).toBe('All is well.');
            expect(aboard.answers()).toHaveLength(2);
        },
    );
});

/** A store whose writes under a prefix fail while it is told so. */
function failingStore(): {store: Store; fail: {prefix: string | undefined; failures: number}} {
    const memory = createMemoryStore();
    const fail: {prefix: string | undefined; failures: number} = {prefix: undefined, failures: 0};
    const store: Store = {
        ...memory,
        async compareAndSet(key, ...rest) {
            if (fail.prefix !== undefined && key.startsWith(fail.prefix)) {
                fail.failures++;
                throw new Error('the disk is full');
            }
            return await memory.compareAndSet(key, ...rest);
        },
    };
    return {store, fail};
}

describe('a store that fails for a while', () => {
    /** How often the agent is asked where writes below that prefix fail. */
    const PLACES = {
        '0turn/': 1,
        // The answer is there, but nothing remembers it.
        'session/': 2,
        'part/': 2,
        'claim/': 1,
    };

    async function failAt(prefix: string, asked: number): Promise<void> {
        const {store, fail} = failingStore();
        await using aboard = await comeAboard({store});
        fail.prefix = prefix;
        const post = aboard.mention('alice', 'how deep?');
        await aboard.until('a failure', () => fail.failures > 0);
        await new Promise((resolve) => setTimeout(resolve, 100));
        fail.prefix = undefined;
        // Recovery looks each five seconds.
        await aboard.answerTo(post);
        await aboard.settled();
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.answers()).toHaveLength(1);
        expect({prefix, asked: aboard.asked.length}).toEqual({prefix, asked});
    }

    it('[DEL-09] loses no question and doubles no answer, at whatever step it fails', async () => {
        await Promise.all(Object.entries(PLACES).map(([prefix, asked]) => failAt(prefix, asked)));
    });
});
