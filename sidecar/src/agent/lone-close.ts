import {LONE_CLOSE, LONE_CLOSES, OPENING} from './think-spellings.ts';

/** What {@link loneClose} found in a text that still grows. */
type Found =
    /** None; so much of the text is certain not to belong to one. */
    | {readonly kind: 'none'; readonly sure: number}
    /** One that what follows must judge. */
    | {readonly kind: 'open'; readonly at: number}
    /** All before it was thinking. */
    | {readonly kind: 'lone'; readonly at: number; readonly length: number};

/**
 * Looks in `held`, which follows `said`, for the end of thinking whose beginning is missing. It counts where
 * models write it: on a line of its own, or glued to the end of the thinking or the beginning of the answer. In
 * code, amid a sentence, or after an opening half it is what the answer speaks about. `ended`: nothing follows.
 */
export function loneClose(said: string, held: string, ended = false): Found {
    let from = 0;
    for (;;) {
        const match = LONE_CLOSE.exec(held.slice(from));
        if (match === null) return {kind: 'none', sure: from + sureLength(held.slice(from))};
        const at = from + match.index;
        const length = match[0].length;
        const after = held.slice(at + length);
        // What comes next tells a line's end, and half a character tells nothing.
        const isOpen = after.trim() === '' || /^[\ud800-\udbff]$/.test(after);
        if (isOpen && !ended) return {kind: 'open', at};
        if (isLone(said + held.slice(0, at), after)) return {kind: 'lone', at, length};
        from = at + length;
    }
}

const LONGEST = Math.max(...LONE_CLOSES.map((close) => close.length));

/** How much of a text holds no beginning of a tag. */
function sureLength(text: string): number {
    for (let at = Math.max(0, text.length - LONGEST + 1); at < text.length; at += 1) {
        const tail = text.slice(at).toLowerCase();
        if (LONE_CLOSES.some((close) => close.startsWith(tail))) return at;
    }
    return text.length;
}

/** An answer that begins right behind the tag begins like this. */
const BEGINS = /^[\p{L}\p{N}\p{Extended_Pictographic}#*_¿¡>|-]/u;
/** In a sentence about a tag, this stands before it. */
const MENTIONS = /[\s([{"'`«„“‘=:,<>*_-]$/;
const SENTENCE_ENDS = /[.!?…。！？)"”]$/;

function isLone(before: string, after: string): boolean {
    if (OPENING.test(before) || isInFence(before)) return false;
    const line = before.slice(before.lastIndexOf('\n') + 1);
    const endsLine = /^[ \t]*(?:\r?\n|$)/.test(after);
    if (line.trim() === '') return endsLine || BEGINS.test(after);
    if (isInCode(line)) return false;
    if (endsLine && /[.!?…。！？]\s*$/.test(line)) return true;
    if (MENTIONS.test(line)) return false;
    return endsLine || BEGINS.test(after) || (SENTENCE_ENDS.test(line) && /^ +\S/.test(after));
}

function isInCode(line: string): boolean {
    return (line.match(/`+/g)?.length ?? 0) % 2 === 1;
}

function isInFence(text: string): boolean {
    let fence = '';
    for (const [, marker = '', info = ''] of text.matchAll(/^[ \t>]*(`{3,}|~{3,})(.*)$/gm)) {
        if (fence === '') fence = marker;
        else if (marker.startsWith(fence) && info.trim() === '') fence = '';
    }
    return fence !== '';
}
