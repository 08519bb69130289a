import {endCut} from '../delivery/cut-answer.ts';
import type {PressOutcome} from '../interactions/buttons.ts';
import type {TurnDeps} from './deps.ts';
import type {RetryFlow} from './retry.ts';
import {refused, settledQuestion} from './settled-question.ts';
import {continuationOf} from './turn-id.ts';

/** How long the look-ups may take, ms. */
const LOOKUP_MS = 15_000;
/** Times that one answer is gone on with. */
const MAX_CONTINUATIONS = 20;

/** What the agent is asked then. */
export const CONTINUE =
    'Your last answer was cut off. Go on with it exactly where it stopped, and repeat nothing of it.';

/** Goes on with an answer that was cut off at its longest length, in a post below it. */
export async function continueTurn(
    deps: TurnDeps,
    {questionOf, submit}: RetryFlow,
    turnId: string,
): Promise<PressOutcome> {
    const {journal, transcripts} = deps;
    const signal = AbortSignal.timeout(LOOKUP_MS);
    const found = await settledQuestion(deps, questionOf, turnId, signal);
    if (found.kind === 'gone') return found.outcome;
    const {account, channelId, rootId, sessionId, sessionKey, agent, userId, drafts} = found.before;
    if (!(await transcripts.holds(sessionId, turnId))) {
        return refused('The conversation of this answer is over.');
    }
    for (let n = 1; n <= MAX_CONTINUATIONS; n++) {
        const id = continuationOf(turnId, n);
        if ((await journal.settled(id)) !== undefined) continue;
        const acceptance = await journal.accept({
            turnId: id,
            account,
            channelId,
            rootId,
            sessionId,
            sessionKey,
            agent,
            userId,
            text: CONTINUE,
            postedAt: (deps.now ?? Date.now)(),
        });
        if (acceptance.kind === 'already-claimed') return refused('This goes on already.');
        await endCut(deps, {turnId, agent, posts: drafts}, signal);
        submit(acceptance.entry);
        return {kind: 'accepted'};
    }
    return refused('This was gone on with often enough; please write what is missing.');
}
