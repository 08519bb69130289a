import * as fc from 'fast-check';
import {deltaBetween} from '../../../sidecar/src/contract/events.ts';
import {withDelta, withStored, type LiveAnswer} from './live_answer.ts';

const delta = (n: number, offset: number, text: string) => ({postId: 'p', n, offset, text});

it('[DEL-04] grows a stored version by the deltas that follow it', () => {
    let live: LiveAnswer = withStored(undefined, {message: 'The tide', n: 0});
    live = withDelta(live, delta(1, 8, ' is'));
    live = withDelta(live, delta(2, 11, ' out'));
    expect(live.message).toBe('The tide is out');
});

it('[DEL-04] shows a late joiner the stored version first, and joins on with what follows it', () => {
    let live = withDelta(undefined, delta(7, 20, ' later'));
    expect(live.message).toBeUndefined();
    live = withStored(live, {message: 'twenty characters ok', n: 6});
    expect(live.message).toBe('twenty characters ok later');
});

it('[DEL-04] keeps what follows a lost delta until a stored version closes the gap', () => {
    let live = withStored(undefined, {message: 'a', n: 0});
    live = withDelta(live, delta(1, 1, 'b'));
    live = withDelta(live, delta(3, 3, 'd'));
    expect(live.message).toBe('ab');
    live = withStored(live, {message: 'abc', n: 2});
    expect(live.message).toBe('abcd');
});

it('[DEL-04] is not thrown back by an old stored version or a doubled delta', () => {
    let live = withStored(undefined, {message: 'a', n: 0});
    live = withDelta(live, delta(1, 1, 'b'));
    live = withStored(live, {message: 'a', n: 0});
    live = withDelta(live, delta(1, 1, 'x'));
    expect(live.message).toBe('ab');
});

it('[DEL-04] converges to the final text whatever is lost, doubled or out of order', () => {
    fc.assert(
        fc.property(
            fc.array(fc.string({unit: 'grapheme'}), {minLength: 1, maxLength: 20}),
            fc.array(fc.tuple(fc.nat(), fc.boolean()), {maxLength: 60}),
            (pieces, noise) => {
                const versions = pieces.map((_, i) => pieces.slice(0, i + 1).join(''));
                const deltas = versions.slice(1).map((text, i) => ({
                    postId: 'p',
                    n: i + 1,
                    ...deltaBetween(versions[i] ?? '', text),
                }));
                let live: LiveAnswer | undefined;
                for (const [pick, stored] of noise) {
                    const i = pick % versions.length;
                    const next = deltas[i % Math.max(1, deltas.length)];
                    if (stored) live = withStored(live, {message: versions[i] ?? '', n: i});
                    else if (next !== undefined) live = withDelta(live, next);
                    // What is shown is at every moment a text that the answer really had.
                    if (live?.message !== undefined) expect(versions).toContain(live.message);
                }
                const last = versions.length - 1;
                expect(withStored(live, {message: versions[last] ?? '', n: last}).message).toBe(
                    versions[last],
                );
            },
        ),
    );
});
