import {codeRanges, type TextRange} from './code-ranges.ts';

/**
 * How strictly a name must stand alone. `boundary`: no name character before or after, nor one
 * behind a `.`, `:` or `-`. `server`: the looser reading of Mattermost's own parser, for posts of
 * which the server said that they mention the bot (`_@bot_`, `@bot--`).
 */
export type MentionRule = 'boundary' | 'server';

const WORD = /[\p{L}\p{N}\p{M}_]/u;
// Scripts that are written without spaces: there `你好@bot` is an ordinary way to address a bot.
const UNSPACED =
    /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;
const ALPHANUMERIC = /[\p{L}\p{N}]/u;
const MEANINGFUL = /[\p{L}\p{N}\p{So}\p{Sc}\p{Extended_Pictographic}`]/u;

const isNameCharacter = (char: string): boolean =>
    WORD.test(char) && (char === '_' || !UNSPACED.test(char));

/** The whole character that ends before `index`, '' at the start of the text. */
function charBefore(text: string, index: number): string {
    if (index <= 0) return '';
    const code = text.charCodeAt(index - 1);
    const isPair = code >= 0xdc00 && code <= 0xdfff && index > 1;
    return isPair ? text.slice(index - 2, index) : text.charAt(index - 1);
}

/** The whole character at `index`, '' at the end of the text. */
function charAt(text: string, index: number): string {
    const code = text.codePointAt(index);
    return code === undefined ? '' : String.fromCodePoint(code);
}

function followsBoundaryRule(text: string, start: number, end: number): boolean {
    let before = start;
    while (text[before - 1] === '_') before -= 1;
    const emphasis = start - before;
    if (text[before - 1] === '@' || isNameCharacter(charBefore(text, before))) return false;

    let after = end;
    while (after - end < emphasis && text[after] === '_') after += 1;
    const next = charAt(text, after);
    if (next === '@' || isNameCharacter(next)) return false;
    return !(/[.:-]/.test(next) && isNameCharacter(charAt(text, after + 1)));
}

function followsServerRule(text: string, start: number, end: number): boolean {
    const before = charBefore(text, start);
    if (before === '@' || ALPHANUMERIC.test(before)) return false;
    let after = end;
    while (/[.:_-]/.test(text.charAt(after))) after += 1;
    const next = charAt(text, after);
    return next !== '@' && !ALPHANUMERIC.test(next);
}

/**
 * Where `text` mentions `@username` outside code, in order. Case does not matter; `@all`,
 * `@channel` and `@here` are other names and never match.
 */
export function findMentions(
    text: string,
    username: string,
    rule: MentionRule = 'boundary',
): TextRange[] {
    if (username === '' || !text.includes('@')) return [];
    const name = new RegExp('@' + username.replaceAll(/[^\w]/g, '\\$&'), 'gi');
    const code = codeRanges(text);
    let passed = 0;
    const found: TextRange[] = [];
    for (const match of text.matchAll(name)) {
        const start = match.index;
        const end = start + match[0].length;
        while (passed < code.length && (code[passed]?.end ?? 0) <= start) passed += 1;
        if ((code[passed]?.start ?? Infinity) <= start) continue;
        const counts =
            followsBoundaryRule(text, start, end) ||
            (rule === 'server' && followsServerRule(text, start, end));
        if (counts) found.push({start, end});
    }
    return found;
}

/** The text with each part that Markdown shows as code replaced by a space. */
export function withoutCode(text: string): string {
    let kept = '';
    let from = 0;
    for (const {start, end} of codeRanges(text)) {
        kept += text.slice(from, start) + ' ';
        from = end;
    }
    return kept + text.slice(from);
}

/** Whether nothing is left that could be a question: no letter, number, symbol or code. */
export function isBare(text: string): boolean {
    return !MEANINGFUL.test(text);
}
