/** How often people called for the bot in channels where it is no member. */
export interface CallCounts {
    readonly lastHour: number;
    readonly lastDay: number;
}

/** Counts the calls for the bot that it may not hear. */
export interface MissedCalls {
    record(account: string): void;
    counts(account: string): CallCounts;
}

const MINUTE_MS = 60_000;
const KEPT_MINUTES = 24 * 60;

/** A counter in memory, by the minute. `now` gives milliseconds. */
export function createMissedCalls(now: () => number): MissedCalls {
    const minutesOf = new Map<string, Map<number, number>>();
    const sinceOf = (account: string, minutes: number): number => {
        const first = Math.floor(now() / MINUTE_MS) - minutes;
        const counted = [...(minutesOf.get(account) ?? [])];
        return counted
            .filter(([minute]) => minute > first)
            .reduce((sum, [, calls]) => sum + calls, 0);
    };
    return {
        record(account) {
            const minute = Math.floor(now() / MINUTE_MS);
            const minutes = minutesOf.get(account) ?? new Map<number, number>();
            minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
            for (const old of minutes.keys()) {
                if (old <= minute - KEPT_MINUTES) minutes.delete(old);
            }
            minutesOf.set(account, minutes);
        },
        counts: (account) => ({
            lastHour: sinceOf(account, 60),
            lastDay: sinceOf(account, KEPT_MINUTES),
        }),
    };
}
