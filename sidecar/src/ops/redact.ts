const MASK = '[redacted]';

/**
 * Longer texts are cut before they are searched, characters: the engine's stack ends at some millions. All that
 * is kept of a text, in a log or before people, is far shorter.
 */
const MAX_SEARCHED = 256 * 1024;
/** As much is taken off the end of a text that was cut: it may be the first half of a secret. */
const MAX_SECRET = 8 * 1024;

/** What looks like a secret wherever it stands; the named group `keep` stays readable. */
const SHAPES: readonly RegExp[] = [
    // Addresses with a user or a password: scheme://user:password@host
    /(?<keep>\/\/)[^\s/?#@]+@/g,
    // Query parameters and fields by the end of their names: ?api_key=…, "token": "…", password: …
    /(?<keep>(?:api[_-]?key|secret|password|passwd|token|credential)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s&"',;)}\]]+)/gi,
    // Headers: Authorization: Bearer …, x-api-key: …, Cookie: …
    /(?<keep>authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|token)\s+)?[^\s"',;]+/gi,
    /(?<keep>cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi,
    /(?<keep>\b(?:bearer|basic)\s+)[\w.~+/=*-]{6,}/gi,
    // With a digit in it: "token exceeds" is a sentence.
    /(?<keep>\btoken\s+)(?=[a-z._~+/=-]{0,40}\d)[\w.~+/=-]{8,}/gi,
    // Keys of vendors, also where the vendor has starred out their middle: sk-…, gsk_…, AIza…, JWTs
    /\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|glpat|xox[abp])[-_][\w*.-]{4,}/g,
    /\bAIza[\w-]{10,}/g,
    /\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g,
];

/** Takes secrets out of texts that leave the program (logs, errors shown to people). */
export interface Redactor {
    /** From now on `secret` is masked everywhere; values under 6 characters are too common to mask. */
    add(secret: string): void;
    clean(text: string): string;
}

/** Makes a redactor that knows the secrets' shapes, and by `add` their values. */
export function createRedactor(): Redactor {
    const known = new Set<string>();
    let forms: readonly string[] = [];
    return {
        add(secret) {
            if (secret.length < 6 || known.has(secret)) return;
            known.add(secret);
            forms = formsOf([...known]);
        },
        clean: (text) => mask(text, forms),
    };
}

/**
 * Takes secrets out of a text that came from outside: the given ones wherever they stand (as they are,
 * percent-encoded and in base64), and everything that has the shape of one.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
    return mask(text, formsOf(secrets));
}

function mask(text: string, secretForms: readonly string[]): string {
    if (text.length > MAX_SEARCHED) {
        return mask(text.slice(0, MAX_SEARCHED), secretForms).slice(0, -MAX_SECRET);
    }
    let clean = text;
    for (const form of secretForms) clean = clean.replaceAll(form, MASK);
    for (const shape of SHAPES) {
        clean = clean.replace(shape, (...match) => {
            const groups: unknown = match.at(-1);
            return keptPart(groups) + MASK;
        });
    }
    return clean;
}

/** How the secrets may stand in a text, longest first: the part of one must not leave its rest. */
function formsOf(secrets: readonly string[]): string[] {
    return secrets
        .flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed()), base64(secret)])
        .filter((form) => form !== '')
        .sort((one, other) => other.length - one.length);
}

function keptPart(groups: unknown): string {
    if (typeof groups !== 'object' || groups === null || !('keep' in groups)) return '';
    return typeof groups.keep === 'string' ? groups.keep : '';
}

/** Without its padding and last letter: what follows the secret may change them. */
function base64(secret: string): string {
    return Buffer.from(secret).toString('base64').replace(/.?=*$/, '');
}
