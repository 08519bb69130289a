import type {AgentEvent, FailureCode} from './agent.ts';

/** The last event of a run that failed. */
export type Failed = Extract<AgentEvent, {kind: 'failed'}>;

/** The last event of a run. */
export type LastEvent = Extract<AgentEvent, {kind: 'done' | 'failed'}>;

/** What is said where nothing more exact is known, and whether the same question may succeed later. */
const SENTENCES: Readonly<Record<FailureCode, readonly [message: string, retryable: boolean]>> = {
    cancelled: ['The answer was stopped.', true],
    timeout: ['The model took too long to answer.', true],
    unauthorized: [
        'The model service did not accept the key of this agent. An admin has to check its settings.',
        false,
    ],
    'rate-limited': [
        'The model service is getting too many requests right now. Please try again in a minute.',
        true,
    ],
    overloaded: ['The model service has trouble right now. Please try again in a moment.', true],
    unreachable: ['The connection to the model service could not be made, or broke off.', true],
    'bad-request': ['The model service refused this request.', false],
    'context-too-long': [
        'This conversation is longer than the model can take. A new one can be begun with `/gangway new`.',
        false,
    ],
    'bad-response': ['The answer of the model broke off, or could not be read.', true],
    empty: ['The model sent an empty answer.', true],
    internal: ['The agent failed unexpectedly.', true],
};

/** Makes the last event of a failed run; `message` and `detail` must already be redacted. */
export function failed(code: FailureCode, detail?: string, message?: string): Failed {
    const [sentence, retryable] = SENTENCES[code];
    return {
        kind: 'failed',
        code,
        message: message ?? sentence,
        ...(detail === undefined ? {} : {detail}),
        retryable,
    };
}

/** A limit of time that an agent met. */
export interface MetLimit {
    readonly kind: 'idle' | 'total';
    readonly ms: number;
    /** Where it is set, for admins. */
    readonly setting: string;
}

/** Makes the last event of a run that a limit ended: which one, and how long it is. */
export function timedOut({kind, ms, setting}: MetLimit): Failed {
    const time =
        ms % 60_000 === 0 && ms > 120_000
            ? `${ms / 60_000} minutes`
            : `${ms / 1_000} ${ms === 1_000 ? 'second' : 'seconds'}`;
    const message =
        kind === 'idle'
            ? `The agent said nothing for ${time}, so it was stopped.`
            : `The agent was not done after ${time}, so it was stopped.`;
    return failed('timeout', `limit: ${setting} (${time})`, message);
}
