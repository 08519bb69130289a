import type {OutputOf} from '../../../rpc/gob/schema.ts';
import type {RpcClient} from '../../../rpc/net-rpc/client.ts';
import type {RpcMethod} from '../../../rpc/net-rpc/method.ts';
import {PlatformError} from '../../errors.ts';
import {fromAppError, fromCallFailure, fromGoError} from '../plugin-api-error.ts';
import type {appError} from '../wire/errors.ts';

/** How long calls may take, ms. */
export interface CallLimits {
    /** Any call [15000]. */
    readonly callMs: number;
    /** A call that carries a file [300000]. */
    readonly transferMs: number;
}

/** The limits that are used unless a caller says otherwise. */
export const DEFAULT_CALL_LIMITS: CallLimits = {callMs: 15_000, transferMs: 300_000};

type AppErrorOut = OutputOf<typeof appError>;

/** Makes calls and turns what can go wrong into Gangway's errors; see `fromCallFailure`. */
export interface Caller {
    /** The reply as it is. */
    readonly raw: <AI, AO, RI, RO>(
        method: RpcMethod<AI, AO, RI, RO>,
        args: AI,
        signal?: AbortSignal,
        kind?: 'call' | 'transfer',
    ) => Promise<RO>;
    /** The first result of a call whose second is an `AppError`. @throws PlatformError */
    readonly result: <AI, AO, RI, T>(
        method: RpcMethod<AI, AO, RI, {readonly A: T; readonly B?: AppErrorOut}>,
        args: AI,
        signal?: AbortSignal,
        kind?: 'call' | 'transfer',
    ) => Promise<T>;
    /** Like `result` where the first result is a pointer, which must be there. */
    readonly present: <AI, AO, RI, T>(
        method: RpcMethod<AI, AO, RI, {readonly A?: T; readonly B?: AppErrorOut}>,
        args: AI,
        signal?: AbortSignal,
        kind?: 'call' | 'transfer',
    ) => Promise<T>;
    /** Like `present`, but undefined when the server says that it is not there (404). */
    readonly found: <AI, AO, RI, T>(
        method: RpcMethod<AI, AO, RI, {readonly A?: T; readonly B?: AppErrorOut}>,
        args: AI,
        signal?: AbortSignal,
        kind?: 'call' | 'transfer',
    ) => Promise<T | undefined>;
    /** A call whose only result is an `AppError`. @throws PlatformError */
    readonly done: <AI, AO, RI>(
        method: RpcMethod<AI, AO, RI, {readonly A?: AppErrorOut}>,
        args: AI,
        signal?: AbortSignal,
    ) => Promise<void>;
    /** A call whose only result is a Go `error`. @throws PlatformError */
    readonly doneOrGoError: <AI, AO, RI>(
        method: RpcMethod<AI, AO, RI, {readonly A: unknown}>,
        args: AI,
        signal?: AbortSignal,
    ) => Promise<void>;
}

/** Makes the caller of one API stream. */
export function createCaller(client: RpcClient, limits: CallLimits): Caller {
    const raw: Caller['raw'] = async (method, args, signal, kind = 'call') => {
        const timeoutMs = kind === 'call' ? limits.callMs : limits.transferMs;
        try {
            return await client.call(method, args, {timeoutMs, signal});
        } catch (error) {
            throw fromCallFailure(method.name, timeoutMs, error);
        }
    };
    const result: Caller['result'] = async (method, args, signal, kind) => {
        const reply = await raw(method, args, signal, kind);
        if (reply.B !== undefined) throw fromAppError(method.name, reply.B);
        return reply.A;
    };
    const present: Caller['present'] = async (method, args, signal, kind) => {
        const reply = await raw(method, args, signal, kind);
        if (reply.B !== undefined) throw fromAppError(method.name, reply.B);
        if (reply.A === undefined) {
            throw new PlatformError('bad-response', `${method.name}: an empty answer`);
        }
        return reply.A;
    };
    return {
        raw,
        result,
        present,
        found: async (method, args, signal, kind) => {
            try {
                return await present(method, args, signal, kind);
            } catch (error) {
                if (isMissing(error)) return undefined;
                throw error;
            }
        },
        done: async (method, args, signal) => {
            const {A: error} = await raw(method, args, signal);
            if (error !== undefined) throw fromAppError(method.name, error);
        },
        doneOrGoError: async (method, args, signal) => {
            const error = fromGoError(method.name, (await raw(method, args, signal)).A);
            if (error !== undefined) throw error;
        },
    };
}

/** Whether Mattermost said that a thing is not there (not that a method is missing). */
export function isMissing(error: unknown): boolean {
    return error instanceof PlatformError && error.code === 'not-found' && error.serverId !== '';
}
