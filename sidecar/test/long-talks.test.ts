import type {AgentEvent, AgentTurn} from '../src/agent/agent.ts';
import {agentOf, comeAboard, type Aboard} from './aboard.ts';

const REFUSAL: AgentEvent = {
    kind: 'failed',
    code: 'context-too-long',
    message: 'Too long; try `/gangway new`.',
    retryable: false,
};

const sizeOf = ({messages}: AgentTurn): number =>
    messages.reduce((sum, {text}) => sum + Buffer.byteLength(text), 0);
const wholeOf = ({messages}: AgentTurn): string => messages.map(({text}) => text).join('\n');

/** Refuses conversations of more than so many bytes. */
const small = (window: number) =>
    agentOf(async function* (turn): AsyncGenerator<AgentEvent> {
        if (sizeOf(turn) > window) {
            yield REFUSAL;
            return;
        }
        yield {kind: 'text', text: 'aye'};
        yield {kind: 'done', reason: 'stop'};
    });

async function ask(aboard: Aboard, text: string): Promise<string> {
    const answer = await aboard.answerTo(aboard.direct('alice', text));
    await aboard.settled();
    return answer.message;
}

describe('a conversation that outgrows the model', () => {
    it('[SES-13][BR-07] goes on: the oldest is left out within the same turn, and the next turn is not refused', async () => {
        await using aboard = await comeAboard({agent: small(30_000)});
        for (let round = 1; round <= 30; round++) {
            expect(await ask(aboard, `round ${round} ${'x'.repeat(1500)}`)).toBe('aye');
        }
        expect(await ask(aboard, 'short one')).toBe('aye');
        const last = aboard.asked.at(-1)!;
        expect(wholeOf(last)).toContain('round 30 ');
        expect(wholeOf(last)).not.toContain('round 1 ');
        expect(last.messages[0]?.text).toBe('(earlier messages are not shown)');
        // One refusal teaches the limit for the turns that follow.
        const refused = aboard.asked.filter((turn) => sizeOf(turn) > 30_000);
        expect(refused).toHaveLength(1);
        expect(new Set(aboard.asked.map(({turnId}) => turnId)).size).toBe(31);
    });

    it('[SES-13][BR-07] goes on after two messages that each fill most of it, and after a restart', async () => {
        await using aboard = await comeAboard({agent: small(20_000)});
        for (const word of ['one', 'two']) {
            expect(await ask(aboard, `${word} ${'x'.repeat(15_900)}`)).toBe('aye');
        }
        await aboard.stop();
        await aboard.start();
        expect(await ask(aboard, 'short one')).toBe('aye');
        expect(await ask(aboard, 'short two')).toBe('aye');
    });

    it('[SES-13][SES-04] keeps the root and the newest posts of a thread that is too long', async () => {
        await using aboard = await comeAboard({agent: small(20_000)});
        const place = {rootId: aboard.say('bob', 'The plan: sail at nine.').id};
        for (let n = 1; n <= 45; n++) aboard.say('carol', `line ${n}. ${'x'.repeat(1000)}`, place);
        for (const text of ['so?', 'again?']) {
            expect((await aboard.answerTo(aboard.mention('alice', text, place))).message).toBe(
                'aye',
            );
            await aboard.settled();
            const prompt = wholeOf(aboard.asked.at(-1)!);
            expect(prompt).toContain('sail at nine');
            expect(prompt).toContain('line 45.');
            expect(prompt).not.toContain('line 1.');
        }
    });

    it('[SES-13] says so where the question alone is too long, keeps nothing of it, and asks no more than a few times', async () => {
        await using aboard = await comeAboard({agent: small(5_000)});
        expect(await ask(aboard, 'hello')).toBe('aye');
        const answer = await ask(aboard, 'x'.repeat(6_000));
        expect(answer).toContain('This message alone is longer than the model can take.');
        expect(answer).toContain('`/gangway new`');
        expect(aboard.asked.length).toBeLessThanOrEqual(8);
        expect(await ask(aboard, 'and now?')).toBe('aye');
        expect(wholeOf(aboard.asked.at(-1)!)).toBe('hello\naye\nand now?');
    });

    it('[SES-13] names new where a conversation is refused that has begun to be answered', async () => {
        let asked = 0;
        const agent = agentOf(async function* (): AsyncGenerator<AgentEvent> {
            asked++;
            yield {kind: 'text', text: 'Well'};
            yield REFUSAL;
        });
        await using aboard = await comeAboard({agent});
        expect(await ask(aboard, 'hello')).toMatch(/^Well\n\n> ⚠️ Too long; try `\/gangway new`\./);
        expect(asked).toBe(1);
    });
});
