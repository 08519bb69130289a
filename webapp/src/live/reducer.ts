import type {AnswerDelta, AnswerDraft} from '../../../sidecar/src/contract/events.ts';
import {PLUGIN_ID} from '../manifest.ts';
import {isRecord} from './json.ts';
import {withDelta, withVersion, type KnownVersion, type LiveAnswer} from './live_answer.ts';

/** The plugin's part of the client's store. */
export interface LiveAnswers {
    /** Growing answers by post id. */
    readonly answers: Readonly<Record<string, LiveAnswer>>;
    /** Ids of their posts by `streamKey`. */
    readonly posts: Readonly<Record<string, string>>;
}

/** The post of an answer, as far as it matters where deltas go. */
export interface AnswerPost {
    readonly id: string;
    readonly channelId: string;
}

const DELTA = 'gangway/delta';
const VERSION = 'gangway/version';
const DRAFT = 'gangway/draft';
const ENDED = 'gangway/ended';
const FORGOTTEN = 'gangway/forgotten';

/** What happens to growing answers. */
export type LiveAction =
    | {readonly type: typeof DELTA; readonly channelId: string; readonly delta: AnswerDelta}
    | {
          readonly type: typeof VERSION;
          readonly post: AnswerPost;
          readonly version: KnownVersion;
          readonly isCurrent: boolean;
      }
    | {readonly type: typeof DRAFT; readonly postId: string; readonly draft: AnswerDraft}
    | {readonly type: typeof ENDED; readonly postId: string}
    | {readonly type: typeof FORGOTTEN};

/** A delta came to a channel. */
export const deltaCame = (channelId: string, delta: AnswerDelta): LiveAction => ({
    type: DELTA,
    channelId,
    delta,
});
/** A version of a growing answer was seen; `isCurrent` where no delta after it can have been missed. */
export const versionSeen = (
    post: AnswerPost,
    version: KnownVersion,
    isCurrent: boolean,
): LiveAction => ({type: VERSION, post, version, isCurrent});
/** The runner was asked, and gave the text so far. */
export const draftCame = (postId: string, draft: AnswerDraft): LiveAction => ({
    type: DRAFT,
    postId,
    draft,
});
/** An answer is final: from now on its post alone is shown. */
export const answerEnded = (postId: string): LiveAction => ({type: ENDED, postId});
/** The connection was lost and is back: what was missed is unknown, so stored versions count again. */
export const allForgotten = (): LiveAction => ({type: FORGOTTEN});

const NOTHING: LiveAnswers = {answers: {}, posts: {}};

/** Streams have their names within a channel only. */
function streamKey(channelId: string, stream: string): string {
    return `${channelId}/${stream}`;
}

/** The reducer; deltas of posts that were never seen change nothing. */
export function liveAnswers(
    before: LiveAnswers | undefined,
    action: LiveAction | {type: ''},
): LiveAnswers {
    // After an upgrade in an open page the state may be what the version before left there.
    const state = isLiveState(before) ? before : NOTHING;
    switch (action.type) {
        case DELTA: {
            const postId = state.posts[streamKey(action.channelId, action.delta.stream)];
            const live = postId === undefined ? undefined : state.answers[postId];
            if (postId === undefined || live === undefined) return state;
            return withAnswer(state, postId, withDelta(live, action.delta));
        }
        case VERSION: {
            const {post, version, isCurrent} = action;
            const posts = {...state.posts, [streamKey(post.channelId, version.stream)]: post.id};
            const live = withVersion(state.answers[post.id], version, isCurrent);
            return withAnswer({...state, posts}, post.id, live);
        }
        case DRAFT: {
            const live = state.answers[action.postId];
            if (live?.stream !== action.draft.stream) return state;
            return withAnswer(state, action.postId, withVersion(live, action.draft, true));
        }
        case ENDED: {
            if (!(action.postId in state.answers)) return state;
            const {[action.postId]: _ended, ...answers} = state.answers;
            const left = Object.entries(state.posts).filter(([, id]) => id !== action.postId);
            return {answers, posts: Object.fromEntries(left)};
        }
        case FORGOTTEN:
            return NOTHING;
        default:
            return state;
    }
}

function withAnswer(state: LiveAnswers, postId: string, live: LiveAnswer): LiveAnswers {
    return {...state, answers: {...state.answers, [postId]: live}};
}

/** The plugin's part of the client's state, where its reducer is at work. */
export function liveStateOf(state: unknown): LiveAnswers | undefined {
    if (!isRecord(state)) return undefined;
    const part = state[`plugins-${PLUGIN_ID}`];
    return isLiveState(part) ? part : undefined;
}

function isLiveState(part: unknown): part is LiveAnswers {
    return isRecord(part) && isRecord(part['answers']) && isRecord(part['posts']);
}
