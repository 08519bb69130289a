/** Text that waits below `minInitialChars` is shown after this long, ms (DEL-02). */
export const FIRST_SHOW_MS = 1000;

/** Longest time between two stored edits of an answer that grows, ms (DEL-03). */
export const LONGEST_EDIT_MS = 5000;

/** Until this age every `throttleMs` is an edit: a short answer feels alive. */
const YOUNG_MS = 3000;
/** From this age on an edit comes each `LONGEST_EDIT_MS`. */
const OLD_MS = 30_000;
const GROWN = 1.75;

/**
 * The least time between two stored edits of a draft that is `ageMs` old, ms.
 *
 * Three steps for the default throttle of 1000: 1 s up to the age of 3 s, 1.75 s up to 30 s, then
 * 5 s. That is 3 + 15 + 6 edits and the final: 25 for an answer of 60 s, 19 for one of 30 s. Steps
 * and not a slope, because most answers end within 30 s and the lag of those is what people feel;
 * one edit a second throughout would halve that lag and cost 60 edits and, by the square, half as
 * many bytes again.
 */
export function editInterval(throttleMs: number, ageMs: number): number {
    const floor = Math.max(throttleMs, 0);
    if (ageMs < YOUNG_MS) return floor;
    if (ageMs < OLD_MS) return Math.max(floor, Math.min(floor * GROWN, LONGEST_EDIT_MS));
    return Math.max(floor, LONGEST_EDIT_MS);
}

/** Where deltas carry the text a stored edit serves only those without the webapp half. */
const DELTA_EDIT_LEAST_MS = 10_000;
const DELTA_EDIT_LONGEST_MS = 30_000;
/** An agent that has written nothing for this long pauses, ms. */
const PAUSE_MS = 3000;

/** How a draft that is shown by deltas stands. */
export interface DeltaDraft {
    readonly sinceEditMs: number;
    readonly sinceTextMs: number;
    readonly length: number;
    /** What the last stored edit held. */
    readonly storedLength: number;
}

/**
 * Whether a draft that is shown by deltas is due for a stored edit, which carries the whole text to
 * every viewer: after 10 s when the text has quadrupled (so that the edits together cost in
 * proportion to the text), after 5 s when the agent pauses, after 30 s in any case.
 */
export function deltaEditDue(draft: DeltaDraft): boolean {
    const {sinceEditMs, sinceTextMs, length, storedLength} = draft;
    if (sinceEditMs >= DELTA_EDIT_LONGEST_MS) return true;
    if (sinceEditMs >= LONGEST_EDIT_MS && sinceTextMs >= PAUSE_MS) return true;
    return sinceEditMs >= DELTA_EDIT_LEAST_MS && length >= 4 * storedLength;
}
