/** Shapes that are secrets wherever they stand: bearer and token headers, vendor keys, `_token` values. */
const PATTERNS: readonly RegExp[] = [
    /\b(?:bearer|token)\s+[a-z0-9._~+/=-]{8,}/gi,
    /\bsk-[a-z0-9_-]{8,}/gi,
    /("_?token"\s*:\s*")[^"]+/gi,
    /\/\/[^/\s:@]+:[^/\s@]+@/g,
];

const MASK = '[redacted]';

/** Takes secrets out of texts that leave the program (logs, errors shown to people). */
export interface Redactor {
    /** From now on `secret` is masked everywhere; values under 6 characters are too common to mask. */
    add(secret: string): void;
    clean(text: string): string;
}

/** Makes a redactor that knows the secrets' shapes, and by `add` their values. */
export function createRedactor(): Redactor {
    const known = new Set<string>();
    return {
        add(secret) {
            if (secret.length >= 6) known.add(secret);
        },
        clean(text) {
            let out = text;
            for (const secret of known) out = out.split(secret).join(MASK);
            for (const pattern of PATTERNS) out = out.replace(pattern, MASK);
            return out;
        },
    };
}
