import {beginAgain} from '../delivery/begin-again.ts';
import type {PressOutcome} from '../interactions/buttons.ts';
import type {Post} from '../mattermost/platform.ts';
import {shownName} from '../contract/attachment-text.ts';
import {fileNotes} from '../session/file-notes.ts';
import type {TurnEntry} from '../session/journal.ts';
import {CONTINUE} from './continue.ts';
import type {TurnDeps} from './deps.ts';
import {refused, settledQuestion} from './settled-question.ts';
import {isContinuation, retryOf} from './turn-id.ts';

/** How long the look-ups of another try may take, ms. */
const LOOKUP_MS = 15_000;
/** Tries of one question that people may ask for. */
const MAX_RETRIES = 20;

/** What another try needs of the flow. */
export interface RetryFlow {
    /** The question that a post asks now, if the gate still lets it; undefined for commands too. */
    readonly questionOf: (post: Post, signal: AbortSignal) => Promise<string | undefined>;
    /** Hands an accepted turn to the queue. */
    readonly submit: (entry: TurnEntry) => void;
}

/** Answers the question of a settled turn once more; the new answer takes the place of the old one. */
export async function retryTurn(
    deps: TurnDeps,
    {questionOf, submit}: RetryFlow,
    turnId: string,
): Promise<PressOutcome> {
    const {journal, platform} = deps;
    const signal = AbortSignal.timeout(LOOKUP_MS);
    const found = await settledQuestion(deps, questionOf, turnId, signal);
    if (found.kind === 'gone') return found.outcome;
    const {before, post} = found;
    const text = isContinuation(turnId) ? CONTINUE : found.text;
    const asker = await platform.user(post.userId, signal);
    const files = isContinuation(turnId) ? [] : await fileNotes(platform, post, signal);
    if (text.trim() === '' && files.length > 0) return refused('I cannot read files yet.');

    for (let attempt = 1; attempt <= MAX_RETRIES; attempt++) {
        const id = retryOf(turnId, attempt);
        if ((await journal.settled(id)) !== undefined) continue;
        const {account, channelId, rootId, sessionId, sessionKey, agent, userId, postedAt} = before;
        const acceptance = await journal.accept({
            turnId: id,
            account,
            channelId,
            rootId,
            sessionId,
            sessionKey,
            agent,
            userId,
            text,
            files,
            writer: shownName(post.props, asker?.username),
            postedAt,
        });
        if (acceptance.kind === 'already-claimed') {
            return refused('This is being tried again already.');
        }
        const taken = await journal.progress(id, () => ({drafts: before.drafts}));
        if (taken.kind === 'lost') return refused('This is being tried again already.');
        await showTaken(deps, taken.entry, signal);
        submit(taken.entry);
        return {kind: 'accepted'};
    }
    return refused('This was tried often enough; please write it anew.');
}

/** Before the new answer writes: a press that changes nothing to be seen is pressed again. */
async function showTaken(
    deps: TurnDeps,
    {turnId, agent, drafts}: TurnEntry,
    signal: AbortSignal,
): Promise<void> {
    const growing = deps.buttons.attachments(deps.account, turnId, ['stop']);
    await beginAgain(deps, {turnId, agent, existing: drafts, growing}, signal);
}
