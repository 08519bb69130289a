import {
    afterLine,
    containerOf,
    isIndentedCode,
    isListItem,
    isRowBelow,
    leavesFence,
    linesOf,
    OUTSIDE,
    withoutLineEnd,
    type BlockState,
} from './fences.ts';
import {
    closedBy,
    isProse,
    NEW_PARAGRAPH,
    scanLine,
    type LatexForms,
    type Manner,
    type Scan,
} from './formula-lines.ts';

/**
 * Rewrites formulas of a text that grows (DEL-21): `\(…\)` becomes `$…$`, and `\[…\]` a fence named
 * `latex`, which is what Mattermost draws. What is code, what only looks like a formula, and what
 * could not be drawn where it stands passes unit by unit.
 */
export interface Formulas {
    /** Takes text; gives what is now certain: not the last line, nor a formula that is not closed. */
    push(text: string): string;
    /** What may be shown of the rest: not the half of a formula. */
    open(): string;
    /** The rest. */
    finish(): string;
}

const HEADING = /^ {0,3}#{1,6}[ \t]/;

/** The text before a formula that is to stand in lines of its own. */
interface Before {
    /** Quote marks, marks of items and blanks. */
    readonly container: string;
    readonly words: string;
}

function beforeBlock(line: string, at: number): Before {
    const container = containerOf(line.slice(0, at));
    return {container, words: line.slice(container.length, at).trimEnd()};
}

/** Whether words may end here, with nothing left open that goes on behind the formula. */
function mayEnd({container, words}: Before): boolean {
    const plain = words.replace(/\\./g, '').replace(/(`+)[^`]*\1/g, '');
    const isPaired = (mark: string): boolean => plain.split(mark).length % 2 === 1;
    const isOpen = plain.lastIndexOf('[') > plain.lastIndexOf(']');
    const arePaired = ['*', '**', '~~'].every(isPaired);
    return !HEADING.test(container + words) && arePaired && !isOpen;
}

/** Nothing but quote marks, marks of items and blanks. */
const isBlank = (line: string): boolean => line.slice(containerOf(line).length).trim() === '';

const depthOf = (line: string): number => containerOf(line).split('>').length - 1;

/** A line of a formula without the quote marks and at most the blanks of its container. */
function innerLine(line: string, container: string): string {
    const marks = /^[ \t]*(?:>[ \t]?)+/.exec(line);
    const body = depthOf(container) > 0 && marks !== null ? line.slice(marks[0].length) : line;
    const width = container.slice(container.lastIndexOf('>') + 1).length;
    let at = 0;
    while (at < width && (body[at] === ' ' || body[at] === '\t')) at++;
    return body.slice(at);
}

interface Placed {
    readonly out: string;
    readonly state: BlockState;
}

/**
 * The lines of a formula, of which the first has `\[` at `at`, as a fence; undefined where it is no
 * formula or a fence would not be one there. The last line is the one with `\]`.
 */
function asFence(lines: readonly string[], at: number, start: BlockState): Placed | undefined {
    const [first = '', ...others] = lines.map(withoutLineEnd);
    const before = beforeBlock(first, at);
    const {container, words} = before;
    const source = [first.slice(at + 2), ...others.map((line) => innerLine(line, container))];
    const found = closedBy(source.join('\n'), 0, ']');
    const rest = source.join('\n').slice(found?.end).trim();
    if (found === undefined || !/^[.,;:!?]?$/.test(rest) || !mayEnd(before)) return undefined;
    const inner = found.inner.trim();
    const isNumber = lines.length === 1 && /^[\d\s,–-]*$/.test(inner);
    if (inner === '' || isNumber || inner.includes('```') || isProse(inner)) return undefined;
    const below = container.replace(/[^>\s]/g, ' ');
    const end = lines[0]?.endsWith('\r\n') === true ? '\r\n' : '\n';
    const last = lines.at(-1) ?? '';
    const head = words === '' ? [] : [container + words];
    const opening = `${words === '' ? container : below}\`\`\`latex`;
    const body = `${inner}${rest}`.split('\n').map((line) => below + line);
    let state = start;
    for (const line of head) state = afterLine(state, line + end);
    state = afterLine(state, opening + end);
    for (const line of body) {
        if (state.fence === undefined || leavesFence(line, state.fence)) return undefined;
        state = afterLine(state, line + end);
    }
    if (state.fence === undefined) return undefined;
    const closing = `${below}\`\`\`${last.slice(withoutLineEnd(last).length)}`;
    state = afterLine(state, closing);
    if (state.fence !== undefined) return undefined;
    return {out: [...head, opening, ...body, closing].join(end), state};
}

/** The formulas of one answer; no line and no formula that is longer than `longest` is read whole. */
export function createFormulas(forms: LatexForms, longest: number): Formulas {
    let state = OUTSIDE;
    let reading = NEW_PARAGRAPH;
    /** The last line, as far as it has come. */
    let pending = '';
    /** In a long line of which a part is out: whether it is code. */
    let inLine: 'text' | 'code' | undefined;
    /** Lines of a formula that is not closed, and where it begins in the first. */
    let held: {readonly lines: readonly string[]; readonly at: number} | undefined;

    const isCode = (text: string): boolean => {
        if (state.fence !== undefined && !leavesFence(text, state.fence)) return true;
        return afterLine(state, text).fence !== undefined || isIndentedCode(text, state.items);
    };
    const isRow = (text: string): boolean =>
        /^[\s>]*\|/.test(text) || (state.table !== undefined && isRowBelow(state.table, text));
    const scan = (text: string, manner: Manner, allowed: LatexForms): Scan => {
        const start = inLine === undefined && isListItem(text) ? NEW_PARAGRAPH : reading;
        return scanLine(text, start, allowed, isRow(text), manner);
    };
    /** Whether a formula that is not closed may begin at `at`. */
    const isHalf = (text: string, at: number): boolean =>
        closedBy(text, at + 2, ']') === undefined &&
        !isProse(text.slice(at + 2)) &&
        mayEnd(beforeBlock(text, at));

    const plain = (line: string, allowed: LatexForms): string => {
        const scanned = scan(line, 'whole', allowed);
        reading = {...scanned.reading, dollar: false, before: ''};
        state = afterLine(state, scanned.out);
        return scanned.out;
    };
    const place = (lines: readonly string[], at: number): string | undefined => {
        const placed = asFence(lines, at, state);
        if (placed === undefined) return undefined;
        state = placed.state;
        reading = NEW_PARAGRAPH;
        return placed.out;
    };
    const takeLine = (line: string): string => {
        if (held !== undefined) return takeHeld(held, line);
        const text = withoutLineEnd(line);
        if (isBlank(text) || isCode(text)) {
            reading = NEW_PARAGRAPH;
            state = afterLine(state, line);
            return line;
        }
        const {block} = scan(line, 'whole', forms);
        if (block === undefined || isRow(text)) return plain(line, forms);
        if (isHalf(text, block)) {
            held = {lines: [line], at: block};
            return '';
        }
        return place([line], block) ?? plain(line, forms);
    };
    const takeHeld = ({lines, at}: NonNullable<typeof held>, line: string): string => {
        const all = [...lines, line];
        const text = withoutLineEnd(line);
        const [first = ''] = lines;
        const isEnd = closedBy(text, 0, ']') !== undefined;
        const leaves = isBlank(text) || depthOf(text) !== depthOf(first);
        const again = !isEnd && scanLine(text, NEW_PARAGRAPH, forms, false, 'whole').block;
        const isLong = all.join('').length > longest;
        if (!isEnd && !leaves && !isLong && again === undefined) {
            held = {lines: all, at};
            return '';
        }
        held = undefined;
        const placed = isEnd && !leaves && !isLong ? place(all, at) : undefined;
        return placed ?? release(all);
    };
    /** Lines that hold no formula in a block. */
    const release = ([first = '', ...others]: readonly string[]): string => {
        let out = plain(first, forms);
        for (const line of others) out += takeLine(line);
        return out;
    };
    const releaseHeld = (): string => {
        let out = '';
        while (held !== undefined) {
            const {lines} = held;
            held = undefined;
            out += release(lines);
        }
        return out;
    };
    const takePiece = (): string => {
        const window = pending.slice(0, longest);
        const out = releaseHeld();
        inLine ??= isCode(window) ? 'code' : 'text';
        if (inLine === 'code') {
            pending = pending.slice(longest);
            return out + window;
        }
        const scanned = scan(window, 'piece', {...forms, blocks: false});
        reading = scanned.reading;
        pending = pending.slice(scanned.end);
        return out + scanned.out;
    };
    const takeRest = (line: string): string => {
        if (inLine === undefined) return takeLine(line);
        const code = inLine === 'code';
        inLine = undefined;
        const scanned = code ? undefined : scan(line, 'whole', {...forms, blocks: false});
        reading = {...(scanned?.reading ?? reading), dollar: false, before: ''};
        state = {...state, before: line};
        return scanned?.out ?? line;
    };
    const preview = (): string => {
        if (held !== undefined) return (held.lines[0] ?? '').slice(0, held.at).trimEnd();
        const isText = inLine === undefined ? !isCode(pending) : inLine === 'text';
        if (!isText || pending === '') return pending;
        const shown = scan(pending, 'preview', forms);
        if (shown.block === undefined || inLine !== undefined || isRow(pending)) return shown.out;
        const before = {state, reading};
        const placed = place([pending], shown.block);
        ({state, reading} = before);
        if (placed !== undefined) return placed;
        if (!isHalf(pending, shown.block)) return shown.out;
        return scan(pending.slice(0, shown.block), 'preview', forms).out.trimEnd();
    };

    return {
        push(text) {
            let out = '';
            for (const line of linesOf(pending + text)) {
                pending = line;
                while (pending.length > longest) out += takePiece();
                if (!pending.endsWith('\n')) break;
                const whole = pending;
                pending = '';
                out += takeRest(whole);
            }
            return out;
        },
        open: preview,
        finish() {
            const rest = pending === '' ? '' : takeRest(pending);
            const out = rest + releaseHeld();
            pending = '';
            state = OUTSIDE;
            reading = NEW_PARAGRAPH;
            return out;
        },
    };
}
