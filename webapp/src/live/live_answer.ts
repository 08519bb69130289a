import type {AnswerDelta} from '../../../sidecar/src/contract/events.ts';

/** A growing answer as this viewer knows it. */
export interface LiveAnswer {
    /** Undefined until a stored version of the post was seen: deltas need something to stand on. */
    readonly message: string | undefined;
    /** Number of the last delta that `message` holds. */
    readonly n: number;
    /** Deltas that came before one that is missing, in order. */
    readonly aside: readonly AnswerDelta[];
}

/** A stored version of the post: what the server keeps, and every client can read. */
export interface StoredVersion {
    readonly message: string;
    /** `props.gangway.deltas`: the last delta that it holds. */
    readonly n: number;
}

/** Longest queue of deltas that wait for a missing one; a stored version comes before it is full. */
const MAX_ASIDE = 500;

const NOTHING: LiveAnswer = {message: undefined, n: 0, aside: []};

/** The answer after a delta; one that is known already changes nothing. */
export function withDelta(live: LiveAnswer | undefined, delta: AnswerDelta): LiveAnswer {
    const before = live ?? NOTHING;
    if (before.message !== undefined && delta.n <= before.n) return before;
    const aside = [...before.aside, delta].sort((a, b) => a.n - b.n).slice(-MAX_ASIDE);
    return joined({...before, aside});
}

/** The answer after a stored version was seen; an older one than what is shown changes nothing. */
export function withStored(live: LiveAnswer | undefined, stored: StoredVersion): LiveAnswer {
    const before = live ?? NOTHING;
    if (before.message !== undefined && stored.n < before.n) return before;
    return joined({...before, message: stored.message, n: stored.n});
}

/** Applies the waiting deltas as far as they join on. */
function joined({message, n, aside}: LiveAnswer): LiveAnswer {
    if (message === undefined) return {message, n, aside};
    let text = message;
    let last = n;
    const waiting: AnswerDelta[] = [];
    for (const delta of aside) {
        if (delta.n <= last) continue;
        if (delta.n === last + 1) {
            text = text.slice(0, delta.offset) + delta.text;
            last = delta.n;
        } else {
            waiting.push(delta);
        }
    }
    return {message: text, n: last, aside: waiting};
}
