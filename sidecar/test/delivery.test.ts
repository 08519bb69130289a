import * as fc from 'fast-check';
import type {PostRow} from '../../playground/src/world/records.ts';
import {ACCOUNT_DEFAULTS} from '../src/contract/account-defaults.ts';
import type {AccountSettings, StreamingSettings} from '../src/contract/account-settings.ts';
import {createLog} from '../src/ops/log.ts';
import {createRedactor} from '../src/ops/redact.ts';
import {agentOf, comeAboard, gangwayOf, questionOf, type Aboard} from './aboard.ts';
import {createConductor, type Run} from './conductor.ts';
import {buttonsOf} from './people.ts';

const streaming = (change: Partial<StreamingSettings>): Partial<AccountSettings> => ({
    streaming: {...ACCOUNT_DEFAULTS.streaming, throttleMs: 30, minInitialChars: 1, ...change},
});

interface Scene extends AsyncDisposable {
    readonly aboard: Aboard;
    readonly post: PostRow;
    readonly run: Run;
    /** All texts that readers saw of the bot's posts, oldest first. */
    readonly seen: readonly string[];
}

/** A question whose answer the test conducts. */
async function begin(settings: Partial<AccountSettings>): Promise<Scene> {
    const conductor = createConductor();
    const aboard = await comeAboard({agent: conductor.agent, settings});
    const seen: string[] = [];
    aboard.playground.tap((event) => {
        if (event.kind !== 'post-created' && event.kind !== 'post-updated') return;
        if (event.post.user_id === aboard.bot.userId) seen.push(event.post.message);
    });
    const post = aboard.mention('alice', 'how deep is it?');
    const run = await aboard.until('a run', () => conductor.runs[0]);
    return {aboard, post, run, seen, [Symbol.asyncDispose]: () => aboard[Symbol.asyncDispose]()};
}

const texts = (aboard: Aboard): string[] => aboard.answers().map(({message}) => message);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('an answer that grows', () => {
    it('[DEL-01][DEL-02] partial: is one draft, shown early, edited while it grows, exact at the end', async () => {
        await using scene = await begin(streaming({minInitialChars: 30}));
        const {aboard, post, run, seen} = scene;
        const began = performance.now();
        run.text('Ten fathoms');
        await pause(100);
        // Unless the machine slept for the second after which any text is shown.
        expect(seen.length === 0 || performance.now() - began > 900).toBe(true);
        run.text(' at the pier, and more further out');
        const draft = await aboard.draftOf(post);
        expect(gangwayOf(draft)).toMatchObject({turn: post.id, agent: 'main', state: 'streaming'});
        run.text('; take **care');
        await aboard.until('an edit', () => seen.length >= 2);
        run.done('**.');
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.now(draft).message).toBe(
            'Ten fathoms at the pier, and more further out; take **care**.',
        );
        expect(gangwayOf(aboard.now(draft))?.state).toBe('done');
        expect(buttonsOf(aboard.now(draft))).toEqual([]);
        expect(aboard.answers()).toHaveLength(1);
    });

    it('[DEL-02] is shown after a second of text, however little that is', async () => {
        await using scene = await begin(streaming({minInitialChars: 30}));
        const began = performance.now();
        scene.run.text('Hm.');
        await scene.aboard.draftOf(scene.post);
        expect(performance.now() - began).toBeGreaterThan(900);
        scene.run.done();
        await scene.aboard.expectAnsweredOnce([scene.post]);
    });

    it('[DEL-01][DEL-05] block: shows finished paragraphs only', async () => {
        await using scene = await begin(streaming({mode: 'block'}));
        const {aboard, post, run, seen} = scene;
        run.text('First, the anchor.\n\nThen the');
        await aboard.draftOf(post);
        await pause(80);
        run.text(' sails.\n\nAnd');
        await aboard.until('the second paragraph', () => seen.at(-1)?.includes('sails'));
        run.done(' off we go.');
        await aboard.expectAnsweredOnce([post]);
        expect(seen.map((text) => text.trimEnd())).toEqual([
            'First, the anchor.',
            'First, the anchor.\n\nThen the sails.',
            'First, the anchor.\n\nThen the sails.\n\nAnd off we go.',
        ]);
    });

    it('[DEL-01][DEL-05][DEL-07] progress: shows label and tools, and the answer at the end in their place', async () => {
        await using scene = await begin(streaming({mode: 'progress'}));
        const {aboard, post, run, seen} = scene;
        run.say({kind: 'tool-start', id: '1', name: 'sounding', summary: 'the pier'});
        const draft = await aboard.draftOf(post);
        run.say({kind: 'tool-end', id: '1', ok: true});
        run.text('Ten fathoms.');
        await aboard.until('the end of the tool', () => seen.at(-1)?.includes('✓'));
        run.done();
        await aboard.expectAnsweredOnce([post]);
        expect(seen[0]).toContain('Working');
        expect(seen[0]).toContain('sounding');
        expect(seen.slice(0, -1).join()).not.toContain('fathoms');
        expect(aboard.now(draft).message).toBe('Ten fathoms.');
    });

    it('[DEL-01][DEL-05] off: posts once, at the end', async () => {
        await using scene = await begin(streaming({mode: 'off'}));
        const {aboard, post, run, seen} = scene;
        run.text('Ten fathoms, ');
        await pause(150);
        expect(seen).toEqual([]);
        run.done('give or take.');
        await aboard.expectAnsweredOnce([post]);
        expect(seen).toEqual(['Ten fathoms, give or take.']);
    });

    it('[DEL-07] shows tools as lines of its draft, never as posts of their own', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run, seen} = scene;
        run.text('Let me measure.');
        const draft = await aboard.draftOf(post);
        run.say({kind: 'tool-start', id: '1', name: 'sounding', summary: 'the pier'});
        await aboard.until('the tool', () => seen.at(-1)?.includes('sounding'));
        run.say({kind: 'tool-end', id: '1', ok: true});
        run.done(' Ten fathoms.');
        await aboard.expectAnsweredOnce([post]);
        expect(texts(aboard)).toEqual(['Let me measure. Ten fathoms.']);
        expect(aboard.answers()[0]?.id).toBe(draft.id);
    });

    it('[DEL-06] never shows reasoning, in whatever form and at whatever moment', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run, seen} = scene;
        run.say({kind: 'reasoning', text: 'SECRET one'});
        for (const piece of ['> Reas', 'oning:\n', '> SECRET two\n', '\n', 'Ten fathoms.']) {
            run.text(piece);
            await pause(40);
        }
        run.done('\n\n> Reasoning: the pier\n\nDeep enough.');
        await aboard.expectAnsweredOnce([post]);
        expect(seen.join()).not.toContain('SECRET');
        expect(texts(aboard)[0]).toBe('Ten fathoms.\n\n> Reasoning: the pier\n\nDeep enough.');
    });

    it('[DEL-06] [BR-06] takes back in the same post what turns out to be no answer', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run} = scene;
        run.text('Okay, the user asks for the depth.');
        const draft = await aboard.draftOf(post);
        run.say({kind: 'text-reset'});
        run.done('Ten fathoms.');
        await aboard.expectAnsweredOnce([post]);
        expect(texts(aboard)).toEqual(['Ten fathoms.']);
        expect(aboard.answers()[0]?.id).toBe(draft.id);
    });

    it('[DEL-13] is announced by typing in its thread from the start, and as long as it takes', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({
            agent: conductor.agent,
            settings: {replyToMode: 'all'},
        });
        const typed: unknown[] = [];
        aboard.playground.tap((event) => {
            if (event.kind !== 'published' || event.published.event !== 'typing') return;
            typed.push(event.published.data['parent_id']);
        });
        const post = aboard.mention('alice', 'how deep?');
        await aboard.until('typing', () => typed.length > 0);
        expect(aboard.answers()).toEqual([]);
        await aboard.until('typing again', () => typed.length > 1);
        conductor.runs[0]?.done('Ten fathoms.');
        await aboard.expectAnsweredOnce([post]);
        expect(new Set(typed)).toEqual(new Set([post.id]));
    });

    it('[DEL-10] goes on in further posts when one is full', async () => {
        await using scene = await begin({...streaming({}), textChunkLimit: 400});
        const {aboard, post, run} = scene;
        const lines = Array.from({length: 60}, (_, n) => `line ${n} of the code`);
        run.done(`Look:\n\n\`\`\`js\n${lines.join('\n')}\n\`\`\`\n`);
        await aboard.expectAnsweredOnce([post]);
        const parts = texts(aboard);
        expect(parts.length).toBeGreaterThan(3);
        for (const part of parts.slice(1)) expect(part).toMatch(/^```js\n[^]*\n```\s*$/);
        const code = parts
            .join('\n')
            .split('\n')
            .filter((line) => line.startsWith('line'));
        expect(code).toEqual(lines);
    });

    it('[DEL-17] ends as exactly what the agent said, for any text', async () => {
        const said: string[] = [];
        const agent = agentOf(async function* () {
            const text = said.at(-1) ?? '';
            for (let at = 0; at < text.length; at += 7) {
                yield {kind: 'text', text: text.slice(at, at + 7)};
            }
            yield {kind: 'done', reason: 'stop'};
        });
        await using aboard = await comeAboard({agent});
        const anyText = fc
            .string({unit: 'grapheme', minLength: 1, maxLength: 200})
            // What could be taken for a mention of all has rows of its own.
            .filter((text) => text.trim() !== '' && !/[@\0]/.test(text));
        await fc.assert(
            fc.asyncProperty(anyText, async (text) => {
                said.push(text);
                const answer = await aboard.answerTo(aboard.direct('alice', 'say it'));
                expect(answer.message).toBe(text);
            }),
            {numRuns: 25},
        );
    });

    it('[DEL-14] cannot ping, and says that a machine wrote it', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run} = scene;
        run.done('Hello @all and @channel!');
        const answer = await aboard.answerTo(post);
        expect(answer.message).not.toMatch(/@(?:all|channel)\b/);
        expect(answer.props).toMatchObject({
            disable_mentions: true,
            // So the server shows clients a list of none.
            attachments: null,
            ai_generated_by: aboard.bot.userId,
        });
    });
});

describe('links and pictures', () => {
    const text =
        'See [the docs](https://docs.example.com) or https://example.com ![x](https://example.com/x.png).';
    const shown =
        'See [the docs](https://docs.example.com) or https://example.com [x](https://example.com/x.png).';

    it.each(['done', 'failed', 'stopped'] as const)(
        '[BR-03][DEL-20] are the same in an answer that is %s, and nothing is fetched',
        async (end) => {
            await using scene = await begin(streaming({}));
            const {aboard, post, run} = scene;
            run.text(text);
            const draft = await aboard.draftOf(post);
            // With attachments, be it none, the server previews nothing and shows the buttons.
            expect(draft.props).toHaveProperty('attachments');
            if (end === 'done') run.done('');
            if (end === 'failed') {
                run.say({kind: 'failed', code: 'internal', message: 'Oh.', retryable: true});
            }
            if (end === 'stopped') await aboard.people.react(post.user_id, draft, 'stop_sign');
            const answer = await aboard.until('the end', () =>
                gangwayOf(aboard.now(draft))?.state === end ? aboard.now(draft) : undefined,
            );
            expect(answer.message.slice(0, shown.length)).toBe(shown);
            expect(answer.props).not.toHaveProperty('unsafe_links');
            expect(answer.props).toHaveProperty('attachments');
            expect(buttonsOf(answer)).toHaveLength(end === 'done' ? 0 : 1);
        },
    );
});

describe('an answer that meets trouble', () => {
    it('[DEL-08] is posted afresh when its draft was deleted, and stands once', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run} = scene;
        run.text('Ten fathoms');
        const draft = await aboard.draftOf(post);
        await aboard.people.remove(aboard.harbor.users.admin, draft);
        run.done(' at the pier.');
        await aboard.settled();
        await aboard.expectAnsweredOnce([post]);
        expect(texts(aboard)).toEqual(['Ten fathoms at the pier.']);
    });

    it('[DEL-08] is posted afresh when the server forbids edits, and stands once', async () => {
        await using scene = await begin(streaming({}));
        const {aboard, post, run} = scene;
        run.text('Ten fathoms');
        await aboard.draftOf(post);
        await aboard.playground.faults.inject({
            kind: 'answer',
            status: 403,
            match: {method: 'PUT', path: '/patch$'},
        });
        run.done(' at the pier.');
        await aboard.settled();
        await aboard.expectAnsweredOnce([post]);
        expect(texts(aboard)).toEqual(['Ten fathoms at the pier.']);
    });

    it('[DEL-15] keeps its text, tells of the failure in a sentence, and the log has the rest under its reference', async () => {
        const lines: string[] = [];
        const log = createLog({
            level: 'debug',
            format: 'json',
            redactor: createRedactor(),
            write: (line) => lines.push(line),
        });
        const agent = agentOf(async function* () {
            yield {kind: 'text', text: 'Ten fathoms, or'};
            yield {
                kind: 'failed',
                code: 'overloaded',
                message: 'The model is too busy just now.',
                detail: 'HTTP 529 from upstream',
                retryable: true,
            };
        });
        await using aboard = await comeAboard({agent, log});
        const answer = await aboard.answerTo(aboard.mention('alice', 'how deep?'));
        const found =
            /^Ten fathoms, or\n\n> ⚠️ The model is too busy just now\. \(reference `([0-9a-f]{8})`\)$/;
        const [, reference = 'none'] = found.exec(answer.message) ?? [];
        expect(answer.message).toMatch(found);
        expect(gangwayOf(answer)?.state).toBe('failed');
        expect(buttonsOf(answer).map(({name}) => name)).toEqual(['Try again']);
        const line = lines.find((one) => one.includes(reference));
        expect(JSON.parse(line ?? '{}')).toMatchObject({
            level: 'warn',
            code: 'overloaded',
            detail: 'HTTP 529 from upstream',
        });
    });

    it('[DEL-09] goes on in the same post after a clean stop', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent, graceMs: 50});
        const post = aboard.mention('alice', 'how deep?');
        (await aboard.until('a run', () => conductor.runs[0])).text('Ten fathoms, I');
        const draft = await aboard.draftOf(post);
        const waiting = aboard.mention('bob', 'and how wide?');
        await aboard.handled();
        await aboard.stop();
        expect(aboard.now(draft).message).toBe(
            'Ten fathoms, I\n\n_Gangway is restarting; the answer goes on afterwards …_',
        );
        await aboard.start();
        const again = await aboard.until('another run', () => conductor.runs[1]);
        expect(questionOf(again.turn)).toBe('@alice: how deep?');
        again.done('Ten fathoms, I measured it.');
        (await aboard.until('the next run', () => conductor.runs[2])).done('A cable.');
        await aboard.expectAnsweredOnce([post, waiting]);
        expect(aboard.now(draft).message).toBe('Ten fathoms, I measured it.');
        expect(texts(aboard)).toEqual(['Ten fathoms, I measured it.', 'A cable.']);
    });

    it('[DEL-09] says that it was interrupted, where it shall not go on by itself', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({
            agent: conductor.agent,
            graceMs: 50,
            settings: {recovery: 'mark'},
        });
        const post = aboard.mention('alice', 'how deep?');
        (await aboard.until('a run', () => conductor.runs[0])).text('Ten fathoms, I');
        const draft = await aboard.draftOf(post);
        const waiting = aboard.mention('bob', 'and how wide?');
        await aboard.handled();
        await aboard.stop();
        expect(aboard.now(draft).message).toContain('Ten fathoms, I\n\n_Interrupted:');
        await aboard.start();
        // What had not begun is answered as if nothing had been.
        (await aboard.until('the next run', () => conductor.runs[1])).done('A cable.');
        await aboard.expectAnsweredOnce([post, waiting]);
        expect(buttonsOf(aboard.now(draft)).map(({name}) => name)).toEqual(['Try again']);
        expect(await aboard.people.press(aboard.harbor.users.alice, draft, 'Try again')).toBe(200);
        (await aboard.until('the retry', () => conductor.runs[2])).done('Ten fathoms.');
        await aboard.settled();
        expect(texts(aboard)).toEqual(['Ten fathoms.', 'A cable.']);
    });

    it('[DEL-09] is not made twice when its agent had run a tool that may have effects', async () => {
        const conductor = createConductor();
        await using aboard = await comeAboard({agent: conductor.agent, graceMs: 50});
        const post = aboard.mention('alice', 'fire the cannon');
        const run = await aboard.until('a run', () => conductor.runs[0]);
        run.say({kind: 'tool-start', id: '1', name: 'cannon'});
        run.text('Fire!');
        const draft = await aboard.draftOf(post);
        await aboard.stop();
        await aboard.start();
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.now(draft).message).toContain('_Interrupted:');
        expect(conductor.runs).toHaveLength(1);
    });

    it.each(['before the first word', 'in the middle'])(
        '[DEL-09] is left alone by a runner that lost its turn to another one, %s',
        async (moment) => {
            const conductor = createConductor();
            await using aboard = await comeAboard({agent: conductor.agent});
            const {store} = aboard;
            const post = aboard.mention('alice', 'how deep?');
            const run = await aboard.until('a run', () => conductor.runs[0]);
            if (moment === 'in the middle') {
                run.text('Ten fathoms');
                await aboard.draftOf(post);
                await pause(100);
            }
            // Another runner takes the turn over, as after a long sleep of this one.
            const key = `0turn/${post.id}`;
            const bytes = (value: object): Uint8Array =>
                new TextEncoder().encode(JSON.stringify(value));
            await store.compareAndSet('runner/another', undefined, bytes({}));
            for (let taken = false; !taken;) {
                const entry = await store.get(key);
                const theirs = {
                    ...(JSON.parse(new TextDecoder().decode(entry)) as object),
                    runner: 'another',
                    attempts: 2,
                };
                taken = await store.compareAndSet(key, entry, bytes(theirs));
            }
            if (moment === 'before the first word') {
                run.text('Ten fathoms');
                await aboard.until('the end of the run', () => run.signal.aborted);
            } else {
                run.done(' at the pier.');
            }
            await pause(200);
            const draft = await aboard.draftOf(post);
            expect(draft.message).toBe('Ten fathoms');
            expect(gangwayOf(draft)?.state).toBe('streaming');
            // When that one is gone too, the turn comes back.
            await store.compareAndSet('runner/another', bytes({}), undefined);
            await aboard.stop();
            await aboard.start();
            (await aboard.until('another run', () => conductor.runs[1])).done('Eleven fathoms.');
            await aboard.expectAnsweredOnce([post]);
            expect(aboard.now(draft).message).toBe('Eleven fathoms.');
        },
    );

    it('[DEL-09] does not keep the app from stopping when its agent hangs, nor touches its post afterwards', async () => {
        const conductor = createConductor({deaf: true});
        await using aboard = await comeAboard({agent: conductor.agent, graceMs: 50});
        const post = aboard.mention('alice', 'how deep?');
        (await aboard.until('a run', () => conductor.runs[0])).text('Ten fathoms, I');
        const draft = await aboard.draftOf(post);
        await aboard.stop();
        const left = aboard.now(draft).message;
        await pause(1_200);
        expect(aboard.now(draft).message).toBe(left);
        await aboard.start();
        (await aboard.until('another run', () => conductor.runs[1])).done('Ten fathoms.');
        await aboard.expectAnsweredOnce([post]);
        expect(aboard.now(draft).message).toBe('Ten fathoms.');
    });
});
