import {
    APICallError,
    EmptyResponseBodyError,
    InvalidArgumentError,
    InvalidPromptError,
    InvalidResponseDataError,
    JSONParseError,
    TypeValidationError,
} from '@ai-sdk/provider';
import {GangwayError} from '../contract/errors.ts';
import type {FailureCode} from './agent.ts';
import {isContextTooLong} from './context-too-long.ts';
import {failed} from './failed.ts';
import type {Failed} from './failed.ts';
import {lineFaultOf} from '../net/line-fault.ts';
import {redact} from '../ops/redact.ts';
import {TriesSpentError} from './model-retry.ts';
import {serviceWords, wordsOfAnswer, type ServiceWords} from './service-words.ts';

/** Thrown where a secret of an agent cannot be had; the cause says why. */
export class SecretUnavailableError extends GangwayError {
    constructor(what: string, cause?: unknown) {
        super('secret-unavailable', `${what} could not be read`, {cause});
    }
}

/** The longest part of a provider's own words that is passed on, characters. */
const LONGEST = 300;

const UNREADABLE = [
    JSONParseError,
    TypeValidationError,
    InvalidResponseDataError,
    EmptyResponseBodyError,
] as const;

/** True for a line of the stream that cannot be read, while the stream itself goes on. */
export function isUnreadableLine(error: unknown): boolean {
    if (sentInStream(error) !== undefined) return false;
    return JSONParseError.isInstance(error) || TypeValidationError.isInstance(error);
}

/**
 * Turns what a model call threw or sent as an error into the run's last event, without `secrets`. `setting` is
 * the one that the service refused, if it refused one.
 */
export function modelFailure(error: unknown, secrets: readonly string[], setting?: string): Failed {
    if (setting !== undefined) {
        const last = modelFailure(error, secrets);
        return {...last, detail: `setting ${setting}: ${last.detail ?? ''}`};
    }
    const clean = (text: string): string => shorten(redact(text, secrets));
    if (error instanceof TriesSpentError) {
        const last = modelFailure(error.cause, secrets);
        return {...last, detail: `${last.detail ?? ''} (after ${error.tries} tries)`.trim()};
    }
    if (error instanceof SecretUnavailableError) {
        return failed(
            'unauthorized',
            clean(`${error.message}: ${describe(error.cause)}`),
            'The key of this agent could not be read. An admin has to check its settings.',
        );
    }
    const line = lineFaultOf(error);
    if (line !== undefined) {
        return failed('unreachable', clean(`${line.detail}; ${line.remedy}`), line.sentence);
    }
    if (APICallError.isInstance(error)) {
        const words = wordsOfAnswer(error);
        // Without a status it never reached the service.
        const code = error.statusCode === undefined ? 'unreachable' : codeOfStatus(error, words);
        return serviceFailure(code, error, words, clean);
    }
    const sent = sentInStream(error);
    if (sent !== undefined) {
        const statusCode = sent.names.map(httpStatus).find((status) => status !== undefined);
        const code =
            statusCode === undefined ? codeOfNames(sent) : codeOfStatus({statusCode}, sent);
        return serviceFailure(code, {name: 'stream error', statusCode}, sent, clean);
    }
    // What could not be read is the answer itself, and its text has no place in a log.
    if (UNREADABLE.some((kind) => kind.isInstance(error))) {
        return failed('bad-response', error instanceof Error ? error.name : undefined);
    }
    if (InvalidPromptError.isInstance(error) || InvalidArgumentError.isInstance(error)) {
        return failed('bad-request', error.name);
    }
    if (error instanceof Error && error.name === 'TimeoutError') return failed('timeout');
    const network = systemCode(error);
    if (network !== undefined) return failed('unreachable', network);
    return failed('internal', clean(describe(error)));
}

/** The service's own error, where a part of the stream is one; undefined for what was thrown here. */
function sentInStream(error: unknown): ServiceWords | undefined {
    // The line was none that the library knows, which goes for `{"error": "text"}` as well.
    const sent = TypeValidationError.isInstance(error) ? error.value : error;
    if (sent instanceof Error || typeof sent !== 'object' || sent === null) return undefined;
    if ('stack' in sent || 'choices' in sent) return undefined;
    const words = serviceWords(sent);
    return words.found && words.text !== '' ? words : undefined;
}

/** Some services write the status that they would have answered with as the error's code. */
function httpStatus(name: string): number | undefined {
    const status = Number(name);
    return status >= 400 && status < 600 ? status : undefined;
}

interface ServiceError {
    readonly name: string;
    readonly statusCode?: number | undefined;
}

function serviceFailure(
    code: FailureCode,
    error: ServiceError,
    {text}: ServiceWords,
    clean: (text: string) => string,
): Failed {
    const status = error.statusCode === undefined ? '' : ` (${error.statusCode})`;
    const words = clean(text);
    const detail = clean(`${error.name}${status}: ${text}${because(error)}`);
    return code === 'bad-request'
        ? failed(
              code,
              detail,
              `The model service refused this request${status}${words === '' ? '.' : `: ${words}`}`,
          )
        : failed(code, detail);
}

function codeOfStatus(error: Pick<APICallError, 'statusCode'>, words: ServiceWords): FailureCode {
    const {statusCode: status = 0} = error;
    if (isContextTooLong({...words, statusCode: status})) return 'context-too-long';
    if (status === 401 || status === 402 || status === 403) return 'unauthorized';
    if (status === 408 || status === 504) return 'timeout';
    if (status === 429) return 'rate-limited';
    if (status >= 500) return 'overloaded';
    if (status >= 400) return 'bad-request';
    // The answer had begun: either its connection broke, or its body is nothing that can be read.
    return systemCode(error) === undefined ? 'bad-response' : 'unreachable';
}

/** The names that services give to their errors inside a stream, where there is no status any more. */
const TYPES: readonly (readonly [RegExp, FailureCode])[] = [
    [/overloaded|server_?error|api_error|unavailable/i, 'overloaded'],
    [/rate_?limit|quota|too_many/i, 'rate-limited'],
    [/authentication|permission|invalid_api_key|billing/i, 'unauthorized'],
    [/timeout/i, 'timeout'],
    [/invalid_request|not_?found|bad_?request/i, 'bad-request'],
];

function codeOfNames(words: ServiceWords): FailureCode {
    if (isContextTooLong(words)) return 'context-too-long';
    const name = words.names.join(' ');
    return TYPES.find(([type]) => type.test(name))?.[1] ?? 'bad-response';
}

function describe(error: unknown): string {
    return error instanceof Error
        ? `${error.name}: ${error.message}${because(error)}`
        : typeof error;
}

function because(error: unknown): string {
    const code = systemCode(error);
    return code === undefined ? '' : ` (${code})`;
}

/**
 * The code of the system error (ECONNREFUSED, UND_ERR_SOCKET, CERT_HAS_EXPIRED …) at the root of an
 * error. By shape, not by class: what `fetch` throws may come from another realm.
 */
function systemCode(error: unknown): string | undefined {
    let code: string | undefined;
    let at = error;
    for (let depth = 0; depth < 8 && typeof at === 'object' && at !== null; depth += 1) {
        if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(at.code)) {
            code = at.code;
        }
        at = 'cause' in at ? at.cause : undefined;
    }
    return code;
}

function shorten(text: string): string {
    return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
