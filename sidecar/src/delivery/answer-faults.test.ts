import * as fc from 'fast-check';
import type {AgentEvent} from '../agent/agent.ts';
import {PlatformError} from '../mattermost/errors.ts';
import {openBench} from './answer-harness.ts';
import type {AnswerEnd} from './delivery.ts';
import {createFakePosts, type Call, type Fault} from './fake-posts.ts';

const words = (count: number): string =>
    Array.from({length: count}, (_, index) => `word${index}`).join(' ');
const text = words(60);
const DONE: AnswerEnd = {kind: 'done'};

/** Ends an answer while the clock runs, for waits between tries. */
async function ended<T>(promise: Promise<T>): Promise<T> {
    await jest.advanceTimersByTimeAsync(60_000);
    return promise;
}

const noTimers = async (): Promise<void> => {
    await jest.advanceTimersByTimeAsync(120_000);
    expect(jest.getTimerCount()).toBe(0);
};

/** Fails the calls of a kind from the `from`-th to the `to`-th. */
function failing(kind: Call['kind'] | 'get', fault: Fault, from = 1, to = Infinity) {
    let count = 0;
    return (called: Call['kind'] | 'get'): Fault => {
        if (called !== kind) return undefined;
        count++;
        return count >= from && count <= to ? fault : undefined;
    };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('a draft that cannot be finalised', () => {
    it('[DEL-08] is posted afresh when a person deleted it', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        fake.removeByHand('post1');
        expect(await ended(answer.end(DONE))).toMatchObject({postIds: ['post2'], delivered: true});
        expect(texts()).toEqual([text]);
        await noTimers();
    });

    it('[DEL-08] is posted afresh and removed when the server refuses the edit', async () => {
        const {answer, fake, texts, stream, journal} = openBench();
        await stream(text, 10, 100);
        fake.fault = failing('update', 'refused');
        expect(await ended(answer.end(DONE))).toMatchObject({postIds: ['post2'], delivered: true});
        expect(texts()).toEqual([text]);
        expect(journal).toEqual(['post1', 'post2']);
    });

    it('[DEL-08] is posted afresh when the edit fails for good, without waiting', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        fake.updatePost = () => Promise.reject(new PlatformError('forbidden', 'no', {status: 403}));
        expect(await answer.end(DONE)).toMatchObject({delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-08] stays alone when the final edit worked but its answer was lost', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        fake.fault = failing('update', 'after');
        expect(await ended(answer.end(DONE))).toMatchObject({postIds: ['post1'], delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-08] is tried again when the final edit fails once', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        fake.fault = failing('update', 'before', 1, 1);
        expect(await ended(answer.end(DONE))).toMatchObject({postIds: ['post1'], delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-08] is posted afresh in order where the first of several posts is gone', async () => {
        const {answer, fake, texts, stream} = openBench({limit: 120});
        await stream(text, 10, 400);
        const whole = texts().length;
        expect(whole).toBeGreaterThan(2);
        fake.fault = failing('update', 'refused');
        await answer.end(DONE).then((result) => expect(result.delivered).toBe(true));
        expect(texts().join('')).toBe(text);
    });

    it('[DEL-08] is told of as not delivered when the server takes nothing', async () => {
        const {answer, fake, stream} = openBench();
        await stream(text, 10, 100);
        fake.fault = () => 'before';
        expect(await ended(answer.end(DONE))).toEqual({postIds: [], text, delivered: false});
        await noTimers();
    });

    it('[DEL-08] keeps the text unsent within the edit time limit when it stands already', async () => {
        const {answer, fake, stream} = openBench();
        await stream(text, 50, 0);
        await jest.advanceTimersByTimeAsync(10_000);
        await answer.end(DONE);
        expect(fake.calls.at(-1)?.change).not.toHaveProperty('message');
        expect(fake.posts[0]?.props).toMatchObject({gangway: {state: 'done'}});
    });

    it('[DEL-08] skips an edit that fails while the text grows, and goes on', async () => {
        const {answer, fake, texts, stream} = openBench();
        let edits = 0;
        fake.fault = (kind) => (kind === 'update' && edits++ % 2 === 0 ? 'before' : undefined);
        await stream(text, 5, 130);
        fake.fault = () => undefined;
        await answer.end(DONE);
        expect(edits).toBeGreaterThan(1);
        expect(texts()).toEqual([text]);
    });

    it('[DEL-08] stores again what an edit failed to store, although no text follows', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text.slice(0, 50), 50, 500);
        fake.fault = failing('update', 'before', 1, 2);
        await stream(text.slice(50), 400, 0);
        await jest.advanceTimersByTimeAsync(10_000);
        expect(texts()).toEqual([text]);
        await answer.end(DONE);
        await noTimers();
    });

    it('[MED-02] is posted afresh with its files where the server leaves them out of an edit', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        const update = fake.updatePost.bind(fake);
        fake.updatePost = async (id, {fileIds, ...change}, signal) =>
            update(id, fileIds === undefined ? change : {...change, fileIds: []}, signal);
        answer.write({
            kind: 'file',
            name: 'a.txt',
            mimeType: 'text/plain',
            data: new Uint8Array([1]),
        });
        expect(await ended(answer.end(DONE))).toMatchObject({delivered: true});
        expect(texts()).toEqual([text]);
        expect(fake.posts[0]?.fileIds).toEqual(['file1']);
    });

    it('[DEL-08] makes one post when the answer to its creation was lost', async () => {
        const {answer, fake, texts, stream} = openBench();
        fake.fault = failing('create', 'after', 1, 2);
        await stream(text, 10, 300);
        await ended(answer.end(DONE));
        expect(texts()).toEqual([text]);
    });

    it('gives up an edit that hangs, so that the final is not held back', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text.slice(0, 100), 10, 100);
        fake.delayMs = 600_000;
        await stream(text.slice(100), 10, 100);
        const end = answer.end(DONE);
        await jest.advanceTimersByTimeAsync(5000);
        fake.delayMs = 0;
        await jest.advanceTimersByTimeAsync(5000);
        expect((await end).delivered).toBe(true);
        expect(texts()).toEqual([text]);
        await noTimers();
    });

    it('[DEL-09] stays as it is when its turn was lost to another runner', async () => {
        const {answer, fake, texts, stream} = openBench();
        await stream(text, 10, 100);
        const [before] = texts();
        const calls = fake.calls.length;
        expect(await answer.end({kind: 'abandoned'})).toEqual({
            postIds: ['post1'],
            text,
            delivered: false,
        });
        answer.write({kind: 'text', text});
        await noTimers();
        expect(fake.calls.slice(calls).filter(({kind}) => kind !== 'typing')).toEqual([]);
        expect(texts()).toEqual([before]);
        expect(fake.posts[0]?.props).toMatchObject({gangway: {state: 'streaming'}});
    });

    it('gives up at once when it is cancelled', async () => {
        const {answer, fake, stream} = openBench();
        await stream(text, 10, 100);
        fake.delayMs = 600_000;
        const stop = new AbortController();
        const end = answer.end(DONE, stop.signal);
        await jest.advanceTimersByTimeAsync(10);
        stop.abort();
        expect(await end).toMatchObject({delivered: false, text});
        expect(jest.getTimerCount()).toBe(0);
    });
});

describe('a turn that is taken up again', () => {
    /** A fake with the posts that an earlier run left. */
    async function left(...messages: string[]) {
        const fake = createFakePosts();
        for (const [part, message] of messages.entries()) {
            const props = {gangway: {turn: 'turn', agent: 'main', state: 'streaming', part}};
            await fake.createPost({channelId: 'channel', message, props}, `turn-p${part}`);
        }
        return fake;
    }

    it('[DEL-09] finishes in the same posts and removes those it does not need', async () => {
        const fake = await left('Half an answer', 'and more of it');
        const {answer, texts, journal, stream} = openBench({fake, existing: ['post1', 'post2']});
        await stream(text, 10, 100);
        expect(texts()[0]).toContain('word1');
        expect(await answer.end(DONE)).toMatchObject({postIds: ['post1'], delivered: true});
        expect(texts()).toEqual([text]);
        expect(journal).toEqual([]);
    });

    it('[DEL-09] makes a new post where the old one is gone', async () => {
        const fake = await left('Half an answer');
        fake.removeByHand('post1');
        const {answer, texts} = openBench({fake, existing: ['post1']});
        answer.write({kind: 'text', text});
        expect(await answer.end(DONE)).toMatchObject({postIds: ['post2'], delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-09] looks again for its posts when the server could not be asked', async () => {
        const fake = await left('Half an answer');
        fake.fault = failing('get', 'before', 1, 4);
        const {answer, texts, stream} = openBench({fake, existing: ['post1']});
        await stream(text, 10, 500);
        expect(await ended(answer.end(DONE))).toMatchObject({postIds: ['post1'], delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-09] finds the post that was made before the crash but not written down', async () => {
        const fake = await left('Half an answer');
        const {answer, texts, stream} = openBench({fake});
        await stream(text, 10, 100);
        expect(await answer.end(DONE)).toMatchObject({postIds: ['post1'], delivered: true});
        expect(texts()).toEqual([text]);
    });

    it('[DEL-09] marks it interrupted under the text that was shown, without its status lines', async () => {
        const fake = await left('First post.', '```js\nhalf\n```\n\n_⚙ search …_');
        const {answer, texts} = openBench({fake, existing: ['post1', 'post2']});
        const attachments = [{text: 'retry'}];
        const result = await answer.end({kind: 'stopped', note: 'Interrupted.', attachments});
        expect(result).toMatchObject({postIds: ['post1', 'post2'], delivered: true});
        expect(texts()).toEqual(['First post.', '```js\nhalf\n```\n\nInterrupted.']);
        expect(fake.posts[1]?.props).toMatchObject({
            attachments,
            gangway: {state: 'stopped', part: 1},
        });
    });

    it('[DEL-09] says in its posts that it grows again, and takes the buttons of the former end away', async () => {
        const fake = createFakePosts();
        const props = {
            attachments: [{text: 'retry'}],
            gangway: {turn: 'former', agent: 'main', state: 'failed', part: 0},
        };
        await fake.createPost({channelId: 'channel', message: 'Half', props}, 'former-p0');
        const growing = [{text: 'stop'}];
        const {answer, stream, edits} = openBench({fake, existing: ['post1'], growing});
        await stream(text, 10, 100);
        expect(edits()).toBeGreaterThan(1);
        const changed = fake.calls.filter((call) => call.kind === 'update' && call.change.props);
        expect(changed).toHaveLength(1);
        expect(fake.posts[0]?.props).toMatchObject({
            attachments: growing,
            gangway: {turn: 'turn', state: 'streaming', part: 0},
        });
        await answer.end(DONE);
        expect(fake.posts[0]?.props).toMatchObject({gangway: {turn: 'turn', state: 'done'}});
        expect(fake.posts[0]?.props).toMatchObject({attachments: []});
    });

    it('[DEL-09] leaves no draft of a progress label behind', async () => {
        const fake = await left('_Working …_\n_⚙ search …_\n_✓ read_');
        const {answer, texts} = openBench({fake, existing: ['post1']});
        await answer.end({kind: 'stopped', note: 'Interrupted.', attachments: []});
        expect(texts()).toEqual(['Interrupted.']);
    });
});

describe('any events and any faults', () => {
    const event: fc.Arbitrary<AgentEvent> = fc.oneof(
        {
            weight: 6,
            arbitrary: fc
                .string({unit: 'grapheme', maxLength: 60})
                .map((piece) => ({kind: 'text', text: piece}) as const),
        },
        {
            weight: 6,
            arbitrary: fc
                .constantFrom(
                    'word ',
                    '\n\n',
                    '```\n',
                    '\n\n| a | b |\n|---|---|\n| c | d |\n',
                    words(12),
                )
                .map((piece) => ({kind: 'text', text: piece}) as const),
        },
        {weight: 1, arbitrary: fc.constant({kind: 'reasoning', text: 'hm'} as const)},
        {weight: 1, arbitrary: fc.constant({kind: 'text-reset'} as const)},
        {
            weight: 1,
            arbitrary: fc
                .nat(3)
                .map((id) => ({kind: 'tool-start', id: `${id}`, name: 'tool'}) as const),
        },
        {
            weight: 1,
            arbitrary: fc.nat(3).map((id) => ({kind: 'tool-end', id: `${id}`, ok: true}) as const),
        },
    );
    const fault = fc.oneof(
        {weight: 5, arbitrary: fc.constant(undefined)},
        {weight: 1, arbitrary: fc.constantFrom('before' as const, 'after' as const)},
    );
    const mode = fc.constantFrom(
        'partial' as const,
        'block' as const,
        'progress' as const,
        'off' as const,
    );
    const notify = fc.constantFrom('first' as const, 'final' as const);
    const end = fc.constantFrom<AnswerEnd[]>(DONE, {
        kind: 'failed',
        message: 'It failed.',
        attachments: [],
    });

    it('[DEL-08] an answer is never lost, never doubled, and no draft is left behind', async () => {
        await fc.assert(
            fc.asyncProperty(
                fc.array(fc.tuple(event, fc.nat(3000)), {maxLength: 25}),
                fc.infiniteStream(fault),
                fc.record({
                    mode,
                    notify,
                    end,
                    refuse: fc.boolean(),
                    delay: fc.constantFrom(0, 300),
                    existing: fc.boolean(),
                    deleteAt: fc.nat(30),
                }),
                async (
                    steps,
                    faults,
                    {mode: how, notify: when, end: last, refuse, delay, existing, deleteAt},
                ) => {
                    const fake = createFakePosts();
                    if (existing)
                        await fake.createPost({channelId: 'channel', message: 'old'}, 'turn-p0');
                    const inRow = new Map<string, number>();
                    fake.delayMs = delay;
                    fake.fault = (kind) => {
                        // Two failures of a kind in a row at most: more is a server that is down.
                        const next = faults.next().value as Fault;
                        const before = inRow.get(kind) ?? 0;
                        const fails = next !== undefined && before < 2;
                        inRow.set(kind, fails ? before + 1 : 0);
                        if (fails) return next;
                        return refuse && kind === 'update' ? 'refused' : undefined;
                    };
                    const {answer, texts} = openBench({
                        fake,
                        limit: 150,
                        streaming: {mode: how, notify: when},
                        existing: existing ? ['post1'] : [],
                    });
                    for (const [index, [one, pause]] of steps.entries()) {
                        answer.write(one);
                        await jest.advanceTimersByTimeAsync(pause);
                        // A post that is full and finished may go for good if a person wants it so.
                        const victim = index === deleteAt ? fake.posts.at(-1)?.id : undefined;
                        if (victim !== undefined) fake.removeByHand(victim);
                    }
                    const ending = answer.end(last);
                    await jest.advanceTimersByTimeAsync(600_000);
                    const result = await ending;
                    expect(result.delivered).toBe(true);
                    expect(jest.getTimerCount()).toBe(0);
                    expect(fake.posts.map((post) => post.id).sort()).toEqual(
                        [...result.postIds].sort(),
                    );
                    for (const message of texts())
                        expect(Array.from(message).length).toBeLessThanOrEqual(150);
                    const shown = texts().join('\n');
                    // Fence lines and headers are repeated at cuts, so the words tell.
                    const plain = (one: string): string => one.replace(/[^\p{L}\p{N}]+/gu, '');
                    const header = /ab/g;
                    const said = plain(result.text).replace(header, '');
                    const note = last.kind === 'failed' ? 'Itfailed' : '';
                    const kept =
                        said === '' && last.kind === 'failed' && existing ? plain('old') : '';
                    expect([said + note, kept + note]).toContain(plain(shown).replace(header, ''));
                },
            ),
            {numRuns: 300},
        );
    });
});
