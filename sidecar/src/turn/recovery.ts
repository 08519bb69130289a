import {gangwayProps} from '../contract/post-props.ts';
import type {Post} from '../mattermost/platform.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';
import {postOf} from './turn-id.ts';

/** A turn that three runners could not finish is not tried a fourth time. */
const MAX_ATTEMPTS = 3;

const INTERRUPTED = '_Interrupted: Gangway was stopped while it answered._';

/**
 * Takes over the open turns of this account that nobody runs any more: each is run again in the posts
 * that it already has, or marked as interrupted (`recovery: mark`, tools with effects, too many tries).
 */
export async function recoverTurns(
    deps: TurnDeps,
    submit: (entry: TurnEntry) => void,
    signal: AbortSignal,
): Promise<void> {
    const {journal, log} = deps;
    for (const orphan of await journal.orphans()) {
        if (orphan.account !== deps.account) continue;
        signal.throwIfAborted();
        const adoption = await journal.adopt(orphan.turnId, orphan.runner);
        if (adoption.kind !== 'adopted') continue;
        const entry = await withDrafts(deps, adoption.entry, signal);
        if (entry === undefined) continue;
        const mark =
            deps.settings().recovery === 'mark' ||
            entry.sideEffects ||
            entry.attempts > MAX_ATTEMPTS;
        log.info('turn recovered', {
            turn: entry.turnId,
            state: entry.state,
            attempts: entry.attempts,
            mark,
        });
        if (mark) await markInterrupted(deps, entry);
        else submit(entry);
    }
}

/**
 * The entry with all posts that were made for it: a crash between a post's creation and its line in the
 * journal leaves one that only its props tell of. Undefined when the turn was lost to another runner.
 */
async function withDrafts(
    deps: TurnDeps,
    entry: TurnEntry,
    signal: AbortSignal,
): Promise<TurnEntry | undefined> {
    const found = await postsOfTurn(deps, entry, signal);
    const unknown = found.filter((id) => !entry.drafts.includes(id));
    if (unknown.length === 0) return entry;
    const written = await deps.journal.progress(entry.turnId, ({drafts}) => ({
        drafts: [...drafts, ...unknown],
    }));
    return written.kind === 'written' ? written.entry : undefined;
}

async function postsOfTurn(
    {platform}: TurnDeps,
    entry: TurnEntry,
    signal: AbortSignal,
): Promise<string[]> {
    const near: Post[] =
        entry.rootId === ''
            ? await platform.postsAfter(entry.channelId, postOf(entry.turnId), signal)
            : await platform.thread(entry.rootId, 200, signal);
    return near
        .flatMap((post) => {
            const props = gangwayProps(post.props);
            const ours = post.userId === platform.bot.userId && props?.turn === entry.turnId;
            return ours ? [{id: post.id, part: props.part}] : [];
        })
        .sort((a, b) => a.part - b.part)
        .map(({id}) => id);
}

/** Leaves what was shown, says that it was interrupted, and offers another try. */
async function markInterrupted(deps: TurnDeps, entry: TurnEntry): Promise<void> {
    const {journal, buttons} = deps;
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
                await journal.progress(entry.turnId, ({drafts}) => ({drafts: [...drafts, postId]}));
            },
        },
    );
    // Nothing is written: what the posts hold is kept, and the note follows it.
    const attachments = buttons.attachments(deps.account, entry.turnId, ['retry']);
    const hint = attachments.length > 0 ? '' : ' _React with_ 🔁 _to try again._';
    await answer.end({kind: 'stopped', note: `${INTERRUPTED}${hint}`, attachments});
    await journal.close(entry.turnId);
}
