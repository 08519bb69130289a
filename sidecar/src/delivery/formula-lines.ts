/** Which formulas Mattermost draws: `blocks` in fences named `latex`, `inline` between dollar signs. */
export interface LatexForms {
    readonly blocks: boolean;
    readonly inline: boolean;
}

/** No formula is rewritten. */
export const NO_LATEX: LatexForms = {blocks: false, inline: false};

/** For so many characters a half formula in a line is kept from being shown. */
const LONGEST_HIDDEN = 500;
/** What a formula cannot do without, if it has words. */
const SIGN = /[\\^_=<>+{|]/;
const WORD = /\p{L}{2,}/gu;
/** The rest of a word that is an address or a link's target. */
const IN_ADDRESS = /(?:\]\(|:\/\/|www\.)\S*$/i;
/** What of a line is looked back at. */
const LOOK_BACK = 200;
/** A pair of dollar signs that the clients take for a formula. */
const DRAWN = /^\$[^$\n]+\$(?!\w)/;

/** What the read part of a paragraph does to what follows in it. */
export interface Reading {
    /** A backtick is open: what follows may be code. */
    readonly ticks: boolean;
    /** A dollar sign stands alone in the line. */
    readonly dollar: boolean;
    /** The end of the line so far. */
    readonly before: string;
}

/** Before the first line of a paragraph. */
export const NEW_PARAGRAPH: Reading = {ticks: false, dollar: false, before: ''};

/** How a line was read. */
export interface Scan {
    readonly out: string;
    /** How much of the text was read; less than all where something is not closed. */
    readonly end: number;
    /** Where a formula in a block of its own may begin. */
    readonly block: number | undefined;
    readonly reading: Reading;
}

/** `whole`: no more comes; `piece`: the line goes on; `preview`: the line may go on, and is only shown. */
export type Manner = 'whole' | 'piece' | 'preview';

interface Found {
    readonly inner: string;
    readonly end: number;
}

/** What stands between the mark before `from` and `\` with `closing`. */
export function closedBy(text: string, from: number, closing: ')' | ']'): Found | undefined {
    for (let at = text.indexOf('\\', from); at !== -1; at = text.indexOf('\\', at + 2)) {
        if (text[at + 1] === closing) return {inner: text.slice(from, at), end: at + 2};
    }
    return undefined;
}

/** Escaped parentheses and brackets around words of a sentence are no formula. */
export function isProse(inner: string): boolean {
    if (SIGN.test(inner)) return false;
    const words = inner.match(WORD) ?? [];
    return words.length > 1 || words.some((word) => word.length > 3 && /\p{Ll}/u.test(word));
}

/** The span of code that begins at `at`. */
function codeSpan(text: string, at: number): string | undefined {
    const run = /^`+/.exec(text.slice(at))?.[0] ?? '';
    for (const {0: ticks, index} of text.slice(at + run.length).matchAll(/`+/g)) {
        if (ticks.length === run.length) return text.slice(at, at + 2 * run.length + index);
    }
    return undefined;
}

/** `$…$` for a formula in a line, if the clients draw it there and nothing else becomes one. */
function inlineForm(found: Found, text: string, isRow: boolean, reading: Reading) {
    const inner = found.inner.trim();
    const next = text.charAt(found.end);
    const last = reading.before.slice(-1);
    const isNested = /\\[([]/.test(inner.replaceAll('\\\\', ''));
    const fits = inner !== '' && !/[$`\n]/.test(inner) && !isNested && !isProse(inner);
    const isDrawn = !/[\w$\\]/.test(last) && !/[\w$]/.test(next);
    // A dollar sign before would end at this one, unless a word character follows.
    const isAlone = !reading.dollar || /^\w/.test(inner);
    const breaksRow = isRow && inner.replaceAll('\\|', '').includes('|');
    if (!fits || !isDrawn || !isAlone || breaksRow) return undefined;
    return IN_ADDRESS.test(reading.before) ? undefined : `$${inner}$`;
}

/** Reads a line outside code. */
export function scanLine(
    text: string,
    start: Reading,
    {blocks, inline}: LatexForms,
    isRow: boolean,
    manner: Manner,
): Scan {
    let {ticks, dollar} = start;
    let out = '';
    let at = 0;
    let block: number | undefined;
    const reading = (): Reading => ({
        ticks,
        dollar,
        before: (start.before + out).slice(-LOOK_BACK),
    });
    const stopped = (): Scan => ({out, end: at, block, reading: reading()});
    const copy = (length: number): void => {
        out += text.slice(at, at + length);
        at += length;
    };
    while (at < text.length && !ticks) {
        const next = text.slice(at).search(/[\\`$]/);
        if (next === -1) break;
        copy(next);
        const isFirst = at === 0;
        if (text[at] === '`') {
            const span = codeSpan(text, at);
            const mayClose = manner === 'piece' && !isFirst;
            if (mayClose && (span === undefined || at + span.length === text.length)) {
                return stopped();
            }
            ticks = span === undefined;
            copy(span?.length ?? 0);
        } else if (text[at] === '$') {
            const drawn = DRAWN.exec(text.slice(at))?.[0];
            dollar ||= drawn === undefined;
            copy(drawn?.length ?? 1);
        } else {
            const mark = text[at + 1];
            const found = mark === '(' && inline ? closedBy(text, at + 2, ')') : undefined;
            const isEnd = manner !== 'whole' && found?.end === text.length;
            const isHalf = mark === '(' && inline && (found === undefined || isEnd);
            const hidden = manner !== 'preview' || text.length - at <= LONGEST_HIDDEN;
            // At the end of what has come even a closed one may be followed by a word.
            if (isEnd && manner === 'preview' && found.inner.trim() !== '') {
                const form = inlineForm(found, text, isRow, reading());
                out += form ?? text.slice(at);
                at = text.length;
                continue;
            }
            const stops = manner === 'preview' || (manner === 'piece' && !isFirst);
            if (stops && hidden && (isHalf || mark === undefined)) return stopped();
            if (mark === '[' && blocks) block ??= at;
            // The web reads no escape here.
            if (mark === '$') dollar = true;
            const form = found && inlineForm(found, text, isRow, reading());
            if (found === undefined || form === undefined) copy(2);
            else {
                out += form;
                at = found.end;
                dollar = false;
            }
        }
    }
    copy(text.length - at);
    return stopped();
}
