import type {DeliveryResult} from '../delivery/delivery.ts';
import type {TurnEntry} from '../session/journal.ts';
import {withFiles} from '../session/post-text.ts';
import type {TurnDeps} from './deps.ts';
import type {UsedContext} from './prepare.ts';
import {isRetry, postOf} from './turn-id.ts';

/** A turn whose answer stands in its posts. */
export interface Answered {
    /** The message that carries the answer. */
    readonly entry: TurnEntry;
    /** All messages that it answers, in order; `entry` among them. */
    readonly members: readonly TurnEntry[];
    readonly result: DeliveryResult;
    readonly used: UsedContext;
    /** Questions that were deleted meanwhile: their text must not stay. */
    readonly deleted: ReadonlySet<string>;
}

/**
 * Remembers what was said, and closes the turn: from here on it is never run again. What the session holds
 * is not run again either (`isAnswered`), so what else must be noted comes before it.
 */
export async function settle(deps: TurnDeps, answered: Answered): Promise<void> {
    const {entry, members, result, used, deleted} = answered;
    const said = members
        .filter(({turnId}) => !deleted.has(postOf(turnId)))
        .map(({turnId, userId, text, files, writer, postedAt}) => ({
            role: 'user' as const,
            text: withFiles(text, files),
            writer,
            postIds: [postOf(turnId)],
            userId,
            at: postedAt,
        }));
    const answer = {
        role: 'assistant' as const,
        text: result.text,
        postIds: result.postIds,
        userId: deps.platform.bot.userId,
        at: Date.now(),
    };
    const thread = entry.rootId === '' ? result.postIds[0] : entry.rootId;
    if (thread !== undefined && result.delivered) {
        await deps.participation.note(deps.account, thread);
    }
    // An answer to nothing that is still there is not remembered either.
    if (said.length > 0) {
        const messages = result.text === '' ? said : [...said, answer];
        await deps.transcripts.append(entry.sessionId, entry.agent, entry.turnId, messages);
    }
    // One may have been deleted while this was written.
    for (const postId of deleted) await deps.transcripts.removePost(entry.sessionId, postId);
    await deps.pending.drop(used.contextId, used.posts);
    for (const {turnId} of members) await deps.journal.close(turnId);
}

/**
 * Whether a turn that was left open had been answered all the same: a crash between the transcript and
 * the closing of its entry, or of those that were merged into it.
 */
export async function isAnswered({transcripts}: TurnDeps, entry: TurnEntry): Promise<boolean> {
    const {sessionId, turnId} = entry;
    return await transcripts.holds(sessionId, turnId, isRetry(turnId) ? undefined : turnId);
}
