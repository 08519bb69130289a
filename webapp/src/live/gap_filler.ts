import type {AnswerDraft} from '../../../sidecar/src/contract/events.ts';
import {isBehind, type LiveAnswer} from './live_answer.ts';
import {draftCame, type LiveAction, type LiveAnswers} from './reducer.ts';

/** What fills gaps works with. */
export interface GapFillerDeps {
    /** The plugin's part of the store as it is now. */
    readonly read: () => LiveAnswers | undefined;
    readonly dispatch: (action: LiveAction) => void;
    readonly request: (postId: string, signal: AbortSignal) => Promise<AnswerDraft | undefined>;
    /** [Math.random] */
    readonly random?: () => number;
}

/** Asks for drafts where deltas were missed: once for each gap, and never in a hurry. */
export interface GapFiller {
    /** To be called after each change of the store. */
    look(): void;
    /** The connection is another one: what was asked before says nothing now. */
    reset(): void;
}

/** Events that overtook each other have found their order by then, ms. */
const LEAST_DELAY_MS = 150;
/** A thousand viewers who lose the same event ask over this time, ms. */
const SPREAD_MS = 1000;
/** Least time between two requests for one post, ms. */
const BETWEEN_MS = 5000;

interface Watched {
    timer?: ReturnType<typeof setTimeout> | undefined;
    /** The place of the gap that was asked for. */
    askedFor?: string;
    askedAt: number;
}

/** The filler of one page. */
export function createGapFiller(deps: GapFillerDeps): GapFiller {
    const {read, dispatch, request, random = Math.random} = deps;
    const watched = new Map<string, Watched>();
    let seen: LiveAnswers | undefined;
    let asking = new AbortController();

    const ask = async (postId: string, one: Watched): Promise<void> => {
        one.timer = undefined;
        const live = read()?.answers[postId];
        if (live === undefined || !isBehind(live)) return;
        one.askedFor = placeOf(live);
        one.askedAt = Date.now();
        const {signal} = asking;
        const draft = await request(postId, signal);
        if (!signal.aborted && draft !== undefined) dispatch(draftCame(postId, draft));
    };

    const lookAt = (postId: string, live: LiveAnswer): void => {
        if (!isBehind(live)) return;
        const one = watched.get(postId) ?? {askedAt: -Infinity};
        watched.set(postId, one);
        if (one.timer !== undefined || one.askedFor === placeOf(live)) return;
        const soon = LEAST_DELAY_MS + random() * SPREAD_MS;
        const delay = Math.max(soon, one.askedAt + BETWEEN_MS - Date.now());
        one.timer = setTimeout(() => void ask(postId, one), delay);
    };

    const forget = (postId: string, {timer}: Watched): void => {
        clearTimeout(timer);
        watched.delete(postId);
    };

    return {
        look() {
            const state = read();
            if (state === seen) return;
            seen = state;
            for (const [postId, one] of watched) {
                if (state?.answers[postId] === undefined) forget(postId, one);
            }
            for (const [id, live] of Object.entries(state?.answers ?? {})) lookAt(id, live);
        },
        reset() {
            asking.abort();
            asking = new AbortController();
            for (const [postId, one] of watched) forget(postId, one);
        },
    };
}

/** Where an answer stands still. */
function placeOf({stream, n}: LiveAnswer): string {
    return `${stream}${n}`;
}
