import type {DeliveryResult} from '../delivery/delivery.ts';
import type {TurnEntry} from '../session/journal.ts';
import {withFiles} from '../session/post-text.ts';
import type {Broken} from '../session/transcript.ts';
import type {TurnDeps} from './deps.ts';
import type {UsedContext} from './prepare.ts';
import {placeOf} from './session-place.ts';
import {isContinuation, isFurther, postOf} from './turn-id.ts';

/** A turn whose answer stands in its posts. */
export interface Answered {
    /** The message that carries the answer. */
    readonly entry: TurnEntry;
    /** All messages that it answers, in order; `entry` among them. */
    readonly members: readonly TurnEntry[];
    readonly result: DeliveryResult;
    /** Why the answer is not whole; undefined for one that is. */
    readonly broken: Broken | undefined;
    readonly used: UsedContext;
    /** What was done meanwhile to posts that the turn has read. */
    readonly changes: PostChanges;
}

/** The new texts of posts that were edited, undefined for those that were deleted. */
export type PostChanges = ReadonlyMap<string, string | undefined>;

/**
 * Remembers what was said, and closes the turn: from here on it is never run again. What the session holds
 * is not run again either (`isAnswered`), so what else must be noted comes before it.
 */
export async function settle(deps: TurnDeps, answered: Answered): Promise<void> {
    const {entry, members, result, broken, used, changes} = answered;
    const isDeleted = (postId: string): boolean =>
        changes.has(postId) && changes.get(postId) === undefined;
    const said = members
        .filter(({turnId}) => !isDeleted(postOf(turnId)))
        .map(({turnId, userId, text, files, writer, postedAt}) => ({
            role: 'user' as const,
            text: withFiles(text, files),
            writer,
            // The words of a continuation stand in no post.
            postIds: isContinuation(turnId) ? [] : [postOf(turnId)],
            userId,
            at: postedAt,
        }));
    const answer = {
        role: 'assistant' as const,
        text: result.text,
        postIds: result.postIds,
        userId: deps.platform.bot.userId,
        at: Date.now(),
        broken,
    };
    const thread = entry.rootId === '' ? result.postIds[0] : entry.rootId;
    if (thread !== undefined && result.delivered) {
        await deps.participation.note(deps.account, thread);
    }
    // An answer to nothing that is still there is not remembered either. Who reads that it failed asks anew:
    // a question that got no answer uses nothing up and stands before no other.
    if (said.length > 0 && (result.text !== '' || broken === 'stopped')) {
        const quoted = used.quoted.flatMap((one) => {
            const [postId = ''] = one.postIds;
            if (isDeleted(postId)) return [];
            return [{...one, text: changes.get(postId) ?? one.text}];
        });
        const newest = quoted.at(-1);
        if (newest !== undefined) {
            const at = Math.max(...quoted.map((one) => one.at));
            await deps.quotes.note(used.contextId, entry.sessionId, at);
        }
        const messages = [...quoted, ...said, answer];
        const place = placeOf(entry);
        await deps.transcripts.append(entry.sessionId, entry.agent, entry.turnId, messages, place);
        await deps.pending.drop(used.contextId, used.posts);
    }
    // One may have been deleted while this was written.
    for (const [postId, text] of changes) {
        if (text === undefined) await deps.transcripts.removePost(entry.sessionId, postId);
    }
    for (const {turnId} of members) await deps.journal.close(turnId);
}

/**
 * Whether a turn that was left open had been answered all the same: a crash between the transcript and
 * the closing of its entry, or of those that were merged into it.
 */
export async function isAnswered({transcripts}: TurnDeps, entry: TurnEntry): Promise<boolean> {
    const {sessionId, turnId} = entry;
    return await transcripts.holds(sessionId, turnId, isFurther(turnId) ? undefined : turnId);
}
