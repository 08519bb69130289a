import {createAgent} from '../src/agent/create-agent.ts';
import type {Agent} from '../src/agent/agent.ts';
import {silentLog} from '../src/contract/log.ts';
import {directOutbound} from '../src/net/direct.fixture.ts';
import {comeAboard, gangwayOf, type Aboard} from './aboard.ts';
import {GOOD, REFUSALS_OF_SIZE, THOUGHT} from './bad-day-behaviours.ts';
import {startBadDayModel, type BadDayModel, type BehaviourName} from './bad-day-model.ts';
import {FORMULAS, LINKS, LONG, PICTURE, TABLE} from './bad-day-texts.ts';
import {afterAgain, DAY, rawIn, wordsOf, type Hour} from './bad-day.ts';
import {buttonsOf} from './people.ts';

const LONGER_MS = 60_000;

/** The agent as a team would set it up: with a limit and a temperature, which some services refuse. */
function agentOf(model: BadDayModel): Agent {
    return createAgent(
        {
            kind: 'openai-compatible',
            baseUrl: model.url,
            model: 'bad-day',
            temperature: 0.2,
            maxOutputTokens: 1000,
            maxRetries: 1,
        },
        {resolveSecret: async () => 'key', log: silentLog, fetch: directOutbound.fetch},
    );
}

/** All texts that any post of the bot has had, drafts too. */
function textsOf(aboard: Aboard): readonly string[] {
    const texts: string[] = [];
    aboard.playground.tap((event) => {
        if (event.kind !== 'published') return;
        const {event: name, data} = event.published;
        if (name !== 'posted' && name !== 'post_edited') return;
        const post = JSON.parse(String(data['post'])) as {user_id: string; message: string};
        if (post.user_id === aboard.bot.userId) texts.push(post.message);
    });
    return texts;
}

/** Asks, and looks at what is read. */
async function live(aboard: Aboard, {asks, state, reads, offers}: Hour) {
    const question = aboard.direct('alice', `${asks} please`);
    const answer = await aboard.answerTo(question, LONGER_MS);
    const posts = aboard.answersTo(question);
    const seen = {
        asks,
        state: gangwayOf(answer)?.state,
        reads: posts.map(({message}) => message).join('\n'),
        offers: buttonsOf(answer).map(({name}) => name),
    };
    expect(seen).toEqual({
        asks,
        state,
        reads: typeof reads === 'string' ? reads : expect.stringMatching(reads),
        offers: offers === undefined ? [] : [offers],
    });
    return answer;
}

/** What was sent to the model of what was said before. */
function remembered(model: BadDayModel): string {
    return JSON.stringify(model.exchanges.map(({asked}) => asked.fields['messages']));
}

it.each(Object.entries(DAY))(
    '[DEL-06] [DEL-15] [BR-06] each turn ends with the right text or a plain sentence, and the talk goes on, when the model %s',
    async (_, hours) => {
        await using model = await startBadDayModel();
        await using aboard = await comeAboard({agent: agentOf(model)});
        const texts = textsOf(aboard);
        for (const hour of hours) {
            const answer = await live(aboard, hour);
            if (hour.offers === 'Try again') {
                const before = model.exchanges.length;
                await aboard.people.press(aboard.harbor.users.alice, answer, 'Try again');
                await aboard.until('another try', () => model.exchanges.length > before);
                await aboard.settled(LONGER_MS);
                const {message} = aboard.now(answer);
                if (afterAgain(hour) === 'good') expect(message).toBe(GOOD);
                else expect(message).toMatch(hour.reads);
            }
            const next = aboard.direct('alice', `after ${hour.asks.replaceAll('-', ' ')}?`);
            expect((await aboard.answerTo(next, LONGER_MS)).message).toBe(GOOD);
        }
        await aboard.settled();
        expect(texts.length).toBeGreaterThan(hours.length);
        expect(texts.map(rawIn).filter((found) => found !== undefined)).toEqual([]);
        const standing = aboard.answers(aboard.directChannel('alice'));
        expect(standing.filter(({message}) => message.includes(THOUGHT))).toEqual([]);
        // What people are told of failures is no word of the model's.
        expect(remembered(model)).not.toMatch(/⚠️|✂️|SECRET/);
    },
);

it('[DEL-10] [DEL-17] [DEL-20] loses no word of long answers, and fetches none of their pictures', async () => {
    await using model = await startBadDayModel();
    await using aboard = await comeAboard({agent: agentOf(model)});
    const read = async (asks: BehaviourName): Promise<string> => {
        const question = aboard.direct('bob', `${asks} please`);
        await aboard.answerTo(question);
        await aboard.settled();
        const posts = aboard.answersTo(question);
        for (const {message} of posts) expect(message).not.toMatch(/!\[/);
        return posts.map(({message}) => message).join('\n');
    };
    expect(await read('links-answer')).toBe(LINKS);
    expect(await read('picture-answer')).toBe(PICTURE.replace('![', '['));
    expect(wordsOf(await read('formulas-answer'))).toEqual(wordsOf(FORMULAS));
    expect(wordsOf(await read('table-answer'))).toEqual(wordsOf(TABLE));
    const long = await read('long-answer');
    expect(wordsOf(long)).toEqual(wordsOf(LONG));
    const once = /depth\d+_\d+|End of part \d+|^## .+|This is the end of it/gm;
    expect(long.match(once)).toEqual(LONG.match(once));
});

it.each([
    ['refuse-limit-openai', 'max_tokens'],
    ['refuse-heat-openai', 'temperature'],
    ['refuse-usage-fastapi', 'stream_options'],
    ['refuse-usage-text', 'stream_options'],
    ['refuse-usage-vllm', 'stream_options'],
] as const)(
    '[ROUTE-09] [BR-05] [BR-12] %s: is asked again without the field, once, and it is remembered',
    async (asks, field) => {
        await using model = await startBadDayModel();
        await using aboard = await comeAboard({agent: agentOf(model)});
        const ask = async (text: string): Promise<void> => {
            const answer = await aboard.answerTo(aboard.direct('carol', text));
            expect(answer.message).toBe(GOOD);
        };
        await ask(`${asks} please`);
        await ask(`${asks} once more`);
        const sent = model.exchanges.map(({asked, status}) => ({
            has: field in asked.fields,
            good: status === 200,
        }));
        expect(sent).toEqual([
            {has: true, good: false},
            {has: false, good: true},
            {has: false, good: true},
        ]);
    },
);

const SHAPES = Object.keys(REFUSALS_OF_SIZE) as (keyof typeof REFUSALS_OF_SIZE)[];

it.each(SHAPES)(
    '[SES-13] [BR-07] goes on when the conversation is too long for the model, in the words of %s',
    async (contextShape) => {
        await using model = await startBadDayModel({contextBytes: 12_000, contextShape});
        await using aboard = await comeAboard({agent: agentOf(model)});
        for (let n = 1; n <= 9; n++) {
            const text = `message ${n}: ${'the sea is wide. '.repeat(120)}`;
            const answer = await aboard.answerTo(aboard.direct('alice', text));
            expect({n, reads: answer.message}).toEqual({n, reads: GOOD});
        }
        const refusals = model.exchanges.filter(({did}) => did === 'too-long');
        expect(refusals.length).toBeGreaterThan(0);
        // Each is followed by a shorter request that is taken, within the turn.
        expect(model.exchanges.at(-1)?.status).toBe(200);
        expect(refusals.length).toBeLessThan(9);
    },
);
