import {codeRanges, readMessage} from './code-ranges.ts';
import type {TextRange} from './text-range.ts';

/**
 * How strictly a name must stand alone. `boundary`: a `_` behind it is part of a longer name unless
 * one stands before it, too (`_@bot_`). `server`: as Mattermost's own parser has it, for posts of
 * which the server said that they mention the bot (`@bot_`).
 */
export type MentionRule = 'boundary' | 'server';

/** What the server takes for one word; combining marks are none of it. */
const WORD = /[:.\-_@\uff20\p{L}\p{N}]+/gu;
// Scripts that are written without spaces: there `你好@bot` is an ordinary way to address a bot, as
// the web and mobile apps show it.
const UNSPACED =
    /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]+/u;
const MEANINGFUL = /[\p{L}\p{N}\p{So}\p{Sc}\p{Extended_Pictographic}`]/u;
/** The at sign of keyboards and the full-width one of Japanese and Chinese input. */
const AT = /[@\uff20]/;

/** `text` with the ranges blanked out, place for place. */
function blanked(text: string, ranges: readonly TextRange[]): string {
    let out = '';
    let from = 0;
    for (const {start, end} of ranges) {
        if (end <= from) continue;
        const begin = Math.max(start, from);
        out += text.slice(from, begin) + ' '.repeat(end - begin);
        from = end;
    }
    return out + text.slice(from);
}

/** Where a word names `address` (`@bot`, in lower case) as the server reads the word. */
function namedIn(word: string, address: string, rule: MentionRule): number[] {
    if (word.startsWith(':') && word.endsWith(':')) return [];
    const isAddress = (at: number): boolean =>
        word
            .slice(at, at + address.length)
            .replace(AT, '@')
            .toLowerCase() === address;
    const start = /^[:.\-_]*/.exec(word)?.[0].length ?? 0;
    if (isAddress(start)) {
        const after = word.slice(start + address.length);
        if (!/^[.\-:_]*$/.test(after)) return [];
        const before = /_*$/.exec(word.slice(0, start))?.[0].length ?? 0;
        const strays = after.split('_').length - 1 > before;
        return rule === 'boundary' && strays ? [] : [start];
    }
    if (AT.test(word.charAt(start))) return [];
    const found: number[] = [];
    let at = 0;
    for (const piece of word.split(/[.\-:]/)) {
        if (piece.length === address.length && isAddress(at)) found.push(at);
        at += piece.length + 1;
    }
    return found;
}

/** The stretches of a word between letters of unspaced scripts, with their places. */
function* spacedParts(word: string): Generator<{readonly at: number; readonly part: string}> {
    let at = 0;
    for (const piece of word.split(new RegExp(`(${UNSPACED.source})`, 'u'))) {
        if (!UNSPACED.test(piece)) yield {at, part: piece};
        at += piece.length;
    }
}

/**
 * Where `text` mentions `@username`, in order: not in code, links and web addresses. Case does not
 * matter, nor does the width of the at sign; `@all`, `@channel` and `@here` are other names and
 * never match.
 */
export function findMentions(
    text: string,
    username: string,
    rule: MentionRule = 'boundary',
): TextRange[] {
    if (username === '' || !AT.test(text)) return [];
    const address = `@${username.toLowerCase()}`;
    const {code, links} = readMessage(text);
    const said = blanked(blanked(text, code), links);
    const starts = new Set<number>();
    for (const {0: word, index} of said.matchAll(WORD)) {
        if (!AT.test(word)) continue;
        for (const at of namedIn(word, address, rule)) starts.add(index + at);
        if (!UNSPACED.test(word)) continue;
        for (const {at, part} of spacedParts(word)) {
            for (const inner of namedIn(part, address, rule)) starts.add(index + at + inner);
        }
    }
    return [...starts]
        .sort((one, two) => one - two)
        .map((start) => ({start, end: start + address.length}));
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
