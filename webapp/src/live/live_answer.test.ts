import * as fc from 'fast-check';
import {deltaBetween} from '../../../sidecar/src/contract/events.ts';
import {isBehind, withDelta, withVersion, type LiveAnswer} from './live_answer.ts';

const stream = 'abc';
const delta = (n: number, text: string, offset?: number) => ({stream, n, text, offset});
const version = (message: string, n: number) => ({stream, message, n});
const stored = (message: string, n: number) => withVersion(undefined, version(message, n), true);

it('[DEL-04] grows a stored version by the deltas that follow it', () => {
    let live = stored('The tide', 0);
    live = withDelta(live, delta(1, ' is in'));
    live = withDelta(live, delta(2, 'out', 12));
    expect(live.message).toBe('The tide is out');
    expect(isBehind(live)).toBe(false);
});

it('[DEL-04] shows a late joiner the stored version first, and joins on with what follows it', () => {
    let live = withVersion(undefined, version('twenty', 4), false);
    expect(isBehind(live)).toBe(true);
    live = withDelta(live, delta(7, ' later'));
    expect(live.message).toBe('twenty');
    live = withVersion(live, version('twenty characters ok', 6), true);
    expect(live.message).toBe('twenty characters ok later');
    expect(isBehind(live)).toBe(false);
});

it('[DEL-04] needs no draft when the next delta joins on to what a page was opened with', () => {
    let live = withVersion(undefined, version('a', 4), false);
    live = withDelta(live, delta(5, 'b'));
    expect(isBehind(live)).toBe(false);
});

it('[DEL-04] keeps what follows a lost delta until another version closes the gap', () => {
    let live = stored('a', 0);
    live = withDelta(live, delta(1, 'b'));
    live = withDelta(live, delta(3, 'd'));
    expect(live.message).toBe('ab');
    expect(isBehind(live)).toBe(true);
    live = withVersion(live, version('abc', 2), true);
    expect(live.message).toBe('abcd');
});

it('[DEL-04] is not thrown back by an old stored version or a doubled delta', () => {
    let live = stored('a', 0);
    live = withDelta(live, delta(1, 'b'));
    live = withVersion(live, version('a', 0), true);
    live = withDelta(live, delta(1, 'x'));
    expect(live.message).toBe('ab');
});

it('[DEL-04] begins anew when another runner goes on with the answer', () => {
    let live = withDelta(stored('a', 70), delta(72, 'c'));
    live = withVersion(live, {stream: 'xyz', message: 'A', n: 1}, true);
    expect(live).toEqual({stream: 'xyz', message: 'A', n: 1, aside: [], isCurrent: true});
    expect(withDelta(live, delta(2, 'old')).message).toBe('A');
    expect(withDelta(live, {stream: 'xyz', n: 2, text: 'B'}).message).toBe('AB');
});

it('[DEL-04] converges to the final text whatever is lost, doubled or out of order', () => {
    fc.assert(
        fc.property(
            fc.array(fc.string({unit: 'grapheme'}), {minLength: 1, maxLength: 20}),
            fc.array(fc.tuple(fc.nat(), fc.constantFrom('delta', 'event', 'page')), {
                maxLength: 60,
            }),
            (pieces, noise) => {
                // Now and then a text is not only longer, but another one.
                const versions = pieces.map((piece, i) =>
                    i % 5 === 4 ? piece : pieces.slice(0, i + 1).join(''),
                );
                const deltas = versions.slice(1).map((text, i) => ({
                    stream,
                    n: i + 1,
                    ...deltaBetween(versions[i] ?? '', text),
                }));
                const at = (i: number) => version(versions[i] ?? '', i);
                let live: LiveAnswer = withVersion(undefined, at(0), true);
                for (const [pick, kind] of noise) {
                    const i = pick % versions.length;
                    const next = deltas[i % Math.max(1, deltas.length)];
                    if (kind !== 'delta') live = withVersion(live, at(i), kind === 'event');
                    else if (next !== undefined) live = withDelta(live, next);
                    // What is shown is at every moment a text that the answer really had.
                    expect(live.message).toBe(versions[live.n]);
                }
                const last = versions.length - 1;
                const ahead = deltas.slice(live.n).reduce(withDelta, live);
                expect(ahead.message).toBe(versions[last]);
                expect(isBehind(ahead)).toBe(false);
                expect(withVersion(live, at(last), true).message).toBe(versions[last]);
            },
        ),
    );
});
