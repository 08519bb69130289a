import {randomBytes} from 'node:crypto';
import type {AgentEvent, DoneReason} from '../agent/agent.ts';
import {pickAgent} from '../agent/agents.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Answer, AnswerEnd, Attachments, DeliveryResult} from '../delivery/delivery.ts';
import {cutNotice, failureNotice, type Cut} from '../delivery/notice.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {RunContext} from '../session/turn-queue.ts';
import type {RunHandle, TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {runFitting} from './fitting-run.ts';
import {EMPTY_ANSWER} from './guarded-agent.ts';
import {
    NO_CONTEXT,
    preparePrompt,
    spokenEntry,
    type PreparedPrompt,
    type UsedContext,
} from './prepare.ts';
import {settle} from './settle.ts';
import {endingOf, retryHint, stopCause, type Ending} from './stop-reason.ts';
import {postOf} from './turn-id.ts';
import {hasPlace} from './whereabouts.ts';
import type {Work} from './work.ts';

type Failed = Extract<AgentEvent, {kind: 'failed'}>;
type Done = Extract<AgentEvent, {kind: 'done'}>;
type LastEvent = Done | Failed;

/** The end of an agent's run: its last event, and what it used. */
interface Outcome {
    readonly last: LastEvent;
    readonly usage: Extract<AgentEvent, {kind: 'usage'}> | undefined;
    readonly used: UsedContext;
}

/** A run whose journal entries are in this runner's hands. */
interface Turn {
    /** The message that carries the answer: the last of those that the run began with. */
    readonly entry: TurnEntry;
    /** What the agent is asked. */
    prompt(): Promise<PreparedPrompt>;
    /** All messages that it answers by now: those, and what its agent took since. */
    members(): readonly TurnEntry[];
    readonly run: RunContext<Work>;
    readonly handle: RunHandle;
    /** Aborted when another runner has the turn: nothing more may be shown. */
    readonly lost: AbortController;
    /** Aborted when the agent must end, for whatever reason. */
    readonly signal: AbortSignal;
    /** The agent ran a tool that must not be run twice. */
    sideEffects: boolean;
}

/**
 * Runs one turn from its journal entries to its closed answer. The run's items are the messages that it
 * answers; several where messages were merged. The one place where a turn's errors are caught: logged
 * once; what was not settled stays written down, and recovery finishes it in the same posts.
 */
export async function runTurn(
    deps: TurnDeps,
    control: TurnControl,
    run: RunContext<Work>,
): Promise<void> {
    const items = run.items.map((item) => item.entry);
    // Only looks things up: side by side with the writing down.
    const preparing = preparePrompt(deps, items, run.signal);
    preparing.catch(() => undefined);
    const asked = await begin(deps, items);
    const entry = asked.at(-1);
    if (entry === undefined) return;
    const all = asked.length === items.length;
    using handle = control.running(run.items, entry);
    const lost = new AbortController();
    const turn: Turn = {
        entry,
        prompt: () => (all ? preparing : preparePrompt(deps, asked, run.signal)),
        members: () => [...asked, ...run.items.slice(items.length).map((item) => item.entry)],
        run,
        handle,
        lost,
        signal: AbortSignal.any([run.signal, lost.signal]),
        sideEffects: entry.sideEffects,
    };
    await answerIt(deps, turn, Date.now());
}

async function answerIt(deps: TurnDeps, turn: Turn, started: number): Promise<void> {
    const {entry, handle} = turn;
    const log = deps.log.child({turn: entry.turnId, session: entry.sessionId, agent: entry.agent});
    const answer = openAnswer(deps, turn);
    let ended = false;
    let settled = false;
    try {
        const {last, usage, used} = await runAgent(deps, turn, answer);
        const ending = await endingFor(deps, turn, last, log);
        ended = true;
        const result = await endAnswer(deps, turn, answer, ending.end);
        if (ending.goesOn) return;
        // A channel that comes back must not be answered then.
        const noPlace = ending.end.kind === 'abandoned';
        if (!noPlace && !(await isOver(deps, entry, result))) return;
        await settle(deps, {
            entry,
            members: turn.members(),
            result,
            broken: ending.broken,
            used,
            changes: handle.changes,
        });
        settled = true;
        log.info('answered', {
            ms: Date.now() - started,
            posts: result.postIds.length,
            delivered: result.delivered,
            ended: ending.end.kind,
            inputTokens: usage?.inputTokens,
            outputTokens: usage?.outputTokens,
        });
    } catch (error) {
        log.error('turn failed', {
            error: errorOf(error),
        });
    } finally {
        if (!ended) await answer.end({kind: 'abandoned'});
        if (!settled) for (const {turnId} of turn.members()) deps.journal.release(turnId);
    }
}

/** Writes down that the messages are being answered; those that another runner has are left out. */
async function begin(
    {journal}: TurnDeps,
    items: readonly TurnEntry[],
): Promise<readonly TurnEntry[]> {
    const entries: TurnEntry[] = [];
    for (const {turnId} of items) {
        const begun = await journal.progress(turnId, () => ({state: 'running'}));
        if (begun.kind === 'written') entries.push(begun.entry);
    }
    return entries;
}

function openAnswer(deps: TurnDeps, turn: Turn): Answer {
    const {entry, handle} = turn;
    const target = {
        channelId: entry.channelId,
        rootId: entry.rootId,
        turnId: entry.turnId,
        agent: entry.agent,
        settings: deps.settings(),
        existing: [...handle.posts],
        growing: deps.buttons.attachments(deps.account, entry.turnId, ['stop']),
    };
    return deps.delivery.open(target, {
        async postCreated(postId) {
            handle.postCreated(postId);
            await note(deps, turn, ({drafts}) => ({
                drafts: drafts.includes(postId) ? drafts : [...drafts, postId],
            }));
        },
    });
}

/** Writes down how far the turn is; says whether it is still this runner's. */
async function note(
    {journal}: TurnDeps,
    {entry, lost}: Turn,
    change: Parameters<TurnDeps['journal']['progress']>[1],
): Promise<boolean> {
    const noted = await journal.progress(entry.turnId, change);
    if (noted.kind === 'lost') lost.abort();
    return noted.kind === 'written';
}

async function runAgent(deps: TurnDeps, turn: Turn, answer: Answer): Promise<Outcome> {
    const {entry, run, signal} = turn;
    const chosen = pickAgent(deps.agents(), entry.agent);
    if (chosen === undefined) {
        const last = failure('internal', 'No agent is set up here.');
        return {last, usage: undefined, used: NO_CONTEXT};
    }
    const {now, user, used, ...prompt} = await turn.prompt();
    const agentTurn = {
        turnId: entry.turnId,
        sessionId: entry.sessionId,
        system: prompt.system,
        now,
        user,
        steering: texts(deps, run.steering),
    };
    let usage: Outcome['usage'];
    try {
        const fitting = {
            agent: chosen.agent,
            turn: agentTurn,
            prompt,
            limits: limits(deps.settings()),
            contextLimits: deps.contextLimits,
            log: deps.log.child({turn: entry.turnId, agent: entry.agent}),
        };
        const events = runFitting(fitting, signal);
        for await (const event of events) {
            if (event.kind === 'usage') usage = event;
            if (event.kind === 'done' || event.kind === 'failed') {
                return {last: event, usage, used};
            }
            if (event.kind === 'tool-start' && event.repeatable !== true && !turn.sideEffects) {
                turn.sideEffects = true;
                if (!(await note(deps, turn, () => ({sideEffects: true})))) continue;
            }
            answer.write(event);
        }
        return {last: failure('internal', 'The agent ended without an answer.'), usage, used};
    } finally {
        // What comes from now on is a turn of its own.
        await run.steering[Symbol.asyncIterator]().return?.();
    }
}

/** What people added while the turn runs, as the agent takes it. */
async function* texts(deps: TurnDeps, steering: AsyncIterable<Work>): AsyncGenerator<string> {
    for await (const {entry} of steering) yield await spokenEntry(deps, entry);
}

function limits({turn}: AccountSettings): {totalMs: number; idleMs: number} {
    return {totalMs: turn.timeoutMinutes * 60_000, idleMs: turn.idleSeconds * 1_000};
}

function failure(code: Failed['code'], message: string): Failed {
    return {kind: 'failed', code, message, retryable: true};
}

/** How the answer is to end; `abandoned` when the turn is another runner's by now. */
async function endingFor(deps: TurnDeps, turn: Turn, last: LastEvent, log: Log): Promise<Ending> {
    const cause = stopCause(turn.run.signal);
    const stillOurs =
        cause !== 'lease-lost' && (await note(deps, turn, () => ({state: 'delivering'})));
    if (!stillOurs) return {end: {kind: 'abandoned'}, goesOn: true};
    if (cause === 'no-place') return endingOf(cause, {retry: [], resumable: false});
    // What is whole is shown whole, although somebody wanted it to stop.
    if (last.kind === 'done') return doneEnding(deps, turn, last);

    const retry = deps.buttons.attachments(deps.account, turn.entry.turnId, ['retry']);
    const resumable = deps.settings().recovery === 'resume' && !turn.sideEffects;
    if (cause !== undefined) return endingOf(cause, {retry, resumable});
    return {end: failedEnd(last, retry, log), goesOn: false, broken: 'failed'};
}

/**
 * What is shown under an answer by why its model ended it; undefined for one that is whole, or of whose reason
 * nothing is known: some services have words of their own for a plain end.
 */
const CUTS: Readonly<Record<DoneReason, Cut | undefined>> = {
    stop: undefined,
    length: 'length',
    'content-filter': 'filtered',
    unreadable: 'incomplete',
    other: undefined,
};

function doneEnding(deps: TurnDeps, {entry}: Turn, {reason}: Done): Ending {
    const cut = CUTS[reason];
    if (cut === undefined) return {end: {kind: 'done'}, goesOn: false};
    const action = cut === 'length' ? 'continue' : 'retry';
    const attachments = deps.buttons.attachments(deps.account, entry.turnId, [action]);
    const goOn = ` Write \`@${deps.platform.bot.username} continue\` for the rest.`;
    const hint = action === 'retry' ? retryHint(attachments) : goOn;
    const note = cutNotice(cut, attachments.length > 0 ? '' : hint);
    return {end: {kind: 'cut', note, attachments}, goesOn: false, broken: cut};
}

/** The sentence that a person sees, under a reference by which the log tells more. */
function failedEnd(
    {code, detail, message, retryable}: Failed,
    retry: Attachments,
    log: Log,
): AnswerEnd {
    const reference = randomBytes(4).toString('hex');
    log.warn('agent failed', {reference, code, detail});
    return {
        kind: 'failed',
        message: failureNotice(message, reference, retryable ? retryHint(retry) : ''),
        attachments: retryable ? retry : [],
    };
}

/** Ends the answer; where all that the agent said was not for reading, it says so. */
async function endAnswer(
    deps: TurnDeps,
    turn: Turn,
    answer: Answer,
    end: AnswerEnd,
): Promise<DeliveryResult> {
    const result = await answer.end(end);
    if (end.kind !== 'done' || !result.delivered || result.postIds.length > 0) return result;
    const retry = deps.buttons.attachments(deps.account, turn.entry.turnId, ['retry']);
    return await openAnswer(deps, turn).end(failedEnd(EMPTY_ANSWER, retry, deps.log));
}

/**
 * Whether the turn can be closed: the answer is there, or there is no place for it any more. What the
 * server did not take for any other reason is tried again by recovery.
 * @throws PlatformError when the server cannot be asked.
 */
async function isOver(
    deps: TurnDeps,
    {turnId, channelId}: TurnEntry,
    {delivered}: DeliveryResult,
): Promise<boolean> {
    if (delivered) return true;
    const [question, place] = await Promise.all([
        deps.platform.getPost(postOf(turnId)),
        hasPlace(deps, channelId),
    ]);
    return question?.deleteAt !== 0 || !place;
}
