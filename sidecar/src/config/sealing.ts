import {createCipheriv, createDecipheriv, hkdfSync, randomBytes} from 'node:crypto';
import type {PathStep} from './problem.ts';
import {isObject, visitKeys, type JsonSchema} from './schema-walk.ts';

/** Encrypts what must not stand in the store as text. */
export interface Sealer {
    seal(secret: string): string;
    /** Undefined for what was sealed with another key, or changed since. */
    open(sealed: string): string | undefined;
}

/** Several keys: what was sealed with an older one is still opened, and can be sealed with the newest. */
export interface KeyRing extends Sealer {
    /** Whether there is a key beside the newest. */
    readonly hasOlder: boolean;
    /**
     * Seals a secret again with the newest key. Undefined where that needs nothing (it is sealed with it) or
     * cannot be done (with none of the keys).
     */
    renew(sealed: string): string | undefined;
}

/** Begins a sealed text: format 1, AES-256-GCM, `<iv>.<tag>.<ciphertext>` in base64url. */
const PREFIX = 'sealed:1:';
const IV_BYTES = 12;

/** Whether a text is the outcome of `seal`. */
export function isSealed(text: string): boolean {
    return text.startsWith(PREFIX);
}

/**
 * Makes a sealer from key material of any length (at least 16 characters to be worth anything);
 * `purpose` separates keys that are made of the same material.
 */
export function createSealer(material: string, purpose: string): Sealer {
    const key = Buffer.from(hkdfSync('sha256', material, 'gangway', purpose, 32));
    return {
        seal(secret) {
            const iv = randomBytes(IV_BYTES);
            const cipher = createCipheriv('aes-256-gcm', key, iv);
            const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
            const parts = [iv, cipher.getAuthTag(), text];
            return PREFIX + parts.map((part) => part.toString('base64url')).join('.');
        },
        open(sealed) {
            if (!isSealed(sealed)) return undefined;
            const written = sealed.slice(PREFIX.length).split('.');
            const parts = written.map((part) => Buffer.from(part, 'base64url'));
            // The decoder skips what is no base64url and the last character's spare bits.
            if (parts.some((part, index) => part.toString('base64url') !== written[index]))
                return undefined;
            const [iv, tag, text] = parts;
            if (iv?.length !== IV_BYTES || tag?.length !== 16 || text === undefined)
                return undefined;
            const decipher = createDecipheriv('aes-256-gcm', key, iv);
            decipher.setAuthTag(tag);
            try {
                return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
            } catch {
                // The tag does not fit: another key, or other bytes.
                return undefined;
            }
        },
    };
}

/** Puts keys on a ring; `newest` seals. */
export function createKeyRing(newest: Sealer, older: readonly Sealer[]): KeyRing {
    const openOlder = (sealed: string): string | undefined => {
        for (const sealer of older) {
            const secret = sealer.open(sealed);
            if (secret !== undefined) return secret;
        }
        return undefined;
    };
    return {
        hasOlder: older.length > 0,
        seal: (secret) => newest.seal(secret),
        open: (sealed) => newest.open(sealed) ?? openOlder(sealed),
        renew(sealed) {
            if (newest.open(sealed) !== undefined) return undefined;
            const secret = openOlder(sealed);
            return secret === undefined ? undefined : newest.seal(secret);
        },
    };
}

/** Paths of the secrets in settings that stand there as text; references are no secrets. */
export function secretPaths(schema: JsonSchema, settings: unknown): (readonly PathStep[])[] {
    const found: (readonly PathStep[])[] = [];
    visitKeys(schema, settings, (path, part, value) => {
        if (part['secret'] !== true) return true;
        if (typeof value === 'string') found.push(path);
        return false;
    });
    return found;
}

/** A copy of settings with the text at each path replaced by a value; `undefined` takes it out. */
export function changeTexts(
    value: unknown,
    paths: readonly (readonly PathStep[])[],
    change: (text: string, path: readonly PathStep[]) => unknown,
): unknown {
    const wanted = new Map(paths.map((path) => [JSON.stringify(path), path]));
    const walk = (part: unknown, path: readonly PathStep[]): unknown => {
        if (typeof part === 'string' && wanted.has(JSON.stringify(path))) return change(part, path);
        if (!isObject(part)) return part;
        return Object.fromEntries(
            Object.entries(part).flatMap(([key, inner]) => {
                const next = walk(inner, [...path, key]);
                return next === undefined ? [] : [[key, next]];
            }),
        );
    };
    return walk(value, []);
}
