/** Which conversation with a program is counted. */
interface BotConversation {
    readonly account: string;
    readonly channelId: string;
    readonly userId: string;
}

/** Counts the turns with other programs, so that two of them do not answer each other for ever. */
export interface BotLoop {
    /** Notes that a program's post was accepted as a turn. */
    record(conversation: BotConversation): void;
    /** Turns within the last `windowMinutes` (`GateContext.botTurns`). */
    turns(conversation: BotConversation, windowMinutes: number): number;
}

// `botLoop.maxTurns` is at most this, so older turns cannot matter.
const KEPT_TURNS = 100;
const KEPT_CONVERSATIONS = 1000;

/** A counter in memory: a loop is quick, so a restart may begin afresh. `now` gives milliseconds. */
export function createBotLoop(now: () => number): BotLoop {
    const turnsOf = new Map<string, number[]>();
    const keyOf = ({account, channelId, userId}: BotConversation): string =>
        JSON.stringify([account, channelId, userId]);

    return {
        record(conversation) {
            const key = keyOf(conversation);
            const times = [...(turnsOf.get(key) ?? []), now()].slice(-KEPT_TURNS);
            // Deleted first, so that the map's order is that of use and the oldest goes.
            turnsOf.delete(key);
            turnsOf.set(key, times);
            const oldest = turnsOf.keys().next();
            if (turnsOf.size > KEPT_CONVERSATIONS && oldest.done !== true) {
                turnsOf.delete(oldest.value);
            }
        },
        turns(conversation, windowMinutes) {
            const since = now() - windowMinutes * 60_000;
            const times = turnsOf.get(keyOf(conversation)) ?? [];
            return times.filter((time) => time > since).length;
        },
    };
}
