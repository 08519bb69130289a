import {apiMethods} from '../wire/api-methods.ts';
import type {Caller} from './caller.ts';

/** How a value is set. */
export interface KvSetOptions {
    /** Only if the value now is `oldValue` (absent: only if there is none). */
    readonly atomic?: boolean | undefined;
    readonly oldValue?: Uint8Array | undefined;
    /** Whole seconds; 0 or absent = for ever. */
    readonly expireInSeconds?: number | undefined;
}

/** The plugin's key value store: keys of 1 to 150 characters, shared by all nodes of a cluster. */
export interface KvCalls {
    /** Undefined when there is none; an empty value cannot be stored. */
    kvGet(key: string, signal?: AbortSignal): Promise<Buffer | undefined>;
    /**
     * False when `atomic` and another value was there. An undefined or empty `value` deletes.
     */
    kvSetWithOptions(
        key: string,
        value: Uint8Array | undefined,
        options: KvSetOptions,
        signal?: AbortSignal,
    ): Promise<boolean>;
    /** A missing key is no error. */
    kvDelete(key: string, signal?: AbortSignal): Promise<void>;
    /** A page of all keys, in the database's order, the server's own `mmi_…` among them. */
    kvList(page: number, perPage: number, signal?: AbortSignal): Promise<readonly string[]>;
}

/** Makes the calls of the store. */
export function createKvCalls({result, done}: Caller): KvCalls {
    return {
        kvGet: async (key, signal) => {
            const value = await result(apiMethods.kvGet, {A: key}, signal);
            return value.length === 0 ? undefined : value;
        },
        kvSetWithOptions: (key, value, options, signal) => {
            const C = {
                Atomic: options.atomic,
                OldValue: options.oldValue,
                ExpireInSeconds: options.expireInSeconds,
            };
            return result(apiMethods.kvSetWithOptions, {A: key, B: value, C}, signal);
        },
        kvDelete: (key, signal) => done(apiMethods.kvDelete, {A: key}, signal),
        kvList: (page, perPage, signal) => result(apiMethods.kvList, {A: page, B: perPage}, signal),
    };
}
