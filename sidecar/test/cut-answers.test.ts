import type {AgentEvent, DoneReason} from '../src/agent/agent.ts';
import {agentOf, comeAboard, gangwayOf, questionOf} from './aboard.ts';
import {buttonsOf} from './people.ts';

/** Says these pieces, one a turn, each ended for its reason; `aye` after them. */
function ending(...pieces: readonly (readonly [text: string, reason: DoneReason])[]) {
    let turn = 0;
    return agentOf(async function* (): AsyncGenerator<AgentEvent> {
        const [text, reason] = pieces[turn++] ?? ['aye', 'stop'];
        yield {kind: 'text', text};
        yield {kind: 'done', reason};
    });
}

const MARK =
    '> ✂️ This answer was cut off here: it reached the longest length that the model may write.';
const CONTINUE =
    '@alice: Your last answer was cut off. Go on with it exactly where it stopped, and repeat nothing of it.';

describe('an answer that was cut off', () => {
    it('[DEL-15][BR-19] says so below its words, and goes on in a post below when its asker wants it', async () => {
        await using aboard = await comeAboard({
            agent: ending(
                ['The dose is', 'length'],
                ['aye', 'stop'],
                [' two drops', 'length'],
                [' a day.', 'stop'],
            ),
        });
        const {people, harbor} = aboard;
        const post = aboard.mention('alice', 'what is the dose?');
        const first = await aboard.answerTo(post);
        await aboard.settled();
        expect(first.message).toBe(`The dose is\n\n${MARK}`);
        expect(buttonsOf(first).map(({name}) => name)).toEqual(['Continue']);
        await aboard.answerTo(aboard.mention('bob', 'hello'));
        await aboard.settled();

        await people.press(harbor.users.bob, first, 'Continue');
        expect(people.whispers(harbor.users.bob)).toEqual([
            'Only the person who asked can do this.',
        ]);
        for (const posts of [2, 3]) {
            const last = aboard.answersTo(post).at(-1)!;
            expect(await people.press(harbor.users.alice, last, 'Continue')).toBe(200);
            await aboard.until('the rest', () => aboard.answersTo(post).length === posts);
            await aboard.answerTo(post);
            await aboard.settled();
            // Used up, and gone: the mark as well.
            expect(buttonsOf(aboard.now(last))).toEqual([]);
        }
        expect(aboard.answersTo(post).map(({message}) => message)).toEqual([
            'The dose is',
            ' two drops',
            ' a day.',
        ]);
        const cut = '[This answer was cut off here at its longest length; it is not whole.]';
        // It goes on with its own answer, whatever was asked since.
        expect(aboard.asked.at(-1)?.messages.map(({text}) => text)).toEqual([
            '@alice: what is the dose?',
            `The dose is\n\n${cut}`,
            CONTINUE,
            ` two drops\n\n${cut}`,
            CONTINUE,
        ]);
        await aboard.answerTo(aboard.mention('alice', 'thanks'));
        expect(
            aboard.asked
                .at(-1)
                ?.messages.slice(-4)
                .map(({text}) => text),
        ).toEqual([' a day.', '@bob: hello', 'aye', '@alice: thanks']);
    });

    it.each([
        [
            'content-filter',
            '> ✂️ This answer ends here: a filter of the model service broke it off.',
        ],
        [
            'unreadable',
            '> ✂️ Parts of this answer are missing: the model broke it off, or they could not be read.',
        ],
    ] as const)('[DEL-15][BR-19] says so for %s, and offers another try', async (reason, mark) => {
        await using aboard = await comeAboard({agent: ending(['The dose is', reason])});
        const answer = await aboard.answerTo(aboard.direct('alice', 'what is the dose?'));
        await aboard.settled();
        expect(answer.message).toBe(`The dose is\n\n${mark}`);
        expect(gangwayOf(answer)?.state).toBe('done');
        await aboard.people.press(aboard.harbor.users.alice, answer, 'Try again');
        await aboard.until('the answer', () => aboard.now(answer).message === 'aye');
        await aboard.settled();
        await aboard.answerTo(aboard.direct('alice', 'sure?'));
        expect(aboard.asked.at(-1)?.messages.map(({text}) => text)).toEqual([
            'what is the dose?',
            'aye',
            'sure?',
        ]);
    });

    it('is whole for reasons that say nothing', async () => {
        await using aboard = await comeAboard({agent: ending(['The dose is two.', 'other'])});
        const answer = await aboard.answerTo(aboard.direct('alice', 'what is the dose?'));
        expect(answer.message).toBe('The dose is two.');
        expect(buttonsOf(answer)).toEqual([]);
    });

    it('[DEL-15] tries a continuation that failed again, at its place and in its post', async () => {
        let asked = 0;
        const agent = agentOf(async function* (turn): AsyncGenerator<AgentEvent> {
            asked++;
            if (questionOf(turn).startsWith('Your last') && asked === 2) {
                yield {kind: 'failed', code: 'overloaded', message: 'Busy.', retryable: true};
                return;
            }
            yield {kind: 'text', text: asked === 1 ? 'The dose is' : ' two.'};
            yield {kind: 'done', reason: asked === 1 ? 'length' : 'stop'};
        });
        await using aboard = await comeAboard({agent});
        const {alice} = aboard.harbor.users;
        const post = aboard.direct('alice', 'what is the dose?');
        await aboard.people.press(alice, await aboard.answerTo(post), 'Continue');
        await aboard.until('the failure', () => aboard.answersTo(post).length === 2);
        const failed = await aboard.answerTo(post);
        await aboard.settled();
        expect(failed.message).toContain('Busy.');
        await aboard.people.press(alice, failed, 'Try again');
        await aboard.until('the rest', () => aboard.now(failed).message === ' two.');
        await aboard.settled();
        expect(aboard.asked.at(-1)?.messages).toHaveLength(3);
        expect(aboard.asked.at(-1)?.messages.at(-1)?.text).toMatch(/^Your last answer was cut off/);
    });

    it('goes on with nothing whose conversation is over', async () => {
        await using aboard = await comeAboard({agent: ending(['The dose is', 'length'])});
        const {alice} = aboard.harbor.users;
        const answer = await aboard.answerTo(aboard.direct('alice', 'what is the dose?'));
        await aboard.settled();
        await aboard.answerTo(aboard.direct('alice', '!new'));
        await aboard.people.press(alice, answer, 'Continue');
        expect(aboard.people.whispers(alice)).toEqual(['The conversation of this answer is over.']);
    });
});
