import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';

/** How a value is put; `oldValue` without `atomic` is refused, as on the server. */
export interface KvSetOptions {
    readonly atomic?: boolean;
    /** Empty = there must be no value. */
    readonly oldValue?: Uint8Array;
    /** 0 and absent = for ever. */
    readonly expireInSeconds?: number;
}

/** The key-value rows of all plugins; they outlive their plugins. Empty values do not exist. */
export interface PluginKv {
    get(pluginId: string, key: string): Buffer | undefined;
    /**
     * An empty value deletes. False when `atomic` and another value was there.
     * @throws ApiError 400 for a bad key or bad options
     */
    set(pluginId: string, key: string, value: Uint8Array, options?: KvSetOptions): boolean;
    delete(pluginId: string, key: string): void;
    /** False when another value was there; an empty `oldValue` never matches. */
    compareAndDelete(pluginId: string, key: string, oldValue: Uint8Array): boolean;
    deleteAll(pluginId: string): void;
    /** Keys in their order; 10 a page when `perPage` is 0. */
    list(pluginId: string, page: number, perPage: number): readonly string[];
}

interface Row {
    readonly value: Buffer;
    /** 0 = never. */
    readonly expireAt: number;
}

const longestKey = 150;
const defaultPerPage = 10;

/** Keeps the rows in memory, by the world's clock. */
export function createPluginKv(core: Core): PluginKv {
    const plugins = new Map<string, Map<string, Row>>();

    const rowsOf = (pluginId: string): Map<string, Row> => {
        const rows = plugins.get(pluginId) ?? new Map<string, Row>();
        plugins.set(pluginId, rows);
        return rows;
    };
    const live = (pluginId: string, key: string): Row | undefined => {
        const rows = rowsOf(pluginId);
        const row = rows.get(key);
        if (row === undefined || row.expireAt === 0 || row.expireAt > core.now()) {
            return row;
        }
        rows.delete(key);
        return undefined;
    };
    const put = (pluginId: string, key: string, value: Uint8Array, seconds: number): void => {
        if (value.length === 0) {
            rowsOf(pluginId).delete(key);
            return;
        }
        const expireAt = seconds === 0 ? 0 : core.now() + seconds * 1000;
        rowsOf(pluginId).set(key, {value: Buffer.from(value), expireAt});
    };

    const kv: PluginKv = {
        get: (pluginId, key) => live(pluginId, key)?.value,
        set(pluginId, key, value, options = {}) {
            const {atomic = false, oldValue = new Uint8Array(), expireInSeconds = 0} = options;
            if (!atomic && oldValue.length > 0) {
                throw new ApiError(400, 'model.plugin_kvset_options.is_valid.old_value.app_error');
            }
            refuseBadKey(key);
            if (atomic) {
                if (value.length === 0) {
                    return kv.compareAndDelete(pluginId, key, oldValue);
                }
                const now = live(pluginId, key)?.value ?? new Uint8Array();
                if (Buffer.compare(now, oldValue) !== 0) {
                    return false;
                }
            }
            put(pluginId, key, value, expireInSeconds);
            return true;
        },
        delete: (pluginId, key) => void rowsOf(pluginId).delete(key),
        compareAndDelete(pluginId, key, oldValue) {
            refuseBadKey(key);
            const row = live(pluginId, key);
            const isSame = row !== undefined && Buffer.compare(row.value, oldValue) === 0;
            return isSame && rowsOf(pluginId).delete(key);
        },
        deleteAll: (pluginId) => void plugins.delete(pluginId),
        list(pluginId, page, perPage) {
            const keys = [...rowsOf(pluginId).keys()].filter(
                (key) => live(pluginId, key) !== undefined,
            );
            const size = perPage <= 0 ? defaultPerPage : perPage;
            return keys.sort().slice(Math.max(page, 0) * size, (Math.max(page, 0) + 1) * size);
        },
    };
    return kv;
}

function refuseBadKey(key: string): void {
    if (key === '' || Array.from(key).length > longestKey) {
        throw new ApiError(400, 'model.plugin_key_value.is_valid.key.app_error', {
            Min: 0,
            Max: longestKey,
        });
    }
}
