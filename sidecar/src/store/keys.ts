import {StoreError} from './errors.ts';
import {MAX_KEY_LENGTH} from './store.ts';

/**
 * Refuses keys that some store could not hold: empty, above 150 code points, with a NUL or half a
 * surrogate pair.
 * @throws StoreError `key-invalid`.
 */
export function checkKey(key: string): void {
    if (key === '') throw new StoreError('key-invalid', 'A store key must not be empty');
    // UTF-16 length is a cheap upper bound; only long keys are counted by code point.
    if (key.length > MAX_KEY_LENGTH && Array.from(key).length > MAX_KEY_LENGTH) {
        throw new StoreError('key-invalid', `A store key may have ${MAX_KEY_LENGTH} characters`);
    }
    if (key.includes('\0') || !key.isWellFormed()) {
        throw new StoreError('key-invalid', 'A store key must be well-formed text without NUL');
    }
}

/** Orders keys by code point, as SQLite's and PostgreSQL's binary collations do; `<` on strings does not. */
export function compareKeys(a: string, b: string): number {
    const length = Math.min(a.length, b.length);
    for (let i = 0; i < length; i++) {
        const x = a.charCodeAt(i);
        const y = b.charCodeAt(i);
        if (x !== y) return rank(x) - rank(y);
    }
    return a.length - b.length;
}

/** The smallest string above all that begin with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: string): string | undefined {
    const points = Array.from(prefix);
    for (let last = points.pop(); last !== undefined; last = points.pop()) {
        const point = last.codePointAt(0) ?? 0;
        if (point === 0x10ffff) continue;
        // Between D800 and DFFF lie no characters.
        const next = point === 0xd7ff ? 0xe000 : point + 1;
        return points.join('') + String.fromCodePoint(next);
    }
    return undefined;
}

/** Surrogates stand for code points above U+FFFF, so they sort behind every other unit. */
function rank(unit: number): number {
    return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
