import type {AccountSettings} from '../contract/account-settings.ts';
import {gangwayProps} from '../contract/post-props.ts';
import type {Press, PressOutcome} from '../interactions/buttons.ts';
import type {Post, Reaction, User} from '../mattermost/platform.ts';
import {isAllowed} from '../policy/allow-list.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnQueue} from '../session/turn-queue.ts';
import type {TurnDeps} from './deps.ts';
import {postOf} from './turn-id.ts';

/** 🛑 stops what is being written, 🔁 asks for another try: names as Mattermost spells them. */
const STOP_EMOJI: ReadonlySet<string> = new Set(['octagonal_sign', 'stop_sign']);
const RETRY_EMOJI: ReadonlySet<string> = new Set(['repeat', 'arrows_counterclockwise']);

/** How long the look-ups of another try may take, ms. */
const RETRY_LOOKUP_MS = 15_000;

/** Handles on turns: what people (buttons, reactions, commands) and events do to them. */
export interface TurnControl {
    /** Remembers a turn while it runs, so that its posts can be found; disposing forgets it. */
    running(entry: TurnEntry): Disposable & {readonly postCreated: (postId: string) => void};
    /** Ends the session's running turn and drops what waits, on whichever runner; how many here. */
    stop(sessionId: string, userId: string): Promise<number>;
    /** The question was deleted. */
    cancelTurn(postId: string): Promise<void>;
    reaction(reaction: Reaction, signal: AbortSignal): Promise<void>;
    authorise(press: Press): Promise<PressOutcome>;
    act(press: Press): Promise<PressOutcome>;
    state(sessionId: string): {readonly running: boolean};
}

const ACCEPTED: PressOutcome = {kind: 'accepted'};
const refused = (message: string): PressOutcome => ({kind: 'refused', message});

/** What the handles need of the flow that they stand beside. */
export interface ControlFlow {
    readonly queue: TurnQueue<TurnEntry>;
    /** The question that a post asks now, if it still may; the gate is asked anew. */
    readonly questionOf: (post: Post, signal: AbortSignal) => Promise<string | undefined>;
    /** Hands an accepted turn to the queue. */
    readonly submit: (entry: TurnEntry) => void;
}

/** Makes the handles over one account's turns. */
export function createControl(
    deps: TurnDeps,
    {queue, questionOf, submit}: ControlFlow,
): TurnControl {
    const {platform, journal, stops, log} = deps;
    /** Turns that run here, by the ids of their question and of their answer's posts. */
    const byPost = new Map<string, TurnEntry>();

    const stopHere = async (sessionId: string, userId: string): Promise<number> => {
        const {running, waiting} = queue.stop(sessionId, 'stopped-by-user', userId);
        // What never began has no posts that could say so; it is settled here.
        for (const {turnId} of waiting) await journal.close(turnId);
        return running.length + waiting.length;
    };

    const stop = async (sessionId: string, userId: string): Promise<number> => {
        const here = await stopHere(sessionId, userId);
        if (here === 0) await stops.request(sessionId, userId);
        return here;
    };

    /** Who asked may stop and retry; so may an owner. */
    const mayControl = async (entry: {userId: string}, userId: string): Promise<boolean> => {
        if (entry.userId === userId) return true;
        const user = await platform.user(userId);
        return user !== undefined && isOwner(user, deps.settings());
    };

    const retry = async (turnId: string): Promise<PressOutcome> => {
        const before = await journal.settled(turnId);
        const post = await platform.getPost(postOf(turnId));
        if (before === undefined || post === undefined) {
            return refused('The question is not there any more.');
        }
        const text = await questionOf(post, AbortSignal.timeout(RETRY_LOOKUP_MS));
        if (text === undefined) return refused('This may not be answered here any more.');
        for (let attempt = 1; attempt <= 20; attempt++) {
            const id = `${postOf(turnId)}-r${attempt}`;
            const acceptance = await journal.accept({
                turnId: id,
                account: before.account,
                channelId: before.channelId,
                rootId: before.rootId,
                sessionId: before.sessionId,
                sessionKey: before.sessionKey,
                agent: before.agent,
                userId: before.userId,
                text,
                postedAt: before.postedAt,
            });
            if (acceptance.kind === 'already-claimed') continue;
            // The new answer takes the place of the old one.
            const taken = await journal.progress(id, () => ({drafts: before.drafts}));
            if (taken.kind === 'lost') break;
            submit(taken.entry);
            return ACCEPTED;
        }
        return refused('This was tried often enough; please write it anew.');
    };

    /** The turn whose answer stands in a post of ours. */
    const turnOfPost = async (postId: string, signal: AbortSignal): Promise<string | undefined> => {
        const post = await platform.getPost(postId, signal);
        if (post?.userId !== platform.bot.userId) return undefined;
        return gangwayProps(post.props)?.turn;
    };

    return {
        running(entry) {
            const posts = [postOf(entry.turnId), ...entry.drafts];
            for (const postId of posts) byPost.set(postId, entry);
            // Somebody may press stop where another runner has the turn.
            const following = stops.follow(entry.sessionId, Date.now(), (by) => {
                queue.stop(entry.sessionId, 'stopped-by-user', by);
            });
            return {
                postCreated(postId) {
                    posts.push(postId);
                    byPost.set(postId, entry);
                },
                [Symbol.dispose]() {
                    following[Symbol.dispose]();
                    for (const postId of posts) byPost.delete(postId);
                },
            };
        },
        stop,
        async cancelTurn(postId) {
            const {waiting} = queue.withdraw(({turnId}) => postOf(turnId) === postId, 'deleted');
            for (const {turnId} of waiting) await journal.close(turnId);
        },
        async reaction({userId, postId, emojiName}, signal) {
            if (userId === platform.bot.userId) return;
            if (STOP_EMOJI.has(emojiName)) {
                const entry = byPost.get(postId);
                if (entry !== undefined && (await mayControl(entry, userId))) {
                    await stop(entry.sessionId, userId);
                }
                return;
            }
            if (!RETRY_EMOJI.has(emojiName) || byPost.has(postId)) return;
            const turnId = await turnOfPost(postId, signal);
            const settled = turnId === undefined ? undefined : await journal.settled(turnId);
            if (turnId === undefined || settled === undefined) return;
            if (await mayControl(settled, userId)) {
                const outcome = await retry(turnId);
                log.info('another try was asked for', {turn: turnId, outcome: outcome.kind});
            }
        },
        async authorise({action, turnId, userId}) {
            const entry = byPost.get(postOf(turnId)) ?? (await journal.settled(turnId));
            if (entry === undefined) {
                return refused(
                    action === 'stop'
                        ? 'This answer is not being written any more.'
                        : 'This is too long ago.',
                );
            }
            if (!(await mayControl(entry, userId))) {
                return refused('Only the person who asked can do this.');
            }
            return ACCEPTED;
        },
        async act({action, turnId, userId}) {
            if (action === 'retry') return await retry(turnId);
            const entry = byPost.get(postOf(turnId));
            if (entry === undefined) return refused('This answer is not being written any more.');
            await stop(entry.sessionId, userId);
            return ACCEPTED;
        },
        state(sessionId) {
            const running = [...byPost.values()].some((entry) => entry.sessionId === sessionId);
            return {running};
        },
    };
}

/** Whether the settings name this person an owner (GATE-17). */
export function isOwner(user: User, settings: AccountSettings): boolean {
    return isAllowed(settings.owners, user, {
        names: settings.dangerouslyAllowNameMatching,
    });
}
