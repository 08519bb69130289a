import type {Post} from '../mattermost/platform.ts';
import type {Decision, ReasonCode} from '../policy/decision.ts';
import {isProgram} from '../policy/sender.ts';
import {fileNotes} from '../session/file-notes.ts';
import {postText, withFiles} from '../session/post-text.ts';
import type {TurnDeps} from './deps.ts';
import type {Facts, Posted} from './facts.ts';
import {judge, type Judged} from './judge.ts';
import {contextOf, holdersOf} from './place.ts';

type Answered = Extract<Decision, {kind: 'answer'}>;

/** What becomes of posts that change after they came. */
export interface Edits {
    /** What was edited is known as it stands now; a mention that was added is answered, once. */
    edited(post: Post, signal: AbortSignal): Promise<void>;
    /** What was deleted reaches no agent any more, and is not answered. */
    deleted(post: Post, signal: AbortSignal): Promise<void>;
}

/** What edits need of the flow. */
export interface EditFlow {
    /** Accepts a post as a question; false where it was accepted before. */
    readonly accept: (facts: Facts, decision: Answered, signal: AbortSignal) => Promise<boolean>;
    readonly cancel: (postId: string) => Promise<void>;
    /** Tells running turns that a post has a new text, or none any more. */
    readonly changed: (postId: string, text: string | undefined) => void;
}

/** A claim lives at least so long, ms: what is older could be answered a second time. */
const CLAIM_MS = 7 * 24 * 3_600_000;

/** By what somebody turns to the bot; an edit that has none of it asks nothing that was not asked before. */
const CALLS: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
    'mention',
    'mention_pattern',
    'onchar_prefix',
]);

/** Makes the edits of one account. */
export function createEdits(deps: TurnDeps, {accept, cancel, changed}: EditFlow): Edits {
    const {platform, pending, transcripts, decisions, account, log} = deps;

    const look = async (post: Post, signal: AbortSignal): Promise<Judged | undefined> => {
        if (post.userId === platform.bot.userId) return undefined;
        const event: Posted = {kind: 'posted', source: 'catch-up', post, mentionsBot: undefined};
        const judged = await judge(deps, event, signal);
        return judged?.facts.context.member === true ? judged : undefined;
    };

    const record = (post: Post, decision: Decision): void => {
        decisions.record(account, post, decision, 'edited');
        const {kind, reason} = decision;
        log.debug('decided on an edit', {post: post.id, kind, reason});
    };

    /** Answers a call that an edit added; false where there is none, or it was answered before. */
    const answered = async ({facts, decision}: Judged, signal: AbortSignal): Promise<boolean> => {
        const {post} = facts.event;
        const asked = whatAnEditAsks(post, decision, deps.settings().catchUp.maxAgeMinutes);
        if (asked.kind !== 'answer') {
            record(post, asked);
            return false;
        }
        // Before: what is asked is no context of itself, and a try that fails comes here again.
        await pending.drop(contextOf(deps, facts), [post.id]);
        const accepted = await accept(facts, asked, signal);
        record(post, accepted ? asked : {kind: 'ignore', reason: 'already_answered'});
        return accepted;
    };

    return {
        async edited(post, signal) {
            const judged = await look(post, signal);
            if (judged === undefined) return;
            const {facts, decision} = judged;
            const program = isProgram(facts.event, platform.bot);
            // Other programs edit their posts all the time, and nothing of them was kept.
            if (decision.kind === 'ignore' && program) return;
            const whole = await postText(platform, post, signal);
            const text =
                decision.kind === 'answer'
                    ? withFiles(decision.text, await fileNotes(platform, post, signal))
                    : whole;
            changed(post.id, whole);
            for (const id of await holdersOf(deps, facts)) {
                await transcripts.replacePost(id, post.id, text, whole);
            }
            // A text that a program still writes is no question yet.
            if (!program && (await answered(judged, signal))) return;
            await pending.edit(contextOf(deps, facts), post.id, whole);
        },
        async deleted(post, signal) {
            const judged = await look(post, signal);
            if (judged === undefined) return;
            const {facts} = judged;
            changed(post.id, undefined);
            await pending.drop(contextOf(deps, facts), [post.id]);
            await cancel(post.id);
            for (const id of await holdersOf(deps, facts)) {
                await transcripts.removePost(id, post.id);
            }
        },
    };
}

/** What an edited post asks now; its age is that at its edit, by the server's clock. */
function whatAnEditAsks(post: Post, decision: Decision, maxAgeMinutes: number): Decision {
    if (decision.kind !== 'answer') return decision;
    // Pins and reactions come as edits too.
    if (!CALLS.has(decision.reason) || post.editAt === 0) {
        return {kind: 'ignore', reason: 'edit_calls_nobody'};
    }
    const limit = Math.min(maxAgeMinutes * 60_000, CLAIM_MS);
    const isFresh = post.editAt - post.createAt <= limit;
    return isFresh ? decision : {kind: 'ignore', reason: 'too_old'};
}
