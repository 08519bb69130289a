import {codePoints, isHigh, isLow, unitsOf} from './code-points.ts';
import {
    afterLine,
    closingLine,
    isDelimiterRow,
    isListItem,
    isRowBelow,
    isTableRow,
    linesOf,
    mayBeRow,
    openingLine,
    OUTSIDE,
    withoutLineEnd,
    type BlockState,
    type Fence,
} from './fences.ts';
import {insideLine} from './line-cuts.ts';

/**
 * One post's worth of a text: `head`, then a piece of the text, then `tail`. `head` repeats what the
 * piece needs (an opened fence, a table's header), `tail` closes the fence that the cut went through.
 */
export interface Part {
    readonly text: string;
    readonly head: string;
    readonly tail: string;
}

/** Below this a part has no room for fence lines. */
export const LEAST_LIMIT = 40;

/** The text that was split: each part without its `head` and `tail`, one after the other. */
export function joinParts(parts: readonly Part[]): string {
    return parts
        .map(({text, head, tail}) => text.slice(head.length, text.length - tail.length))
        .join('');
}

/** Splits a text that grows; a part that was given out never changes. */
export interface Splitter {
    /** Takes more text; gives the parts that are now complete. */
    push(text: string): Part[];
    /** The part that is growing, as it looks with `extra` after it, its fence closed if there is room. */
    open(extra?: string): Part;
    /** The state at the end of the text. */
    state(): BlockState;
    /** The last part, exactly as it is: a fence that the text leaves open stays open; [] when empty. */
    finish(): Part[];
    /** The last part, its fence closed, as the web shows an open one as text; two where it has no room. */
    close(): Part[];
}

/** How good a cut between two lines is; 0 is inside a fence or a table. */
type Grade = 0 | 1 | 2 | 3;

interface Window {
    /** What may go into the part, and one code point more. */
    readonly text: string;
    /** Code points that head, piece and tail may have together, less the head. */
    readonly room: number;
    readonly start: BlockState;
    readonly limit: number;
}

interface Cut {
    /** UTF-16 units of the window that go into the part. */
    readonly at: number;
    readonly tail: string;
    /** What the next part begins with. */
    readonly head: string;
    readonly state: BlockState;
}

interface Survey {
    /** Best cut between lines of each grade. */
    readonly byGrade: (number | undefined)[];
    /** Where the fence or table began that is open at the window's end; undefined for none. */
    readonly fenceAt: number | undefined;
    readonly tableAt: number | undefined;
    /** The last line is a row. */
    readonly inTable: boolean;
    /** Where the last line begins that a cut inside may fall into. */
    readonly lastLine: number;
}

const blankLine = (line: string): boolean => line.trim() === '';

/** The start of a row of dashes, as a window may end with it. */
const PERHAPS_DASHES = /^[ \t|:-]*$/;

function gradeOf(state: BlockState, line: string): Grade | undefined {
    const text = withoutLineEnd(line);
    const whole = text !== line;
    if (state.fence !== undefined) return 0;
    if (state.table !== undefined && (whole ? isRowBelow : mayBeRow)(state.table, text)) {
        return state.table.endsWith(state.before) ? undefined : 0;
    }
    if (changesBlock(state, text)) return undefined;
    // Between a table's header and its row of dashes.
    if (isTableRow(state.before)) {
        if (isDelimiterRow(text) || (!whole && PERHAPS_DASHES.test(text))) return undefined;
    }
    if (state.list && (isListItem(text) || /^[ \t]/.test(text) || blankLine(text))) {
        return isListItem(text) ? 2 : 1;
    }
    if (blankLine(text)) return 1;
    if (blankLine(state.before) || state.table !== undefined || /^#{1,6} /.test(text)) return 3;
    const opens = afterLine(state, line).fence !== undefined;
    return opens || /^[ \t>]*(?:`{3,}|~{3,})\s*$/.test(withoutLineEnd(state.before)) ? 3 : 1;
}

/** A line that a paragraph takes in, and that would be something else where a text begins. */
const ELSEWHERE = /^(?: {4}|\t| {0,3}(?:(?!1[.)])\d{1,9}[.)][ \t]|=+[ \t]*$|-+[ \t]*$))/;

/** Whether a part that begins with `line` would show it as another block than the text does. */
function changesBlock({before, list}: BlockState, line: string): boolean {
    if (blankLine(line) || blankLine(before) || isListItem(before)) return false;
    if (/^ {0,3}[=-]+[ \t]*$/.test(line)) return true;
    return !list && ELSEWHERE.test(line);
}

/** Costs as many code points as units: fence lines hold none beyond the basic plane in practice. */
function tailAt(fence: Fence | undefined, midLine: boolean): string {
    if (fence === undefined) return '';
    return (midLine ? '\n' : '') + closingLine(fence);
}

function survey({text, room, start, limit}: Window): Survey {
    const byGrade: (number | undefined)[] = [];
    let state = start;
    let at = 0;
    let points = 0;
    let lastLine = 0;
    let fenceAt: number | undefined;
    let tableAt: number | undefined;
    let lineBefore = 0;
    let readable = false;
    let inTable = false;
    for (const line of linesOf(text)) {
        if (points + codePoints(tailAt(state.fence, false)) <= room) {
            const grade = readable ? gradeOf(state, line) : undefined;
            if (grade !== undefined) byGrade[grade] = at;
        }
        if (points <= room) {
            lastLine = at;
            inTable = state.table !== undefined && mayBeRow(state.table, withoutLineEnd(line));
        }
        const next = tamed(afterLine(state, line), limit);
        if (next.fence !== undefined && state.fence !== next.fence) fenceAt = at;
        if (next.table !== undefined && state.table !== next.table) tableAt = lineBefore;
        if (next.fence === undefined) fenceAt = undefined;
        if (next.table === undefined) tableAt = undefined;
        readable ||= !blankLine(line);
        lineBefore = at;
        at += line.length;
        points += codePoints(line);
        state = next;
    }
    return {byGrade, fenceAt, tableAt, inTable, lastLine};
}

/** A part is at least this full where the text allows a choice. */
const FULL = 0.5;
/** Less is asked for a cut inside a line or before a fence. */
const HALF_FULL = 0.3;

function between(lines: Survey, least: number): number | undefined {
    const {byGrade} = lines;
    return [byGrade[3], byGrade[2], byGrade[1], byGrade[0]].find(
        (at) => at !== undefined && at >= least,
    );
}

function place(window: Window): number {
    const {text, room} = window;
    const lines = survey(window);
    const units = unitsOf(text, room);
    const readable = (at: number): boolean => text.slice(0, at).trim() !== '';
    const {fenceAt, tableAt} = lines;
    // A line or two before a table are no post of their own.
    if (tableAt !== undefined && tableAt >= HALF_FULL * units && readable(tableAt)) return tableAt;
    if (fenceAt !== undefined && fenceAt >= HALF_FULL * units && readable(fenceAt)) return fenceAt;
    const good = between(lines, FULL * units);
    if (good !== undefined) return good;
    const {fence} = stateAt(window, lines.lastLine);
    const tail = codePoints(tailAt(fence, true));
    const cuts = insideLine(text, lines.lastLine, unitsOf(text, room - tail), fence !== undefined);
    const full = [cuts.sentence, cuts.space].find(
        (at) => at !== undefined && at >= HALF_FULL * units && readable(at),
    );
    const {space, innerSpace, grapheme, any} = cuts;
    // Half a row is none, and half a line of code is another line.
    const rowsEnd = lines.byGrade[0];
    if (rowsEnd !== undefined && (lines.inTable || fence !== undefined)) return rowsEnd;
    return full ?? between(lines, 1) ?? space ?? innerSpace ?? grapheme ?? any;
}

function headAt(state: BlockState, midLine: string | undefined, limit: number): string {
    const {fence} = state;
    if (fence !== undefined) {
        const again = midLine === undefined ? '' : fence.quote + ' '.repeat(fence.indent);
        const full = `${openingLine(fence)}\n${again}`;
        if (codePoints(full) <= limit / 4) return full;
        return `${openingLine({...fence, info: ''})}\n${again}`;
    }
    if (midLine !== undefined) {
        const quote = /^(?:[ \t]*>)+ ?/.exec(midLine)?.[0] ?? '';
        return quote.length <= limit / 8 ? quote : '';
    }
    return state.table !== undefined && codePoints(state.table) <= limit / 2 ? state.table : '';
}

/** The state where a line begins, `at` units into the window. */
function stateAt({text, start, limit}: Window, at: number): BlockState {
    let state = start;
    for (const line of linesOf(text.slice(0, at))) state = tamed(afterLine(state, line), limit);
    return state;
}

/** A fence whose lines would eat the part is not kept open across it. */
function tamed(state: BlockState, limit: number): BlockState {
    const {fence} = state;
    if (fence === undefined || closingLine(fence).length <= limit / 8) return state;
    return {...state, fence: undefined};
}

/** How much of a line is looked at to see whether it is a row. */
const ROW_REACH = 400;

/** Whether a line is a row of the table, undefined while more of it must be known. */
function rowBelow(table: string, rest: string, whole: boolean): boolean | undefined {
    const end = rest.indexOf('\n');
    const line = rest.slice(0, Math.min(end === -1 ? rest.length : end, ROW_REACH));
    if (isRowBelow(table, line)) return true;
    const known = whole || end !== -1 || line.length === ROW_REACH || !mayBeRow(table, line);
    return known ? false : undefined;
}

/** An item that no client takes for one directly below text; on its line alone it begins a list. */
const LATER_ITEM = /^ {0,3}(?!1[.)])\d{1,9}[.)][ \t]/;
const MARKER_REACH = 16;

/**
 * Where what a part begins with must end, whatever room is left: the rest of a row before rows,
 * which get the header again; the rest of an item before `2.`, which would go on with its text.
 */
function endOfRest(
    start: BlockState,
    text: string,
    whole: boolean,
): number | 'unknown' | undefined {
    if (start.fence !== undefined || !(start.list || start.midLine)) return undefined;
    const {table} = start;
    let at = 0;
    for (const line of linesOf(text)) {
        const known = whole || line.endsWith('\n') || line.length >= MARKER_REACH;
        if (at > 0 && table !== undefined) {
            const row = rowBelow(table, text.slice(at, at + ROW_REACH + 1), whole);
            if (row === undefined) return 'unknown';
            return row ? at : undefined;
        }
        if (at > 0 && LATER_ITEM.test(line)) return at;
        if (at > 0 && !known) return 'unknown';
        if (blankLine(line) || isListItem(line)) return undefined;
        at += line.length;
    }
    return undefined;
}

/** The cut of a window; undefined while more of the text behind it must be known. */
function cut(window: Window, rest: string, whole: boolean): Cut | undefined {
    const {limit} = window;
    const forced = endOfRest(window.start, rest, whole);
    if (forced === 'unknown') return undefined;
    const at = forced !== undefined && forced <= window.text.length ? forced : place(window);
    const piece = window.text.slice(0, at);
    const lineStart = piece.endsWith('\n') ? at : piece.lastIndexOf('\n') + 1;
    const midLine = lineStart === at ? undefined : piece.slice(lineStart);
    const state = stateAt(window, lineStart);
    const tail = tailAt(state.fence, midLine !== undefined);
    if (midLine !== undefined) {
        // A row goes on: its table does, too.
        const inRow = state.table !== undefined && isRowBelow(state.table, midLine);
        const rowOf = inRow || (lineStart === 0 && window.start.midLine) ? state.table : undefined;
        const carried = {...state, table: rowOf, midLine: true};
        return {at, tail, head: headAt(carried, midLine, limit), state: carried};
    }
    // A table's header is repeated for rows only, and not for what follows the table.
    const row = state.table === undefined ? false : rowBelow(state.table, rest.slice(at), whole);
    if (row === undefined) return undefined;
    const carried = row ? state : {...state, table: undefined, midLine: false};
    return {at, tail, head: headAt(carried, undefined, limit), state: carried};
}

/**
 * Splits Markdown into parts of at most `limit` code points, so that each reads well alone: at a
 * blank line before a line's end before a sentence's end before a space; fences are closed and
 * opened again with their language, tables go whole into the next part or have their header
 * repeated; list items, links, code spans and emphasis are cut only where nothing else is left, a
 * grapheme only when it is longer than a part. A cut depends on the next `limit + 1` code points
 * alone, and on the line behind it where that may be a row, so a text that is pushed in pieces is
 * split as the whole is. Linear in the text.
 * @throws RangeError when `limit` is under `LEAST_LIMIT`.
 */
export function createSplitter(limit: number): Splitter {
    if (limit < LEAST_LIMIT) throw new RangeError(`a part needs ${LEAST_LIMIT} code points`);
    let rest = '';
    let points = 0;
    let head = '';
    let start = OUTSIDE;

    const roomLeft = (): number => limit - codePoints(head);
    const cutOff = (text: string, whole: boolean, room: number): Cut | undefined =>
        cut({text: text.slice(0, unitsOf(text, room + 1)), room, start, limit}, text, whole);
    const isOver = (whole: boolean): boolean =>
        points > roomLeft() || typeof endOfRest(start, rest, whole) === 'number';
    const take = ({at, tail, head: nextHead, state}: Cut): Part => {
        const piece = rest.slice(0, at);
        const part = {text: head + piece + tail, head, tail};
        rest = rest.slice(at);
        points -= codePoints(piece);
        head = nextHead;
        start = state;
        return part;
    };
    const seal = (whole: boolean): Part[] => {
        const parts: Part[] = [];
        while (isOver(whole)) {
            const next = cutOff(rest, whole, roomLeft());
            if (next === undefined) break;
            parts.push(take(next));
        }
        return parts;
    };
    /** The text after `extra` with its fence closed; undefined where that is too long. */
    const closed = (text: string): Part | undefined => {
        const {fence} = stateAt({text, room: 0, start, limit}, text.length);
        const tail = tailAt(fence, text !== '' && !text.endsWith('\n'));
        const whole = head + text + tail;
        return codePoints(whole) <= limit ? {text: whole, head, tail} : undefined;
    };
    const end = (last: Part | undefined): Part[] => {
        const parts = rest === '' ? [] : [last ?? {text: head + rest, head, tail: ''}];
        rest = '';
        points = 0;
        return parts;
    };
    return {
        push(text) {
            // A pair that came in two pieces was counted twice.
            const joined = isHigh(rest.charCodeAt(rest.length - 1)) && isLow(text.charCodeAt(0));
            points += codePoints(text) - (joined ? 1 : 0);
            rest += text;
            return seal(false);
        },
        open(extra = '') {
            const text = rest + extra;
            const over = codePoints(text) > roomLeft();
            if (over || endOfRest(start, text, true) !== undefined) {
                const {at = 0, tail = ''} = cutOff(text, true, roomLeft()) ?? {};
                return {text: head + text.slice(0, at) + tail, head, tail};
            }
            return closed(text) ?? {text: head + text, head, tail: ''};
        },
        state: () => stateAt({text: rest, room: 0, start, limit}, rest.length),
        finish: () => [...seal(true), ...end(undefined)],
        close() {
            const parts = seal(true);
            let last = closed(rest);
            if (last === undefined) {
                const {fence} = stateAt({text: rest, room: 0, start, limit}, rest.length);
                const next = cutOff(rest, true, roomLeft() - codePoints(tailAt(fence, true)));
                if (next !== undefined) parts.push(take(next));
                last = closed(rest);
            }
            return [...parts, ...end(last)];
        },
    };
}

/** Splits a whole text; [] for ''. See `createSplitter`. */
export function splitMarkdown(text: string, limit: number): Part[] {
    const splitter = createSplitter(limit);
    return [...splitter.push(text), ...splitter.finish()];
}
