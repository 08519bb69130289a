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
/** `@all` and its like where the server would read a word (`app/mention_parser_standard.go`). */
const PING = new RegExp(
    `(?<![\\p{L}\\p{N}])(${AT})(?=(?:${NAMES.join('|')})(?![\\p{L}\\p{N}]))`,
    'giu',
);

/** Beyond this a line is read in pieces, and code spans in it are not told from text. */
export const LONGEST_LINE = 2000;

/** A mention or one of its character references that may go on after the end of a piece. */
const PERHAPS_PING = /(?:[@\uff20]|&)[^\s@\uff20&]{0,80}$/;

/** A code span that the server can read no other way: nothing before it can swallow its backticks. */
const PLAIN_SPAN = /^[^`[\]\\<]*`[^`]+`(?!`)/;

/**
 * Breaks `@all`, `@channel` and `@here` in a line outside fences with a zero width space after the
 * `@`. A code span keeps them, as the server does not read mentions there; where it is not sure that
 * both see the same span, the mention is broken: a ping is worse than an invisible character.
 */
export function withoutPings(line: string): string {
    if (!line.includes('@') && !line.includes('&') && !line.includes('\uff20')) return line;
    let rest = line;
    let out = '';
    for (;;) {
        const span = rest.length <= LONGEST_LINE ? PLAIN_SPAN.exec(rest)?.[0] : undefined;
        if (span === undefined) return out + broken(rest);
        const from = span.indexOf('`');
        out += broken(span.slice(0, from)) + span.slice(from);
        rest = rest.slice(span.length);
    }
}

function broken(text: string): string {
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
