import {Named} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import type {JsonMap} from '../world/records.ts';

/** Values of Go's `any` as the JSON that clients get: types lose their names, bytes are base64. */
export function plainJson(value: unknown): unknown {
    if (value instanceof Named) {
        return snakeCased(value.value);
    }
    if (typeof value === 'bigint') {
        return Number(value);
    }
    if (value instanceof Uint8Array) {
        return Buffer.from(value).toString('base64');
    }
    if (Array.isArray(value)) {
        return value.map(plainJson);
    }
    if (typeof value === 'object' && value !== null) {
        return Object.fromEntries(
            Object.entries(value).map(([key, part]) => [key, plainJson(part)]),
        );
    }
    return value;
}

/** What is inside of these is the plugin's own, whose names stay. */
const opaqueFields = new Set(['Context', 'Value']);

/**
 * A struct of Go as the JSON that Go makes of it, as far as attachments need: `AuthorName` becomes
 * `author_name`, and what is absent is left out.
 */
export function snakeCased(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(snakeCased);
    }
    return typeof value !== 'object' || value === null || value instanceof Named
        ? plainJson(value)
        : snakeCasedStruct(value);
}

/** As `snakeCased`, for what is known to be a struct. */
export function snakeCasedStruct(value: object): JsonMap {
    const fields = Object.entries(value).flatMap(([name, part]: [string, unknown]) =>
        part === undefined || part === null
            ? []
            : [
                  [
                      fieldName(name),
                      opaqueFields.has(name) ? plainJson(part) : snakeCased(part),
                  ] as const,
              ],
    );
    return Object.fromEntries<unknown>(fields);
}

function fieldName(name: string): string {
    return name === 'Timestamp' ? 'ts' : name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}
