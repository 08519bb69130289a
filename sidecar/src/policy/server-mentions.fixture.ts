/**
 * A second reading of Mattermost's rules for mentions, apart from the product's, for property tests:
 * slow, recursive, line lists in place of places. It says whether a message mentions `@name`.
 *
 * Rules (server 11.6, tried on a running one): a message is read as CommonMark without headings,
 * rules, tables and HTML, a tab counting four columns; code speaks to nobody, nor do targets, titles
 * and addresses with a scheme; what is left is cut into words of letters, numbers and `:.-_@`; a word
 * names somebody as a whole, without `:.-_` around it, or, unless it begins with `@`, by one of its
 * pieces between `.`, `-` and `:`; a word between colons is an emoji.
 *
 * Where Gangway differs on purpose: labels and alt texts never count (the server takes those without
 * a `w`); addresses never do (the server reads them behind an open bracket); a heading is a paragraph
 * of its own; names may be glued to scripts that are written without blanks; the at sign may be wide.
 */
export function serverMentions(message: string, name: string): boolean {
    const lines = message.split(/\r\n|\r|\n/);
    const defined = new Set<string>();
    const paragraphs = paragraphsOf(lines).map((lines) => withoutDefinitions(lines, defined));
    return paragraphs.some((text) => wordsOf(text, defined).some((word) => names(word, name)));
}

const columns = (line: string): number =>
    Array.from(/^[ \t]*/.exec(line)?.[0] ?? '').reduce((sum, c) => sum + (c === '\t' ? 4 : 1), 0);
const stripped = (line: string): string => line.replace(/^[ \t]+/, '');
/** Takes `count` columns of blanks away. */
const outdented = (line: string, count: number): string =>
    ' '.repeat(Math.max(columns(line) - count, 0)) + stripped(line);

interface Item {
    readonly mark: string;
    readonly body: string;
    /** Columns up to the item's text. */
    readonly width: number;
    readonly number: number | undefined;
}

function itemOf(line: string, deep: boolean): Item | undefined {
    if (columns(line) > 3 && !deep) return undefined;
    const found = /^([-+*]|(\d{1,9})([.)]))(?:([ \t]+)(.*)|[ \t]*)$/.exec(stripped(line));
    if (found === null) return undefined;
    const [, bullet = '', digits, end, gap = '', text = ''] = found;
    const wide = columns(gap);
    const taken = text === '' || wide >= 5 ? 1 : wide;
    return {
        mark: end ?? bullet,
        body: ' '.repeat(Math.max(wide - taken, 0)) + text,
        width: columns(line) + bullet.length + taken,
        number: digits === undefined ? undefined : Number(digits),
    };
}

const quoteOf = (line: string): string | undefined => {
    if (columns(line) > 3 || !stripped(line).startsWith('>')) return undefined;
    return outdented(stripped(line).slice(1), 1);
};

const fenceOf = (line: string): string | undefined =>
    /^(`{3,}|~{3,})[^`]*$/.exec(stripped(line))?.[1];

const closesFence = (line: string, fence: string): boolean => {
    const run = stripped(line).trimEnd();
    return (
        columns(line) <= 3 &&
        run.length >= fence.length &&
        new Set(run + fence.charAt(0)).size === 1
    );
};

/** Whether a line begins a block where a paragraph stands that it does not stand inside of. */
const begins = (line: string): boolean =>
    quoteOf(line) !== undefined || itemOf(line, false) !== undefined || fenceOf(line) !== undefined;

/** Whether the last block of `lines` is a paragraph, which the next line may go on with. */
function endsInParagraph(lines: readonly string[]): boolean {
    const last = paragraphsOf([...lines, 'LAZY']).at(-1);
    return last !== undefined && last.length > 1 && last.at(-1) === 'LAZY';
}

function paragraphsOf(lines: readonly string[]): string[][] {
    const out: string[][] = [];
    let open: string[] | undefined;
    for (let at = 0; at < lines.length;) {
        const line = lines[at] ?? '';
        if (line.trim() === '') {
            open = undefined;
            at += 1;
            continue;
        }
        const fence = columns(line) >= 4 && open === undefined ? undefined : fenceOf(line);
        const item = itemOf(line, false);
        const empty = item?.body.trim() === '';
        const startsItem =
            item !== undefined && !(open !== undefined && (empty || (item.number ?? 1) !== 1));
        if (quoteOf(line) !== undefined) {
            const inner: string[] = [];
            for (; at < lines.length; at++) {
                const next = lines[at] ?? '';
                const quoted = quoteOf(next);
                if (quoted !== undefined) inner.push(quoted);
                else if (next.trim() === '' || begins(next) || !endsInParagraph(inner)) break;
                else inner.push(lazy(next));
            }
            out.push(...paragraphsOf(inner));
            open = undefined;
        } else if (startsItem) {
            const [inner, next] = itemLines(lines, at, item);
            out.push(...paragraphsOf(inner));
            at = next;
            open = undefined;
        } else if (columns(line) >= 4 && open === undefined) {
            at += 1;
        } else if (fence !== undefined) {
            at += 1;
            while (at < lines.length && !closesFence(lines[at] ?? '', fence)) at += 1;
            at += 1;
            open = undefined;
        } else {
            if (open === undefined) out.push((open = []));
            open.push(stripped(line));
            at += 1;
        }
    }
    return out;
}

/** A lazy line begins nothing: it must stay text within the container. */
const lazy = (line: string): string => `    ${stripped(line)}`;

function itemLines(lines: readonly string[], from: number, item: Item): [string[], number] {
    const inner = [item.body];
    let at = from + 1;
    for (; at < lines.length; at++) {
        const next = lines[at] ?? '';
        if (next.trim() === '') {
            if (inner.every((line) => line.trim() === '')) break;
            inner.push('');
        } else if (columns(next) >= item.width) inner.push(outdented(next, item.width));
        else if (begins(next) || !endsInParagraph(inner)) break;
        else inner.push(lazy(next));
    }
    return [inner, at];
}

function withoutDefinitions(lines: readonly string[], defined: Set<string>): string {
    let text = lines.join('\n');
    for (;;) {
        const found =
            /^\s*\[((?:\\.|[^\[\]\\])*)\]:\s*(\S+)(?:\s+("[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*(?:\n|$)/.exec(
                text,
            );
        if (found === null) return text;
        defined.add((found[1] ?? '').trim().toLowerCase());
        text = text.slice(found[0].length);
    }
}

const CODE = /(?<!`)(?<run>`+)(?!`)[\s\S]*?(?<!`)\k<run>(?!`)/;
const LINK =
    /!?\[(?:\\.|`+[^`]*`+|[^\[\]\\`])*\]\(\s*(?:[^\s()]|\([^\s()]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)/;
const ADDRESS =
    /(?<address>(?:(?<![a-z0-9])(?:https?|ftp|mailto|tel):\/\/(?=[^\s\p{P}])|(?<![^\s*_~)<(>])www\d{0,3}\.)[^\s<>]*)/u;
const REFERENCE = /!?\[(?<own>[^\[\]]*)\](?:\[(?<other>[^\[\]]*)\])?/;
const EMOJI = /(?<!\w):[a-z0-9_+-]+:(?!\w)/;
/** What is met first, from the left, hides what stands in it. */
const HIDING = new RegExp(
    [CODE, LINK, ADDRESS, REFERENCE, EMOJI].map(({source}) => source).join('|'),
    'giu',
);
const GLUED = '\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}';

function wordsOf(paragraph: string, defined: ReadonlySet<string>): string[] {
    const plain = paragraph
        .replaceAll(HIDING, (...found) => {
            const all: unknown = found[0];
            if (typeof all !== 'string') return ' ';
            const groups = found.at(-1) as Record<string, string | undefined>;
            if (groups.address !== undefined) {
                return ' ' + all.slice(all.replace(/[?!.,:*_~'"]+$/, '').length);
            }
            if (groups.own === undefined) return ' ';
            const label = (groups.other || groups.own).trim().toLowerCase();
            return defined.has(label) ? ' ' : all;
        })
        .replaceAll('\uff20', '@');
    const words = plain.match(/[:.\-_@\p{L}\p{N}]+/gu) ?? [];
    const parts = words.flatMap((word) => word.split(new RegExp(`[${GLUED}]+`, 'u')));
    return [...words, ...parts].filter((word) => word !== '');
}

function names(word: string, name: string): boolean {
    if (/^:.*:$/.test(word) || word === ':') return false;
    const start = word.toLowerCase().replace(/^[:.\-_]+/, '');
    if (start.replace(/[:.\-_]+$/, '') === `@${name}`) return true;
    return !start.startsWith('@') && start.split(/[.\-:]/).includes(`@${name}`);
}
