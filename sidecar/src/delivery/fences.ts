/**
 * Code fences, tables and lists line by line, as Mattermost's clients and its server read them, as
 * far as cutting a text needs it. Pure.
 */

/** A fence that is open. */
export interface Fence {
    /** Quote marks before it, for instance `> `; '' outside a quote. */
    readonly quote: string;
    /** Columns that the text of the list item stands in which the fence belongs to; 0 outside lists. */
    readonly indent: number;
    /** Its run of backticks or tildes. */
    readonly marker: string;
    /** What follows the run: language and attributes. */
    readonly info: string;
}

const OPENING = /^(`{3,}|~{3,})([^`\r\n]*)$/;
const QUOTE = /^(?:[ \t]*>)*/;
const LIST_ITEM = /^[ \t]*(?:>[ \t]*)*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;
const ITEM = /^(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)/;
const DELIMITER_ROW = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
/** A line that begins a block of its own, whatever stands above it. */
const OTHER_BLOCK = /^ {0,3}(?:>|#{1,6}[ \t]|`{3}|~{3}|(?:[-*+]|\d{1,9}[.)])[ \t])/;

function quoteDepth(prefix: string): number {
    let depth = 0;
    for (const char of prefix) if (char === '>') depth++;
    return depth;
}

const quoteOf = (line: string): string => QUOTE.exec(line)?.[0] ?? '';

/** Columns of the blanks that a text begins with; a tab counts four, as for the clients. */
function columns(text: string): number {
    let width = 0;
    for (const char of text) {
        if (char === ' ') width += 1;
        else if (char === '\t') width += 4;
        else break;
    }
    return width;
}

/** A line behind `depth` quote marks and the blank after the last. */
function behindQuote(line: string, depth: number): string {
    let at = 0;
    for (let left = depth; left > 0; left--) {
        const next = line.indexOf('>', at);
        if (next === -1) break;
        at = next + 1;
    }
    return at > 0 && line[at] === ' ' ? line.slice(at + 1) : line.slice(at);
}

/** Removes `\n` or `\r\n` from the end of a line. */
export function withoutLineEnd(line: string): string {
    if (line.endsWith('\r\n')) return line.slice(0, -2);
    return line.endsWith('\n') ? line.slice(0, -1) : line;
}

/** The items that a line stands in or begins, by the columns of their text, and what is left of it. */
function itemsAt(
    items: readonly number[],
    body: string,
): {readonly items: number[]; readonly rest: string; readonly begins: boolean} {
    const inside = columns(body);
    const kept = items.filter((offset) => offset <= inside);
    const before = kept.length;
    let rest = body;
    let at = 0;
    for (;;) {
        const indent = columns(rest);
        const text = rest.replace(/^[ \t]+/, '');
        const marker = ITEM.exec(text)?.[0];
        const deep = at + indent - (kept.at(-1) ?? 0) > 3;
        if (marker === undefined || deep || kept.length > 50) {
            return {items: kept, rest, begins: kept.length > before};
        }
        const after = text.slice(marker.length);
        const gap = columns(after);
        const taken = gap > 4 || after.trim() === '' ? 1 : gap;
        at += indent + marker.length + taken;
        kept.push(at);
        rest = ' '.repeat(Math.max(gap - taken, 0)) + after.replace(/^[ \t]+/, '');
    }
}

/**
 * The fence that `line` (without its end) opens in these items, or undefined: more than three
 * columns in it is code by itself, or text. The web takes none with a backtick behind the run.
 */
function openingFence(line: string, before: readonly number[]): Fence | undefined {
    const quote = quoteOf(line);
    const {items, rest, begins} = itemsAt(before, behindQuote(line, quoteDepth(quote)));
    const match = OPENING.exec(rest.replace(/^[ \t]+/, ''));
    if (match === null) return undefined;
    const [, marker = '', info = ''] = match;
    const indent = items.at(-1) ?? 0;
    // Behind the mark of an item, what is left of its line is measured from the item's text.
    if (columns(rest) - (begins ? 0 : indent) > 3) return undefined;
    return {quote: quote === '' ? '' : `${quote.trimStart()} `, indent, marker, info};
}

/** Whether `line` (without its end) closes the fence: at most three columns in, nothing behind it. */
export function closesFence(line: string, fence: Fence): boolean {
    const body = behindQuote(line, quoteDepth(fence.quote));
    if (columns(body) - fence.indent > 3) return false;
    const rest = body.trim();
    if (rest.length < fence.marker.length) return false;
    const char = fence.marker.charAt(0);
    for (const one of rest) if (one !== char) return false;
    return true;
}

/** Whether `line` is outside the quote or the list item that the fence stands in, which ends the fence. */
export function leavesFence(line: string, fence: Fence): boolean {
    const depth = quoteDepth(fence.quote);
    if (depth > 0 && quoteDepth(quoteOf(line)) < depth) return true;
    const body = behindQuote(line, depth);
    return body.trim() !== '' && columns(body) < fence.indent;
}

/** Whether a line starts a list item. */
export function isListItem(line: string): boolean {
    return LIST_ITEM.test(line);
}

/** Whether a line can be the row of dashes under a table's header. */
export function isDelimiterRow(line: string): boolean {
    return line.includes('|') && DELIMITER_ROW.test(line);
}

/** Whether a line can be the header of a table. */
export function isTableRow(line: string): boolean {
    return line.includes('|') && line.trim() !== '';
}

/**
 * Whether a line directly below a table is a row of it. Below a header with a bar in front the web
 * wants one in front of each row; below another one a bar that is not in code. Items, quotes,
 * headings and fences end a table.
 */
export function isRowBelow(header: string, line: string): boolean {
    if (columns(line) > 3 || OTHER_BLOCK.test(line)) return false;
    if (header.trimStart().startsWith('|')) return line.trimStart().startsWith('|');
    return line
        .replace(/(`+)[^`]*\1/g, '')
        .replaceAll('\\|', '')
        .includes('|');
}

/** Whether more of a line may still make it a row of the table. */
export function mayBeRow(header: string, line: string): boolean {
    if (isRowBelow(header, line) || line.trim() === '') return true;
    if (header.trimStart().startsWith('|')) return false;
    return columns(line) <= 3 && !OTHER_BLOCK.test(line);
}

/** Whether a line (without its end) stands so far in that clients take it for code. */
export function isIndentedCode(line: string, items: readonly number[]): boolean {
    const body = behindQuote(line, quoteDepth(quoteOf(line)));
    const kept = items.filter((offset) => offset <= columns(body));
    return columns(body) - (kept.at(-1) ?? 0) > 3;
}

/** What stands before the text of a line: quote marks, marks of list items, blanks. */
export function containerOf(line: string): string {
    return /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*/.exec(line)?.[0] ?? '';
}

/** What the lines so far have opened; an immutable value. */
export interface BlockState {
    readonly fence: Fence | undefined;
    /** A list has begun and not ended. */
    readonly list: boolean;
    /** The list items that are open, by the columns that their text stands in. */
    readonly items: readonly number[];
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
    items: [],
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
    // The rest of a row that was cut is followed by rows of the same table.
    if (state.midLine) return {...state, before: line, midLine: false};
    const text = withoutLineEnd(line);
    if (state.fence !== undefined && !leavesFence(text, state.fence)) {
        const fence = closesFence(text, state.fence) ? undefined : state.fence;
        return {...state, fence, before: line};
    }
    const list = staysInList(state, text);
    const fence = openingFence(text, state.items);
    const items = isBlank(text)
        ? state.items
        : itemsAt(state.items, behindQuote(text, quoteDepth(quoteOf(text)))).items;
    const next = {list, items, before: line, midLine: false};
    if (fence !== undefined) return {...next, fence, table: undefined};
    if (state.table !== undefined && isRowBelow(state.table, text)) return {...state, before: line};
    const header = state.before;
    const begins =
        state.table === undefined &&
        state.fence === undefined &&
        isTableRow(header) &&
        isDelimiterRow(text);
    return {...next, fence: undefined, table: begins ? header + line : undefined};
}

/** The line that closes a fence, without line ends. */
export function closingLine(fence: Fence): string {
    return fence.quote + ' '.repeat(fence.indent) + fence.marker;
}

/**
 * The line that opens a fence again where its quote and list item do not go on, without line ends.
 * Its closing line may be four columns in or more: an item around it keeps that line a closing one.
 */
export function openingLine({quote, indent, marker, info}: Fence): string {
    const known = info.includes('~') ? '' : info;
    return quote + (indent > 3 ? itemsOfWidth(indent) : ' '.repeat(indent)) + marker + known;
}

/** Marks of list items in one another whose text stands `width` columns in. */
function itemsOfWidth(width: number): string {
    let marks = '';
    for (let left = width; left > 0;) {
        const taken = left <= 5 ? left : Math.min(5, left - 2);
        marks += '-'.padEnd(taken);
        left -= taken;
    }
    return marks;
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
