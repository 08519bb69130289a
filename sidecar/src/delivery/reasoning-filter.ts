/**
 * Takes a model's reasoning out of its text while the text streams (DEL-06): `<think>`, `<thinking>`
 * and `<thought>` spans, also unclosed ones, and quotes that begin with `Reasoning:`. Code is left
 * alone. Pure.
 */
export interface ReasoningFilter {
    /** Takes a piece of any size; gives what may be shown of what is known so far. */
    push(text: string): string;
    /** What was held back and may be shown after all; reasoning that never ended stays hidden. */
    finish(): string;
}

type Mode =
    | {readonly kind: 'text'}
    | {readonly kind: 'fence'; readonly marker: string}
    | {readonly kind: 'span'; readonly name: string}
    /** In a quote of reasoning, at a line's start. */
    | {readonly kind: 'quote'};

const OPENING = /^<(think|thinking|thought)\s{0,8}>/i;
const OPENING_BEGUN =
    /^<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?|o(?:u(?:g(?:h(?:t)?)?)?)?)?)?\s{0,8})?$/i;
const QUOTE = /^ {0,3}>[ \t*_]*reasoning[ \t*_]*:/i;
const QUOTE_BEGUN =
    /^ {0,3}(?:>[ \t*_]{0,20}(?:r(?:e(?:a(?:s(?:o(?:n(?:i(?:n(?:g[ \t*_]{0,20})?)?)?)?)?)?)?)?)?)?$/i;
const FENCE = /^[ \t]*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(`{3,}|~{3,})([^\n]*)$/;
const FENCE_BEGUN =
    /^[ \t]*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:[-*+]|\d{1,9}[.)]?|`{1,2}|~{1,2}|`{3,}[^`\n]*|~{3,}[^\n]*)?$/;
const FENCE_END = /^[ \t>]*(`{3,}|~{3,})[ \t\r]*$/;
const FENCE_END_BEGUN = /^[ \t>]*[`~]*[ \t\r]*$/;

/** A line whose meaning is still open is held back up to this length, UTF-16 units. */
const LONGEST_HOLD = 2000;

class Filter {
    private mode: Mode = {kind: 'text'};
    private pending = '';
    private lineStart = true;
    /** Length of the run of backticks that is open in this line; 0 for none. */
    private ticks = 0;
    /** Blank space is dropped until something is shown: it belonged to what was taken out. */
    private skipSpace = false;
    private shown = '';
    private endsWithLine = true;
    private ended = false;

    push(text: string): string {
        this.pending += text;
        let at = 0;
        for (;;) {
            const next = this.step(at);
            if (next === undefined) break;
            at = next;
        }
        this.pending = this.pending.slice(at);
        const out = this.shown;
        this.shown = '';
        return out;
    }

    finish(): string {
        this.ended = true;
        return this.push('');
    }

    private show(text: string): void {
        let rest = text;
        if (this.skipSpace) {
            rest = text.replace(/^\s+/, '');
            if (rest === '') return;
            this.skipSpace = false;
        }
        if (rest === '') return;
        this.shown += rest;
        this.endsWithLine = rest.endsWith('\n');
    }

    /** Handles what stands at `at`; the place after it, or undefined when more has to come. */
    private step(at: number): number | undefined {
        if (at >= this.pending.length) return undefined;
        switch (this.mode.kind) {
            case 'text':
                return this.lineStart ? this.startOfLine(at) : this.insideLine(at);
            case 'fence':
                return this.inFence(at, this.mode.marker);
            case 'span':
                return this.inSpan(at, this.mode.name);
            case 'quote':
                return this.inQuote(at);
        }
    }

    private lineAt(at: number): {line: string; whole: boolean} {
        const end = this.pending.indexOf('\n', at);
        const whole = end !== -1;
        return {line: this.pending.slice(at, whole ? end : undefined), whole};
    }

    private startOfLine(at: number): number | undefined {
        const {line, whole} = this.lineAt(at);
        const certain = whole || this.ended || line.length > LONGEST_HOLD;
        if (!certain && (QUOTE_BEGUN.test(line) || FENCE_BEGUN.test(line))) return undefined;
        if (QUOTE.test(line)) {
            this.mode = {kind: 'quote'};
            return at;
        }
        const fence = FENCE.exec(line);
        const [, marker = '', info = ''] = fence ?? [];
        if (marker !== '' && !(marker.startsWith('`') && info.includes('`'))) {
            this.mode = {kind: 'fence', marker};
            this.show(this.pending.slice(at, at + line.length + 1));
            return at + line.length + 1;
        }
        this.lineStart = false;
        this.ticks = 0;
        return at;
    }

    private insideLine(at: number): number | undefined {
        const char = this.pending.charAt(at);
        switch (char) {
            case '\n':
                this.show(char);
                this.lineStart = true;
                return at + 1;
            case '\\':
                if (this.ticks > 0) return this.plain(at, at + 1);
                if (at + 1 === this.pending.length && !this.ended) return undefined;
                return this.plain(at, at + (this.pending.charAt(at + 1) === '\n' ? 1 : 2));
            case '`':
                return this.backticks(at);
            case '<':
                return this.tag(at);
            default: {
                const found = this.pending.slice(at).search(/[\n\\`<]/);
                return this.plain(at, found === -1 ? this.pending.length : at + found);
            }
        }
    }

    private plain(from: number, to: number): number {
        this.show(this.pending.slice(from, to));
        return to;
    }

    private backticks(at: number): number | undefined {
        let end = at;
        while (this.pending.charAt(end) === '`') end++;
        if (end === this.pending.length && !this.ended) return undefined;
        const length = end - at;
        if (this.ticks === 0) this.ticks = length;
        else if (this.ticks === length) this.ticks = 0;
        return this.plain(at, end);
    }

    private tag(at: number): number | undefined {
        const ahead = this.pending.slice(at, at + 24);
        const name = OPENING.exec(ahead)?.[1];
        if (name === undefined) {
            const begun = at + ahead.length === this.pending.length && OPENING_BEGUN.test(ahead);
            return begun && !this.ended ? undefined : this.plain(at, at + 1);
        }
        if (this.ticks > 0) {
            const {line, whole} = this.lineAt(at);
            const close = closingRun(line, this.ticks, whole || this.ended);
            if (close !== undefined) {
                this.ticks = 0;
                return this.plain(at, at + close);
            }
            if (!whole && !this.ended && line.length <= LONGEST_HOLD) return undefined;
        }
        this.mode = {kind: 'span', name: name.toLowerCase()};
        return at + (OPENING.exec(ahead)?.[0].length ?? 0);
    }

    private inSpan(at: number, name: string): number | undefined {
        const rest = this.pending.slice(at);
        const close = new RegExp(`</${name}\\s{0,8}>`, 'i').exec(rest);
        if (close === null) {
            const kept = rest.lastIndexOf('<');
            const hold = kept === -1 ? rest.length : Math.max(kept, rest.length - 24);
            return hold === 0 ? undefined : at + hold;
        }
        this.mode = {kind: 'text'};
        this.ticks = 0;
        this.skipSpace = this.endsWithLine;
        this.lineStart = this.endsWithLine;
        return at + close.index + close[0].length;
    }

    private inQuote(at: number): number | undefined {
        const {line, whole} = this.lineAt(at);
        const next = at + line.length + (whole ? 1 : 0);
        if (!this.lineStart) {
            this.lineStart = whole;
            return next;
        }
        const first = line.trimStart().charAt(0);
        if (first === '' && !whole && !this.ended) return undefined;
        if (first === '>') {
            this.lineStart = whole;
            return next;
        }
        this.mode = {kind: 'text'};
        this.skipSpace = true;
        return at;
    }

    private inFence(at: number, marker: string): number | undefined {
        const {line, whole} = this.lineAt(at);
        const next = at + line.length + (whole ? 1 : 0);
        if (!this.lineStart) {
            this.lineStart = whole;
            return this.plain(at, next);
        }
        if (!whole && !this.ended && FENCE_END_BEGUN.test(line)) return undefined;
        const end = FENCE_END.exec(line)?.[1] ?? '';
        if (end.startsWith(marker)) this.mode = {kind: 'text'};
        this.lineStart = whole;
        return this.plain(at, next);
    }
}

/** Where the run of exactly `length` backticks ends that closes a code span in `line`. */
function closingRun(line: string, length: number, whole: boolean): number | undefined {
    for (let at = line.indexOf('`'); at !== -1;) {
        let end = at;
        while (line.charAt(end) === '`') end++;
        if (end - at === length && (whole || end < line.length)) return end;
        at = line.indexOf('`', end);
    }
    return undefined;
}

/** A filter for the text of one answer. */
export function createReasoningFilter(): ReasoningFilter {
    const filter = new Filter();
    return {push: (text) => filter.push(text), finish: () => filter.finish()};
}
