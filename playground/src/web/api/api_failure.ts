import {GangwayError} from '../../../../sidecar/src/contract/errors.ts';

/** A request that the server refused, or (status 0) that did not reach it. */
export class ApiFailure extends GangwayError {
    readonly status: number;

    constructor(status: number, code: string, message: string, cause?: unknown) {
        super(code, message, {cause});
        this.status = status;
    }
}

/** What to tell a person about a failure of whatever kind. */
export function explain(cause: unknown): string {
    return cause instanceof ApiFailure ? cause.message : 'Something went wrong. Try again.';
}
