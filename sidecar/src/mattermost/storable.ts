/**
 * A text, or whatever holds texts, without U+0000, which the server's database refuses in messages and in
 * any prop; it becomes U+FFFD. The same value where there is none.
 */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
    if (typeof value === 'string') return value.includes('\0') ? clean(value) : value;
    if (isList(value)) return value.some(hasNul) ? value.map((one) => storable(one)) : value;
    if (!isRecord(value) || !hasNul(value)) return value;
    return Object.fromEntries(
        Object.entries(value).map(([name, one]) => [clean(name), storable(one)]),
    );
}

const clean = (text: string): string => text.replaceAll('\0', '\ufffd');

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Objects of classes (bytes, a signal) are no JSON. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return (
        prototype === null ||
        (typeof prototype === 'object' && Object.getPrototypeOf(prototype) === null)
    );
}

function hasNul(value: unknown): boolean {
    if (typeof value === 'string') return value.includes('\0');
    if (isList(value)) return value.some(hasNul);
    if (!isRecord(value)) return false;
    return Object.entries(value).some(([name, one]) => name.includes('\0') || hasNul(one));
}
