import {ANSWER_POST_TYPE} from '../contract/post-props.ts';
import {LEAST_ABILITIES} from '../mattermost/abilities.ts';
import {openBench} from './answer-harness.ts';
import {createFakePosts} from './fake-posts.ts';

const words = (count: number): string =>
    Array.from({length: count}, (_, index) => `word${index}`).join(' ');

const noTimers = async (): Promise<void> => {
    await jest.advanceTimersByTimeAsync(120_000);
    expect(jest.getTimerCount()).toBe(0);
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('an answer that grows', () => {
    it('[DEL-02] is shown as soon as it has minInitialChars, grows, and ends exact in the same post', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream('Twenty-nine characters, not 30', 29, 0);
        await jest.advanceTimersByTimeAsync(0);
        expect(texts()).toEqual(['Twenty-nine characters, not 30']);
        await stream(` ${words(100)}`, 10, 50);
        expect(texts()[0]?.length).toBeGreaterThan(300);
        const result = await answer.end({kind: 'done'});
        expect(texts()).toEqual([`Twenty-nine characters, not 30 ${words(100)}`]);
        expect(result).toEqual({postIds: ['post1'], text: texts()[0], delivered: true});
        expect(fake.calls.filter((call) => call.kind === 'create')).toHaveLength(1);
        await noTimers();
    });

    it('[DEL-02] is shown after a second of text however little there is, and not before', async () => {
        const {answer, texts, stream} = openBench();
        await jest.advanceTimersByTimeAsync(5000);
        await stream('Hm', 2, 999);
        expect(texts()).toEqual([]);
        await jest.advanceTimersByTimeAsync(1);
        expect(texts()).toEqual(['Hm']);
        await answer.end({kind: 'done'});
        await noTimers();
    });

    it('[DEL-02] is posted at once, and once, when it ends before it was shown', async () => {
        const {answer, texts, edits} = openBench();
        answer.write({kind: 'text', text: 'Short and complete, with more than thirty characters.'});
        await answer.end({kind: 'done'});
        expect(texts()).toHaveLength(1);
        expect(edits()).toBe(0);
        await noTimers();
    });

    it('[DEL-03] a 60 s answer costs at most 25 edits', async () => {
        const {answer, edits, texts, stream} = openBench();
        const text = 'abcd '.repeat(1200);
        await stream(text, 5, 50);
        await answer.end({kind: 'done'});
        expect(edits()).toBeLessThanOrEqual(25);
        expect(edits()).toBeGreaterThan(15);
        expect(texts()).toEqual([text]);
        await noTimers();
    });

    it('[DEL-03] costs at most 12 bytes to a viewer per byte of a 12 kB answer in 30 s', async () => {
        const {answer, fake, stream} = openBench();
        const text = 'abcdefg '.repeat(1500);
        await stream(text, 8, 20);
        await answer.end({kind: 'done'});
        const bytes = fake.calls.reduce((sum, call) => sum + call.bytes, 0);
        expect(bytes / text.length).toBeLessThanOrEqual(12);
    });

    it('[DEL-03] is edited at most once per throttleMs, one edit at a time, and not when unchanged', async () => {
        const {answer, fake, edits, stream} = openBench({streaming: {throttleMs: 500}});
        await stream(words(40), 20, 10);
        await jest.advanceTimersByTimeAsync(2000);
        const settled = edits();
        await jest.advanceTimersByTimeAsync(20_000);
        expect(edits()).toBe(settled);
        fake.delayMs = 3000;
        await stream(` ${words(200)}`, 20, 100);
        const times = fake.calls.filter((call) => call.kind === 'update').map((call) => call.at);
        for (const [index, at] of times.entries()) {
            expect(at - (times[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(500);
        }
        const ended = answer.end({kind: 'done'});
        await jest.advanceTimersByTimeAsync(10_000);
        await ended;
        const total = edits();
        await noTimers();
        expect(edits()).toBe(total);
    });

    it('[DEL-03] takes no writes after its end', async () => {
        const {answer, texts} = openBench();
        answer.write({kind: 'text', text: 'done'});
        const first = answer.end({kind: 'done'});
        answer.write({kind: 'text', text: ' and more'});
        expect(await answer.end({kind: 'done'})).toEqual(await first);
        expect(texts()).toEqual(['done']);
        await noTimers();
    });

    it('[DEL-17] holds any text byte for byte', async () => {
        const text =
            ' \n\t# Ünïcode 👩‍👩‍👧‍👦 \u202eRTL\u202c &amp; <b>\\*\r\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$ `@all`\u200b\n\n  ';
        const {answer, texts, stream} = openBench();
        await stream(text, 1, 60);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-10] goes on in a further post when one is full, which then stays as it is', async () => {
        const {answer, fake, journal, texts, stream} = openBench({limit: 200});
        const text = `${words(20)}.\n\n${words(25)}.\n\n\`\`\`js\n${'code();\n'.repeat(40)}\`\`\`\n`;
        await stream(text, 10, 100);
        const shown = texts();
        expect(shown.length).toBeGreaterThan(2);
        await answer.end({kind: 'done'});
        expect(texts().slice(0, shown.length - 1)).toEqual(shown.slice(0, -1));
        for (const one of texts().slice(2)) expect(one).toMatch(/^```js\n[^]*\n```\n?$/);
        expect(journal).toEqual(fake.posts.map((post) => post.id));
        await noTimers();
    });

    it('[DEL-10] never makes a post longer than what the server takes, and as long as that', async () => {
        const fake = createFakePosts();
        const text = `${words(3)} `.repeat(200);
        fake.abilities = {...LEAST_ABILITIES, longestPost: 1_000};
        const short = openBench({limit: 20_000, fake});
        short.answer.write({kind: 'text', text});
        await short.answer.end({kind: 'done'});
        expect(short.texts().length).toBeGreaterThan(2);
        for (const one of short.texts()) expect(one.length).toBeLessThanOrEqual(1_000);

        const roomy = createFakePosts();
        roomy.abilities = {...LEAST_ABILITIES, longestPost: 262_144};
        const long = openBench({limit: 200_000, fake: roomy});
        const longText = 'a word '.repeat(20_000);
        long.answer.write({kind: 'text', text: longText});
        await long.answer.end({kind: 'done'});
        expect(long.texts()).toEqual([longText]);
    });

    it('[DEL-14] marks its posts as made by an agent and unable to ping', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream('Hello @all and @channel, how is everybody here today?', 60, 0);
        await jest.advanceTimersByTimeAsync(10);
        expect(fake.posts[0]?.props).toMatchObject({
            gangway: {turn: 'turn', agent: 'main', state: 'streaming', part: 0},
        });
        await answer.end({kind: 'done'});
        expect(texts()[0]).toBe(
            'Hello @\u200ball and @\u200bchannel, how is everybody here today?',
        );
        expect(fake.posts[0]?.props).toEqual({
            type: ANSWER_POST_TYPE,
            gangway: {turn: 'turn', agent: 'main', state: 'done', part: 0},
            disable_mentions: true,
            attachments: [],
            ai_generated_by: 'bot',
            from_bot: 'true',
        });
    });

    it('[SES-10] has its stop button under the last post while it grows, and not at the end', async () => {
        const growing = [{text: 'stop'}];
        const {answer, fake, stream} = openBench({growing, limit: 1000});
        await stream('word '.repeat(40), 10, 100);
        expect(fake.posts.map(({props}) => props['attachments'])).toEqual([growing]);
        await stream('Some words.\n\n'.repeat(100), 20, 100);
        await jest.advanceTimersByTimeAsync(5_000);
        expect(fake.posts.map(({props}) => props['attachments'])).toEqual([[], growing]);
        await answer.end({kind: 'done'});
        expect(fake.posts.map(({props}) => props['attachments'])).toEqual([[], []]);
    });

    it('[DEL-13] shows typing in its thread until its end', async () => {
        const {answer, fake, stream} = openBench({rootId: 'root'});
        await stream(words(10), 10, 9000);
        expect(fake.typed.length).toBeGreaterThan(10);
        expect(new Set(fake.typed.map((one) => `${one.channelId} ${one.rootId}`))).toEqual(
            new Set(['channel root']),
        );
        expect(fake.posts[0]?.rootId).toBe('root');
        await answer.end({kind: 'done'});
        await noTimers();
    });

    it('[DEL-16] begins with the response prefix', async () => {
        const {answer, texts} = openBench({responsePrefix: '[{agent}]'});
        answer.write({kind: 'text', text: 'Hello'});
        const {text} = await answer.end({kind: 'done'});
        expect(texts()).toEqual(['[main] Hello']);
        expect(text).toBe('Hello');
    });

    it('posts nothing for an answer of nothing', async () => {
        const {answer, texts} = openBench();
        answer.write({kind: 'text', text: ' \n'});
        expect(await answer.end({kind: 'done'})).toMatchObject({postIds: [], delivered: true});
        expect(texts()).toEqual([]);
    });
});

describe('reasoning and tools', () => {
    it('[DEL-06] are not in the posts at any time, the answer after them is', async () => {
        const {answer, fake, texts, stream} = openBench();
        answer.write({kind: 'reasoning', text: 'SECRET'});
        await jest.advanceTimersByTimeAsync(5000);
        expect(texts()).toEqual([]);
        await stream(
            `> Reasoning:\n> SECRET ${words(20)}\n\nThe answer is forty-two. ${words(20)}`,
            7,
            100,
        );
        const {text} = await answer.end({kind: 'done'});
        expect(texts()).toEqual([`The answer is forty-two. ${words(20)}`]);
        expect(text).toBe(texts()[0]);
        for (const call of fake.calls) expect(call.change.message ?? '').not.toContain('SECRET');
    });

    it('[DEL-06] [BR-06] a quote of reasoning after a question, or half a tag in pieces, stays', async () => {
        const {answer, texts} = openBench();
        answer.write({kind: 'ask', id: '1', question: 'Which one?'});
        for (const piece of ['> Reasoning: the', ' first\n\nUse <thi', 'nk>.']) {
            answer.write({kind: 'text', text: piece});
        }
        await answer.end({kind: 'done'});
        expect(texts()).toEqual(['Which one?\n\n> Reasoning: the first\n\nUse <think>.']);
    });

    it('[DEL-06] [BR-06] a quote of reasoning alone is the answer, but not before a notice', async () => {
        const whole = openBench();
        whole.answer.write({kind: 'text', text: '> Reasoning: all that there is'});
        await whole.answer.end({kind: 'done'});
        expect(whole.texts()).toEqual(['> Reasoning: all that there is']);
        const failed = openBench();
        failed.answer.write({kind: 'text', text: '> Reasoning: all that there is'});
        await failed.answer.end({kind: 'failed', message: 'It failed.', attachments: []});
        expect(failed.texts()).toEqual(['It failed.']);
    });

    it('[DEL-15] [BR-19] blanks do not stand before a notice', async () => {
        const {answer, texts, stream} = openBench({responsePrefix: '[{agent}]'});
        await stream(' \n \n', 1, 1500);
        const {text} = await answer.end({kind: 'failed', message: 'It failed.', attachments: []});
        expect(texts()).toEqual(['It failed.']);
        expect(text).toBe('');
    });

    it.each([false, true])(
        '[DEL-06] [BR-06] what was no answer goes from its posts, deltas: %s',
        async (withDeltas) => {
            const bench = openBench({deltas: withDeltas, limit: 1000});
            const {answer, fake, texts, stream} = bench;
            const standing = (): string[] =>
                fake.posts.filter((post) => post.deleteAt === 0).map((post) => post.message);
            await stream(words(400), 60, 100);
            await jest.advanceTimersByTimeAsync(6000);
            expect(standing().length).toBeGreaterThan(2);
            const [first] = fake.posts;
            answer.write({kind: 'text-reset'});
            await stream('Hello!', 2, 100);
            // The first of it at once, the rest in the usual pace.
            expect(standing()).toEqual([expect.stringMatching(/^He/)]);
            // And what follows may need several posts again.
            await stream(` ${words(300)}`, 60, 100);
            const {text, postIds} = await answer.end({kind: 'done'});
            expect(text).toBe(`Hello! ${words(300)}`);
            expect(standing().join('')).toBe(text);
            expect(postIds[0]).toBe(first?.id);
            expect(texts().join('')).toContain('Hello!');
        },
    );

    it('[DEL-07] show as a short line in the same draft while they run, and not at the end', async () => {
        const {answer, fake, texts, stream} = openBench();
        answer.write({kind: 'tool-start', id: '1', name: 'search', summary: 'post limits'});
        await jest.advanceTimersByTimeAsync(1000);
        expect(texts()).toEqual(['_⚙ search: post limits …_']);
        await stream(words(30), 30, 100);
        await jest.advanceTimersByTimeAsync(5000);
        expect(texts()).toEqual([`${words(30)}\n\n_⚙ search: post limits …_`]);
        answer.write({kind: 'tool-end', id: '1', ok: true});
        await jest.advanceTimersByTimeAsync(5000);
        expect(texts()).toEqual([`${words(30)}\n\n_✓ search: post limits_`]);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([words(30)]);
        expect(fake.posts).toHaveLength(1);
    });

    it('[DEL-07] leave no post behind when no text follows', async () => {
        const {answer, texts} = openBench();
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await jest.advanceTimersByTimeAsync(2000);
        expect(texts()).toHaveLength(1);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([]);
    });

    it('[DEL-07] do not show where the settings say so', async () => {
        const {answer, texts} = openBench({streaming: {preview: {toolProgress: false}}});
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await jest.advanceTimersByTimeAsync(5000);
        expect(texts()).toEqual([]);
        await answer.end({kind: 'done'});
    });

    it('asks with the question and its choices as text', async () => {
        const {answer, texts} = openBench();
        answer.write({kind: 'text', text: 'Before.'});
        answer.write({
            kind: 'ask',
            id: 'q',
            question: 'Which one?',
            options: ['Red', 'Green\nand blue'],
        });
        answer.write({kind: 'text', text: 'After.'});
        const {text} = await answer.end({kind: 'done'});
        expect(text).toBe('Before.\n\nWhich one?\n\n1. Red\n2. Green and blue\n\nAfter.');
        expect(texts()).toEqual([text]);
    });
});

describe('streaming modes', () => {
    const text = `First paragraph, which is long enough.\n\n\`\`\`\ncode\n\nmore\n\`\`\`\nThird ${words(50)}`;

    it('[DEL-05] block shows finished paragraphs only', async () => {
        const {answer, fake, texts, stream} = openBench({streaming: {mode: 'block'}});
        await stream(text, 5, 200);
        const shown = new Set(
            fake.calls.map((call) => call.change.message).filter((one) => one !== undefined),
        );
        expect([...shown]).toEqual([
            'First paragraph, which is long enough.\n',
            'First paragraph, which is long enough.\n\n```\ncode\n\nmore\n```\n',
        ]);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([text]);
        await noTimers();
    });

    it('[DEL-05] progress shows the label and rolling tool lines, then the answer in their place', async () => {
        const {answer, fake, texts, stream} = openBench({
            streaming: {
                mode: 'progress',
                progress: {label: 'On it', maxLines: 2, maxLineChars: 20},
            },
        });
        await stream(words(40), 10, 100);
        expect(texts()).toEqual(['_On it …_']);
        for (const id of ['one', 'two', 'three'])
            answer.write({kind: 'tool-start', id, name: `${id} ${'x'.repeat(30)}`});
        await jest.advanceTimersByTimeAsync(5000);
        expect(texts()).toEqual([
            `_On it …_\n_⚙ two ${'x'.repeat(15)}… …_\n_⚙ three ${'x'.repeat(13)}… …_`,
        ]);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([words(40)]);
        expect(fake.posts[0]?.id).toBe('post1');
        await noTimers();
    });

    it('[DEL-05] off posts once at the end', async () => {
        const {answer, fake, stream, texts} = openBench({streaming: {mode: 'off'}});
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await stream(text, 5, 200);
        expect(texts()).toEqual([]);
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([text]);
        expect(fake.calls.filter((call) => call.kind !== 'typing')).toHaveLength(1);
    });

    it.each(['partial', 'block', 'progress', 'off'] as const)(
        '[DEL-01] %s ends with the exact answer',
        async (mode) => {
            const {answer, stream, texts} = openBench({streaming: {mode}});
            await stream(text, 11, 100);
            expect(await answer.end({kind: 'done'})).toMatchObject({text, delivered: true});
            expect(texts()).toEqual([text]);
            await noTimers();
        },
    );

    it('[DEL-12] notify "final" posts the finished answer anew and removes the draft', async () => {
        const {answer, stream, texts, fake} = openBench({streaming: {notify: 'final'}});
        await stream(words(60), 10, 100);
        expect(fake.posts.map((post) => post.id)).toEqual(['post1']);
        const {postIds} = await answer.end({kind: 'done'});
        expect(postIds).toEqual(['post2']);
        expect(texts()).toEqual([words(60)]);
        expect(fake.posts.map((post) => post.id)).toEqual(['post2']);
    });

    it('[DEL-11] rewrites tables as the settings say', async () => {
        const {answer, texts} = openBench({tables: 'bullets'});
        answer.write({kind: 'text', text: '| a | b |\n|---|---|\n| 1 | 2 |\n'});
        const {text: said} = await answer.end({kind: 'done'});
        expect(texts()).toEqual(['- **1**\n    - b: 2\n']);
        expect(said).toContain('| 1 | 2 |');
    });
});

describe('ends that are no success', () => {
    const attachments = [{text: 'retry'}];

    it('[DEL-15] keep the text, add the sentence as a paragraph and the button under the last post', async () => {
        const {answer, stream, texts, fake} = openBench();
        await stream(words(30), 10, 100);
        await answer.end({
            kind: 'failed',
            message: 'The model is busy (reference `abc`).',
            attachments,
        });
        expect(texts()).toEqual([`${words(30)}\n\nThe model is busy (reference \`abc\`).`]);
        expect(fake.posts[0]?.props).toMatchObject({attachments, gangway: {state: 'failed'}});
        await noTimers();
    });

    it('[DEL-15] close a fence that the text left open before the sentence', async () => {
        const {answer, texts, fake} = openBench({limit: 100});
        answer.write({kind: 'text', text: `~~~js\n${'code();\n'.repeat(15)}code(`});
        await answer.end({kind: 'stopped', note: 'Stopped.', attachments});
        expect(texts().join('\n---\n')).toMatch(/code\(\n~~~\n\nStopped\.$/);
        expect(fake.posts.map((post) => post.props['attachments'])).toEqual([[], attachments]);
        expect(fake.posts.at(-1)?.props).toMatchObject({gangway: {state: 'stopped', part: 1}});
    });

    it('[DEL-15] stand alone where there was no text, in the post of a status line', async () => {
        const {answer, texts, fake} = openBench();
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await jest.advanceTimersByTimeAsync(2000);
        await answer.end({kind: 'failed', message: 'It failed.', attachments: []});
        expect(texts()).toEqual(['It failed.']);
        expect(fake.posts[0]?.id).toBe('post1');
    });
});

describe('files', () => {
    const file = (name: string) =>
        ({kind: 'file', name, mimeType: 'text/plain', data: new Uint8Array([1])}) as const;

    it('[MED-02] hang under the last post, ten a post, then under a further one in the thread', async () => {
        const {answer, fake, stream} = openBench({rootId: 'root'});
        await stream(words(30), 10, 100);
        for (let count = 1; count <= 23; count++) answer.write(file(`f${count}.txt`));
        await answer.end({kind: 'failed', message: 'Oh.', attachments: [{text: 'x'}]});
        expect(fake.posts.map((post) => post.fileIds.length)).toEqual([10, 10, 3]);
        expect(fake.posts.map((post) => post.rootId)).toEqual(['root', 'root', 'root']);
        expect(fake.posts.flatMap((post) => post.fileIds)).toHaveLength(
            new Set(fake.files.keys()).size,
        );
        expect(fake.posts.map((post) => post.props['attachments'])).toEqual([
            [],
            [],
            [expect.anything()],
        ]);
        await noTimers();
    });

    it('[MED-02] may be the whole answer', async () => {
        const {answer, fake} = openBench();
        answer.write(file('a.txt'));
        expect(await answer.end({kind: 'done'})).toMatchObject({postIds: ['post1'], text: ''});
        expect(fake.posts[0]).toMatchObject({message: '', fileIds: ['file1']});
    });

    it('[MED-03] that fail become a note under the text', async () => {
        const {answer, fake, texts} = openBench();
        fake.fault = (kind) => (kind === 'upload' ? 'before' : undefined);
        answer.write({kind: 'text', text: 'Here it is.'});
        answer.write(file('../a.txt'));
        const {text} = await answer.end({kind: 'done'});
        expect(texts()).toEqual([
            'Here it is.\n\n_The file a.txt could not be attached: upload failed._',
        ]);
        expect(text).toBe('Here it is.');
    });
});
