import {domainToASCII} from 'node:url';

/** Domains whose links stay links, each with the names below it. */
export type AllowedDomains = readonly string[];

/** What clients make a link by themselves, in the spellings that they take. */
const ADDRESS =
    /(?:[a-z][a-z\d.+-]*:\/{1,3}|https?:|www\d{0,3}\.|[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,4}\/)[^\s<>`|]+/iuy;
const TRAILING = /[.,;:!?'"*_~\]}]+$/;
const WORD = /[\p{L}\p{N}_.@/-]/u;
const SCHEME = /^[a-z][a-z\d.+-]*:/i;

/** The address that begins at `at`, and where it ends. */
export function addressAt(
    text: string,
    at: number,
): {readonly address: string; readonly end: number} | undefined {
    if (text[at] === '<') {
        const inner = /^<([^\s<>]+)>/.exec(text.slice(at));
        const address = inner?.[1] ?? '';
        if (inner === null || !SCHEME.test(address) || isMail(address)) return undefined;
        return {address, end: at + inner[0].length};
    }
    if (at > 0 && WORD.test(text.charAt(at - 1))) return undefined;
    ADDRESS.lastIndex = at;
    const found = ADDRESS.exec(text)?.[0];
    if (found === undefined || isMail(found)) return undefined;
    const address = trimmed(found);
    return address === '' ? undefined : {address, end: at + address.length};
}

/** Without the punctuation of the sentence, and a bracket that was opened before it. */
function trimmed(found: string): string {
    let address = found.replace(TRAILING, '');
    while (address.endsWith(')') && count(address, ')') > count(address, '(')) {
        address = address.slice(0, -1).replace(TRAILING, '');
    }
    return address;
}

const count = (text: string, char: string): number => text.split(char).length - 1;

const isMail = (address: string): boolean => /^(?:mailto|tel):/i.test(address);

/**
 * Whether a link to `address` may be one. Links within the server (`/team/…`), mail addresses and phone
 * numbers always may; without a list, all.
 */
export function isAllowed(address: string, allow: AllowedDomains | undefined): boolean {
    if (allow === undefined || isMail(address)) return true;
    if (/^(?:\/(?![/\\])|#)/.test(address) || address === '') return true;
    const host = hostOf(address);
    return host !== undefined && allow.some((domain) => isWithin(host, normalised(domain)));
}

function hostOf(address: string): string | undefined {
    // A client reads character references and escapes, which would make another host of it.
    const whole = SCHEME.test(address) ? address : `http://${address.replace(/^[/\\]+/, '')}`;
    try {
        const {protocol, hostname} = new URL(whole);
        if (!['http:', 'https:', 'ftp:'].includes(protocol)) return undefined;
        return /[&%\\]/.test(whole.slice(0, whole.indexOf(hostname))) ? undefined : hostname;
    } catch {
        return undefined;
    }
}

function normalised(domain: string): string {
    const name = domain
        .trim()
        .toLowerCase()
        .replace(/^\*?\./, '');
    return domainToASCII(name) || name;
}

const isWithin = (host: string, domain: string): boolean =>
    domain !== '' && (host === domain || host.endsWith(`.${domain}`));
