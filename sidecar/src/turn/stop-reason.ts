import {abortedBy, type AbortCause} from '../session/turn-queue.ts';

/** What the posts of an aborted turn say. */
const NOTES: Record<AbortCause, string> = {
    'stopped-by-user': '_Stopped._',
    interrupted: '_Interrupted by a newer message._',
    deleted: '_Stopped: the question was deleted._',
    shutdown: '_Gangway is restarting; the answer goes on afterwards._',
    'lease-lost': '_Interrupted; the answer goes on soon._',
};

/** Why a run was ended before its agent was done. */
export interface StopReason {
    readonly cause: AbortCause;
    readonly note: string;
    /** The turn is not over: it stays in the journal, and its next run writes into the same posts. */
    readonly goesOn: boolean;
}

/** The reason that the queue gave a run's signal; undefined when the run was not aborted. */
export function stopReason(signal: AbortSignal): StopReason | undefined {
    if (!signal.aborted) return undefined;
    const cause = abortedBy(signal)?.abortCause ?? 'lease-lost';
    return {cause, note: NOTES[cause], goesOn: cause === 'shutdown' || cause === 'lease-lost'};
}
