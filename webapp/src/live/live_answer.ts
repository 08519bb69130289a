import {
    applyDelta,
    type AnswerDelta,
    type AnswerDraft,
} from '../../../sidecar/src/contract/events.ts';

/** A growing answer as this viewer knows it. */
export interface LiveAnswer {
    /** The stream of deltas by which it grows. */
    readonly stream: string;
    readonly message: string;
    /** Number of the last delta that `message` holds. */
    readonly n: number;
    /** Deltas that came before one that is missing, in order. */
    readonly aside: readonly AnswerDelta[];
    /** False where deltas may have gone by unseen, as for a page that was just opened. */
    readonly isCurrent: boolean;
}

/** A version of the post that the server keeps, or that the runner was asked for. */
export type KnownVersion = AnswerDraft;

/** Longest queue of deltas that wait for a missing one; a stored version comes before it is full. */
const MAX_ASIDE = 500;

/** The answer after a delta; one that is known already, or of another stream, changes nothing. */
export function withDelta(live: LiveAnswer, delta: AnswerDelta): LiveAnswer {
    if (delta.stream !== live.stream || delta.n <= live.n) return live;
    const aside = [...live.aside, delta].sort((a, b) => a.n - b.n).slice(-MAX_ASIDE);
    return joined({...live, aside});
}

/** The answer after a version was seen; an older one than what is shown changes nothing. */
export function withVersion(
    live: LiveAnswer | undefined,
    {stream, message, n}: KnownVersion,
    isCurrent: boolean,
): LiveAnswer {
    if (live?.stream !== stream) return {stream, message, n, aside: [], isCurrent};
    if (n < live.n) return live;
    return joined({...live, message, n, isCurrent: live.isCurrent || isCurrent});
}

/** Whether this viewer is behind, as far as it can know. */
export function isBehind({isCurrent, aside}: LiveAnswer): boolean {
    return !isCurrent || aside.length > 0;
}

/** Applies the waiting deltas as far as they join on. */
function joined(live: LiveAnswer): LiveAnswer {
    let {message, n, isCurrent} = live;
    const waiting: AnswerDelta[] = [];
    for (const delta of live.aside) {
        if (delta.n <= n) continue;
        if (delta.n === n + 1) {
            message = applyDelta(message, delta);
            n = delta.n;
            isCurrent = true;
        } else {
            waiting.push(delta);
        }
    }
    return {...live, message, n, aside: waiting, isCurrent};
}
