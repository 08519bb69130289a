import type {Agent, AgentEvent, AgentTurn} from '../agent/agent.ts';
import {timedOut} from '../agent/failed.ts';

/** Limits of one run. */
export interface RunLimits {
    /** Longest run, ms. */
    readonly totalMs: number;
    /** Longest time without any event, ms. */
    readonly idleMs: number;
    /** When the run began, where it goes on with an agent that is asked once more, ms [now]. */
    readonly since?: number;
}

/** An agent that keeps limits of its own is given this much more, ms: it tells more of what happened. */
const OWN_LIMIT_GRACE_MS = 5_000;

/** How long an agent may take to end after it was cancelled, ms; then it is left behind. */
const CANCEL_GRACE_MS = 1_000;

type Step = {kind: 'event'; result: IteratorResult<AgentEvent>} | {kind: 'threw'; error: unknown};

/**
 * Runs an agent so that the caller can trust the stream whatever the agent does: it ends with exactly
 * one `done` or `failed`, within the limits, within a second of `signal`, and never throws. An agent
 * that says nothing at all has failed (`empty`).
 */
export async function* runGuarded(
    agent: Agent,
    turn: AgentTurn,
    limits: RunLimits,
    signal: AbortSignal,
): AsyncGenerator<AgentEvent, void, undefined> {
    const controller = new AbortController();
    const iterator = begin(agent, turn, controller.signal);
    const own = agent.limits ?? {};
    const idleMs = own.idleMs === undefined ? limits.idleMs : own.idleMs + OWN_LIMIT_GRACE_MS;
    const totalMs = own.totalMs === undefined ? limits.totalMs : own.totalMs + OWN_LIMIT_GRACE_MS;
    const [idleSetting, totalSetting] = [
        own.idleMs === undefined ? 'turn.idleSeconds' : 'idleSeconds of the agent',
        own.totalMs === undefined ? 'turn.timeoutMinutes' : 'timeoutMinutes of the agent',
    ];
    const deadline = (limits.since ?? Date.now()) + totalMs;
    let visible = false;
    let finished = false;
    try {
        for (;;) {
            const left = deadline - Date.now();
            const step = await next(iterator, Math.min(idleMs, left), signal);
            if (step === 'cancelled' || step === 'timeout') {
                // By which limit was the shorter: a timer may fire a millisecond before the clock says so.
                if (step === 'cancelled') yield CANCELLED;
                else if (left <= idleMs) {
                    yield timedOut({kind: 'total', ms: totalMs, setting: totalSetting});
                } else yield timedOut({kind: 'idle', ms: idleMs, setting: idleSetting});
                return;
            }
            if (step.kind === 'threw') {
                finished = true;
                yield failedInside(step.error);
                return;
            }
            if (step.result.done === true) {
                finished = true;
                yield failedInside('the stream ended without done or failed');
                return;
            }
            const event = step.result.value;
            if (event.kind === 'done' && !visible) {
                yield EMPTY_ANSWER;
                return;
            }
            if (event.kind === 'done' || event.kind === 'failed') {
                yield event;
                return;
            }
            visible = event.kind !== 'text-reset' && (visible || isVisible(event));
            yield event;
        }
    } finally {
        controller.abort();
        if (!finished) await close(iterator);
    }
}

/** The agent's events; one that throws at once has a stream that throws. */
async function* begin(
    agent: Agent,
    turn: AgentTurn,
    signal: AbortSignal,
): AsyncGenerator<AgentEvent, void, undefined> {
    yield* agent.run(turn, signal);
}

function isVisible(event: AgentEvent): boolean {
    return (
        (event.kind === 'text' && event.text.trim() !== '') ||
        event.kind === 'file' ||
        event.kind === 'ask'
    );
}

const CANCELLED: AgentEvent = {
    kind: 'failed',
    code: 'cancelled',
    message: 'The answer was stopped.',
    retryable: true,
};

/** The end of an agent that said nothing that can be read. */
export const EMPTY_ANSWER: Extract<AgentEvent, {kind: 'failed'}> = {
    kind: 'failed',
    code: 'empty',
    message: 'The agent sent an empty answer.',
    retryable: true,
};

function failedInside(error: unknown): AgentEvent {
    return {
        kind: 'failed',
        code: 'internal',
        message: 'The agent failed unexpectedly.',
        detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        retryable: true,
    };
}

/** The iterator's next step, or why it was not waited for any longer. */
async function next(
    iterator: AsyncIterator<AgentEvent>,
    waitMs: number,
    signal: AbortSignal,
): Promise<Step | 'cancelled' | 'timeout'> {
    if (signal.aborted) return 'cancelled';
    let timer: NodeJS.Timeout | undefined;
    let abort: (() => void) | undefined;
    try {
        return await Promise.race([
            iterator.next().then(
                (result): Step => ({kind: 'event', result}),
                (error: unknown): Step => ({kind: 'threw', error}),
            ),
            new Promise<'timeout'>((resolve) => {
                timer = setTimeout(() => resolve('timeout'), Math.max(0, waitMs));
            }),
            new Promise<'cancelled'>((resolve) => {
                abort = () => resolve('cancelled');
                signal.addEventListener('abort', abort, {once: true});
            }),
        ]);
    } finally {
        clearTimeout(timer);
        if (abort !== undefined) signal.removeEventListener('abort', abort);
    }
}

/** Lets the agent give back what it holds, but does not wait for one that hangs. */
async function close(iterator: AsyncIterator<AgentEvent>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
        await Promise.race([
            Promise.resolve(iterator.return?.()).catch(() => undefined),
            new Promise((resolve) => {
                timer = setTimeout(resolve, CANCEL_GRACE_MS);
            }),
        ]);
    } finally {
        clearTimeout(timer);
    }
}
