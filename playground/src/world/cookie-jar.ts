import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto';
import * as z from 'zod';
import type {CookieJar} from './ephemerals.ts';

const ivLength = 12;
const tagLength = 16;
const contentSchema = z.record(z.string(), z.unknown());

/** AES-GCM with a key that lives as long as the world. */
export function createCookieJar(): CookieJar {
    const key = randomBytes(32);
    return {
        seal(content) {
            const iv = randomBytes(ivLength);
            const cipher = createCipheriv('aes-256-gcm', key, iv);
            const body = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final()]);
            return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64');
        },
        open(cookie) {
            const bytes = Buffer.from(cookie, 'base64');
            if (bytes.length <= ivLength + tagLength) {
                return undefined;
            }
            const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength));
            decipher.setAuthTag(bytes.subarray(-tagLength));
            try {
                const body = decipher.update(bytes.subarray(ivLength, -tagLength));
                const text = Buffer.concat([body, decipher.final()]).toString('utf8');
                return contentSchema.parse(JSON.parse(text));
            } catch {
                // A cookie that was not made with this key is as good as none.
                return undefined;
            }
        },
    };
}
