import * as fc from 'fast-check';
import {applyDelta, decodeDelta, deltaBetween, encodeDelta} from '../contract/events.ts';
import {gangwayProps} from '../contract/post-props.ts';
import {openBench, type Bench} from './answer-harness.ts';

const words = (count: number): string =>
    Array.from({length: count}, (_, index) => `word${index}`).join(' ');

/** What the server wraps around a delta's text at least, to each viewer (measured). */
const ENVELOPE_BYTES = 210;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('deltaBetween', () => {
    it('[DEL-04] leads from any text to any other and never cuts a surrogate pair', () => {
        const piece = fc.string({unit: fc.constantFrom('a', 'b', '😀', '😁', '\n'), maxLength: 20});
        fc.assert(
            fc.property(piece, piece, (before, after) => {
                const delta = deltaBetween(before, after);
                expect(applyDelta(before, {stream: 'abc', n: 1, ...delta})).toBe(after);
                expect(before.slice(0, delta.offset).isWellFormed()).toBe(true);
                expect(delta.text.isWellFormed()).toBe(true);
                expect(delta.offset === undefined).toBe(after.startsWith(before));
            }),
        );
    });
});

describe('a payload', () => {
    it('[DEL-04] holds a delta in one short entry, and gives it back', () => {
        expect(encodeDelta({stream: 'x0z', n: 36, text: 'and on'})).toEqual({x0z10: 'and on'});
        expect(encodeDelta({stream: 'x0z', n: 1, offset: 0, text: ''})).toEqual({'x0z1,0': ''});
        fc.assert(
            fc.property(
                fc.integer({min: 1, max: 1_000_000}),
                fc.option(fc.nat(1_000_000), {nil: undefined}),
                fc.string(),
                (n, offset, text) => {
                    const delta = {
                        stream: 'ab1',
                        n,
                        ...(offset === undefined ? {} : {offset}),
                        text,
                    };
                    expect(decodeDelta(encodeDelta(delta))).toEqual(delta);
                },
            ),
        );
    });

    it('[DEL-04] that is something else is no delta', () => {
        const others = [null, 'x', [], {}, {abc1: 1}, {abc0: 'x'}, {abc: 'x'}, {'abc1,': 'x'}];
        for (const other of [...others, {abc1: 'x', abc2: 'y'}, {postId: 'p', n: 1, text: 'x'}]) {
            expect(decodeDelta(other)).toBeUndefined();
        }
        fc.assert(fc.property(fc.anything(), (value) => void decodeDelta(value)));
    });
});

describe('an answer with deltas', () => {
    it('[DEL-04] shows text within 120 ms, edits seldom, and costs in proportion to its length', async () => {
        const cost = async (count: number): Promise<{bytes: number; edits: number}> => {
            const {answer, fake, deltas, edits, stream} = openBench({deltas: true});
            const text = 'abcdefg '.repeat(count);
            await stream(text, 8, 20);
            await answer.end({kind: 'done'});
            const sent = deltas.reduce(
                (sum, {text: piece}) => sum + ENVELOPE_BYTES + piece.length,
                0,
            );
            const stored = fake.calls.reduce((sum, call) => sum + call.bytes, 0);
            return {bytes: (sent + stored) / text.length, edits: edits()};
        };
        const half = await cost(750);
        const whole = await cost(1500);
        expect(whole.edits).toBeLessThanOrEqual(4);
        expect(whole.bytes).toBeLessThan(10);
        expect(whole.bytes).toBeLessThan(half.bytes * 1.2);
    });

    it('[DEL-04] [DEL-13] waits longer where the model is slow, and types all the while', async () => {
        const {answer, fake, deltas, stream} = openBench({deltas: true});
        const text = 'abcdef'.repeat(1200);
        await stream(text, 6, 50);
        await answer.end({kind: 'done'});
        const sent = deltas.reduce((sum, {text: piece}) => sum + ENVELOPE_BYTES + piece.length, 0);
        const stored = fake.calls.reduce((sum, call) => sum + call.bytes, 0);
        expect((sent + stored) / text.length).toBeLessThan(12);
        // An answer of 60 s; phones, which see no deltas, know by it that somebody is at work.
        expect(fake.typed.length).toBeGreaterThanOrEqual(15);
    });

    it('[DEL-04] leads a viewer to the text at each delta, and gives the same as a draft', async () => {
        const bench = openBench({deltas: true, limit: 300});
        const {answer, fake, deltas, drafts, stream} = bench;
        await stream(
            `${words(60)}\n\n\`\`\`js\n${'code();\n'.repeat(60)}\`\`\`\nThe end 😀😀`,
            9,
            70,
        );
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await jest.advanceTimersByTimeAsync(500);
        const shown = viewed(bench);
        expect(fake.posts.length).toBeGreaterThan(2);
        const last = fake.posts.at(-1);
        expect(shown.get(last?.id ?? '')?.message).toMatch(/The end 😀😀\n\n_⚙ search …_$/);
        for (const [index, {id, message}] of fake.posts.slice(0, -1).entries()) {
            expect([index, shown.get(id)?.message]).toEqual([index, message]);
        }
        for (const [id, {stream: name, message, n}] of shown) {
            expect(drafts.find(id)).toEqual({
                channelId: 'channel',
                draft: {stream: name, message, n},
            });
        }
        expect(new Set([...shown.values()].map((one) => one.stream)).size).toBe(shown.size);
        await answer.end({kind: 'done'});
        for (const id of shown.keys()) expect(drafts.find(id)).toBeUndefined();
        const count = deltas.length;
        await jest.advanceTimersByTimeAsync(60_000);
        expect(deltas).toHaveLength(count);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[DEL-04] says in each stored version which delta it holds', async () => {
        const bench = openBench({deltas: true});
        const text = words(1300);
        let versions = 0;
        for (let at = 0; at < text.length; at += 20) {
            await bench.stream(text.slice(at, at + 20), 20, 100);
            const post = bench.fake.posts[0];
            if (post === undefined) continue;
            const {stream, deltas = 0} = gangwayProps(post.props) ?? {};
            const first = bench.fake.calls[0]?.change.message ?? '';
            const upTo = bench.deltas.slice(0, deltas);
            expect(upTo.reduce(applyDelta, first)).toBe(post.message);
            expect(bench.deltas.every((delta) => delta.stream === stream)).toBe(true);
            versions = Math.max(versions, bench.edits());
        }
        expect(versions).toBeGreaterThan(1);
        await bench.answer.end({kind: 'done'});
        expect(bench.fake.posts[0]?.message).toBe(text);
        expect(bench.fake.posts[0]?.props['gangway']).not.toHaveProperty('deltas');
        expect(bench.fake.posts[0]?.props['gangway']).not.toHaveProperty('stream');
    });

    it('[DEL-04] is complete by its stored edits for who sees no deltas', async () => {
        const {answer, fake, edits, stream} = openBench({deltas: true});
        const text = words(2500);
        const lengths = new Set<number>();
        for (let at = 0; at < text.length; at += 20) {
            await stream(text.slice(at, at + 20), 20, 80);
            const message = fake.posts[0]?.message ?? '';
            expect(text.startsWith(message)).toBe(true);
            lengths.add(message.length);
        }
        // 30 s at most between two of them, in about 80 s.
        expect(lengths.size).toBeGreaterThan(3);
        await answer.end({kind: 'done'});
        expect(fake.posts.map(({message}) => message).join('')).toBe(text);
        expect(edits()).toBeLessThan(10);
    });

    it('[DEL-04] names its stream anew when it goes on in the post of a runner that is gone', async () => {
        const first = openBench({deltas: true});
        await first.stream(words(50), 10, 50);
        await first.answer.end({kind: 'abandoned'});
        const {fake} = first;
        const id = fake.posts[0]?.id ?? '';
        const before = gangwayProps(fake.posts[0]?.props ?? {});
        const second = openBench({deltas: true, fake, existing: [id]});
        await second.stream(words(50), 10, 50);
        const after = gangwayProps(fake.posts[0]?.props ?? {});
        expect(after?.state).toBe('streaming');
        expect(before?.stream).toHaveLength(3);
        expect(second.deltas.every(({stream}) => stream === after?.stream)).toBe(true);
        expect(second.deltas.length).toBeGreaterThan(2);
        await second.answer.end({kind: 'done'});
    });
});

/** What a viewer sees who got every delta, by post. */
function viewed({fake, deltas}: Bench): Map<string, {stream: string; message: string; n: number}> {
    const streams = new Map<string, string>();
    const shown = new Map<string, {stream: string; message: string; n: number}>();
    for (const {kind, postId, change} of fake.calls) {
        const stream = gangwayProps(change.props ?? {})?.stream;
        if (kind !== 'create' || stream === undefined) continue;
        streams.set(stream, postId);
        shown.set(postId, {stream, message: change.message ?? '', n: 0});
    }
    for (const delta of deltas) {
        const id = streams.get(delta.stream) ?? '';
        const live = shown.get(id);
        expect(live?.n).toBe(delta.n - 1);
        if (live === undefined) continue;
        shown.set(id, {...live, message: applyDelta(live.message, delta), n: delta.n});
    }
    return shown;
}
