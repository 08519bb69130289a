/**
 * The base of every error that Gangway throws on purpose: `code` is for programs, `message` for
 * people, `cause` for the log. Expected outcomes are returned, not thrown.
 */
export class GangwayError extends Error {
    readonly code: string;

    constructor(code: string, message: string, options?: {cause?: unknown}) {
        super(message, options);
        this.name = new.target.name;
        this.code = code;
    }
}

/** Thrown where a wait or a call was given up because its signal was aborted. */
export class CancelledError extends GangwayError {
    constructor(what: string, cause?: unknown) {
        super('cancelled', `${what} was cancelled`, {cause});
    }
}

/** Thrown where a call was given up because its time limit passed. */
export class TimeoutError extends GangwayError {
    constructor(what: string, ms: number, cause?: unknown) {
        super('timeout', `${what} took longer than ${ms} ms`, {cause});
    }
}

/** What was thrown as an error, for a log line or a cause: JavaScript can throw anything. */
export function errorOf(thrown: unknown): Error {
    return thrown instanceof Error ? thrown : new Error(String(thrown), {cause: thrown});
}
