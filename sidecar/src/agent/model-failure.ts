import {
    APICallError,
    EmptyResponseBodyError,
    InvalidArgumentError,
    InvalidPromptError,
    InvalidResponseDataError,
    JSONParseError,
    TypeValidationError,
} from '@ai-sdk/provider';
import * as z from 'zod';
import {GangwayError} from '../contract/errors.ts';
import type {FailureCode} from './agent.ts';
import {failed} from './failed.ts';
import type {Failed} from './failed.ts';
import {redact} from '../ops/redact.ts';
import {TriesSpentError} from './model-retry.ts';

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
    return JSONParseError.isInstance(error) || TypeValidationError.isInstance(error);
}

/** Turns what a model call threw or sent as an error into the run's last event, without `secrets`. */
export function modelFailure(error: unknown, secrets: readonly string[]): Failed {
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
    if (APICallError.isInstance(error)) {
        // Without a status it never reached the service.
        const code = error.statusCode === undefined ? 'unreachable' : codeOfStatus(error);
        return serviceFailure(code, error, clean);
    }
    const sent = sentSchema.safeParse(error).data;
    if (sent !== undefined) {
        const statusCode = sent.statusCode ?? httpStatus(sent.code);
        const code = statusCode === undefined ? codeOfType(sent) : codeOfStatus({statusCode});
        return serviceFailure(code, {...sent, name: 'stream error', statusCode}, clean);
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

/** An error as a provider puts it into the stream: the service's own words, as an object. */
const sentSchema = z.object({
    message: z.string(),
    type: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
    statusCode: z.number().optional(),
    // What has one was thrown here.
    stack: z.undefined().optional(),
});
type Sent = z.infer<typeof sentSchema>;

/** Some services write the status that they would have answered with as the error's code. */
function httpStatus(code: Sent['code']): number | undefined {
    const status = Number(code ?? 0);
    return status >= 400 && status < 600 ? status : undefined;
}

interface ServiceError {
    readonly name: string;
    readonly message: string;
    readonly statusCode?: number | undefined;
}

function serviceFailure(
    code: FailureCode,
    error: ServiceError,
    clean: (text: string) => string,
): Failed {
    const status = error.statusCode === undefined ? '' : ` (${error.statusCode})`;
    const words = clean(error.message);
    const detail = clean(`${error.name}${status}: ${error.message}${because(error)}`);
    return code === 'bad-request'
        ? failed(
              code,
              detail,
              `The model service refused this request${status}${words === '' ? '.' : `: ${words}`}`,
          )
        : failed(code, detail);
}

function codeOfStatus(error: Pick<APICallError, 'statusCode'>): FailureCode {
    const {statusCode: status = 0} = error;
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
    [/overloaded|server_error|api_error|unavailable/, 'overloaded'],
    [/rate_limit|quota|too_many/, 'rate-limited'],
    [/authentication|permission|invalid_api_key|billing/, 'unauthorized'],
    [/timeout/, 'timeout'],
    [/invalid_request|not_found|context_length/, 'bad-request'],
];

function codeOfType(error: Sent): FailureCode {
    const name = `${error.type ?? ''} ${error.code ?? ''}`;
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
