/** A delta is worth its envelope (some 210 bytes) when it carries this much, bytes: a sixth of it. */
const WORTH_BYTES = 38;
/** Nobody sees a difference below this, ms; so ten deltas a second at most. */
const SHORTEST_MS = 100;
/** Text waits no longer than this, however slowly the model writes, ms. */
const LONGEST_MS = 210;
/** After such a silence the next text is shown at once, ms. */
const QUIET_MS = 1000;
/** How far back the model's pace is looked at, ms. */
const MEMORY_MS = 2000;

/** When the text that waits is sent; no I/O and no timer of its own. */
export interface DeltaPace {
    /** A piece of text has come. */
    arrived(bytes: number): void;
    /** All that waited is sent. */
    sent(): void;
    /** When what waits is to be sent, ms; undefined while nothing waits. */
    readonly dueAt: number | undefined;
}

/**
 * Text waits until it is worth its envelope at the pace at which the model writes, and between 100 and
 * 210 ms: 131 ms for 50 short tokens a second. What would have to leave before the next piece is
 * likely to come leaves at once, as waiting would add nothing but lag.
 */
export function createDeltaPace(now: () => number): DeltaPace {
    let waitingSince: number | undefined;
    let sentAt = -Infinity;
    let arrivedAt: number | undefined;
    /** Sums that fade with `MEMORY_MS`. */
    let ms = 0;
    let bytes = 0;
    let pieces = 0;

    const longestWait = (): number => {
        if (bytes === 0) return LONGEST_MS;
        const worth = (WORTH_BYTES * ms) / bytes;
        return Math.min(Math.max(worth, SHORTEST_MS), LONGEST_MS);
    };

    return {
        arrived(size) {
            const at = now();
            if (arrivedAt !== undefined) {
                const since = Math.min(at - arrivedAt, QUIET_MS);
                const kept = Math.exp(-since / MEMORY_MS);
                ms = ms * kept + since;
                bytes = bytes * kept + size;
                pieces = pieces * kept + 1;
            }
            arrivedAt = at;
            waitingSince ??= at;
        },
        sent() {
            waitingSince = undefined;
            sentAt = now();
        },
        get dueAt() {
            if (waitingSince === undefined) return undefined;
            if (waitingSince - sentAt >= QUIET_MS) return waitingSince;
            const latest = waitingSince + longestWait();
            const nextPiece = pieces === 0 ? 0 : ms / pieces;
            return (arrivedAt ?? 0) + nextPiece > latest ? waitingSince : latest;
        },
    };
}
