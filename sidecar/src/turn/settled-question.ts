import type {PressOutcome} from '../interactions/buttons.ts';
import type {Post} from '../mattermost/platform.ts';
import type {SettledTurn} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';
import type {RetryFlow} from './retry.ts';
import {postOf} from './turn-id.ts';

/** A press that is refused, with a sentence for who pressed. */
export const refused = (message: string): PressOutcome => ({kind: 'refused', message});

/** The question of a settled turn as it stands today, or why there is nothing to do with it any more. */
export type SettledQuestion =
    | {
          readonly kind: 'asked';
          readonly before: SettledTurn;
          readonly post: Post;
          readonly text: string;
      }
    | {readonly kind: 'gone'; readonly outcome: PressOutcome};

/** Looks a settled turn of this account up, its question, and whether the gate would still let it. */
export async function settledQuestion(
    {account, journal, platform}: TurnDeps,
    questionOf: RetryFlow['questionOf'],
    turnId: string,
    signal: AbortSignal,
): Promise<SettledQuestion> {
    const gone = (message: string): SettledQuestion => ({kind: 'gone', outcome: refused(message)});
    const before = await journal.settled(turnId);
    if (before?.account !== account) return gone('This is too long ago.');
    const post = await platform.getPost(postOf(turnId), signal);
    if (post === undefined || post.deleteAt !== 0) {
        return gone('The question is not there any more.');
    }
    const text = await questionOf(post, signal);
    if (text === undefined) return gone('This may not be answered here any more.');
    return {kind: 'asked', before, post, text};
}
