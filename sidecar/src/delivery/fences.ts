/**
 * Code fences, tables and lists line by line, as far as cutting a text needs them. Pure. More
 * lenient than CommonMark where models are sloppy: a closing fence may be indented at will.
 */

/** A fence that is open. */
export interface Fence {
    /** Quote marks before it, for instance `> `; '' outside a quote. */
    readonly quote: string;
    /** Its run of backticks or tildes. */
    readonly marker: string;
    /** What follows the run: language and attributes. */
    readonly info: string;
}

const OPENING = /^((?:[ \t]*>)*)([ \t]*)((?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(`{3,}|~{3,})([^\r\n]*)$/;
const QUOTE = /^(?:[ \t]*>)*/;
const LIST_ITEM = /^[ \t]*(?:>[ \t]*)*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const DELIMITER_ROW = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

function quoteDepth(prefix: string): number {
    let depth = 0;
    for (const char of prefix) if (char === '>') depth++;
    return depth;
}

/** Removes `\n` or `\r\n` from the end of a line. */
export function withoutLineEnd(line: string): string {
    if (line.endsWith('\r\n')) return line.slice(0, -2);
    return line.endsWith('\n') ? line.slice(0, -1) : line;
}

/**
 * The fence that `line` (without its end) opens, or undefined. Deep indentation is code by itself,
 * except in a list.
 */
export function openingFence(line: string, inList: boolean): Fence | undefined {
    const match = OPENING.exec(line);
    if (match === null) return undefined;
    const [, quote = '', indent = '', item = '', marker = '', info = ''] = match;
    // A backtick in the info string makes it a code span ("```a``` text").
    if (marker.startsWith('`') && info.includes('`')) return undefined;
    const deep = indent.includes('\t') || indent.length > (quote === '' ? 3 : 4);
    if (deep && !inList && item === '') return undefined;
    return {quote: quote === '' ? '' : `${quote.trimStart()} `, marker, info};
}

/** Whether `line` (without its end) closes the fence. */
export function closesFence(line: string, fence: Fence): boolean {
    const rest = line.slice(QUOTE.exec(line)?.[0].length ?? 0).trim();
    if (rest.length < fence.marker.length) return false;
    const char = fence.marker.charAt(0);
    for (const one of rest) if (one !== char) return false;
    return true;
}

/** Whether `line` is outside the quote that the fence stands in, which ends the fence. */
export function leavesFence(line: string, fence: Fence): boolean {
    if (fence.quote === '') return false;
    return quoteDepth(QUOTE.exec(line)?.[0] ?? '') < quoteDepth(fence.quote);
}

/** Whether a line starts a list item. */
export function isListItem(line: string): boolean {
    return LIST_ITEM.test(line);
}

/** Whether a line can be the row of dashes under a table's header. */
export function isDelimiterRow(line: string): boolean {
    return line.includes('|') && DELIMITER_ROW.test(line);
}

/** Whether a line is a row of a table that has begun. */
export function isTableRow(line: string): boolean {
    return line.includes('|') && line.trim() !== '';
}

/** What the lines so far have opened; an immutable value. */
export interface BlockState {
    readonly fence: Fence | undefined;
    /** A list has begun and not ended. */
    readonly list: boolean;
    /** Header and row of dashes of the table that is open, with their line ends. */
    readonly table: string | undefined;
    /** The line before, with its end; '' at the start. */
    readonly before: string;
    /** The next piece goes on with a line that has begun elsewhere, so it opens and closes nothing. */
    readonly midLine: boolean;
}

/** Nothing is open. */
export const OUTSIDE: BlockState = {
    fence: undefined,
    list: false,
    table: undefined,
    before: '',
    midLine: false,
};

function isBlank(line: string): boolean {
    return line.trim() === '';
}

function staysInList(state: BlockState, line: string): boolean {
    if (isListItem(line)) return true;
    if (!state.list || isBlank(line)) return state.list;
    // A line that is not indented goes on with the item's paragraph only without a blank between.
    return /^[ \t]/.test(line) || (state.before !== '' && !isBlank(state.before));
}

/** The state after one more line; `line` holds its end. */
export function afterLine(state: BlockState, line: string): BlockState {
    if (state.midLine) return {...state, table: undefined, before: line, midLine: false};
    const text = withoutLineEnd(line);
    if (state.fence !== undefined && !leavesFence(text, state.fence)) {
        const fence = closesFence(text, state.fence) ? undefined : state.fence;
        return {...state, fence, before: line};
    }
    const list = staysInList(state, text);
    const fence = openingFence(text, list);
    if (fence !== undefined) return {fence, list, table: undefined, before: line, midLine: false};
    if (state.table !== undefined && isTableRow(text)) return {...state, before: line};
    const header = state.before;
    const begins =
        state.table === undefined &&
        state.fence === undefined &&
        isTableRow(header) &&
        isDelimiterRow(text);
    const table = begins ? header + line : undefined;
    return {fence: undefined, list, table, before: line, midLine: false};
}

/** The line that closes a fence, without line ends. */
export function closingLine(fence: Fence): string {
    return fence.quote + fence.marker;
}

/** The lines of a text, each with its end; the last may have none. */
export function* linesOf(text: string): Generator<string> {
    let from = 0;
    while (from < text.length) {
        const end = text.indexOf('\n', from);
        const next = end === -1 ? text.length : end + 1;
        yield text.slice(from, next);
        from = next;
    }
}
