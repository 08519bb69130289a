import type {AnswerEnd, Attachments} from '../delivery/delivery.ts';
import type {Broken} from '../session/transcript.ts';
import {abortedBy, type AbortCause} from '../session/turn-queue.ts';

/** What the posts of an aborted turn say, where they say something. */
const NOTES: Record<Exclude<AbortCause, 'lease-lost' | 'no-place'>, string> = {
    'stopped-by-user': '_Stopped._',
    interrupted: '_Interrupted by a newer message._',
    deleted: '_Stopped: the question was deleted._',
    // With the look of a status line, so that it is gone when the answer goes on.
    shutdown: '_Gangway is restarting; the answer goes on afterwards …_',
};

const INTERRUPTED = '_Interrupted: Gangway was stopped while it answered._';
const GONE = '_The question was deleted._';

/** How an answer ends that its agent did not end. */
export interface Ending {
    readonly end: AnswerEnd;
    /** The turn is not over: it stays in the journal, and its next run writes into the same posts. */
    readonly goesOn: boolean;
    /** Why the answer is not whole [it is]. */
    readonly broken?: Broken;
}

/** What the end of an aborted run depends on. */
export interface EndingOptions {
    /** The retry button; empty where there are no buttons. */
    readonly retry: Attachments;
    /** Whether the turn may be run again after a restart. */
    readonly resumable: boolean;
}

/** The reason that the queue gave a run's signal; undefined when the run was not aborted. */
export function stopCause(signal: AbortSignal): AbortCause | undefined {
    if (!signal.aborted) return undefined;
    return abortedBy(signal)?.abortCause ?? 'lease-lost';
}

/** The end of a run that was aborted for that cause. */
export function endingOf(cause: AbortCause, {retry, resumable}: EndingOptions): Ending {
    switch (cause) {
        case 'lease-lost':
            return {end: {kind: 'abandoned'}, goesOn: true};
        case 'no-place':
            return {end: {kind: 'abandoned'}, goesOn: false, broken: 'stopped'};
        case 'shutdown':
            if (!resumable) return {end: interruptedEnd(retry), goesOn: false, broken: 'failed'};
            return {end: {kind: 'stopped', note: NOTES.shutdown, attachments: []}, goesOn: true};
        case 'deleted':
            return {
                end: {kind: 'stopped', note: NOTES.deleted, attachments: []},
                goesOn: false,
                broken: 'stopped',
            };
        case 'stopped-by-user':
        case 'interrupted':
            return {
                end: {kind: 'stopped', note: NOTES[cause] + retryHint(retry), attachments: retry},
                goesOn: false,
                broken: 'stopped',
            };
    }
}

/** The end of a turn that a crash interrupted and that is not run again. */
export function interruptedEnd(retry: Attachments): AnswerEnd {
    return {kind: 'stopped', note: INTERRUPTED + retryHint(retry), attachments: retry};
}

/** The end of a recovered turn whose question is not there any more. */
export const GONE_END: AnswerEnd = {kind: 'stopped', note: GONE, attachments: []};

/** How to ask for another try where there is no button; '' where there is one. */
export function retryHint(retry: Attachments): string {
    return retry.length > 0 ? '' : ' React with 🔁 to try again.';
}
