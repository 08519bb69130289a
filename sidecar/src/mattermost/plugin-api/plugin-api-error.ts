import {CancelledError, type GangwayError, TimeoutError} from '../../contract/errors.ts';
import {GobError, type GobErrorCode} from '../../rpc/gob/gob-error.ts';
import type {OutputOf} from '../../rpc/gob/schema.ts';
import {RpcError} from '../../rpc/net-rpc/rpc-error.ts';
import {codeForStatus, PlatformError, type PlatformErrorCode} from '../errors.ts';
import {appErrorValue, type appError, errorString} from './wire/errors.ts';

/**
 * What an `AppError` means. Its message is Mattermost's own, in the server's language, and holds no
 * secrets.
 */
export function fromAppError(method: string, error: OutputOf<typeof appError>): PlatformError {
    const status = error.StatusCode;
    return new PlatformError(
        codeForStatus(status, error.Id),
        `${method}: ${error.Message === '' ? error.Id : error.Message}`,
        {status, serverId: error.Id},
    );
}

/** What a Go `error` in a reply means: an `AppError`, a text, or nothing for nil. */
export function fromGoError(method: string, error: unknown): PlatformError | undefined {
    if (error === null || error === undefined) return undefined;
    const known = appErrorValue.read(error);
    if (known !== undefined) return fromAppError(method, known);
    const text = errorString.read(error)?.Err ?? 'an error of a kind that is not known here';
    return new PlatformError('refused', `${method}: ${text}`);
}

/**
 * What a call without a reply means to those above: cancelled, out of time, the server gone, or
 * (an argument or a reply that does not fit, a method that an old server does not have) a fault.
 * Other errors pass as they are.
 */
export function fromCallFailure(method: string, limitMs: number, error: unknown): unknown {
    if (error instanceof GobError) {
        return new PlatformError(codeOfGob(error.code), `${method}: ${error.message}`, {
            cause: error,
        });
    }
    if (!(error instanceof RpcError)) return error;
    return fromRpcError(method, limitMs, error);
}

function codeOfGob(code: GobErrorCode): PlatformErrorCode {
    switch (code) {
        case 'gob_value':
            return 'refused';
        case 'gob_too_large':
            return 'too-large';
        case 'gob_malformed':
        case 'gob_mismatch':
            return 'bad-response';
    }
}

function fromRpcError(method: string, limitMs: number, error: RpcError): GangwayError {
    switch (error.code) {
        case 'rpc_cancelled':
            return new CancelledError(method, error);
        case 'rpc_timeout':
            return new TimeoutError(method, limitMs, error);
        case 'rpc_closed':
            return new PlatformError('unreachable', `${method}: the server is gone`, {
                cause: error,
            });
        case 'rpc_no_method':
            return new PlatformError('not-found', `${method}: this server does not have it`, {
                cause: error,
            });
        case 'rpc_remote':
            return new PlatformError('bad-response', `${method}: ${error.message}`, {
                cause: error,
            });
    }
}
