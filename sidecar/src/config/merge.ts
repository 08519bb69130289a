import {isObject} from './schema-walk.ts';

// A reference to a secret is one value: half of one and half of another would be nonsense.
const WHOLE = new Set(['botToken']);

/**
 * Lays one settings object over another: objects merge key by key, lists and all other values
 * replace what lies below.
 */
export function mergeKeyByKey(below: unknown, above: unknown): unknown {
    if (above === undefined) return below;
    if (!isObject(below) || !isObject(above)) return above;
    const merged = new Map(Object.entries(below));
    for (const [name, value] of Object.entries(above)) {
        merged.set(name, WHOLE.has(name) ? value : mergeKeyByKey(merged.get(name), value));
    }
    return Object.fromEntries(merged);
}
