import {textCommand} from '../commands/registry.ts';
import type {QueueMode} from '../contract/account-settings.ts';
import {errorOf} from '../contract/errors.ts';
import {sleep} from '../contract/time.ts';
import type {PlatformEvent, Post} from '../mattermost/platform.ts';
import {shownName} from '../contract/attachment-text.ts';
import type {Decision} from '../policy/decision.ts';
import {isBotSender} from '../policy/sender.ts';
import {fileNotes} from '../session/file-notes.ts';
import type {NewTurn, TurnEntry} from '../session/journal.ts';
import {postText} from '../session/post-text.ts';
import {createTurnQueue} from '../session/turn-queue.ts';
import {runCommand} from './command-turn.ts';
import {createControl, type TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {createEdits} from './edits.ts';
import {createElsewhere} from './elsewhere.ts';
import type {Facts, Posted} from './facts.ts';
import {answerFiles, isFilesOnly} from './files-turn.ts';
import {judge} from './judge.ts';
import {createNotices} from './notices.ts';
import {contextOf, conversationOf} from './place.ts';
import {recoverTurns} from './recovery.ts';
import {runTurn} from './run.ts';
import {createSessionGate, sessionLease} from './session-gate.ts';
import {runSlash, slashPost, type SlashCall} from './slash.ts';
import {isFurther} from './turn-id.ts';
import {leavePlaces} from './whereabouts.ts';
import {isMergeable, type WantedCommand, type Work} from './work.ts';

type Answered = Extract<Decision, {kind: 'answer'}>;

/** The turns of one account: from an event to the end of its answer. */
export interface Turns {
    /**
     * Takes one event in. When it resolves, the event is handled: what is to be answered is written
     * down, so that the caller may forget it.
     */
    handle(event: PlatformEvent, signal: AbortSignal): Promise<void>;
    /** Finishes or marks what runners left behind that are gone; called at start and now and then. */
    recover(signal: AbortSignal): Promise<void>;
    readonly control: TurnControl;
    /** Answers a slash command: Markdown for the caller alone. */
    slash(call: SlashCall, signal: AbortSignal): Promise<string>;
    /** Ends all runs at once: another runner may take their turns over. */
    stopAll(): void;
    /**
     * Gives running turns `graceMs` to end by themselves, then ends them; what is not done stays in the
     * journal for the next runner.
     */
    shutdown(graceMs: number): Promise<void>;
}

/**
 * How a message flows: event → facts → gate → claim and journal → queue → turn → delivery → journal.
 * Read this first; each step is one module.
 */
export function createTurns(deps: TurnDeps): Turns {
    const {platform, settings, journal, log} = deps;
    const notices = createNotices(deps);
    const elsewhere = createElsewhere(deps, notices);
    const queue = createTurnQueue<Work>({
        run: async ([first], run) => {
            if (first?.wanted === undefined) await runTurn(deps, control, run);
            else await runCommand(deps, control, first.entry, first.wanted);
        },
        onFailure: (items, error) => {
            for (const {entry} of items) journal.release(entry.turnId);
            log.error('a run broke', {error: errorOf(error)});
        },
        mergeable: isMergeable,
        gate: createSessionGate(deps, () => control),
    });
    const control = createControl(deps, {queue, submit: submitAgain, questionOf});

    const edits = createEdits(deps, {
        accept,
        cancel: (postId) => control.cancelTurn(postId),
        changed: (postId, text) => control.postChanged(postId, text),
    });

    /** What goes on beside the queue, and must have ended when all has. */
    const besides = new Set<Promise<void>>();
    /** `work` catches its own errors. */
    const beside = (work: Promise<void>): void => {
        besides.add(work);
        void work.finally(() => besides.delete(work));
    };

    /** A post came: decide, and write down what is to be answered before anything is visible. */
    async function posted(event: Posted, signal: AbortSignal): Promise<void> {
        const judged = await judge(deps, event, signal);
        if (judged === undefined) return;
        const {facts, decision} = judged;
        deps.decisions.record(deps.account, event.post, decision, 'posted');
        log.debug('decided', {post: event.post.id, kind: decision.kind, reason: decision.reason});
        switch (decision.kind) {
            case 'ignore':
                return;
            case 'context':
                await keep(facts, signal);
                return;
            case 'pair':
                await notices.askAdmin(facts, signal);
                return;
            case 'answer':
                await accept(facts, decision, signal);
                return;
        }
    }

    /** What is not answered may become context of the next question. */
    async function keep(facts: Facts, signal: AbortSignal): Promise<void> {
        const {post} = facts.event;
        const limit = settings().historyLimit;
        if (limit <= 0) return;
        const text = await postText(platform, post, signal);
        if (text === '') return;
        const writer = shownName(post.props, facts.sender?.username);
        const kept = {postId: post.id, userId: post.userId, writer, text, at: post.createAt};
        deps.pending.add(contextOf(deps, facts), kept, limit);
    }

    /** Writes down what is to be answered, and hands it to its queue; false where it is another's, or answered. */
    async function accept(facts: Facts, decision: Answered, signal: AbortSignal): Promise<boolean> {
        const {post} = facts.event;
        const {session, rootId, agent} = conversationOf(deps, facts);
        const turn: NewTurn = {
            turnId: post.id,
            account: deps.account,
            channelId: post.channelId,
            rootId,
            sessionId: session.id,
            sessionKey: session.key,
            agent,
            userId: post.userId,
            text: decision.text,
            files: await fileNotes(platform, post, signal),
            writer: shownName(post.props, facts.sender?.username),
            postedAt: post.createAt,
        };
        const acceptance = await journal.accept(turn);
        if (acceptance.kind === 'already-claimed') return false;
        if (isBotSender(facts.event, platform.bot)) {
            deps.botLoop.record({
                account: deps.account,
                channelId: post.channelId,
                userId: post.userId,
            });
        }
        const {mode, max} = settings().queue;
        const wanted = wantedCommand(decision, post);
        if (isFilesOnly(acceptance.entry)) beside(answerFiles(deps, acceptance.entry));
        else if (wanted !== undefined) command(acceptance.entry, wanted);
        else submit({entry: acceptance.entry, wanted: undefined}, mode, max);
        return true;
    }

    /**
     * Most commands run at once, since they may be about the very turn that runs. One that ends the turn
     * goes through the queue: behind what it ends, before what comes after it.
     */
    function command(entry: TurnEntry, wanted: WantedCommand): void {
        const ends = wanted.command.endsTurn === true;
        if (!ends || (wanted.command.ownersOnly === true && !wanted.owner)) {
            beside(runCommand(deps, control, entry, wanted));
            return;
        }
        const stopping = control.stop(entry.sessionId, entry.userId).then(
            () => undefined,
            (error: unknown) => {
                log.warn('a turn elsewhere could not be stopped', {
                    error: errorOf(error),
                });
            },
        );
        beside(stopping);
        submit({entry, wanted}, 'interrupt', Infinity);
    }

    function submit(work: Work, mode: QueueMode, max: number): void {
        const submission = queue.submit(work.entry.sessionId, work, mode, max);
        // Where it waits for another runner, that one is to hear of it at once.
        if (submission.kind === 'interrupting')
            deps.leases.changed(sessionLease(work.entry.sessionId));
        if (submission.kind === 'full') beside(notices.queueFull(work.entry));
        // The next runner finds it in the journal.
        if (submission.kind === 'closed') journal.release(work.entry.turnId);
    }

    /** What was accepted before: it has had its place, and is no answer to the turn that runs. */
    function submitAgain(entry: TurnEntry): void {
        submit({entry, wanted: undefined}, 'queue', Infinity);
    }

    function resume(entry: TurnEntry, post: Post, decision: Decision | undefined): void {
        const asked = decision?.kind === 'answer' ? {...decision, text: entry.text} : undefined;
        const wanted =
            asked === undefined || isFurther(entry.turnId) ? undefined : wantedCommand(asked, post);
        if (isFilesOnly(entry)) beside(answerFiles(deps, entry));
        else if (wanted === undefined) submitAgain(entry);
        else command(entry, wanted);
    }

    /** What the gate says of a post today. */
    async function decisionOf(post: Post, signal: AbortSignal): Promise<Decision | undefined> {
        const event: Posted = {kind: 'posted', source: 'catch-up', post, mentionsBot: undefined};
        return (await judge(deps, event, signal))?.decision;
    }

    async function questionOf(post: Post, signal: AbortSignal): Promise<string | undefined> {
        const decision = await decisionOf(post, signal);
        if (decision?.kind !== 'answer') return undefined;
        return wantedCommand(decision, post) === undefined ? decision.text : undefined;
    }

    return {
        async handle(event, signal) {
            switch (event.kind) {
                case 'posted':
                    await posted(event, signal);
                    return;
                case 'called-elsewhere':
                    await elsewhere.called(event.post, event.channelType, signal);
                    return;
                case 'edited':
                    await edits.edited(event.post, signal);
                    return;
                case 'deleted':
                    await edits.deleted(event.post, signal);
                    return;
                case 'reaction-added':
                    await control.reaction(event.reaction, signal);
                    return;
                case 'skipped':
                    await notices.skipped(event.channelId, event.count, signal);
                    return;
                case 'left':
                case 'team-left':
                case 'channel-changed':
                    await leavePlaces(deps, control, event, signal);
                    return;
                case 'reaction-removed':
                case 'joined':
                case 'team-joined':
                case 'user-changed':
                    return;
            }
        },
        recover: (signal) =>
            recoverTurns(
                deps,
                async (entry, post) => {
                    resume(entry, post, await decisionOf(post, signal));
                },
                signal,
            ),
        control,
        async slash(call, signal) {
            const post = slashPost(call, deps.platform.bot.username, Date.now());
            // Membership is asked for as with hooks.
            const event: Posted = {kind: 'posted', source: 'hook', post, mentionsBot: true};
            const judged = await judge(deps, event, signal);
            if (judged === undefined) return await runSlash(deps, control, call, undefined);
            const {facts, decision} = judged;
            const {session, agent} = conversationOf(deps, facts);
            return await runSlash(deps, control, call, {decision, sessionId: session.id, agent});
        },
        stopAll: () => {
            const {waiting} = queue.stopAll('lease-lost');
            for (const {entry} of waiting) journal.release(entry.turnId);
        },
        async shutdown(graceMs) {
            const {waiting} = await queue.shutdown(graceMs);
            for (const {entry} of waiting) journal.release(entry.turnId);
            const over = new AbortController();
            const limit = sleep(graceMs, over.signal).catch(() => undefined);
            await Promise.race([Promise.all(besides), limit]);
            over.abort();
            await deps.pending.close();
        },
    };
}

/**
 * The command that a message is: a word of its own where the bot was spoken to, not where it merely listens.
 * The bot's bare name outside a thread asks for help.
 */
function wantedCommand(decision: Answered, post: Post): WantedCommand | undefined {
    const {reason, owner, bare} = decision;
    const spokenTo =
        reason === 'direct_message' || reason === 'mention' || reason === 'onchar_prefix';
    if (!spokenTo) return undefined;
    const found = textCommand(bare && post.rootId === '' ? 'help' : decision.text);
    return found === undefined ? undefined : {...found, owner};
}
