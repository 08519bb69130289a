/**
 * Takes a quote that begins with `Reasoning:` off the beginning of an answer while it streams (DEL-06): agents
 * of other programs send their thinking like that, as the first block. Everything else passes byte for byte;
 * what stands in tags is the agents' own matter. Pure.
 */
export interface ReasoningFilter {
    /** Takes a piece of any size; gives what may be shown of what is known so far. */
    push(text: string): string;
    /** What was held back: also the quote where it is not `followed` by anything, since it is all there is. */
    finish(followed: boolean): string;
}

const QUOTE = /^\s*>[ \t*_]*reasoning[ \t*_]*:/i;
const QUOTE_BEGUN =
    /^\s*(?:>[ \t*_]{0,20}(?:r(?:e(?:a(?:s(?:o(?:n(?:i(?:n(?:g[ \t*_]{0,20})?)?)?)?)?)?)?)?)?)?$/i;
/** Blank lines at the beginning, and then code that is indented, are no beginning of a quote. */
const INDENTED = /(?:^|\n)(?: {4}|\t)[ \t]*>?$/;
/** The lines of the quote, and the blank ones behind it. */
const BLOCK = /^\s*(?: {0,3}>[^\n]*(?:\n|$))+(?:[ \t]*\r?\n)*/;

type State = 'start' | 'quote' | 'text';

/** A filter for the text of one answer. */
export function createReasoningFilter(): ReasoningFilter {
    let state: State = 'start';
    let held = '';

    const release = (): string => {
        state = 'text';
        const all = held;
        held = '';
        return all;
    };
    /** What follows the quote, once something does. */
    const afterQuote = (): string | undefined => {
        const rest = held.slice(BLOCK.exec(held)?.[0].length ?? 0);
        return rest.trim() === '' ? undefined : rest;
    };

    return {
        push(text) {
            held += text;
            if (state === 'start') {
                if (QUOTE.test(held) && !INDENTED.test(held.slice(0, held.indexOf('>') + 1))) {
                    state = 'quote';
                } else if (!QUOTE_BEGUN.test(held) || INDENTED.test(held)) {
                    return release();
                }
            }
            if (state === 'text') return release();
            const rest = state === 'quote' ? afterQuote() : undefined;
            if (rest === undefined) return '';
            held = rest;
            return release();
        },
        finish(followed) {
            return state === 'quote' && followed ? '' : release();
        },
    };
}
