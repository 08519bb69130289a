import type {Agent, AgentEvent, AgentTurn} from '../agent/agent.ts';
import type {Log} from '../contract/log.ts';
import type {ContextLimits} from '../session/context-limits.ts';
import {fit, type Fittable, type Fitted} from './fit.ts';
import {runGuarded, type RunLimits} from './guarded-agent.ts';

/** What is left of a prompt that was refused, try by try; after these the question goes alone. */
const SHARES: readonly number[] = [0.75, 0.5, 0.25, 0.1, 0.04];

/** A shorter question than this is not what makes a prompt too long, bytes. */
const SHORT = 1000;

/** What a run that fits itself needs. */
export interface FittingRun {
    readonly agent: Agent;
    /** The turn without its messages. */
    readonly turn: Omit<AgentTurn, 'messages'>;
    readonly prompt: Fittable;
    readonly limits: RunLimits;
    readonly contextLimits: ContextLimits;
    readonly log: Log;
}

/**
 * Runs an agent like `runGuarded`. Where the model refuses the conversation as too long, before anything was
 * said, the oldest part is left out and the model is asked again, until it fits or the question stands alone
 * (SES-13). What was learned holds for the next turns of the session.
 */
export async function* runFitting(
    {agent, turn, prompt, limits, contextLimits, log}: FittingRun,
    signal: AbortSignal,
): AsyncGenerator<AgentEvent, void, undefined> {
    const {sessionId} = turn;
    const timed = {...limits, since: Date.now()};
    const whole = fit(prompt, Infinity);
    let fitted = fit(prompt, contextLimits.of(agent, sessionId));
    for (;;) {
        const {messages} = fitted;
        let said = false;
        let refused = false;
        for await (const event of runGuarded(agent, {...turn, messages}, timed, signal)) {
            refused = event.kind === 'failed' && event.code === 'context-too-long' && !said;
            if (refused) break;
            said ||= event.kind !== 'usage';
            yield event;
        }
        if (!refused) return;
        const next = shorter(prompt, whole.bytes, fitted);
        if (next === undefined) {
            contextLimits.forget(agent, sessionId);
            yield tooLong(prompt);
            return;
        }
        contextLimits.learn(agent, sessionId, next.limit);
        log.info('the model takes no conversation of this length: its oldest part is left out', {
            bytes: fitted.bytes,
            next: next.fitted.bytes,
            leftOut: next.fitted.left,
        });
        fitted = next.fitted;
    }
}

/** The next shorter prompt; undefined where nothing is left that could go. */
function shorter(
    prompt: Fittable,
    whole: number,
    {bytes, bare}: Fitted,
): {readonly fitted: Fitted; readonly limit: number} | undefined {
    if (bare) return undefined;
    for (const share of [...SHARES, 0]) {
        const limit = Math.floor(whole * share);
        const fitted = fit(prompt, limit);
        if (fitted.bytes < bytes) return {fitted, limit};
    }
    return undefined;
}

function tooLong({questions}: Fittable): AgentEvent {
    const isShort = questions.reduce((sum, text) => sum + Buffer.byteLength(text), 0) < SHORT;
    return {
        kind: 'failed',
        code: 'context-too-long',
        message: isShort
            ? 'The model takes less than this short message and the instructions of the agent together. An admin has to give it a longer context, or shorter instructions.'
            : 'This message alone is longer than the model can take. Please shorten it, or send it in parts, each after `/gangway new`.',
        detail: 'refused with the question alone',
        retryable: false,
    };
}
