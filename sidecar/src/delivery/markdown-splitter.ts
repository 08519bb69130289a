import {
    afterLine,
    closingLine,
    isDelimiterRow,
    isListItem,
    isTableRow,
    linesOf,
    OUTSIDE,
    withoutLineEnd,
    type BlockState,
    type Fence,
} from './fences.ts';
import {inlineAtoms} from './inline-atoms.ts';

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
    /** The last part, exactly as it is (a fence that the text leaves open stays open); [] when empty. */
    finish(): Part[];
}

/** Code points of a text; an unpaired surrogate counts as one. */
export function codePoints(text: string): number {
    let count = text.length;
    for (let at = 0; at < text.length - 1; at++) {
        if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) {
            count--;
            at++;
        }
    }
    return count;
}

function isHigh(unit: number): boolean {
    return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Where the first `count` code points of `text` end, in UTF-16 units. */
function unitsOf(text: string, count: number): number {
    let at = 0;
    for (let left = count; left > 0 && at < text.length; left--) {
        const pair = isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1));
        at += pair ? 2 : 1;
    }
    return Math.min(at, text.length);
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
    if (state.table !== undefined && isTableRow(text)) {
        return state.table.endsWith(state.before) ? undefined : 0;
    }
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
    for (const line of linesOf(text)) {
        if (points + codePoints(tailAt(state.fence, false)) <= room) {
            const grade = readable ? gradeOf(state, line) : undefined;
            if (grade !== undefined) byGrade[grade] = at;
        }
        if (points <= room) lastLine = at;
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
    return {byGrade, fenceAt, tableAt, lastLine};
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

interface LineCuts {
    readonly sentence: number | undefined;
    readonly space: number | undefined;
    /** A space inside a link, code span or emphasis. */
    readonly innerSpace: number | undefined;
    readonly grapheme: number | undefined;
    /** Always there and more than nothing. */
    readonly any: number;
}

const SENTENCE_END = /[.!?…:;]["'”’)\]]*\s$/;
const WIDE_END = /[。！？]$/;

function insideLine({text}: Window, from: number, cap: number): LineCuts {
    const line = text.slice(from);
    const inAtom = inlineAtoms(line);
    const graphemes = new Intl.Segmenter().segment(text);
    const isEdge = (at: number): boolean => graphemes.containing(at)?.index === at;
    let sentence: number | undefined;
    let space: number | undefined;
    let innerSpace: number | undefined;
    let grapheme: number | undefined;
    let edge: number | undefined;
    for (let at = cap; at > from && sentence === undefined; at--) {
        const afterSpace = /\s/.test(text.charAt(at - 1)) && !/\s/.test(text.charAt(at));
        const wide = WIDE_END.test(text.charAt(at - 1));
        const wanted = afterSpace || wide || edge === undefined || grapheme === undefined;
        if (!wanted || !isEdge(at)) continue;
        edge ??= at;
        if (changesMeaning(text, at)) continue;
        if (inAtom(at - from)) {
            if (afterSpace) innerSpace ??= at;
            continue;
        }
        grapheme ??= at;
        if (afterSpace || wide) space ??= at;
        if (wide || (afterSpace && SENTENCE_END.test(text.slice(Math.max(from, at - 8), at)))) {
            sentence = at;
        }
    }
    return {sentence, space, innerSpace, grapheme, any: edge ?? hardCut(text, cap)};
}

/** A mention, or a character reference that may be part of one, up to a cut. */
const BEGUN_MENTION = /[@\uff20&][^\s@\uff20&]{0,40}$/;

/**
 * Whether a part that begins or ends here would say something else: backticks at its start read as a
 * fence, and `name@all` cut before or in the mention pings.
 */
function changesMeaning(text: string, at: number): boolean {
    const next = text.charAt(at);
    if (next !== '' && '`~@\uff20&'.includes(next)) return true;
    return (
        !/\s/.test(text.charAt(at - 1)) && BEGUN_MENTION.test(text.slice(Math.max(at - 42, 0), at))
    );
}

/** The last resort: between two code points, inside a cluster that is longer than a part. */
function hardCut(text: string, cap: number): number {
    if (cap > 1 && isLow(text.charCodeAt(cap)) && isHigh(text.charCodeAt(cap - 1))) return cap - 1;
    return Math.max(cap, 1);
}

function place(window: Window): number {
    const {text, room} = window;
    const lines = survey(window);
    const units = unitsOf(text, room);
    const readable = (at: number): boolean => text.slice(0, at).trim() !== '';
    if (lines.tableAt !== undefined && lines.tableAt > 0 && readable(lines.tableAt)) {
        return lines.tableAt;
    }
    const {fenceAt} = lines;
    if (fenceAt !== undefined && fenceAt >= HALF_FULL * units && readable(fenceAt)) return fenceAt;
    const good = between(lines, FULL * units);
    if (good !== undefined) return good;
    const {fence} = stateAt(window, lines.lastLine);
    const tail = codePoints(tailAt(fence, true));
    const cuts = insideLine(window, lines.lastLine, unitsOf(text, room - tail));
    const full = [cuts.sentence, cuts.space].find(
        (at) => at !== undefined && at >= HALF_FULL * units && readable(at),
    );
    const {space, innerSpace, grapheme, any} = cuts;
    return full ?? between(lines, 1) ?? space ?? innerSpace ?? grapheme ?? any;
}

function headAt(state: BlockState, midLine: string | undefined, limit: number): string {
    const {fence} = state;
    if (fence !== undefined) {
        const again = midLine === undefined ? '' : fence.quote;
        const full = `${closingLine(fence)}${fence.info}\n${again}`;
        const head = codePoints(full) <= limit / 4 ? full : `${closingLine(fence)}\n${again}`;
        return head;
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

function cut(window: Window): Cut {
    const {limit} = window;
    const at = place(window);
    const piece = window.text.slice(0, at);
    const lineStart = piece.endsWith('\n') ? at : piece.lastIndexOf('\n') + 1;
    const midLine = lineStart === at ? undefined : piece.slice(lineStart);
    const state = stateAt(window, lineStart);
    const tail = tailAt(state.fence, midLine !== undefined);
    const nextLine = window.text.slice(at);
    // A table's header is repeated for rows only, and not for what follows the table.
    const rows = midLine === undefined && isTableRow(withoutLineEnd(nextLine));
    const carried = rows ? state : {...state, table: undefined, midLine: midLine !== undefined};
    return {at, tail, head: headAt(carried, midLine, limit), state: carried};
}

/**
 * Splits Markdown into parts of at most `limit` code points, so that each reads well alone: at a
 * blank line before a line's end before a sentence's end before a space; fences are closed and
 * opened again with their language, tables go whole into the next part or have their header
 * repeated; list items, links, code spans and emphasis are cut only where nothing else is left, a
 * grapheme only when it is longer than a part. A cut depends on the next `limit + 1` code points
 * alone, so a text that is pushed in pieces is split as the whole is. Linear in the text.
 * @throws RangeError when `limit` is under `LEAST_LIMIT`.
 */
export function createSplitter(limit: number): Splitter {
    if (limit < LEAST_LIMIT) throw new RangeError(`a part needs ${LEAST_LIMIT} code points`);
    let rest = '';
    let points = 0;
    let head = '';
    let start = OUTSIDE;

    const cutOff = (text: string): Cut => {
        const room = limit - codePoints(head);
        return cut({text: text.slice(0, unitsOf(text, room + 1)), room, start, limit});
    };
    const seal = (): Part => {
        const {at, tail, head: nextHead, state} = cutOff(rest);
        const piece = rest.slice(0, at);
        const part = {text: head + piece + tail, head, tail};
        rest = rest.slice(at);
        points -= codePoints(piece);
        head = nextHead;
        start = state;
        return part;
    };
    return {
        push(text) {
            // A pair that came in two pieces was counted twice.
            const joined = isHigh(rest.charCodeAt(rest.length - 1)) && isLow(text.charCodeAt(0));
            points += codePoints(text) - (joined ? 1 : 0);
            rest += text;
            const parts: Part[] = [];
            while (points > limit - codePoints(head)) parts.push(seal());
            return parts;
        },
        open(extra = '') {
            const text = rest + extra;
            if (codePoints(text) > limit - codePoints(head)) {
                const {at, tail} = cutOff(text);
                return {text: head + text.slice(0, at) + tail, head, tail};
            }
            const {fence} = stateAt({text, room: 0, start, limit}, text.length);
            const closing = tailAt(fence, text !== '' && !text.endsWith('\n'));
            const whole = head + text;
            const tail = codePoints(whole + closing) <= limit ? closing : '';
            return {text: whole + tail, head, tail};
        },
        state: () => stateAt({text: rest, room: 0, start, limit}, rest.length),
        finish() {
            const part = {text: head + rest, head, tail: ''};
            const parts = rest === '' ? [] : [part];
            rest = '';
            points = 0;
            return parts;
        },
    };
}

/** Splits a whole text; [] for ''. See `createSplitter`. */
export function splitMarkdown(text: string, limit: number): Part[] {
    const splitter = createSplitter(limit);
    return [...splitter.push(text), ...splitter.finish()];
}
