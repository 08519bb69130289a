/**
 * Finds the inline pieces of a line that a cut should leave whole: code spans, links, web addresses,
 * emphasis, formulas. Pure, linear; an approximation of Markdown, since a wrong guess only moves a cut.
 */

/** An opener without its end counts as a piece when it stands this near to the end of what is known. */
const OPEN_REACH = 400;
const EMPHASIS = /^(?:\*{1,3}|_{1,3}|~~|\$\$?)/;
const ADDRESS = /^https?:\/\/[^\s<>]+/;

interface Finder {
    readonly line: string;
    /** Rises where a piece begins and falls where it ends; the running sum tells how many are open. */
    readonly change: Int32Array;
    readonly open: Map<string, number>;
    readonly brackets: number[];
    readonly nextRun: ReadonlyMap<number, number>;
    closingParen: number;
}

function cover(finder: Finder, from: number, to: number): void {
    if (to - from < 2) return;
    finder.change[from + 1] = (finder.change[from + 1] ?? 0) + 1;
    finder.change[to] = (finder.change[to] ?? 0) - 1;
}

function runLength(line: string, at: number, char: string): number {
    let end = at;
    while (line.charAt(end) === char) end++;
    return end - at;
}

/** For each backtick run the start of the next run of the same length. */
function backtickRuns(line: string): Map<number, number> {
    const next = new Map<number, number>();
    const lastOfLength = new Map<number, number>();
    for (let at = line.indexOf('`'); at !== -1;) {
        const length = runLength(line, at, '`');
        const before = lastOfLength.get(length);
        if (before !== undefined) next.set(before, at);
        lastOfLength.set(length, at);
        at = line.indexOf('`', at + length);
    }
    return next;
}

function codeSpan(finder: Finder, at: number): number {
    const length = runLength(finder.line, at, '`');
    const end = finder.nextRun.get(at);
    if (end === undefined) {
        finder.open.set('`', at);
        return at + length;
    }
    cover(finder, at, end + length);
    return end + length;
}

function linkEnd(finder: Finder, at: number): number {
    const start = finder.brackets.pop();
    if (start === undefined || finder.line.charAt(at + 1) !== '(') return at + 1;
    if (finder.closingParen < at) {
        const found = finder.line.indexOf(')', at);
        finder.closingParen = found === -1 ? Infinity : found;
    }
    const end = finder.closingParen;
    if (end === Infinity) {
        finder.open.set('[', start);
        return at + 1;
    }
    cover(finder, start, end + 1);
    return end + 1;
}

function emphasis(finder: Finder, at: number, marker: string): number {
    const start = finder.open.get(marker);
    const after = finder.line.charAt(at + marker.length);
    if (start !== undefined) {
        finder.open.delete(marker);
        cover(finder, start, at + marker.length);
    } else if (after !== '' && !/\s/.test(after)) {
        finder.open.set(marker, at);
    }
    return at + marker.length;
}

function step(finder: Finder, at: number): number {
    const char = finder.line.charAt(at);
    if (char === '\\') return at + 2;
    if (char === '`') return codeSpan(finder, at);
    if (char === ']') return linkEnd(finder, at);
    if (char === '[') {
        finder.brackets.push(at);
        return at + 1;
    }
    if (char === 'h') {
        const address = finder.line.startsWith('http', at)
            ? ADDRESS.exec(finder.line.slice(at))?.[0]
            : undefined;
        if (address === undefined) return at + 1;
        cover(finder, at, at + address.length);
        return at + address.length;
    }
    if ('*_~$'.includes(char)) {
        const marker = EMPHASIS.exec(finder.line.slice(at, at + 3))?.[0];
        return marker === undefined ? at + 1 : emphasis(finder, at, marker);
    }
    return at + 1;
}

/** Tells of each place in `line` whether a cut there would go through a piece. */
export function inlineAtoms(line: string): (at: number) => boolean {
    const finder: Finder = {
        line,
        change: new Int32Array(line.length + 2),
        open: new Map(),
        brackets: [],
        nextRun: backtickRuns(line),
        closingParen: -1,
    };
    for (let at = 0; at < line.length;) at = step(finder, at);
    for (const start of [...finder.open.values(), finder.brackets.at(-1) ?? 0]) {
        if (start > 0 && line.length - start <= OPEN_REACH) cover(finder, start, line.length + 1);
    }
    const inside = new Uint8Array(line.length + 1);
    let depth = 0;
    for (let at = 0; at <= line.length; at++) {
        depth += finder.change[at] ?? 0;
        inside[at] = depth > 0 ? 1 : 0;
    }
    return (at) => inside[at] === 1;
}
