/**
 * The sentence under an answer that failed, set apart from the agent's words in every client: a quote with a
 * warning sign. By the reference the log tells more; `hint` follows it.
 */
export function failureNotice(message: string, reference: string, hint: string): string {
    const sentence = message.replace(/\s*\n\s*/g, ' ');
    return `> ⚠️ ${sentence} (reference \`${reference}\`)${hint}`;
}

/** How an answer ended that its model did not end as it wanted to. */
export type Cut = 'length' | 'filtered' | 'incomplete';

const CUTS: Readonly<Record<Cut, string>> = {
    length: 'This answer was cut off here: it reached the longest length that the model may write.',
    filtered: 'This answer ends here: a filter of the model service broke it off.',
    incomplete:
        'Parts of this answer are missing: the model broke it off, or they could not be read.',
};

/** The mark under an answer that was cut, apart from the agent's words as the sentence of a failure is. */
export function cutNotice(cut: Cut, hint: string): string {
    return `> ✂️ ${CUTS[cut]}${hint}`;
}

/** Gangway's notices at the end of a text: a reference, or a whole sentence of ours, is what no quote has. */
const CUT_SENTENCES = Object.values(CUTS)
    .map((sentence) => sentence.replaceAll('.', '\\.'))
    .join('|');
const LAST_NOTICES = new RegExp(
    `(?:(?:^|\\n)\\s*> (?:⚠️ [^\\n]* \\(reference \`[0-9a-f]{8}\`\\)|✂️ (?:${CUT_SENTENCES}))[^\\n]*\\s*)+$`,
    'u',
);

/** A text without the notices of earlier tries at its end. */
export function withoutNotices(text: string): string {
    return text.replace(LAST_NOTICES, '');
}
