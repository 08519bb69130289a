import {
    afterLine,
    isDelimiterRow,
    isTableRow,
    linesOf,
    OUTSIDE,
    withoutLineEnd,
    type BlockState,
} from './fences.ts';
import {LONGEST_LINE, pingSafeCut, withoutPings} from './pings.ts';
import {renderTable, type TableMode} from './tables.ts';

/**
 * Turns the agent's text into what may be posted, while it grows: mass mentions are broken
 * (DEL-14), tables are rewritten where the settings ask for it (DEL-11), U+0000, which the server's
 * database refuses, becomes U+FFFD. Everything else passes unit by unit.
 */
export interface TextTransform {
    /** Takes text; gives what is now certain, which is all of it but the last line or table. */
    push(text: string): string;
    /** What would follow if the text ended here. */
    open(): string;
    /** The rest. */
    finish(): string;
}

interface State {
    readonly block: BlockState;
    /** A fence as strictly as the server reads it: only at the margin, where no list can end it. */
    readonly serverFence: string | undefined;
    /** Inside a line of which the first part is already out. */
    readonly midLine: boolean;
    /** Lines of a table, or one that may be its header. */
    readonly table: readonly string[];
}

const START: State = {block: OUTSIDE, serverFence: undefined, midLine: false, table: []};
const MARGIN_FENCE = /^(`{3,}|~{3,})([^`]*)$/;

function serverFenceAfter(fence: string | undefined, line: string): string | undefined {
    if (fence === undefined) return MARGIN_FENCE.exec(line)?.[1];
    const body = line.replace(/^ {0,3}/, '');
    if (!body.startsWith(fence)) return fence;
    const marker = fence.charAt(0);
    return Array.from(body.trim()).every((char) => char === marker) ? undefined : fence;
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

/** One line, or a piece of a long one. */
function takeLine(state: State, line: string, mode: TableMode): Step {
    const text = withoutLineEnd(line);
    const ends = text !== line;
    const serverFence = state.midLine
        ? state.serverFence
        : serverFenceAfter(state.serverFence, text);
    const inCode = state.serverFence !== undefined || serverFence !== undefined;
    const safe = inCode ? line : withoutPings(line);
    const block = state.midLine ? state.block : afterLine(state.block, line);
    const next: State = {block, serverFence, midLine: !ends, table: state.table};
    if (mode === 'off' || state.midLine) return {state: next, out: safe};
    return takeTableLine(next, text, safe, mode);
}

function takeTableLine(state: State, text: string, safe: string, mode: TableMode): Step {
    const inFence = state.block.fence !== undefined;
    const goesOn = state.table.length > 1 && isTableRow(text);
    const begins = state.table.length === 1 && isDelimiterRow(text);
    if (!inFence && (goesOn || begins)) {
        return {state: {...state, table: [...state.table, safe]}, out: ''};
    }
    const flushed = flushTable(state, mode);
    const maybeHeader = !inFence && isTableRow(text) && !state.midLine;
    if (!maybeHeader) return {state: flushed.state, out: flushed.out + safe};
    return {state: {...flushed.state, table: [safe]}, out: flushed.out};
}

/** A text's transformation for one answer; `tables` is `markdown.tables`. */
export function createTextTransform(tables: TableMode): TextTransform {
    let state = START;
    let pending = '';

    const take = (line: string): string => {
        const step = takeLine(state, line, tables);
        state = step.state;
        return step.out;
    };
    const rest = (): Step => {
        const last = pending === '' ? {state, out: ''} : takeLine(state, pending, tables);
        const flushed = flushTable(last.state, tables);
        return {state: flushed.state, out: last.out + flushed.out};
    };
    return {
        push(text) {
            let out = '';
            for (const line of linesOf(pending + text.replaceAll('\0', '\ufffd'))) {
                pending = line;
                while (pending.length > LONGEST_LINE) {
                    const at = pingSafeCut(pending, LONGEST_LINE);
                    out += take(pending.slice(0, at));
                    pending = pending.slice(at);
                }
                if (!pending.endsWith('\n')) break;
                out += take(pending);
                pending = '';
            }
            return out;
        },
        open() {
            const {out} = rest();
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
