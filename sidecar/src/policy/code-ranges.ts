/** A stretch of a text, `end` exclusive, in UTF-16 units. */
export interface TextRange {
    readonly start: number;
    readonly end: number;
}

interface Fence {
    readonly start: number;
    readonly marker: string;
    readonly length: number;
    readonly quoted: boolean;
}

const QUOTE_MARKER = / {0,3}> ?/y;
const LIST_MARKER = /[ \t]*(?:[-*+]|\d{1,9}[.)])(?=[ \t])/y;
// People write `@bot ```js`: once the mention is taken off, that line opens a fence.
const FENCE = /[ \t]*(?:@[\w.-]+[,:]?[ \t]+)*(`{3,}|~{3,})([^\n]*)/y;
const HEADING = /[ \t]{0,3}#{1,6}[ \t]/y;
const BLANK = /[ \t\r]*$/my;

/** Where a sticky pattern that is tried at `at` ends, or undefined when it does not match there. */
function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skipAll(pattern: RegExp, text: string, from: number): number {
    let at = from;
    for (let next = matchEnd(pattern, text, at); next !== undefined;) {
        at = next;
        next = matchEnd(pattern, text, at);
    }
    return at;
}

/** Width of the white space at `at`; a tab reaches the next multiple of four. */
function indentation(text: string, at: number): number {
    let width = 0;
    for (let index = at; index < text.length; index++) {
        const char = text[index];
        if (char === ' ') width += 1;
        else if (char === '\t') width += 4 - (width % 4);
        else break;
    }
    return width;
}

/**
 * The parts of a Mattermost message that Markdown shows as code, in order and without overlap:
 * fenced blocks (in quotes and lists too; an unclosed one goes to the end), indented blocks and
 * inline code. Works in linear time on any text.
 */
export function codeRanges(text: string): TextRange[] {
    const ranges: TextRange[] = [];
    let fence: Fence | undefined;
    let paragraph: number | undefined;
    let inList = false;
    let boundary = true;
    let wasQuoted = false;

    const endParagraph = (end: number): void => {
        if (paragraph !== undefined) ranges.push(...inlineCode(text, paragraph, end));
        paragraph = undefined;
    };

    for (let lineStart = 0; lineStart <= text.length;) {
        const newline = text.indexOf('\n', lineStart);
        const lineEnd = newline === -1 ? text.length : newline;
        const afterQuotes = skipAll(QUOTE_MARKER, text, lineStart);
        const quoted = afterQuotes > lineStart;
        if (fence && fence.quoted && !quoted) {
            ranges.push({start: fence.start, end: lineStart});
            fence = undefined;
            boundary = true;
        }
        if (fence) {
            const from: number = fence.quoted ? afterQuotes : lineStart;
            if (closes(fence, text.slice(from, lineEnd))) {
                ranges.push({start: fence.start, end: lineEnd});
                fence = undefined;
                boundary = true;
            }
        } else if (matchEnd(BLANK, text, afterQuotes) !== undefined) {
            endParagraph(lineStart);
            boundary = true;
        } else {
            const indent = indentation(text, afterQuotes);
            const content = skipAll(LIST_MARKER, text, afterQuotes);
            const isItem = content > afterQuotes;
            if (quoted !== wasQuoted || isItem) endParagraph(lineStart);
            boundary ||= quoted !== wasQuoted;
            if (boundary && indent < 2) inList = false;
            const indentedCode: boolean = indent >= 4 && boundary && !inList;
            inList ||= isItem && !indentedCode;
            const opened = indent < 4 || inList ? opensFence(text, content, quoted) : undefined;
            if (indentedCode) {
                ranges.push({start: lineStart, end: lineEnd});
            } else if (opened) {
                endParagraph(lineStart);
                fence = opened;
            } else {
                const heading = matchEnd(HEADING, text, afterQuotes) !== undefined;
                if (heading) endParagraph(lineStart);
                paragraph ??= lineStart;
                if (heading) endParagraph(lineEnd);
                boundary = false;
            }
        }
        wasQuoted = quoted;
        lineStart = lineEnd + 1;
    }
    if (fence) ranges.push({start: fence.start, end: text.length});
    endParagraph(text.length);
    return ranges;
}

function opensFence(text: string, at: number, quoted: boolean): Fence | undefined {
    FENCE.lastIndex = at;
    const match = FENCE.exec(text);
    const run = match?.[1];
    const info = match?.[2];
    if (match === null || run === undefined || info === undefined) return undefined;
    if (run.startsWith('`') && info.includes('`')) return undefined;
    const start = match.index + match[0].length - info.length - run.length;
    return {start, marker: run.charAt(0), length: run.length, quoted};
}

function closes(fence: Fence, line: string): boolean {
    const run = line.trim();
    return run.length >= fence.length && run === fence.marker.repeat(run.length);
}

interface Run {
    readonly start: number;
    readonly length: number;
    readonly escaped: boolean;
}

function backtickRuns(text: string, start: number, end: number): Run[] {
    const runs: Run[] = [];
    let backslashes = 0;
    for (let index = start; index < end;) {
        if (text[index] !== '`') {
            backslashes = text[index] === '\\' ? backslashes + 1 : 0;
            index += 1;
            continue;
        }
        const from = index;
        while (index < end && text[index] === '`') index += 1;
        runs.push({start: from, length: index - from, escaped: backslashes % 2 === 1});
        backslashes = 0;
    }
    return runs;
}

/** Code spans of one paragraph: a run of backticks up to the next run of the same length. */
function inlineCode(text: string, start: number, end: number): TextRange[] {
    const runs = backtickRuns(text, start, end);
    const byLength = new Map<number, number[]>();
    for (const [index, run] of runs.entries()) {
        const same = byLength.get(run.length);
        if (same) same.push(index);
        else byLength.set(run.length, [index]);
    }
    // Each list of places is walked once, from the front: this is what keeps it linear.
    const walked = new Map<number, number>();
    const nextOfLength = (length: number, after: number): number | undefined => {
        const places = byLength.get(length) ?? [];
        let at = walked.get(length) ?? 0;
        while (at < places.length && (places[at] ?? 0) <= after) at += 1;
        walked.set(length, at);
        return places[at];
    };

    const ranges: TextRange[] = [];
    for (let index = 0; index < runs.length; index++) {
        const open = runs[index];
        if (!open) break;
        const literal = open.escaped ? 1 : 0;
        if (open.length === literal) continue;
        const closing = nextOfLength(open.length - literal, index);
        const close = closing === undefined ? undefined : runs[closing];
        if (closing === undefined || !close) continue;
        ranges.push({start: open.start + literal, end: close.start + close.length});
        index = closing;
    }
    return ranges;
}
