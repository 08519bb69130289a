import {
    afterLine,
    isDelimiterRow,
    isRowBelow,
    isTableRow,
    linesOf,
    OUTSIDE,
    withoutLineEnd,
    type BlockState,
} from './fences.ts';
import type {LatexForms} from './formula-lines.ts';
import {createFormulas} from './formulas.ts';
import {NEW_PARAGRAPH, type GuardedLine, type LinkGuard, type Paragraph} from './links.ts';
import {breakPings, pingSafeCut, withoutPings} from './pings.ts';
import {renderTable, type TableMode} from './tables.ts';

/**
 * Turns the agent's text into what may be posted, while it grows: mass mentions are broken
 * (DEL-14), tables are rewritten where the settings ask for it (DEL-11), U+0000, which the server's
 * database refuses, becomes U+FFFD, formulas take Mattermost's form where it draws them (DEL-21).
 * Everything else passes unit by unit.
 */
export interface TextTransform {
    /** Takes text; gives what is now certain, which is all of it but the last line or table. */
    push(text: string): string;
    /** What would follow if the text ended here. */
    open(): string;
    /** The rest. */
    finish(): string;
}

/** What the server takes for code, as far as that is beyond doubt. */
interface ServerCode {
    /** A fence as strictly as the server reads it: only at the margin, where no list can end it. */
    readonly fence: string | undefined;
    /** A line came that one may read as a fence or not: nothing after it counts as code. */
    readonly unsure: boolean;
    /** The paragraph holds something that may reach into its next lines. */
    readonly open: boolean;
}

interface State {
    readonly block: BlockState;
    readonly code: ServerCode;
    /** Inside a line of which the first part is already out. */
    readonly midLine: boolean;
    readonly paragraph: Paragraph;
    /** Lines of a table, or one that may be its header. */
    readonly table: readonly string[];
}

const START: State = {
    block: OUTSIDE,
    code: {fence: undefined, unsure: false, open: false},
    midLine: false,
    paragraph: NEW_PARAGRAPH,
    table: [],
};
const MARGIN_FENCE = /^(`{3,}|~{3,})([^`]*)$/;
const LIKE_FENCE = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(?:`{3}|~{3})/;

/** Whether a line closes a fence for the server, which takes `` ``` ` `` for a closing line too. */
function closes(fence: string, line: string): boolean {
    const body = line.replace(/^ {0,3}/, '');
    if (!body.startsWith(fence)) return false;
    const marker = fence.charAt(0);
    return Array.from(body.slice(fence.length).trim()).every((char) => char === marker);
}

function fenceAfter({fence}: ServerCode, line: string): string | undefined {
    if (fence === undefined) return MARGIN_FENCE.exec(line)?.[1];
    return closes(fence, line) ? undefined : fence;
}

interface Step {
    readonly state: State;
    readonly out: string;
}

function flushTable(state: State, mode: TableMode): Step {
    const {table} = state;
    const isTable = table.length > 1;
    const out = isTable ? renderTable(table, mode) : table.join('');
    return {state: {...state, table: []}, out};
}

function guardedLine(
    {paragraph}: State,
    line: string,
    {guard}: Rules,
    inFence: boolean,
    piece = false,
): GuardedLine {
    return inFence ? {text: line, paragraph: NEW_PARAGRAPH} : guard(line, paragraph, piece);
}

/** One line outside a long one, or a piece of a long one, which is not `whole`. */
function takeLine(state: State, line: string, rules: Rules, whole: boolean): Step {
    const text = withoutLineEnd(line);
    const ends = text !== line;
    if (state.midLine || !whole) {
        const unsure = state.code.unsure || LIKE_FENCE.test(line);
        const code = {...state.code, fence: undefined, unsure, open: true};
        const flushed = flushTable(state, rules.tables);
        const inFence = state.block.fence !== undefined;
        const guarded = guardedLine(state, line, rules, inFence, true);
        const next = {...flushed.state, code, midLine: !ends, paragraph: guarded.paragraph};
        return {state: next, out: flushed.out + withoutPings(guarded.text)};
    }
    const fence = fenceAfter(state.code, text);
    const block = afterLine(state.block, line);
    // Where our reading and the server's differ, a cut may put the line outside the fence.
    const agreed = (fence === undefined) === (block.fence === undefined);
    const stray = fence === undefined && state.code.fence === undefined && LIKE_FENCE.test(text);
    const unsure = state.code.unsure || !agreed || stray;
    // In short posts a cut may take a mention out of its code.
    const keeps = rules.limit >= 2 * LONGEST_LINE;
    const spans = keeps && !unsure && !state.code.open;
    const inCode = keeps && !unsure && fence !== undefined;
    const {text: shown, paragraph} = guardedLine(state, line, rules, block.fence !== undefined);
    const safe = inCode ? {text: line, open: false} : breakPings(shown, spans);
    const open = text.trim() !== '' && (state.code.open || safe.open);
    const code = {fence, unsure, open};
    const next: State = {block, code, midLine: !ends, paragraph, table: state.table};
    if (rules.tables === 'off') return {state: next, out: safe.text};
    return takeTableLine(next, text, safe.text, rules.tables);
}

function takeTableLine(state: State, text: string, safe: string, mode: TableMode): Step {
    const inFence = state.block.fence !== undefined;
    const goesOn = state.table.length > 1 && isRowBelow(state.table[0] ?? '', text);
    const begins = state.table.length === 1 && isDelimiterRow(text);
    if (!inFence && (goesOn || begins)) {
        return {state: {...state, table: [...state.table, safe]}, out: ''};
    }
    const flushed = flushTable(state, mode);
    const maybeHeader = !inFence && isTableRow(text) && !state.midLine;
    if (!maybeHeader) return {state: flushed.state, out: flushed.out + safe};
    return {state: {...flushed.state, table: [safe]}, out: flushed.out};
}

/** What is asked of a transformation. */
export interface Rules {
    /** `markdown.tables`. */
    readonly tables: TableMode;
    /** Code points of a post. */
    readonly limit: number;
    /** What becomes of links and pictures. */
    readonly guard: LinkGuard;
    /** Which formulas take Mattermost's form. */
    readonly latex: LatexForms;
}

/** Beyond this a line is read in pieces, and code spans in it are not told from text. */
const LONGEST_LINE = 2000;
/** A mention in character references must fit into a piece. */
const SHORTEST_PIECE = 100;

/** A text's transformation for one answer. */
export function createTextTransform(rules: Rules): TextTransform {
    // A line is held back whole until it is certain, so it must not fill a post.
    const longest = Math.max(SHORTEST_PIECE, Math.min(LONGEST_LINE, Math.floor(rules.limit / 2)));
    const lines = createLineTransform(rules, longest);
    if (!rules.latex.blocks && !rules.latex.inline) return {...lines, open: () => lines.open('')};
    const formulas = createFormulas(rules.latex, longest);
    return {
        push: (text) => lines.push(formulas.push(text)),
        open: () => lines.open(formulas.open()),
        finish: () => lines.push(formulas.finish()) + lines.finish(),
    };
}

interface LineTransform extends Omit<TextTransform, 'open'> {
    /** What would follow if the text ended behind `extra`. */
    open(extra: string): string;
}

function createLineTransform(rules: Rules, longest: number): LineTransform {
    const {tables} = rules;
    let state = START;
    let pending = '';

    const take = (line: string, whole: boolean): string => {
        const step = takeLine(state, line, rules, whole);
        state = step.state;
        return step.out;
    };
    const rest = (): Step => {
        const last = pending === '' ? {state, out: ''} : takeLine(state, pending, rules, true);
        const flushed = flushTable(last.state, tables);
        return {state: flushed.state, out: last.out + flushed.out};
    };
    const push = (text: string): string => {
        let out = '';
        for (const line of linesOf(pending + text.replaceAll('\0', '\ufffd'))) {
            pending = line;
            while (pending.length > longest) {
                const cut = pingSafeCut(pending, longest);
                // A picture is known by `![`, which stays in one piece.
                const at = cut > 1 && pending[cut - 1] === '!' ? cut - 1 : cut;
                out += take(pending.slice(0, at), false);
                pending = pending.slice(at);
            }
            if (!pending.endsWith('\n')) break;
            out += take(pending, true);
            pending = '';
        }
        return out;
    };
    return {
        push,
        open(extra) {
            const before = {state, pending};
            const out = push(extra) + rest().out;
            ({state, pending} = before);
            // Half a pair would be shown as a broken character.
            const last = out.charCodeAt(out.length - 1);
            return last >= 0xd800 && last <= 0xdbff ? out.slice(0, -1) : out;
        },
        finish() {
            const {out} = rest();
            state = START;
            pending = '';
            return out;
        },
    };
}
