import type {TurnEntry} from '../session/journal.ts';
import {atTheEnd, type PlaceOf, type SaidMessage} from '../session/transcript.ts';
import {firstTry, isContinuation, isFurther, postOf} from './turn-id.ts';

/**
 * Where a turn stands in its session. Another try takes the place of the former one, and a continuation follows
 * the answer that it goes on with, whatever was said since: their agent reads what stands before that place.
 */
export function placeOf({turnId, postedAt}: Pick<TurnEntry, 'turnId' | 'postedAt'>): PlaceOf {
    if (!isFurther(turnId)) return atTheEnd;
    const isFormer = formerOf(turnId);
    return (messages) => {
        const former = messages.filter(isFormer);
        const last = messages.findLastIndex(isFormer);
        const at = last === -1 ? indexWithout(turnId, postedAt, messages) : last + 1;
        const kept = (some: typeof messages): typeof messages =>
            some.filter((message) => !former.includes(message));
        return {before: kept(messages.slice(0, at)), after: kept(messages.slice(at))};
    };
}

/** Tells what the former tries said and were asked; what was quoted to them stays, and what others asked. */
function formerOf(turnId: string): (message: SaidMessage) => boolean {
    const post = postOf(turnId);
    const first = firstTry(turnId);
    // A new answer makes the continuation of the old one void.
    const isOurs = (other: string): boolean =>
        firstTry(other) === first || (first === post && postOf(other) === post);
    const isRetry = turnId !== first;
    return ({turnId: other, role, quoted, postIds}) =>
        isRetry &&
        isOurs(other) &&
        quoted === undefined &&
        (role === 'assistant' || isContinuation(other) || postIds.includes(post));
}

/** The place of a turn of which nothing was kept: behind the answer it goes on with, else by its time. */
function indexWithout(turnId: string, postedAt: number, messages: readonly SaidMessage[]): number {
    const post = postOf(turnId);
    const continued = messages.findLastIndex((message) => postOf(message.turnId) === post);
    if (continued !== -1) return continued + 1;
    const later = messages.findIndex(
        ({role, quoted, at}) => role === 'user' && quoted === undefined && at > postedAt,
    );
    if (later === -1) return messages.length;
    // What was quoted to that later question stands before it.
    const start = messages.findIndex(({turnId: other}) => other === messages[later]?.turnId);
    return start;
}
