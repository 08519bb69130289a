import {matchEnd, type TextRange} from './text-range.ts';

/**
 * The blocks of a message as Mattermost's server reads them to find mentions: paragraphs, code that
 * is indented, code in fences, inside quotes and lists. Headings, tables, rules and HTML are
 * paragraphs for it; only a heading is kept apart here, since no reader sees its line go on below.
 */
export type Block =
    | {readonly kind: 'code'; readonly range: TextRange}
    /** Its lines without the marks of quotes and lists, without their ends. */
    | {readonly kind: 'paragraph'; readonly lines: readonly TextRange[]};

type Container =
    | {readonly kind: 'quote'}
    | {readonly kind: 'list'; readonly mark: string}
    /** `indent` is how far a line must stand in to belong to it. */
    | {readonly kind: 'item'; readonly indent: number; empty: boolean};

type Leaf =
    | {readonly kind: 'paragraph'; readonly lines: TextRange[]}
    | {readonly kind: 'indented'}
    | {readonly kind: 'fence'; readonly start: number; readonly run: string};

/** What is left of a line: its first character that is no blank, and how far it stands in. */
interface Rest {
    readonly at: number;
    readonly indent: number;
}

/** Deeper ones are text: a line of a thousand `>` would otherwise cost a thousand steps on each line. */
const DEEPEST = 100;
const LINE = /[^\r\n]*/y;
const BULLET = /(?:[-*+]|\d{1,9}[.)])/y;
// People write `@bot ```js`: once the mention is taken off, that line opens a fence.
const FENCE = /(?:[@\uff20][\w.-]+[,:]?[ \t]+)*(`{3,}|~{3,})[^`\r\n]*$/my;
const HEADING = /#{1,6}[ \t]/y;

function restAt(text: string, from: number, before: number): Rest {
    let at = from;
    let indent = before;
    for (; text[at] === ' ' || text[at] === '\t'; at++) indent += text[at] === '\t' ? 4 : 1;
    return {at, indent};
}

class BlockReader {
    private readonly text: string;
    private readonly blocks: Block[] = [];
    private readonly stack: Container[] = [];
    private leaf: Leaf | undefined;
    /** Where the line before ends, its end not counted. */
    private lastEnd = 0;

    constructor(text: string) {
        this.text = text;
    }

    read(): Block[] {
        const {text} = this;
        for (let start = 0; start < text.length;) {
            const end = matchEnd(LINE, text, start) ?? text.length;
            this.line(start, end);
            this.lastEnd = end;
            start = end + (text.startsWith('\r\n', end) ? 2 : 1);
        }
        this.closeLeaf(text.length);
        return this.blocks;
    }

    private line(start: number, end: number): void {
        let rest = restAt(this.text, start, 0);
        const blank = (): boolean => this.text.slice(rest.at, end).trim() === '';
        let matched = 0;
        for (; matched < this.stack.length; matched++) {
            const next = this.continues(this.stack[matched], rest, blank());
            if (next === undefined) break;
            rest = next;
        }
        const inside = matched === this.stack.length;
        const {leaf} = this;
        if (inside && leaf?.kind === 'fence') {
            this.fenceLine(leaf, rest, end);
            return;
        }
        if (inside && leaf?.kind === 'indented') {
            if (blank()) return;
            if (rest.indent >= 4) {
                this.blocks.push({kind: 'code', range: {start, end}});
                return;
            }
            this.leaf = undefined;
        }
        if (blank()) {
            // A paragraph ends; containers that the blank line does not belong to end with it.
            if (leaf?.kind === 'paragraph' || !inside) this.closeTo(matched);
            return;
        }
        if (this.starts(rest, start, end, matched, inside)) return;
        if (leaf?.kind === 'paragraph') {
            leaf.lines.push({start: rest.at, end});
            return;
        }
        this.closeTo(matched);
        this.addParagraph(rest.at, end);
    }

    /** What is left of the line inside a container, undefined where the line is outside it. */
    private continues(
        container: Container | undefined,
        rest: Rest,
        blank: boolean,
    ): Rest | undefined {
        switch (container?.kind) {
            case 'list':
                return rest;
            case 'item':
                if (blank) return container.empty ? undefined : {at: rest.at, indent: 0};
                return rest.indent < container.indent
                    ? undefined
                    : {at: rest.at, indent: rest.indent - container.indent};
            case 'quote': {
                if (rest.indent > 3 || this.text[rest.at] !== '>') return undefined;
                const inner = restAt(this.text, rest.at + 1, 0);
                return {at: inner.at, indent: Math.max(inner.indent - 1, 0)};
            }
            case undefined:
                return undefined;
        }
    }

    private fenceLine(fence: Extract<Leaf, {kind: 'fence'}>, rest: Rest, end: number): void {
        const line = this.text.slice(rest.at, end).trimEnd();
        const closes =
            rest.indent <= 3 &&
            line.length >= fence.run.length &&
            line === fence.run.charAt(0).repeat(line.length);
        if (!closes) return;
        this.blocks.push({kind: 'code', range: {start: fence.start, end}});
        this.leaf = undefined;
    }

    /** Opens what a line begins, quotes and items in one another; false when it begins nothing. */
    private starts(
        first: Rest,
        lineStart: number,
        end: number,
        matched: number,
        inside: boolean,
    ): boolean {
        let rest = first;
        let opened = false;
        const inParagraph = this.leaf?.kind === 'paragraph';
        for (;;) {
            const last = this.stack[matched - 1];
            const goesOn = !opened && inParagraph;
            const next =
                this.stack.length < DEEPEST
                    ? this.container(rest, end, {
                          afterList: !opened && last?.kind === 'list',
                          interrupts: goesOn && inside,
                      })
                    : undefined;
            if (next === undefined) {
                return this.startsLeaf(rest, lineStart, end, {opened, goesOn, matched});
            }
            if (!opened) this.closeForStart(matched, next.opens);
            opened = true;
            this.open(next.opens);
            rest = next.rest;
            if (this.text.slice(rest.at, end).trim() === '') return true;
        }
    }

    private startsLeaf(
        rest: Rest,
        lineStart: number,
        end: number,
        {opened, goesOn, matched}: {opened: boolean; goesOn: boolean; matched: number},
    ): boolean {
        const code = rest.indent >= 4 && !goesOn;
        const fence = code ? undefined : this.fenceAt(rest.at);
        if (!code && fence === undefined) {
            if (opened) this.addParagraph(rest.at, end);
            return opened;
        }
        if (!opened) this.closeForStart(matched, undefined);
        this.filled();
        if (fence !== undefined) {
            this.leaf = fence;
            return true;
        }
        this.leaf = {kind: 'indented'};
        this.blocks.push({kind: 'code', range: {start: lineStart, end}});
        return true;
    }

    private fenceAt(at: number): Leaf | undefined {
        FENCE.lastIndex = at;
        const match = FENCE.exec(this.text);
        const run = match?.[1];
        if (match === null || run === undefined) return undefined;
        return {kind: 'fence', start: match.index + match[0].indexOf(run), run};
    }

    /** The quote or the item of a list that begins at `rest`. */
    private container(
        {at, indent}: Rest,
        end: number,
        {afterList, interrupts}: {afterList: boolean; interrupts: boolean},
    ): {opens: Container[]; rest: Rest} | undefined {
        if (indent <= 3 && this.text[at] === '>') {
            const blankAt = this.text[at + 1] === ' ' ? at + 2 : at + 1;
            return {opens: [{kind: 'quote'}], rest: restAt(this.text, blankAt, 0)};
        }
        if (indent > 3 && !afterList) return undefined;
        const bulletEnd = matchEnd(BULLET, this.text, at);
        if (bulletEnd === undefined || bulletEnd > end) return undefined;
        const bullet = this.text.slice(at, bulletEnd);
        const inner = restAt(this.text, bulletEnd, 0);
        const empty = this.text.slice(inner.at, end).trim() === '';
        if (!empty && inner.indent < 1) return undefined;
        const number = /^\d+/.exec(bullet)?.[0];
        // Only what cannot be a sentence's end begins a list below text.
        if (interrupts && (empty || (number !== undefined && Number(number) !== 1)))
            return undefined;
        const taken = empty || inner.indent >= 5 ? 1 : inner.indent;
        const list: Container = {
            kind: 'list',
            mark: number === undefined ? bullet : bullet.slice(-1),
        };
        const item: Container = {kind: 'item', indent: indent + bullet.length + taken, empty: true};
        return {opens: [list, item], rest: {at: inner.at, indent: inner.indent - taken}};
    }

    private open(containers: readonly Container[]): void {
        const [first] = containers;
        const last = this.stack.at(-1);
        const sameList =
            first?.kind === 'list' && last?.kind === 'list' && first.mark === last.mark;
        if (!sameList) this.filled();
        this.stack.push(...(sameList ? containers.slice(1) : containers));
    }

    /** Closes what a new block cannot stand in: a list takes items of its kind only. */
    private closeForStart(matched: number, opens: readonly Container[] | undefined): void {
        const first = opens?.[0];
        let keep = matched;
        for (; keep > 0; keep--) {
            const last = this.stack[keep - 1];
            if (last?.kind !== 'list') break;
            if (first?.kind === 'list' && first.mark === last.mark) break;
        }
        this.closeTo(keep);
    }

    private addParagraph(start: number, end: number): void {
        while (this.stack.at(-1)?.kind === 'list') this.stack.pop();
        this.filled();
        this.leaf = {kind: 'paragraph', lines: [{start, end}]};
    }

    private filled(): void {
        const last = this.stack.at(-1);
        if (last?.kind === 'item') last.empty = false;
    }

    private closeTo(length: number): void {
        this.closeLeaf(this.lastEnd);
        this.stack.length = length;
    }

    private closeLeaf(end: number): void {
        const {leaf} = this;
        this.leaf = undefined;
        switch (leaf?.kind) {
            case 'fence':
                this.blocks.push({kind: 'code', range: {start: leaf.start, end}});
                return;
            case 'paragraph':
                this.pushParagraphs(leaf.lines);
                return;
            case 'indented':
            case undefined:
                return;
        }
    }

    private pushParagraphs(lines: readonly TextRange[]): void {
        let part: TextRange[] = [];
        const flush = (): void => {
            if (part.length > 0) this.blocks.push({kind: 'paragraph', lines: part});
            part = [];
        };
        for (const line of lines) {
            const heading = matchEnd(HEADING, this.text, line.start) !== undefined;
            if (heading) flush();
            part.push(line);
            if (heading) flush();
        }
        flush();
    }
}

/** The blocks of a message, in order. Linear for all but texts that nest without end. */
export function readBlocks(text: string): Block[] {
    return new BlockReader(text).read();
}
