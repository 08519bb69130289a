import type {SaidMessage} from '../session/transcript.ts';
import {placeOf} from './session-place.ts';
import {continuationOf, firstTry, isContinuation, isFurther, postOf, retryOf} from './turn-id.ts';

const message = (turnId: string, change: Partial<SaidMessage> = {}): SaidMessage => ({
    role: 'user',
    text: turnId,
    turnId,
    postIds: [postOf(turnId)],
    userId: 'alice',
    at: 1,
    ...change,
});
const answer = (turnId: string): SaidMessage =>
    message(turnId, {role: 'assistant', text: `answer ${turnId}`, postIds: [`${turnId}-0`]});
const textsOf = (messages: readonly SaidMessage[]) => messages.map(({text}) => text);
const place = (turnId: string, messages: readonly SaidMessage[], postedAt = 1) => {
    const {before, after} = placeOf({turnId, postedAt})(messages);
    return [textsOf(before), textsOf(after)];
};

describe('the ids of turns', () => {
    it('tell the post, the first try and what kind of turn it is', () => {
        expect(retryOf('x', 1)).toBe('x-r1');
        expect(retryOf('x-r1', 2)).toBe('x-r2');
        expect(continuationOf('x-r2', 1)).toBe('x-c1');
        expect(continuationOf('x-c1', 2)).toBe('x-c2');
        expect(retryOf('x-c2', 1)).toBe('x-c2-r1');
        expect(firstTry('x-c2-r1')).toBe('x-c2');
        for (const id of ['x', 'x-r1', 'x-c1', 'x-c1-r3']) expect(postOf(id)).toBe('x');
        expect(['x', 'x-r1', 'x-c1', 'x-c1-r3'].filter(isContinuation)).toEqual([
            'x-c1',
            'x-c1-r3',
        ]);
        expect(['x', 'x-r1', 'x-c1', 'x-c1-r3'].filter(isFurther)).toHaveLength(3);
    });
});

describe('the place of a turn in its session', () => {
    const talk = [message('a'), answer('a'), message('b', {at: 5}), answer('b')];

    it('[SES-09] is the end for what was asked first now', () => {
        expect(place('c', talk)).toEqual([['a', 'answer a', 'b', 'answer b'], []]);
    });

    it('[BR-09] is the old one for another try, without what the former said', () => {
        expect(place('a-r1', talk)).toEqual([[], ['b', 'answer b']]);
        expect(place('b-r1', talk)).toEqual([['a', 'answer a'], []]);
        expect(
            place('a-r2', [message('a-r1', {postIds: ['a']}), answer('a-r1'), ...talk.slice(2)]),
        ).toEqual([[], ['b', 'answer b']]);
    });

    it('[BR-09] is that of its time where nothing was kept of the former try', () => {
        const later = [message('q', {turnId: 'b', quoted: 'channel', at: 1}), ...talk.slice(2)];
        expect(place('a-r1', later, 2)).toEqual([[], ['q', 'b', 'answer b']]);
        expect(place('c-r1', talk, 9)).toEqual([['a', 'answer a', 'b', 'answer b'], []]);
    });

    it('leaves what was quoted to the former try, and what others asked with it', () => {
        const merged = [
            message('line', {turnId: 'b', quoted: 'thread'}),
            message('other', {turnId: 'b', postIds: ['a']}),
            message('b'),
            answer('b'),
            message('c'),
        ];
        expect(place('b-r1', merged)).toEqual([['line', 'other'], ['c']]);
    });

    it('is behind the answer that it goes on with, and another try of that is again there', () => {
        const more = message('a-c1', {postIds: []});
        expect(place('a-c1', talk)).toEqual([
            ['a', 'answer a'],
            ['b', 'answer b'],
        ]);
        const grown = [...talk.slice(0, 2), more, answer('a-c1'), ...talk.slice(2)];
        expect(place('a-c1-r1', grown)).toEqual([
            ['a', 'answer a'],
            ['b', 'answer b'],
        ]);
        expect(place('a-c2', grown)[0]).toHaveLength(4);
        // A new answer makes what went on with the old one void.
        expect(place('a-r1', grown)).toEqual([[], ['b', 'answer b']]);
    });
});
