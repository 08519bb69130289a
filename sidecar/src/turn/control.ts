import {errorOf} from '../contract/errors.ts';
import {gangwayProps} from '../contract/post-props.ts';
import {sleep} from '../contract/time.ts';
import type {AnswerEnd} from '../delivery/delivery.ts';
import type {Press, PressOutcome} from '../interactions/buttons.ts';
import type {Reaction} from '../mattermost/platform.ts';
import {isOwner} from '../policy/sender.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {StopRequest} from '../session/stop-requests.ts';
import type {AbortCause, Stopped, TurnQueue} from '../session/turn-queue.ts';
import {continueTurn} from './continue.ts';
import type {TurnDeps} from './deps.ts';
import {endWith} from './end-posts.ts';
import {retryTurn, type RetryFlow} from './retry.ts';
import type {PostChanges} from './settle.ts';
import {endingOf} from './stop-reason.ts';
import {postOf} from './turn-id.ts';
import type {Work} from './work.ts';

/** 🛑 stops what is being written, 🔁 asks for another try: names as Mattermost spells them. */
const STOP_EMOJI: ReadonlySet<string> = new Set(['octagonal_sign', 'stop_sign']);
const RETRY_EMOJI: ReadonlySet<string> = new Set(['repeat', 'arrows_counterclockwise']);

/** How long a turn on another runner may take to end after it was stopped, ms. */
const ELSEWHERE_MS = 5_000;
const LOOK_MS = 100;
/** Longest look-up of who presses, ms: a button's presser waits for it. */
const LOOKUP_MS = 10_000;

/** Handles on turns: what people (buttons, reactions, commands) and events do to them. */
export interface TurnControl {
    /** Remembers a run while it lasts, so that its posts can be found; disposing forgets it. */
    running(items: readonly Work[], carrier: TurnEntry): RunHandle;
    /** Heeds what other runners ask for while messages of a session wait for their turn. */
    waiting(sessionId: string): Disposable;
    /** Ends what another runner runs of the session, for a newer message; how many turns. */
    interruptElsewhere(sessionId: string, userId: string): Promise<number>;
    /** Ends the session's running turn and drops what waits, on whichever runner; how many. */
    stop(sessionId: string, userId: string): Promise<number>;
    /** Resolves when no other runner runs a turn of the session any more, after 5 s in any case. */
    quietElsewhere(sessionId: string): Promise<void>;
    /** The question was deleted. */
    cancelTurn(postId: string): Promise<void>;
    /** Channels in which something runs here. */
    channels(): readonly string[];
    /** Ends what runs and drops what waits in a channel that has no place for answers; how many. */
    withdrawFrom(channelId: string): Promise<number>;
    /** A post has a new text, or none any more: what runs may have read the former one. */
    postChanged(postId: string, text: string | undefined): void;
    reaction(reaction: Reaction, signal: AbortSignal): Promise<void>;
    authorise(press: Press): Promise<PressOutcome>;
    act(press: Press): Promise<PressOutcome>;
    state(sessionId: string): {readonly running: boolean};
}

/** A run as its turn sees it. */
export interface RunHandle extends Disposable {
    /** Posts of its answer, those of earlier runs included. */
    readonly posts: readonly string[];
    readonly postCreated: (postId: string) => void;
    /** What was done to posts since it began. */
    readonly changes: PostChanges;
}

interface Run {
    /** Grows by what the agent takes while it runs. */
    readonly items: readonly Work[];
    readonly posts: string[];
    readonly changes: Map<string, string | undefined>;
}

/** An open turn: in a run here, waiting here, or on another runner. */
type Found =
    | {readonly kind: 'running'; readonly run: Run; readonly askers: readonly string[]}
    | {
          readonly kind: 'waiting' | 'elsewhere';
          readonly entry: TurnEntry;
          readonly askers: string[];
      };

const ACCEPTED: PressOutcome = {kind: 'accepted'};
const refused = (message: string): PressOutcome => ({kind: 'refused', message});

/** What the handles need of the flow that they stand beside. */
export interface ControlFlow extends RetryFlow {
    readonly queue: TurnQueue<Work>;
}

/** Makes the handles over one account's turns. */
export function createControl(deps: TurnDeps, flow: ControlFlow): TurnControl {
    const {platform, journal, stops, log} = deps;
    const {queue} = flow;
    const runs = new Set<Run>();

    const isOf = (run: Run, postId: string): boolean =>
        run.posts.includes(postId) || run.items.some(({entry}) => postOf(entry.turnId) === postId);

    /** What waits is settled here; where it has posts, of an earlier run or try, they say so. */
    const settleWaiting = async (
        {running, waiting}: Stopped<Work>,
        cause: AbortCause,
    ): Promise<number> => {
        for (const {entry} of waiting) {
            try {
                if (entry.drafts.length > 0 && cause !== 'no-place')
                    await endWith(deps, entry, endOf(entry, cause));
                await journal.close(entry.turnId);
            } catch (error) {
                // Recovery answers it after all, which is better than never.
                journal.release(entry.turnId);
                log.warn('a stopped turn could not be closed', {
                    turn: entry.turnId,
                    error: errorOf(error),
                });
            }
        }
        return running.length + waiting.length;
    };

    const endOf = ({turnId}: TurnEntry, cause: AbortCause): AnswerEnd => {
        const retry = deps.buttons.attachments(deps.account, turnId, ['retry']);
        return endingOf(cause, {retry, resumable: false}).end;
    };

    const elsewhere = async (sessionId: string): Promise<TurnEntry[]> => {
        const open = await journal.open();
        return open.filter(
            (entry) => entry.sessionId === sessionId && entry.runner !== deps.runnerId,
        );
    };

    const stop = async (sessionId: string, userId: string): Promise<number> => {
        const here = await settleWaiting(
            queue.stop(sessionId, 'stopped-by-user', userId),
            'stopped-by-user',
        );
        const others = await elsewhere(sessionId);
        if (others.length > 0) await request(others, userId, 'stopped-by-user');
        return here + others.length;
    };

    /** Asks other runners to end turns of one session. */
    const request = async (
        turns: readonly TurnEntry[],
        by: string,
        cause: StopRequest['cause'],
    ): Promise<void> => {
        const [first] = turns;
        if (first === undefined) return;
        const ids = turns.map(({turnId}) => turnId);
        await stops.request(first.sessionId, {by, turns: ids, cause});
    };

    /** Does what another runner asks for; a run ends whole. */
    const heed = ({turns, cause}: StopRequest): void => {
        const ids = new Set(turns);
        for (const {items} of runs) {
            if (!items.some(({entry}) => ids.has(entry.turnId))) continue;
            for (const {entry} of items) ids.add(entry.turnId);
        }
        void settleWaiting(
            queue.withdraw(({entry}) => ids.has(entry.turnId), cause),
            cause,
        );
    };

    /** The open turn that has a post, as question or answer. */
    const findTurn = async (postId: string): Promise<Found | undefined> => {
        const run = [...runs].find((one) => isOf(one, postId));
        if (run !== undefined) {
            return {kind: 'running', run, askers: run.items.map(({entry}) => entry.userId)};
        }
        const open = await journal.open();
        const entry = open.find(
            ({account, turnId, drafts}) =>
                account === deps.account && (postOf(turnId) === postId || drafts.includes(postId)),
        );
        if (entry === undefined) return undefined;
        const kind = entry.runner === deps.runnerId ? 'waiting' : 'elsewhere';
        return {kind, entry, askers: [entry.userId]};
    };

    /** Stops one turn, and leaves alone what others asked in the same session. */
    const stopTurn = async (found: Found, userId: string): Promise<void> => {
        switch (found.kind) {
            case 'elsewhere':
                await request([found.entry], userId, 'stopped-by-user');
                return;
            case 'running':
                await withdraw(found.run.items.map(({entry}) => entry));
                return;
            case 'waiting':
                await withdraw([found.entry]);
                return;
        }
    };

    const withdraw = async (entries: readonly TurnEntry[]): Promise<void> => {
        const ids = new Set(entries.map(({turnId}) => turnId));
        await settleWaiting(
            queue.withdraw(({entry}) => ids.has(entry.turnId), 'stopped-by-user'),
            'stopped-by-user',
        );
    };

    /** Who asked may stop and retry; so may an owner. */
    const mayControl = async (askers: readonly string[], userId: string): Promise<boolean> => {
        if (askers.includes(userId)) return true;
        const user = await platform.freshUser(userId, AbortSignal.timeout(LOOKUP_MS));
        return user !== undefined && isOwner(user, deps.settings());
    };

    const retryByReaction = async (
        {postId, userId}: Reaction,
        signal: AbortSignal,
    ): Promise<void> => {
        const post = await platform.getPost(postId, signal);
        if (post?.userId !== platform.bot.userId) return;
        const turnId = gangwayProps(post.props)?.turn;
        const settled = turnId === undefined ? undefined : await journal.settled(turnId);
        if (turnId === undefined || settled === undefined) return;
        if (!(await mayControl([settled.userId], userId))) return;
        const outcome = await retryTurn(deps, flow, turnId);
        log.info('another try was asked for', {turn: turnId, outcome: outcome.kind});
    };

    return {
        running(items, carrier) {
            const run: Run = {items, posts: [...carrier.drafts], changes: new Map()};
            runs.add(run);
            // Somebody may press stop where another runner has the turn.
            const following = stops.follow(carrier.sessionId, heed);
            return {
                posts: run.posts,
                changes: run.changes,
                postCreated(postId) {
                    if (!run.posts.includes(postId)) run.posts.push(postId);
                },
                [Symbol.dispose]() {
                    following[Symbol.dispose]();
                    runs.delete(run);
                },
            };
        },
        stop,
        waiting: (sessionId) => stops.follow(sessionId, heed),
        async interruptElsewhere(sessionId, userId) {
            const running = (await elsewhere(sessionId)).filter(hasBegun);
            await request(running, userId, 'interrupted');
            return running.length;
        },
        async quietElsewhere(sessionId) {
            const deadline = Date.now() + ELSEWHERE_MS;
            const isQuiet = async (): Promise<boolean> =>
                !(await elsewhere(sessionId)).some(hasBegun);
            while (!(await isQuiet()) && Date.now() < deadline) await sleep(LOOK_MS);
        },
        postChanged(postId, text) {
            for (const run of runs) run.changes.set(postId, text);
        },
        channels: () => [
            ...new Set([...runs].flatMap(({items}) => items.map(({entry}) => entry.channelId))),
        ],
        withdrawFrom: (channelId) =>
            settleWaiting(
                queue.withdraw(({entry}) => entry.channelId === channelId, 'no-place'),
                'no-place',
            ),
        async cancelTurn(postId) {
            await settleWaiting(
                queue.withdraw(({entry}) => postOf(entry.turnId) === postId, 'deleted'),
                'deleted',
            );
        },
        async reaction(reaction, signal) {
            const {userId, postId, emojiName} = reaction;
            if (userId === platform.bot.userId) return;
            if (STOP_EMOJI.has(emojiName)) {
                const found = await findTurn(postId);
                if (found !== undefined && (await mayControl(found.askers, userId))) {
                    await stopTurn(found, userId);
                }
                return;
            }
            if (RETRY_EMOJI.has(emojiName)) await retryByReaction(reaction, signal);
        },
        async authorise({action, turnId, userId}) {
            const found = action === 'stop' ? await findTurn(postOf(turnId)) : undefined;
            const settled = action === 'stop' ? undefined : await journal.settled(turnId);
            const askers = found?.askers ?? (settled === undefined ? [] : [settled.userId]);
            if (askers.length === 0) {
                return refused(
                    action === 'stop'
                        ? 'This answer is not being written any more.'
                        : 'This is too long ago.',
                );
            }
            if (!(await mayControl(askers, userId))) {
                return refused('Only the person who asked can do this.');
            }
            return ACCEPTED;
        },
        async act({action, turnId, userId}) {
            switch (action) {
                case 'retry':
                    return await retryTurn(deps, flow, turnId);
                case 'continue':
                    return await continueTurn(deps, flow, turnId);
                case 'stop': {
                    const found = await findTurn(postOf(turnId));
                    if (found === undefined) {
                        return refused('This answer is not being written any more.');
                    }
                    await stopTurn(found, userId);
                    return ACCEPTED;
                }
            }
        },
        state(sessionId) {
            const running = [...runs].some(({items}) => items[0]?.entry.sessionId === sessionId);
            return {running};
        },
    };
}

/** What was only accepted waits for its turn. */
const hasBegun = ({state}: TurnEntry): boolean => state !== 'accepted';
