import type {AccountSettings} from '../contract/account-settings.ts';
import {addressAt, isAllowed, type AllowedDomains} from './addresses.ts';

/** Which links stay links, and whether pictures are fetched (`links`). */
export type LinkRules = AccountSettings['links'];

/** What the lines of a paragraph so far may do to the next one; an immutable value. */
export interface Paragraph {
    /** Something is open that may reach into the next line: a backtick, a bracket, a tag. */
    readonly open: boolean;
    /** Marks of emphasis and formulas in it, each once. */
    readonly marks: string;
}

/** Before the first line of a paragraph. */
export const NEW_PARAGRAPH: Paragraph = {open: false, marks: ''};

/** A line after a guard. */
export interface GuardedLine {
    readonly text: string;
    readonly paragraph: Paragraph;
}

/** Rewrites a line outside fences (DEL-20), or with `piece` a part of one; code in it stays as it is. */
export type LinkGuard = (line: string, before: Paragraph, piece?: boolean) => GuardedLine;

/** Stands between `!` and `[`, so that no client sees a picture: zero width space. */
const GAP = '\u200b';

const DEFINITION = /^((?:[ \t]*>)* {0,3})\[([^\]]+)\]:([ \t]*)(\S+)(.*)$/su;
const LIST_MARKER = /^[\s>]*(?:[-*+]|\d+[.)])\s/;
/** An address that takes in the backtick behind it. */
const ADDRESS_BEFORE = /(?:[a-z\d+.-]:[/\p{L}\d%]|www\d{0,3}\.|\.\p{L}{2,4}\/)\S*$/iu;
/** A word that is longer is taken for an address, unread. */
const LONGEST_WORD = 200;
/** Mattermost's size of a picture, ` =300x200`. */
const SIZE = /\s+=\d*x?\d*\s*$/;

/**
 * A guard by the rules. A picture `![alt](address)` becomes the link `[alt](address)`: a client would fetch
 * it for everybody who reads the answer, from wherever the text says. A link to a domain that is not allowed
 * becomes its text, with the address as code.
 */
export function createLinkGuard({allow, images}: LinkRules): LinkGuard {
    const showsImages = images === 'show';
    const rules: Rules = {allow, showsImages, unsure: false, nested: false, stray: false};
    if (rules.showsImages && allow === undefined) {
        return (text) => ({text, paragraph: NEW_PARAGRAPH});
    }
    return (line, before, piece = false) => {
        const start = line.trim() === '' ? NEW_PARAGRAPH : before;
        const definition = allow === undefined || piece ? null : DEFINITION.exec(line);
        if (definition !== null) {
            return {text: guardedDefinition(definition, allow), paragraph: start};
        }
        const walk: Walk = {text: line, out: '', at: 0, closing: closingBrackets(line)};
        walk.at = LIST_MARKER.exec(line)?.[0].length ?? 0;
        walk.out = line.slice(0, walk.at);
        const paragraph = walkLine(walk, {...rules, unsure: piece}, start);
        return {text: walk.out, paragraph: piece ? {...paragraph, open: true} : paragraph};
    };
}

/** A text of one line or more, by the rules. */
export function withGuardedLinks(text: string, guard: LinkGuard): string {
    let paragraph = NEW_PARAGRAPH;
    const lines = text.split('\n').map((line) => {
        const guarded = guard(line, paragraph);
        paragraph = guarded.paragraph;
        return guarded.text;
    });
    return lines.join('\n');
}

interface Rules {
    /** Undefined = all. */
    readonly allow: AllowedDomains | undefined;
    readonly showsImages: boolean;
    /** It may be code: pictures are broken without a visible change. */
    readonly unsure: boolean;
    /** Inside the text of a link, which holds no other. */
    readonly nested: boolean;
    /** A backtick before it may end the code that is put around an address. */
    readonly stray: boolean;
}

interface Walk {
    readonly text: string;
    readonly closing: ReadonlyMap<number, number>;
    out: string;
    at: number;
}

interface Step {
    readonly end: number;
    readonly text: string;
}

function walkLine(walk: Walk, rules: Rules, before: Paragraph): Paragraph {
    const {text} = walk;
    let {open, marks} = before;
    while (walk.at < text.length) {
        const char = text.charAt(walk.at);
        const span = char === '`' ? codeSpan(text, walk.at) : undefined;
        // In a table a bar ends the cell, and the span with it.
        if (char === '`' && (span === undefined || span.includes('|'))) open = true;
        if (span !== undefined) {
            // Where clients may read it differently, what is seen stays as it is.
            const stays =
                rules.showsImages ||
                !span.includes('![') ||
                (!open && !rules.unsure && isPlain(walk, span, marks));
            walk.out += stays ? span : span.replaceAll('![', `!${GAP}[`);
            walk.at += span.length;
            continue;
        }
        if ('*_~$'.includes(char) && !marks.includes(char)) marks += char;
        if (char === '[' && !walk.closing.has(walk.at)) open = true;
        const step = stepAt(walk, open ? {...rules, stray: true} : rules);
        walk.out += step.text;
        walk.at = step.end;
    }
    return {open: open || endsInTag(text), marks};
}

/** The code span that begins at `at`, as the line has it. */
function codeSpan(text: string, at: number): string | undefined {
    const run = /^`+/.exec(text.slice(at))?.[0] ?? '';
    for (let end = at + run.length; end < text.length;) {
        const next = text.indexOf('`', end);
        if (next === -1) return undefined;
        const length = /^`+/.exec(text.slice(next))?.[0].length ?? 1;
        if (length === run.length) return text.slice(at, next + length);
        end = next + length;
    }
    return undefined;
}

/** Whether no client can read a span as anything but code: nothing before it takes in its backticks. */
function isPlain({text, at, closing}: Walk, span: string, marks: string): boolean {
    const before = text.slice(0, at);
    const reachesIn = [...closing].some(([from, to]) => from < at && to > at);
    const isMarked = Array.from(marks).some((mark) => span.includes(mark));
    return !reachesIn && !isMarked && !endsInAddress(before) && !endsInTag(before);
}

function endsInAddress(text: string): boolean {
    const end = text.slice(-LONGEST_WORD);
    return end.length === LONGEST_WORD && !/\s/.test(end) ? true : ADDRESS_BEFORE.test(end);
}

function endsInTag(text: string): boolean {
    const start = text.lastIndexOf('<');
    return start > text.lastIndexOf('>') && /[a-z/!]/i.test(text.charAt(start + 1));
}

function stepAt({text, at, closing}: Walk, rules: Rules): Step {
    if (text[at] === '\\') return {end: at + 2, text: text.slice(at, at + 2)};
    return (
        imageAt(text, at, closing, rules) ??
        linkAt(text, at, closing, rules) ??
        addressStep(text, at, rules) ?? {end: at + 1, text: text.charAt(at)}
    );
}

function guardedLabel(label: string, rules: Rules): string {
    const walk: Walk = {text: label, out: '', at: 0, closing: closingBrackets(label)};
    walkLine(walk, {...rules, nested: true}, NEW_PARAGRAPH);
    return walk.out;
}

function guardedDefinition(match: RegExpExecArray, allow: AllowedDomains | undefined): string {
    const [whole, before = '', label = '', blanks = '', address = '', after = ''] = match;
    if (isAllowed(bare(address), allow)) return whole;
    return `${before}\\[${label}]:${blanks}${code(bare(address))}${after}`;
}

function imageAt(
    text: string,
    at: number,
    closing: Walk['closing'],
    rules: Rules,
): Step | undefined {
    if (!text.startsWith('![', at)) return undefined;
    const link = inlineLink(text, at + 1, closing);
    if (rules.showsImages) {
        const isShown = link !== undefined && isAllowed(bare(link.destination), rules.allow);
        if (isShown) return {end: link.end, text: text.slice(at, link.end)};
    }
    // The rest may come in another line, or it is a reference.
    if (link === undefined || rules.unsure) return {end: at + 1, text: `!${GAP}`};
    const address = bare(link.destination);
    const name = link.label.trim() === '' ? nameOf(address) : link.label;
    const destination = link.destination.replace(SIZE, '');
    const shown = linked(guardedLabel(name, rules), destination, rules);
    // Another `!` before it would make the link a picture again.
    return {end: link.end, text: text[at - 1] === '!' ? GAP + shown : shown};
}

function linkAt(
    text: string,
    at: number,
    closing: Walk['closing'],
    rules: Rules,
): Step | undefined {
    const link = text[at] === '[' ? inlineLink(text, at, closing) : undefined;
    if (link === undefined) return undefined;
    const label = guardedLabel(link.label, rules);
    return {end: link.end, text: linked(label, link.destination, rules)};
}

function linked(label: string, destination: string, {allow, nested, stray}: Rules): string {
    const address = bare(destination);
    if (isAllowed(address, allow)) return nested ? label : `[${label}](${destination})`;
    const shown = code(address, stray);
    return nested || label === shown ? label : `${label} (${shown})`;
}

/** An address that clients make a link by themselves, with or without angle brackets. */
function addressStep(text: string, at: number, {allow, stray}: Rules): Step | undefined {
    const found = allow === undefined ? undefined : addressAt(text, at);
    if (found === undefined) return undefined;
    const isLink = isAllowed(found.address, allow);
    return {end: found.end, text: isLink ? text.slice(at, found.end) : code(found.address, stray)};
}

interface InlineLink {
    readonly label: string;
    readonly destination: string;
    readonly end: number;
}

/** `[label](destination)` at the bracket `at`. */
function inlineLink(text: string, at: number, closing: Walk['closing']): InlineLink | undefined {
    const close = closing.get(at);
    if (close === undefined || text[close + 1] !== '(') return undefined;
    let depth = 0;
    for (let end = close + 1; end < text.length; end++) {
        const char = text[end];
        if (char === '\\') end++;
        else if (char === '(') depth++;
        else if (char === ')') depth--;
        if (depth === 0 && char === ')') {
            const label = text.slice(at + 1, close);
            return {label, destination: text.slice(close + 2, end), end: end + 1};
        }
    }
    return undefined;
}

/** For each `[` its `]`. */
function closingBrackets(text: string): ReadonlyMap<number, number> {
    const open: number[] = [];
    const closing = new Map<number, number>();
    for (let at = 0; at < text.length; at++) {
        const char = text[at];
        if (char === '\\') at++;
        else if (char === '[') open.push(at);
        else if (char === ']') {
            const start = open.pop();
            if (start !== undefined) closing.set(start, at);
        }
    }
    return closing;
}

/** The address in a destination: without angle brackets, title and size. */
function bare(destination: string): string {
    const trimmed = destination.trim();
    if (trimmed.startsWith('<')) return trimmed.slice(1).split('>')[0] ?? '';
    return trimmed.split(/\s/)[0] ?? '';
}

/** How a picture without words is called: its file. */
function nameOf(address: string): string {
    const path = address.split(/[?#]/)[0] ?? '';
    const name = path.split('/').findLast((part) => part !== '') ?? '';
    return name === '' ? 'picture' : name.replace(/[[\]`\\]/g, '');
}

/** As code, which no client makes a link; broken invisibly where a `stray` backtick may end the code. */
function code(address: string, stray = false): string {
    if (stray) return `\`${address.replace(/[:./@]/g, `${GAP}$&`)}\``;
    const longest = Math.max(0, ...(address.match(/`+/g) ?? []).map(({length}) => length));
    const fence = '`'.repeat(longest + 1);
    const blank = longest > 0 ? ' ' : '';
    return `${fence}${blank}${address}${blank}${fence}`;
}
