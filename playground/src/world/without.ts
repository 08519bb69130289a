import type {JsonMap} from './records.ts';

/** A copy of a map without some of its keys. */
export function without(map: JsonMap, ...keys: string[]): JsonMap {
    return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
