import type {AnswerDelta} from '../../../sidecar/src/contract/events.ts';
import {withDelta, withStored, type LiveAnswer, type StoredVersion} from './live_answer.ts';

/** Growing answers by post id. */
export type LiveAnswers = Readonly<Record<string, LiveAnswer>>;

const DELTA = 'gangway/delta';
const STORED = 'gangway/stored';
const ENDED = 'gangway/ended';
const FORGOTTEN = 'gangway/forgotten';

/** What happens to growing answers. */
export type LiveAction =
    | {readonly type: typeof DELTA; readonly delta: AnswerDelta}
    | {readonly type: typeof STORED; readonly postId: string; readonly stored: StoredVersion}
    | {readonly type: typeof ENDED; readonly postId: string}
    | {readonly type: typeof FORGOTTEN};

/** A delta came. */
export const deltaCame = (delta: AnswerDelta): LiveAction => ({type: DELTA, delta});
/** A stored version of a growing answer was seen. */
export const storedSeen = (postId: string, stored: StoredVersion): LiveAction => ({
    type: STORED,
    postId,
    stored,
});
/** An answer is final: from now on its post alone is shown. */
export const answerEnded = (postId: string): LiveAction => ({type: ENDED, postId});
/** The connection was lost and is back: what was missed is unknown, so stored versions count again. */
export const allForgotten = (): LiveAction => ({type: FORGOTTEN});

/** The plugin's part of the client's store. */
export function liveAnswers(state: LiveAnswers = {}, action: LiveAction | {type: ''}): LiveAnswers {
    switch (action.type) {
        case DELTA: {
            const {postId} = action.delta;
            return {...state, [postId]: withDelta(state[postId], action.delta)};
        }
        case STORED:
            return {...state, [action.postId]: withStored(state[action.postId], action.stored)};
        case ENDED: {
            if (!(action.postId in state)) return state;
            const {[action.postId]: _ended, ...rest} = state;
            return rest;
        }
        case FORGOTTEN:
            return {};
        default:
            return state;
    }
}
