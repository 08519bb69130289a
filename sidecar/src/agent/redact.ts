const MASK = '[redacted]';

/** What looks like a secret wherever it stands; the named group `keep` stays readable. */
const SHAPES: readonly RegExp[] = [
    // Addresses with a user or a password: scheme://user:password@host
    /(?<keep>\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi,
    // Query parameters and fields by their names: ?api_key=…, "token": "…", password: …
    /(?<keep>["']?\b[\w-]*(?:api[_-]?key|secret|password|passwd|token|credential)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s&"',;)}\]]+)/gi,
    // Headers: Authorization: Bearer …, x-api-key: …, Cookie: …
    /(?<keep>["']?\b(?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|token)\s+)?[^\s"',;]+/gi,
    /(?<keep>["']?\b(?:set-)?cookie["']?\s*[:=]\s*["']?)[^\r\n"']+/gi,
    /(?<keep>\b(?:bearer|basic)\s+)[\w.~+/=*-]{6,}/gi,
    // Keys of vendors, also where the vendor has starred out their middle: sk-…, gsk_…, AIza…, JWTs
    /\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|glpat|xox[abp])[-_][\w*.-]{4,}/g,
    /\bAIza[\w-]{10,}/g,
    /\beyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g,
];

/**
 * Takes secrets out of a text that came from outside: the given ones wherever they stand (as they are,
 * percent-encoded and in base64), and everything that has the shape of one.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
    const known = secrets
        .flatMap((secret) => [secret, encodeURIComponent(secret), base64(secret)])
        .filter((secret) => secret !== '')
        // Longest first, or the part of one would leave the rest of another.
        .sort((one, other) => other.length - one.length);
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, MASK);
    for (const shape of SHAPES) {
        clean = clean.replace(shape, (...match) => {
            const groups: unknown = match.at(-1);
            return keptPart(groups) + MASK;
        });
    }
    return clean;
}

function keptPart(groups: unknown): string {
    if (typeof groups !== 'object' || groups === null || !('keep' in groups)) return '';
    return typeof groups.keep === 'string' ? groups.keep : '';
}

/** Without its padding and last letter: what follows the secret may change them. */
function base64(secret: string): string {
    return Buffer.from(secret).toString('base64').replace(/.?=*$/, '');
}
