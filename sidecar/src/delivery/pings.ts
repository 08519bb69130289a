/** Stands between `@` and the name, so that the server sees no mention: zero width space. */
const GAP = '\u200b';

/** A letter as the server reads it: itself, or one of its character references. */
function letter(char: string): string {
    const codes = [char, char.toUpperCase()].map((one) => one.charCodeAt(0));
    const decimal = codes.map(String).join('|');
    const hex = codes.map((code) => code.toString(16)).join('|');
    return `(?:${char}|&#0*(?:${decimal});|&#x0*(?:${hex});)`;
}

const AT = '(?:[@\uff20]|&commat;|&#0*(?:64|65312);|&#x0*(?:40|ff20);)';
const NAMES = ['all', 'channel', 'here'].map((name) => Array.from(name, letter).join(''));
/**
 * `@all` and its like where the server reads a word (`app/mention_parser_standard.go`). A `w` may
 * begin an address, and ends a piece of text in links.
 */
const PING = new RegExp(
    `(?<![\\p{L}\\p{N}])(${AT})(?=(?:${NAMES.join('|')})(?!(?!w)[\\p{L}\\p{N}]))`,
    'giu',
);

/** A mention or one of its character references that may go on after the end of a piece. */
const PERHAPS_PING = /(?:[@\uff20]|&)[^\s@\uff20&]{0,80}$/;

/** A code span that the server can read no other way: nothing before it can swallow its backticks. */
const PLAIN_SPAN = /^[^`[\]\\<]*?(`{1,2})[^`]+\1(?!`)/;
/** An address reaches to the next blank and may hold backticks. */
const ADDRESS = /:|www\./i;

/** A line after `breakPings`. */
export interface BrokenLine {
    readonly text: string;
    /** Something in it may take in a backtick of the lines that follow: a bracket, a lone backtick. */
    readonly open: boolean;
}

/**
 * Breaks `@all`, `@channel` and `@here` in a line outside fences with a zero width space after the
 * `@`. With `spans` a code span keeps them, as the server does not read mentions there; where it is
 * not sure that both see the same span, the mention is broken: a ping is worse than an invisible
 * character.
 */
export function breakPings(line: string, spans: boolean): BrokenLine {
    let rest = line;
    let out = '';
    while (spans && rest.includes('`')) {
        const span = PLAIN_SPAN.exec(rest)?.[0];
        const from = span?.indexOf('`') ?? 0;
        if (span === undefined || ADDRESS.test(span.slice(0, from))) break;
        out += broken(span.slice(0, from)) + span.slice(from);
        rest = rest.slice(span.length);
    }
    return {text: out + broken(rest), open: /[`[]/.test(rest)};
}

/** A text without mass mentions, wherever they stand. */
export function withoutPings(text: string): string {
    return breakPings(text, false).text;
}

function broken(text: string): string {
    if (!/[@\uff20&]/.test(text)) return text;
    return text.replace(PING, `$1${GAP}`);
}

/** The text as it was before `withoutPings`, for tests and for reading our own posts. */
export function withPings(text: string): string {
    return text.replace(new RegExp(`(${AT})${GAP}(?=${NAMES.join('|')})`, 'giu'), '$1');
}

/** Where a long line may be cut so that no mention is cut: at most `at`, more than 0. */
export function pingSafeCut(line: string, at: number): number {
    const found = PERHAPS_PING.exec(line.slice(0, at));
    const before = found === null ? at : found.index;
    return before > 0 ? before : at;
}
