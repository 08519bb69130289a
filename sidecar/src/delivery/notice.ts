/**
 * The sentence under an answer that failed, set apart from the agent's words in every client: a quote with a
 * warning sign. By the reference the log tells more; `hint` follows it.
 */
export function failureNotice(message: string, reference: string, hint: string): string {
    const sentence = message.replace(/\s*\n\s*/g, ' ');
    return `> ⚠️ ${sentence} (reference \`${reference}\`)${hint}`;
}

/** Such notices at the end of a text; a reference is what no agent's own quote has. */
const LAST_NOTICES = /(?:(?:^|\n)\s*> ⚠️ [^\n]* \(reference `[0-9a-f]{8}`\)[^\n]*\s*)+$/u;

/** A text without the notices of earlier tries at its end. */
export function withoutNotices(text: string): string {
    return text.replace(LAST_NOTICES, '');
}
