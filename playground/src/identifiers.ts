import {randomFillSync} from 'node:crypto';

const alphabet = 'ybndrfg8ejkmcpqxot1uwisza345h769';
const length = 26;
const pool = Buffer.allocUnsafe(length * 256);
let used = pool.length;

/** A fresh id in the server's form: 26 characters of its base 32 alphabet. */
export function newId(): string {
    if (used >= pool.length) {
        randomFillSync(pool);
        used = 0;
    }
    let id = '';
    for (let i = 0; i < length; i++) {
        id += alphabet.charAt(pool.readUInt8(used + i) & 31);
    }
    used += length;
    return id;
}

/** Whether the server would take a text for an id: 26 letters and digits. */
export function isValidId(value: string): boolean {
    return /^[A-Za-z0-9]{26}$/.test(value);
}
