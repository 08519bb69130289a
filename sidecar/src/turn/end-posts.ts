import type {AnswerEnd, DeliveryResult} from '../delivery/delivery.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';

/** Ends a turn's answer without its agent; what was shown is kept. */
export async function endWith(
    deps: TurnDeps,
    entry: TurnEntry,
    end: AnswerEnd,
): Promise<DeliveryResult> {
    const answer = deps.delivery.open(
        {
            channelId: entry.channelId,
            rootId: entry.rootId,
            turnId: entry.turnId,
            agent: entry.agent,
            settings: deps.settings(),
            existing: entry.drafts,
        },
        {
            async postCreated(postId) {
                await deps.journal.progress(entry.turnId, ({drafts}) => ({
                    drafts: [...drafts, postId],
                }));
            },
        },
    );
    return await answer.end(end);
}
