import {createHmac, timingSafeEqual} from 'node:crypto';

/** What a button carries: strings and numbers, so that it reads the same after any JSON round trip. */
export type ButtonContext = Readonly<Record<string, string | number>>;

/**
 * The token over a button's context: HMAC-SHA256, in hex, over its compact JSON with keys sorted by code
 * point and `_token` left out (the form that OpenClaw's scripts sign).
 */
export function signContext(secret: string, context: ButtonContext): string {
    const keys = Object.keys(context)
        .filter((key) => key !== '_token')
        .sort();
    const canonical = JSON.stringify(Object.fromEntries(keys.map((key) => [key, context[key]])));
    return createHmac('sha256', secret).update(canonical).digest('hex');
}

/** Whether `token` was made by `signContext` with this secret and context; compared in constant time. */
export function verifyContext(secret: string, context: ButtonContext, token: string): boolean {
    const expected = Buffer.from(signContext(secret, context));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
}
