import {randomBytes} from 'node:crypto';
import type {AgentEvent, AgentTurn} from '../agent/agent.ts';
import {pickAgent} from '../agent/agents.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import type {Answer, AnswerEnd, DeliveryResult} from '../delivery/delivery.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {RunContext} from '../session/turn-queue.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';
import {runGuarded} from './guarded-agent.ts';
import {preparePrompt, type UsedContext} from './prepare.ts';
import {stopReason, type StopReason} from './stop-reason.ts';
import {postOf} from './turn-id.ts';

type Failed = Extract<AgentEvent, {kind: 'failed'}>;

const NONE: UsedContext = {contextId: '', posts: []};

/** The end of an agent's run: its last event, and what it used. */
interface Outcome {
    readonly last: Extract<AgentEvent, {kind: 'done' | 'failed'}>;
    readonly usage: Extract<AgentEvent, {kind: 'usage'}> | undefined;
    readonly used: UsedContext;
}

/**
 * Runs one turn from its journal entry to its closed answer. `entries` are the messages that it
 * answers (several where messages were collected); the last one carries the answer.
 * The one place where a turn's errors are caught: logged once under a reference, told in a sentence.
 */
export async function runTurn(
    deps: TurnDeps,
    control: TurnControl,
    entries: readonly TurnEntry[],
    run: RunContext<TurnEntry>,
): Promise<void> {
    const entry = entries.at(-1);
    if (entry === undefined) return;
    const log = deps.log.child({turn: entry.turnId, session: entry.sessionId, agent: entry.agent});
    const started = Date.now();
    let settled = false;
    using running = control.running(entry);
    try {
        const begun = await deps.journal.progress(entry.turnId, () => ({state: 'running'}));
        if (begun.kind === 'lost') return;

        const answer = openAnswer(deps, entry, running.postCreated);
        const outcome = await runAgent(deps, entries, answer, run);
        const reason = stopReason(run.signal);
        const reference = randomBytes(4).toString('hex');
        if (outcome.last.kind === 'failed' && reason === undefined) {
            log.warn('agent failed', {
                reference,
                code: outcome.last.code,
                detail: outcome.last.detail,
            });
        }
        const result = await answer.end(endOf(deps, entry, outcome, reason, reference));
        if (reason?.goesOn === true) return;

        await settle(deps, entries, result, outcome.used);
        settled = true;
        log.info('answered', {
            ms: Date.now() - started,
            posts: result.postIds.length,
            delivered: result.delivered,
            ended: reason?.cause ?? outcome.last.kind,
            inputTokens: outcome.usage?.inputTokens,
            outputTokens: outcome.usage?.outputTokens,
        });
    } catch (error) {
        log.error('turn failed', {
            error: error instanceof Error ? error : new Error(String(error)),
        });
    } finally {
        // What was not settled stays written down: recovery finishes it in the same posts.
        if (!settled) for (const {turnId} of entries) deps.journal.release(turnId);
    }
}

function openAnswer(
    deps: TurnDeps,
    entry: TurnEntry,
    postCreated: (postId: string) => void,
): Answer {
    const target = {
        channelId: entry.channelId,
        rootId: entry.rootId,
        turnId: entry.turnId,
        agent: entry.agent,
        settings: deps.settings(),
        existing: entry.drafts,
    };
    return deps.delivery.open(target, {
        async postCreated(postId) {
            postCreated(postId);
            await deps.journal.progress(entry.turnId, ({drafts}) => ({
                drafts: drafts.includes(postId) ? drafts : [...drafts, postId],
            }));
        },
    });
}

async function runAgent(
    deps: TurnDeps,
    entries: readonly TurnEntry[],
    answer: Answer,
    run: RunContext<TurnEntry>,
): Promise<Outcome> {
    const [entry] = entries.slice(-1);
    const chosen = pickAgent(deps.agents(), entry?.agent);
    if (entry === undefined || chosen === undefined) {
        return {
            last: failure('internal', 'No agent is set up here.'),
            usage: undefined,
            used: NONE,
        };
    }
    const {system, messages, user, used} = await preparePrompt(deps, entries, chosen, run.signal);
    const turn: AgentTurn = {
        turnId: entry.turnId,
        sessionId: entry.sessionId,
        system,
        messages,
        user,
        steering: texts(run.steering),
    };
    let usage: Outcome['usage'];
    for await (const event of runGuarded(chosen.agent, turn, limits(deps.settings()), run.signal)) {
        switch (event.kind) {
            case 'usage':
                usage = event;
                break;
            case 'done':
            case 'failed':
                return {last: event, usage, used};
            case 'text':
            case 'reasoning':
            case 'tool-start':
            case 'tool-end':
            case 'ask':
            case 'file':
                break;
        }
        answer.write(event);
    }
    return {last: failure('internal', 'The agent ended without an answer.'), usage, used};
}

/** What people added while the turn runs, as the agent takes it. */
async function* texts(steering: AsyncIterable<TurnEntry>): AsyncGenerator<string> {
    for await (const {text} of steering) yield text;
}

function limits({turn}: AccountSettings): {totalMs: number; idleMs: number} {
    return {totalMs: turn.timeoutMinutes * 60_000, idleMs: turn.idleSeconds * 1_000};
}

function failure(code: Failed['code'], message: string): Failed {
    return {kind: 'failed', code, message, retryable: true};
}

function endOf(
    deps: TurnDeps,
    entry: TurnEntry,
    {last}: Outcome,
    reason: StopReason | undefined,
    reference: string,
): AnswerEnd {
    const retry = deps.buttons.attachments(deps.account, entry.turnId, ['retry']);
    if (reason !== undefined) {
        const attachments = reason.goesOn ? [] : retry;
        return {kind: 'stopped', note: reason.note, attachments};
    }
    if (last.kind === 'done') return {kind: 'done'};
    const hint = retry.length > 0 || !last.retryable ? '' : ' React with 🔁 to try again.';
    return {
        kind: 'failed',
        message: `${last.message} (reference \`${reference}\`)${hint}`,
        attachments: last.retryable ? retry : [],
    };
}

/** Remembers what was said, and closes the turn: from here on it is never run again. */
async function settle(
    deps: TurnDeps,
    entries: readonly TurnEntry[],
    result: DeliveryResult,
    used: UsedContext,
): Promise<void> {
    const [entry] = entries.slice(-1);
    if (entry === undefined) return;
    const said = entries.map(({turnId, userId, text, postedAt}) => ({
        role: 'user' as const,
        text,
        postIds: [postOf(turnId)],
        userId,
        at: postedAt,
    }));
    const answered = {
        role: 'assistant' as const,
        text: result.text,
        postIds: result.postIds,
        userId: deps.platform.bot.userId,
        at: Date.now(),
    };
    const messages = result.text === '' ? said : [...said, answered];
    await deps.transcripts.append(entry.sessionId, entry.agent, entry.turnId, messages);
    await deps.pending.drop(used.contextId, used.posts);
    const thread = entry.rootId === '' ? result.postIds[0] : entry.rootId;
    if (thread !== undefined && result.delivered)
        await deps.participation.note(deps.account, thread);
    for (const {turnId} of entries) await deps.journal.close(turnId);
}
