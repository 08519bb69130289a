import {codeRanges} from './code-ranges.ts';
import {matchEnd, type TextRange} from './text-range.ts';

const LINE_MARKERS = /(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t])))*[ \t]*/y;
const POSSESSIVE = /['’]s(?![\p{L}\p{N}])/uy;
/**
 * Punctuation that goes with the mention before it: of keyboards where a blank follows (`@bot :)`
 * keeps its face), a comma and the signs of other scripts also where none does (`@bot、…`).
 */
const ATTACHED =
    /(?:[,:;.!?…]+(?=[ \t\u3000\r\n]|$)|,|(?![,:;.!?])[\p{Terminal_Punctuation}…‥·・～〜—–])+/uy;
const SENTENCE_END = /[\p{Sentence_Terminal}…]+[ \t\r]*$/muy;
const COMMA = /[,、，،､]/;
const CLOSING = /[,.;:!?…)\]}\p{Terminal_Punctuation}\p{Pe}\p{Pf}]/u;
const OPENING = /[([{"“‘*_~\p{Ps}\p{Pi}¡¿]/u;
const WRAPPERS = new Map(
    ['()', '[]', '{}', '<>', '""', '**', '__', '~~', '“”', '‘’', '«»', '‹›', '„“', '¡!', '¿?']
        .concat([
            '（）',
            '［］',
            '｛｝',
            '〔〕',
            '【】',
            '「」',
            '『』',
            '〈〉',
            '《》',
            '｢｣',
            '＂＂',
        ])
        .map(([opening = '', closing = '']) => [opening, closing]),
);

const isBlank = (char: string | undefined): boolean =>
    char === ' ' || char === '\t' || char === '\r' || char === '\u3000';
function skipBlanks(text: string, from: number, limit: number): number {
    let at = from;
    while (at < limit && isBlank(text[at])) at += 1;
    return at;
}

function blanksBefore(text: string, from: number, limit: number): number {
    let at = from;
    while (at > limit && isBlank(text[at - 1])) at -= 1;
    return at;
}

/** Takes brackets and emphasis along that hold nothing but the mention: `(@bot)`, `**@bot**`. */
function unwrap(text: string, mention: TextRange, from: number, to: number): TextRange {
    let {start, end} = mention;
    while (start > from && end < to) {
        const closing = WRAPPERS.get(text.charAt(start - 1));
        if (closing === undefined || closing !== text[end]) break;
        start -= 1;
        end += 1;
    }
    return {start, end};
}

/** What to cut for one mention so that the words around it still read well. */
function cutFor(
    text: string,
    mention: TextRange,
    kept: number,
    lineEnd: number,
    leads: boolean,
): TextRange {
    const {start, end} = mention;
    if (leads) {
        const punctuation = matchEnd(ATTACHED, text, end) ?? end;
        return {start, end: skipBlanks(text, punctuation, lineEnd)};
    }
    const left = blanksBefore(text, start, kept);
    const right = skipBlanks(text, end, lineEnd);
    const endsLine = right === lineEnd || matchEnd(SENTENCE_END, text, end) === lineEnd;
    if (endsLine && left > kept && COMMA.test(text.charAt(left - 1))) return {start: left - 1, end};
    if (right === lineEnd) return {start: left, end};
    if (CLOSING.test(text.charAt(end))) return {start: left, end};
    const joins = left < start || OPENING.test(text.charAt(start - 1));
    return {start, end: joins ? right : end};
}

interface Line {
    readonly start: number;
    readonly end: number;
    /** Where the line's words begin, behind indentation and the markers of quotes and lists. */
    readonly content: number;
    readonly indentOnly: boolean;
}

function lineAt(text: string, index: number): Line {
    const start = text.lastIndexOf('\n', index - 1) + 1;
    const newline = text.indexOf('\n', index);
    const end = newline === -1 ? text.length : newline;
    const content = Math.min(matchEnd(LINE_MARKERS, text, start) ?? start, end);
    return {start, end, content, indentOnly: skipBlanks(text, start, end) >= content};
}

/** The cuts for the mentions of one line; the whole line when nothing else stands in it. */
function cutLine(text: string, line: Line, mentions: readonly TextRange[]): TextRange[] {
    const cuts: TextRange[] = [];
    let kept = line.content;
    let leads = true;
    for (const [index, mention] of mentions.entries()) {
        // A path without `http://` in front is an address for readers, if not for the server.
        const inPath = text[mention.start - 1] === '/' && !isBlank(text[mention.start - 2] ?? ' ');
        if (inPath || matchEnd(POSSESSIVE, text, mention.end) !== undefined) {
            leads = false;
            continue;
        }
        const next = mentions[index + 1]?.start ?? line.end;
        const whole = unwrap(text, mention, kept, next);
        leads &&= skipBlanks(text, kept, whole.start) === whole.start;
        const cut = cutFor(text, whole, kept, line.end, leads);
        const bounded = {start: Math.max(cut.start, kept), end: Math.min(cut.end, next)};
        cuts.push(bounded);
        kept = bounded.end;
    }
    const isEmpty = leads && skipBlanks(text, kept, line.end) === line.end;
    if (!isEmpty || !line.indentOnly || cuts.length === 0) return cuts;
    if (line.end < text.length) return [{start: line.start, end: line.end + 1}];
    return [{start: Math.max(0, line.start - 1), end: line.end}];
}

/**
 * The text without the given mentions (of `findMentions`), as the agent gets it: indentation,
 * lists, quotes, blank lines and everything that is code stay as they are; a line that held
 * nothing but the mention goes; punctuation that belonged to the mention (`@bot, …`) goes too.
 * A possessive (`@bot's`) stays, for the sentence would not make sense without it.
 */
export function stripMentions(text: string, mentions: readonly TextRange[]): string {
    if (mentions.length === 0) return text;
    const cuts: TextRange[] = [];
    for (let index = 0; index < mentions.length;) {
        const first = mentions[index];
        if (!first) break;
        const line = lineAt(text, first.start);
        const from = index;
        while ((mentions[index]?.start ?? Infinity) < line.end) index += 1;
        cuts.push(...cutLine(text, line, mentions.slice(from, index)));
    }

    const codeEnd = codeRanges(text).at(-1)?.end ?? 0;
    let out = '';
    let from = 0;
    let lastOfCode = codeEnd;
    for (const cut of cuts) {
        const start = Math.max(from, cut.start);
        out += text.slice(from, start);
        from = Math.max(from, cut.end);
        if (start < codeEnd) lastOfCode -= from - start;
    }
    return trimEnds(out + text.slice(from), lastOfCode);
}

/** Drops blank lines at the start, and white space at the end down to `limit`, where code ends. */
function trimEnds(text: string, limit: number): string {
    let end = text.length;
    while (end > limit && (isBlank(text[end - 1]) || text[end - 1] === '\n')) end -= 1;
    return text.slice(0, end).replace(/^(?:[ \t\r]*\n)+/, '');
}
