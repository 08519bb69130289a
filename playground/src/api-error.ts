import {GangwayError} from '../../sidecar/src/contract/errors.ts';
import {messageFor} from './messages.ts';

/** A refusal in the server's own form; `code` is the error id that clients see. */
export class ApiError extends GangwayError {
    readonly status: number;
    /** '' but where the server tells outside of developer mode too. */
    readonly detail: string;

    constructor(
        status: number,
        id: string,
        values: Readonly<Record<string, string | number>> = {},
        options: {cause?: unknown; detail?: string} = {},
    ) {
        super(id, messageFor(id, values), options);
        this.status = status;
        this.detail = options.detail ?? '';
    }

    /** The body of the answer; `requestId` '' leaves it out. */
    toBody(requestId: string): Record<string, string | number> {
        return {
            id: this.code,
            message: this.message,
            detailed_error: this.detail,
            ...(requestId === '' ? {} : {request_id: requestId}),
            status_code: this.status,
        };
    }
}

/** 400 for a field of the body that is missing or wrong. */
export function invalidParam(name: string): ApiError {
    return new ApiError(400, 'api.context.invalid_body_param.app_error', {Name: name});
}

/** 400 for a part of the path or the query that is missing or wrong. */
export function invalidUrlParam(name: string): ApiError {
    return new ApiError(400, 'api.context.invalid_url_param.app_error', {Name: name});
}

/** 403 for a permission that the session lacks. */
export function forbidden(): ApiError {
    return new ApiError(403, 'api.context.permissions.app_error');
}

/** 401 for a session that is absent, expired or revoked. */
export function unauthorized(): ApiError {
    return new ApiError(401, 'api.context.session_expired.app_error');
}

/** 404 for a path that the server has no route for. */
export function noSuchPage(path: string): ApiError {
    const detail =
        `There doesn't appear to be an api call for the url='${path}'.  ` +
        'Typo? are you missing a team_id or user_id as part of the url?';
    return new ApiError(404, 'api.context.404.app_error', {}, {detail});
}

/** 501 for what the real server knows and this one does not. */
export function notImitated(route: string): ApiError {
    return new ApiError(501, 'playground.not_implemented', {Route: route});
}
