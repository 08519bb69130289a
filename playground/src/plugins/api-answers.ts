import type {appError} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import {
    appErrorValue,
    errorString,
} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import type {Named} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import type {InputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import type {RpcMethod} from '../../../sidecar/src/rpc/net-rpc/method.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {ApiError} from '../api-error.ts';
import {wireError} from './wire-values.ts';

type ErrorIn = InputOf<typeof appError>;

/** Answers with the result in A, or with the refusal in B. */
export function answer<AI, AO, T, R>(
    method: RpcMethod<AI, AO, {readonly A?: T | undefined; readonly B?: ErrorIn | undefined}, R>,
    run: (args: AO) => T | undefined | Promise<T | undefined>,
): RpcHandler {
    return handle(method, async (args) => {
        try {
            return {A: await run(args)};
        } catch (error) {
            return {B: refusal(method.name, error)};
        }
    });
}

/** Answers with nothing, or with the refusal in A. */
export function done<AI, AO, R>(
    method: RpcMethod<AI, AO, {readonly A?: ErrorIn | undefined}, R>,
    run: (args: AO) => unknown,
): RpcHandler {
    return handle(method, async (args) => {
        try {
            await run(args);
            return {};
        } catch (error) {
            return {A: refusal(method.name, error)};
        }
    });
}

/** A refusal that has no id, only a text. */
export class GoTextError extends Error {}

/** As `done`, where Go has its own type `error`. */
export function doneOrGoError<AI, AO, R>(
    method: RpcMethod<AI, AO, {readonly A?: Named}, R>,
    run: (args: AO) => unknown,
): RpcHandler {
    return handle(method, async (args) => {
        try {
            await run(args);
            return {};
        } catch (error) {
            if (error instanceof GoTextError) {
                return {A: errorString.of({Err: error.message})};
            }
            return {A: appErrorValue.of(refusal(method.name, error))};
        }
    });
}

/** A refusal is an answer; all else is a fault of ours, and the plugin gets its text. */
function refusal(method: string, error: unknown): ErrorIn {
    if (error instanceof ApiError) {
        return wireError(error, method.replace('Plugin.', ''));
    }
    throw error;
}

/**
 * An argument that is a pointer in Go: without it the real server goes down as a whole.
 * @throws Error so that the mistake is seen here
 */
export function pointer<T>(value: T | undefined): T {
    if (value === undefined) {
        throw new Error('a nil pointer: this call would end a Mattermost server');
    }
    return value;
}
