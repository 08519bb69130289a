import {gangwayProps} from '../contract/post-props.ts';
import type {Post} from '../mattermost/platform.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';
import {endWith} from './end-posts.ts';
import {NO_CONTEXT} from './prepare.ts';
import {isAnswered, settle} from './settle.ts';
import {GONE_END, interruptedEnd} from './stop-reason.ts';
import {unlessTooLarge} from './too-large.ts';
import {postOf} from './turn-id.ts';
import {hasPlace} from './whereabouts.ts';

/** A turn that three runners could not finish is not tried a fourth time. */
const MAX_ATTEMPTS = 3;

/**
 * Takes over the open turns of this account that nobody runs any more, in the order in which they were
 * asked: each is run again in the posts that it already has, or marked as interrupted (`recovery: mark`,
 * tools with effects, too many tries). What cannot be looked up now is left for the next time.
 */
export async function recoverTurns(
    deps: TurnDeps,
    resume: (entry: TurnEntry, question: Post) => Promise<void>,
    signal: AbortSignal,
): Promise<void> {
    const {journal} = deps;
    const orphans = (await journal.orphans())
        .filter(({account}) => account === deps.account)
        .sort((a, b) => a.postedAt - b.postedAt);
    for (const orphan of orphans) {
        signal.throwIfAborted();
        // Before the adoption, which counts as a try: a server that is away must not use them up.
        const place = await hasPlace(deps, orphan.channelId, signal);
        const [question, posts] = !place
            ? [undefined, []]
            : await Promise.all([
                  deps.platform.getPost(postOf(orphan.turnId), signal),
                  postsOfTurn(deps, orphan, signal),
              ]);
        const adoption = await journal.adopt(orphan.turnId, orphan.runner);
        if (adoption.kind !== 'adopted') continue;
        try {
            await takeOver(deps, adoption.entry, {question, posts, place}, resume);
        } catch (error) {
            journal.release(orphan.turnId);
            throw error;
        }
    }
}

interface OnServer {
    /** The bot may still post there. */
    readonly place: boolean;
    readonly question: Post | undefined;
    /** All posts that were made for the turn, in order. */
    readonly posts: readonly string[];
}

async function takeOver(
    deps: TurnDeps,
    adopted: TurnEntry,
    {question, posts, place}: OnServer,
    resume: (entry: TurnEntry, question: Post) => Promise<void>,
): Promise<void> {
    const {journal, log} = deps;
    if (await isAnswered(deps, adopted)) {
        await journal.close(adopted.turnId);
        return;
    }
    // A crash between a post's creation and its line in the journal leaves one that only its props tell of.
    const written = await journal.progress(adopted.turnId, ({drafts}) => ({
        drafts: [...drafts, ...posts.filter((id) => !drafts.includes(id))],
    }));
    if (written.kind === 'lost') return;
    const {entry} = written;
    const fate = place ? fateOf(deps, entry, question) : NO_PLACE;
    log.info('turn recovered', {
        turn: entry.turnId,
        state: entry.state,
        attempts: entry.attempts,
        fate: fate.kind,
    });
    switch (fate.kind) {
        case 'resume':
            await resume(entry, fate.question);
            return;
        case 'no-place':
            await journal.close(entry.turnId);
            return;
        case 'gone':
            if (entry.drafts.length > 0) await endWith(deps, entry, GONE_END);
            await journal.close(entry.turnId);
            return;
        case 'mark': {
            const retry = deps.buttons.attachments(deps.account, entry.turnId, ['retry']);
            const result = await endWith(deps, entry, interruptedEnd(retry));
            await settle(deps, {
                entry,
                members: [entry],
                result,
                broken: 'failed',
                used: NO_CONTEXT,
                changes: new Map(),
            });
            return;
        }
    }
}

type Fate =
    | {readonly kind: 'resume'; readonly question: Post}
    | {readonly kind: 'mark'}
    | {readonly kind: 'gone'}
    /** Nothing is posted or edited there any more. */
    | {readonly kind: 'no-place'};

const NO_PLACE: Fate = {kind: 'no-place'};

function fateOf(deps: TurnDeps, entry: TurnEntry, question: Post | undefined): Fate {
    if (question === undefined || question.deleteAt !== 0) return {kind: 'gone'};
    // What had not begun lost nothing.
    const begun = entry.state !== 'accepted' || entry.drafts.length > 0;
    const mark =
        entry.sideEffects ||
        entry.attempts > MAX_ATTEMPTS ||
        (begun && deps.settings().recovery === 'mark');
    return mark ? {kind: 'mark'} : {kind: 'resume', question};
}

/** The turn's posts as the server has them, those that the journal does not know included. */
async function postsOfTurn(
    {platform, log}: TurnDeps,
    entry: TurnEntry,
    signal: AbortSignal,
): Promise<string[]> {
    const reading =
        entry.rootId === ''
            ? platform.postsAfter(entry.channelId, postOf(entry.turnId), signal)
            : platform.thread(entry.rootId, 200, signal);
    const near =
        (await unlessTooLarge<readonly Post[]>('what follows a question', reading, log)) ?? [];
    return near
        .flatMap((post) => {
            const props = gangwayProps(post.props);
            const ours = post.userId === platform.bot.userId && props?.turn === entry.turnId;
            return ours ? [{id: post.id, part: props.part}] : [];
        })
        .sort((a, b) => a.part - b.part)
        .map(({id}) => id);
}
