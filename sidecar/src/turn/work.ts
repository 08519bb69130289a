import type {Command} from '../commands/registry.ts';
import type {TurnEntry} from '../session/journal.ts';

/** A command that a message is. */
export interface WantedCommand {
    readonly command: Command;
    readonly argument: string;
    /** Whoever wants it is an owner (GATE-17). */
    readonly owner: boolean;
}

/** What stands in a session's queue: a question to its agent, or a command that must run between turns. */
export interface Work {
    readonly entry: TurnEntry;
    /** Undefined for a question. */
    readonly wanted: WantedCommand | undefined;
}

/**
 * Whether two messages may be answered by one turn: questions to one place. Whoever wrote them: in a
 * channel the prompt names who asks what. Sessions that cross channels (`dmScope: main`) are answered where
 * each was asked.
 */
export function isMergeable(first: Work, next: Work): boolean {
    return (
        first.wanted === undefined &&
        next.wanted === undefined &&
        first.entry.channelId === next.entry.channelId &&
        first.entry.rootId === next.entry.rootId
    );
}
