import * as fc from 'fast-check';
import {deltaBetween, type AnswerDraft} from '../../../sidecar/src/contract/events.ts';
import {createGapFiller} from './gap_filler.ts';
import {
    allForgotten,
    answerEnded,
    deltaCame,
    draftCame,
    liveAnswers,
    versionSeen,
    type LiveAction,
    type LiveAnswers,
} from './reducer.ts';

const stream = 'abc';
const post = {id: 'p', channelId: 'c'};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A page with one channel, and a runner that answers with `draft`. */
function openPage(draft: () => AnswerDraft | undefined, random = 0.5) {
    let state: LiveAnswers = liveAnswers(undefined, {type: ''});
    const asked: string[] = [];
    const dispatch = (action: LiveAction): void => {
        state = liveAnswers(state, action);
        filler.look();
    };
    const filler = createGapFiller({
        read: () => state,
        dispatch,
        async request(postId) {
            asked.push(postId);
            return Promise.resolve(draft());
        },
        random: () => random,
    });
    return {
        asked,
        filler,
        message: () => state.answers['p']?.message,
        see: (message: string, n: number, isCurrent: boolean) => {
            dispatch(versionSeen(post, {stream, message, n}, isCurrent));
        },
        delta: (n: number, text: string) => {
            dispatch(deltaCame('c', {stream, n, text}));
        },
        dispatch,
    };
}

it('[DEL-04] asks for the draft once after a lost delta, and joins on with those kept aside', async () => {
    const page = openPage(() => ({stream, n: 3, message: 'abcd'}));
    page.see('a', 0, true);
    page.delta(1, 'b');
    page.delta(3, 'd');
    page.delta(4, 'e');
    page.delta(5, 'f');
    expect(page.asked).toEqual([]);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(page.asked).toEqual(['p']);
    expect(page.message()).toBe('abcdef');
});

it('[DEL-04] brings a page that is opened in the middle up to the text at once', async () => {
    const page = openPage(() => ({stream, n: 30, message: 'much further'}));
    page.see('much', 3, false);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(page.asked).toEqual(['p']);
    expect(page.message()).toBe('much further');
});

it('[DEL-04] asks nothing when deltas only overtook each other, or a stored version was faster', async () => {
    const page = openPage(() => undefined);
    page.see('a', 0, true);
    page.delta(2, 'c');
    await jest.advanceTimersByTimeAsync(100);
    page.delta(1, 'b');
    await jest.advanceTimersByTimeAsync(10_000);
    page.delta(4, 'e');
    page.see('abcd', 3, true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(page.asked).toEqual([]);
    expect(page.message()).toBe('abcde');
});

it('[DEL-04] waits for the next stored version where the runner cannot be asked', async () => {
    const page = openPage(() => undefined);
    page.see('a', 0, true);
    for (let n = 2; n < 50; n++) {
        page.delta(n, '.');
        await jest.advanceTimersByTimeAsync(200);
    }
    expect(page.asked).toEqual(['p']);
    page.see('all so far', 49, true);
    expect(page.message()).toBe('all so far');
    page.delta(51, '!');
    await jest.advanceTimersByTimeAsync(10_000);
    expect(page.asked).toEqual(['p', 'p']);
});

it('[DEL-04] spreads the requests of many viewers over a second, and those of one over five', async () => {
    const [early, late] = [openPage(() => undefined, 0), openPage(() => undefined, 1)];
    for (const page of [early, late]) {
        page.see('a', 0, true);
        page.delta(2, 'c');
    }
    await jest.advanceTimersByTimeAsync(149);
    expect([early.asked.length, late.asked.length]).toEqual([0, 0]);
    await jest.advanceTimersByTimeAsync(1);
    expect([early.asked.length, late.asked.length]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(late.asked.length).toBe(1);
    early.see('abc', 2, true);
    early.delta(4, 'e');
    await jest.advanceTimersByTimeAsync(3_900);
    expect(early.asked.length).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(early.asked.length).toBe(2);
});

it('[DEL-04] asks nothing for an answer that has ended, or after the connection was lost', async () => {
    const page = openPage(() => ({stream, n: 9, message: 'stale'}));
    page.see('a', 0, false);
    page.dispatch(answerEnded('p'));
    page.see('a', 0, false);
    page.filler.reset();
    page.dispatch(allForgotten());
    await jest.advanceTimersByTimeAsync(10_000);
    expect(page.asked).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
});

it('[DEL-04] converges by the draft whatever is lost, doubled or out of order', async () => {
    const pieces = fc.array(fc.string({unit: 'grapheme', minLength: 1}), {
        minLength: 2,
        maxLength: 20,
    });
    await fc.assert(
        fc.asyncProperty(pieces, fc.array(fc.nat(), {maxLength: 40}), async (texts, order) => {
            const versions = texts.map((_, i) => texts.slice(0, i + 1).join(''));
            const last = versions.length - 1;
            const page = openPage(() => ({stream, n: last, message: versions[last] ?? ''}));
            page.see(versions[0] ?? '', 0, true);
            for (const pick of [...order, last - 1]) {
                const i = pick % last;
                const change = deltaBetween(versions[i] ?? '', versions[i + 1] ?? '');
                page.dispatch(deltaCame('c', {stream, n: i + 1, ...change}));
            }
            await jest.advanceTimersByTimeAsync(10_000);
            expect(page.message()).toBe(versions[last]);
            expect(page.asked.length).toBeLessThanOrEqual(1);
        }),
    );
});

it('[DEL-04] takes no draft of the stream before, which comes late', () => {
    const page = openPage(() => undefined);
    page.see('the first try', 5, true);
    page.dispatch(versionSeen(post, {stream: 'def', message: 'another', n: 0}, true));
    page.dispatch(draftCame('p', {stream, n: 9, message: 'the first try goes on'}));
    expect(page.message()).toBe('another');
    page.dispatch(draftCame('p', {stream: 'def', n: 3, message: 'another one'}));
    expect(page.message()).toBe('another one');
});

it('[DEL-04] breaks off what it asked for when the connection is lost, and drops the reply', async () => {
    let state: LiveAnswers = liveAnswers(undefined, {type: ''});
    const signals: AbortSignal[] = [];
    const reply = Promise.withResolvers<AnswerDraft | undefined>();
    const dispatched: string[] = [];
    const filler = createGapFiller({
        read: () => state,
        dispatch(action) {
            dispatched.push(action.type);
            state = liveAnswers(state, action);
        },
        request(_postId, signal) {
            signals.push(signal);
            return reply.promise;
        },
        random: () => 0,
    });
    state = liveAnswers(state, versionSeen(post, {stream, message: 'much', n: 3}, false));
    filler.look();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(signals.map(({aborted}) => aborted)).toEqual([false]);
    filler.reset();
    expect(signals.map(({aborted}) => aborted)).toEqual([true]);
    reply.resolve({stream, n: 9, message: 'from before the break'});
    await jest.advanceTimersByTimeAsync(0);
    expect(dispatched).toEqual([]);
    expect(state.answers['p']?.message).toBe('much');
});
