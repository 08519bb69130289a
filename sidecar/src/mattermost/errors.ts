import {GangwayError} from '../contract/errors.ts';

/** Why a server did not do what it was asked; `redirected` and `bad-response` mean "not Mattermost". */
export type PlatformErrorCode =
    | 'unauthorized'
    | 'forbidden'
    | 'not-found'
    | 'too-large'
    | 'rate-limited'
    | 'refused'
    | 'redirected'
    | 'unavailable'
    | 'server-error'
    | 'unreachable'
    | 'bad-response';

/**
 * Thrown by every Platform method when the server refused or could not be reached. `status` is the
 * HTTP status, 0 where there was no answer; `serverId` is Mattermost's error id, '' where it gave none.
 */
export class PlatformError extends GangwayError {
    declare readonly code: PlatformErrorCode;
    readonly status: number;
    readonly serverId: string;

    constructor(
        code: PlatformErrorCode,
        message: string,
        details: {status?: number; serverId?: string; cause?: unknown} = {},
    ) {
        super(code, message, {cause: details.cause});
        this.status = details.status ?? 0;
        this.serverId = details.serverId ?? '';
    }
}

/** Refusals for good that the server gives plugins with 500: the root of a reply is in another channel. */
const REFUSED_IDS: ReadonlySet<string> = new Set([
    'api.post.create_post.channel_root_id.app_error',
]);

/** The code that fits an HTTP status that is not a success, and Mattermost's error id [none]. */
export function codeForStatus(status: number, serverId = ''): PlatformErrorCode {
    if (REFUSED_IDS.has(serverId)) return 'refused';
    if (status >= 300 && status < 400) return 'redirected';
    switch (status) {
        case 401:
            return 'unauthorized';
        case 403:
            return 'forbidden';
        case 404:
            return 'not-found';
        case 413:
            return 'too-large';
        case 429:
            return 'rate-limited';
        case 502:
        case 503:
        case 504:
            return 'unavailable';
        default:
            return status >= 500 ? 'server-error' : 'refused';
    }
}
