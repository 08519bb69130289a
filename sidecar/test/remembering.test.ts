import type {AgentEvent, AgentTurn} from '../src/agent/agent.ts';
import {agentOf, comeAboard, questionOf, type Aboard, type AboardOptions} from './aboard.ts';

const textsOf = (turn: AgentTurn | undefined): string[] =>
    (turn?.messages ?? []).map(({text}) => text);
const lastTexts = (aboard: Aboard): string[] => textsOf(aboard.asked.at(-1));

const FAILURE: AgentEvent = {kind: 'failed', code: 'overloaded', message: 'Busy.', retryable: true};

/** Answers `aye`; fails at once where the question has `fail`, and after half a sentence where it has `half`. */
const moody = agentOf(async function* (turn): AsyncGenerator<AgentEvent> {
    const asked = questionOf(turn);
    if (asked.includes('half')) yield {kind: 'text', text: 'Half of it'};
    if (/half|fail/.test(asked)) {
        yield FAILURE;
        return;
    }
    yield {kind: 'text', text: 'aye'};
    yield {kind: 'done', reason: 'stop'};
});

const aboardWith = async (options: AboardOptions = {}): Promise<Aboard> =>
    await comeAboard({
        agent: moody,
        ...options,
        settings: {implicitMentions: {threadParticipation: false}, ...options.settings},
    });

/** Asks, and waits until the turn is over. */
async function ask(aboard: Aboard, ...mention: Parameters<Aboard['mention']>) {
    const post = aboard.mention(...mention);
    const answer = await aboard.answerTo(post);
    await aboard.settled();
    return {post, answer};
}

describe('what was shown to an agent', () => {
    it('[SES-04][BR-25] stays known in a thread, word for word, also after a restart', async () => {
        await using aboard = await aboardWith();
        const place = {rootId: aboard.say('bob', 'The plan: sail at nine.').id};
        for (let n = 1; n <= 30; n++) aboard.say('alice', `line ${n}`, place);
        await ask(aboard, 'alice', 'so what shall we do?', place);
        const [first] = lastTexts(aboard);
        expect(first).toContain('@bob: The plan: sail at nine.\n@alice: line 1\n');
        await aboard.stop();
        await aboard.start();
        await ask(aboard, 'bob', 'again', place);
        expect(lastTexts(aboard)).toEqual([first, 'aye', '@bob: again']);
    });

    it('[SES-05][BR-25] stays known where it stood in the channel, and is quoted once', async () => {
        await using aboard = await aboardWith();
        aboard.say('bob', 'The code of the day is marigold.');
        await ask(aboard, 'alice', 'what code?');
        aboard.say('carol', 'It rains.');
        await ask(aboard, 'alice', 'sure?');
        expect(lastTexts(aboard)).toEqual([
            '<context source="channel">\n@bob: The code of the day is marigold.\n</context>\n\n@alice: what code?',
            'aye',
            '<context source="channel">\n@carol: It rains.\n</context>\n\n@alice: sure?',
        ]);
    });

    it('[SES-04][SES-05][BR-25] is not used up by a turn that failed', async () => {
        await using aboard = await aboardWith();
        const place = {rootId: aboard.say('bob', 'The plan: sail at nine.').id};
        aboard.say('bob', 'The code of the day is marigold.');
        for (const at of [place, {}]) {
            await ask(aboard, 'alice', 'fail', at);
            await ask(aboard, 'alice', 'now?', at);
        }
        const [, inThread, , inChannel] = aboard.asked.map(textsOf);
        expect(inThread).toEqual([
            // The question stands in the thread, and nothing of what Gangway said of the failure.
            '<context source="thread">\n@bob: The plan: sail at nine.\n@alice: @gangway fail\n</context>\n\n@alice: now?',
        ]);
        expect(inChannel).toEqual([
            '<context source="channel">\n@bob: The plan: sail at nine.\n@bob: The code of the day is marigold.\n</context>\n\n@alice: now?',
        ]);
    });

    it('[SES-05] changes and goes with its post: in a thread, in the channel, in the sessions of others', async () => {
        for (const groupScope of ['channel', 'user'] as const) {
            await using aboard = await aboardWith({
                settings: {
                    session: {
                        dmScope: 'per-account-channel-peer',
                        groupScope,
                        idleMinutes: undefined,
                    },
                },
            });
            const {bob} = aboard.harbor.users;
            const root = aboard.say('bob', 'root 1111');
            const place = {rootId: root.id};
            const line = aboard.say('bob', 'line 1111', place);
            const gone = aboard.say('bob', 'line 2222', place);
            const chatter = aboard.say('bob', 'chatter 1111');
            const lost = aboard.say('bob', 'chatter 2222');
            await ask(aboard, 'alice', 'here?', place);
            await ask(aboard, 'alice', 'there?');
            for (const post of [root, line, chatter]) {
                await aboard.people.edit(bob, post, post.message.replace('1111', '3333'));
            }
            for (const post of [gone, lost]) await aboard.people.remove(bob, post);
            await aboard.handled();
            await ask(aboard, 'alice', 'and now?', place);
            expect(lastTexts(aboard)[0]).toBe(
                '<context source="thread">\n@bob: root 3333\n@bob: line 3333\n</context>\n\n@alice: here?',
            );
            await ask(aboard, 'alice', 'and now?');
            expect(lastTexts(aboard)[0]).toContain('@bob: chatter 3333\n</context>');
            expect(aboard.asked.slice(2).flatMap(textsOf).join()).not.toMatch(/1111|2222/);
        }
    });

    it('[SES-05] changes and goes with a post that is edited or deleted while it is read', async () => {
        const go = Promise.withResolvers<undefined>();
        const agent = agentOf(async function* (): AsyncGenerator<AgentEvent> {
            await go.promise;
            yield {kind: 'text', text: 'aye'};
            yield {kind: 'done', reason: 'stop'};
        });
        await using aboard = await aboardWith({agent});
        const {bob} = aboard.harbor.users;
        const [one, two] = [aboard.say('bob', 'code 1111'), aboard.say('bob', 'code 2222')];
        const post = aboard.mention('alice', 'which?');
        await aboard.until('the question', () => aboard.asked.length === 1);
        await aboard.people.edit(bob, one, 'code 3333');
        await aboard.people.remove(bob, two);
        await aboard.handled();
        go.resolve(undefined);
        await aboard.answerTo(post);
        await aboard.settled();
        await ask(aboard, 'alice', 'which?');
        expect(lastTexts(aboard)[0]).toBe(
            '<context source="channel">\n@bob: code 3333\n</context>\n\n@alice: which?',
        );
    });

    it('[GATE-12][SES-04] is not shown any more once its writer may not speak', async () => {
        await using aboard = await aboardWith();
        const {alice, bob, carol} = aboard.harbor.users;
        const place = {rootId: aboard.say('bob', 'root').id};
        aboard.say('carol', 'carols words', place);
        await ask(aboard, 'alice', 'here?', place);
        expect(lastTexts(aboard)[0]).toContain('carols words');
        aboard.configure({groupPolicy: 'allowlist', groupAllowFrom: [alice, bob]});
        await ask(aboard, 'alice', 'and now?', place);
        expect(lastTexts(aboard)[0]).toBe(
            '<context source="thread">\n@bob: root\n</context>\n\n@alice: here?',
        );
        aboard.configure({groupAllowFrom: [alice, bob, carol]});
        await ask(aboard, 'alice', 'and then?', place);
        expect(lastTexts(aboard)[0]).toContain('carols words');
    });
});

describe('an answer that is not whole', () => {
    it('[BR-09][SES-06] stands in the session as broken off; a question without answer does not stand there', async () => {
        await using aboard = await aboardWith();
        await ask(aboard, 'alice', 'half of one');
        for (const text of ['fail one', 'fail two']) await ask(aboard, 'alice', text);
        await ask(aboard, 'alice', 'next');
        expect(lastTexts(aboard)).toEqual([
            '@alice: half of one',
            'Half of it\n\n[This answer broke off here; it is not whole.]',
            '@alice: next',
        ]);
    });

    it('[BR-09][SES-10] stands there as stopped, with its question, although nothing was said yet', async () => {
        const agent = agentOf(async function* (turn, signal): AsyncGenerator<AgentEvent> {
            if (questionOf(turn).includes('aloud')) yield {kind: 'text', text: 'Well'};
            if (questionOf(turn).includes('think')) {
                await new Promise((resolve) => signal.addEventListener('abort', resolve));
                yield {kind: 'failed', code: 'cancelled', message: '', retryable: true};
                return;
            }
            yield {kind: 'text', text: 'aye'};
            yield {kind: 'done', reason: 'stop'};
        });
        await using aboard = await comeAboard({agent});
        for (const text of ['think', 'think aloud']) {
            const before = aboard.asked.length;
            const post = aboard.direct('alice', text);
            await aboard.until('the question', () => aboard.asked.length > before);
            if (text.includes('aloud')) await aboard.draftOf(post);
            await aboard.answerTo(aboard.direct('alice', '!stop'));
            await aboard.answerTo(post);
            await aboard.settled();
        }
        await aboard.answerTo(aboard.direct('alice', 'and now?'));
        expect(lastTexts(aboard)).toEqual([
            'think',
            '[A person stopped the answer before it said anything.]',
            'think aloud',
            'Well\n\n[A person stopped this answer here; it is not whole.]',
            'and now?',
        ]);
    });

    it.each(['half', 'fail'])(
        '[BR-09][DEL-15] is replaced at its old place by another try, which reads what stood before (%s)',
        async (how) => {
            let tries = 0;
            const agent = agentOf(async function* (turn): AsyncGenerator<AgentEvent> {
                if (questionOf(turn).includes('one') && ++tries < 3) {
                    if (how === 'half') yield {kind: 'text', text: 'Half of it'};
                    yield FAILURE;
                    return;
                }
                yield {kind: 'text', text: `The whole of ${questionOf(turn)}`};
                yield {kind: 'done', reason: 'stop'};
            });
            await using aboard = await comeAboard({agent});
            const asks = async (text: string) => {
                const answer = await aboard.answerTo(aboard.direct('alice', text));
                await aboard.settled();
                return answer;
            };
            await asks('zero');
            const answer = await asks('one');
            await asks('two');
            for (const seen of [4, 5]) {
                await aboard.people.press(aboard.harbor.users.alice, answer, 'Try again');
                await aboard.until('the try', () => aboard.asked.length === seen);
                await aboard.settled();
                expect(lastTexts(aboard)).toEqual(['zero', 'The whole of zero', 'one']);
            }
            await asks('three');
            expect(lastTexts(aboard)).toEqual([
                ...['zero', 'The whole of zero'],
                ...['one', 'The whole of one'],
                ...['two', 'The whole of two'],
                'three',
            ]);
        },
    );
});
