import {matchEnd, type TextRange} from './text-range.ts';

/** What stands in a paragraph beside its text. */
export interface Inlines {
    /** Code spans. */
    readonly code: readonly TextRange[];
    /**
     * Links and pictures with their label, target and title, web addresses, emoji: nothing in them
     * speaks to anybody.
     */
    readonly other: readonly TextRange[];
}

/** Reference definitions at a paragraph's start, and where they end. */
export interface Definitions {
    readonly labels: readonly string[];
    readonly end: number;
}

const ESCAPABLE = /[!-/:-@[-`{-~]/;
const SCHEME = /(?:https?|ftp|mailto|tel)$/i;
const HOST = /[^\s\p{P}]/uy;
const WWW = /www\d{0,3}\.[^\s_]/iy;
const BEFORE_WWW = /[\s*_~)<(>]/;
const TO_BLANK = /\S*/y;
const TO_BRACKET = /[^\s\]]*/y;
const EMOJI = /:[a-z0-9_+-]+:(?!\w)/y;
const ENDS_NO_ADDRESS = new Set(Array.from('?!.,:*_~\'"'));
const IMAGE_SIZE = /=\d*(?:[xX]\d*)?(?=[\s)])/y;
const WHITE = /\s*/y;

const afterWhite = (raw: string, at: number): number => matchEnd(WHITE, raw, at) ?? at;

/** Labels are compared without regard to case and to how many blanks stand in them. */
export function labelKey(label: string): string {
    return label.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Where the label that begins at `at` with `[` ends, behind its `]`. */
function labelEnd(raw: string, at: number): number | undefined {
    if (raw[at] !== '[') return undefined;
    for (let index = at + 1; index < raw.length && index - at <= 1000; index++) {
        const char = raw[index];
        if (char === '\\' && ESCAPABLE.test(raw.charAt(index + 1))) index += 1;
        else if (char === '[') return undefined;
        else if (char === ']') return index + 1;
    }
    return undefined;
}

/** Looks for the ends of targets and titles; each character is looked at a few times at most. */
class Targets {
    private readonly raw: string;
    private targetEnds: Int32Array | undefined;
    private readonly closers = new Map<string, {from: number; at: number}>();

    constructor(raw: string) {
        this.raw = raw;
    }

    private escaped(at: number): boolean {
        let slashes = 0;
        while (slashes < 8 && this.raw[at - 1 - slashes] === '\\') slashes += 1;
        return slashes % 2 === 1;
    }

    /** For each place the first bracket behind it that closes none opened there, or the first blank. */
    private ends(): Int32Array {
        if (this.targetEnds !== undefined) return this.targetEnds;
        const {raw} = this;
        const ends = new Int32Array(raw.length + 2).fill(raw.length);
        for (let at = raw.length - 1; at >= 0; at--) {
            const char = raw.charAt(at);
            const next = ends[at + 1] ?? raw.length;
            const bracket = (char === '(' || char === ')') && !this.escaped(at);
            if (/\s/.test(char) || (bracket && char === ')')) ends[at] = at;
            else if (bracket && raw[next] === ')') ends[at] = ends[next + 1] ?? raw.length;
            else ends[at] = next;
        }
        this.targetEnds = ends;
        return ends;
    }

    targetEnd(at: number): number {
        if (this.raw[at] === '<') {
            const pointed = /<(?:\\.|[^<>\s\\])*>/y;
            const end = matchEnd(pointed, this.raw, at);
            if (end !== undefined) return end;
        }
        return this.ends()[at] ?? this.raw.length;
    }

    /** Behind the title that begins at `at`, undefined where none does. */
    titleEnd(at: number): number | undefined {
        const opener = this.raw.charAt(at);
        const closer = opener === '(' ? ')' : opener;
        if (!['"', "'", ')'].includes(closer) || opener === ')') return undefined;
        const known = this.closers.get(closer);
        if (known !== undefined && known.from <= at + 1 && at + 1 <= known.at) {
            return known.at === Infinity ? undefined : known.at + 1;
        }
        let found = this.raw.indexOf(closer, at + 1);
        while (found !== -1 && this.escaped(found)) found = this.raw.indexOf(closer, found + 1);
        const closed = found === -1 ? Infinity : found;
        this.closers.set(closer, {from: at + 1, at: closed});
        return found === -1 ? undefined : found + 1;
    }

    /** Behind the `)` of `(target "title")`, undefined where that does not stand at `at`. */
    linkEnd(at: number, image: boolean): number | undefined {
        const {raw} = this;
        if (raw[at] !== '(') return undefined;
        const start = afterWhite(raw, at + 1);
        if (start >= raw.length) return undefined;
        if (raw[start] === ')') return start + 1;
        let end = this.targetEnd(start);
        if (image) {
            const size = matchEnd(IMAGE_SIZE, raw, afterWhite(raw, end));
            if (size !== undefined && size > end + 1) end = size;
        }
        const next = afterWhite(raw, end);
        if (next > end && `"'(`.includes(raw[next] ?? ' ')) {
            const title = this.titleEnd(next);
            if (title === undefined) return undefined;
            end = title;
        }
        const closing = afterWhite(raw, end);
        return raw[closing] === ')' ? closing + 1 : undefined;
    }
}

/** The reference definitions that a paragraph begins with: `[label]: target "title"`. */
export function readDefinitions(raw: string): Definitions {
    const targets = new Targets(raw);
    const labels: string[] = [];
    let end = 0;
    const lineIsOver = (at: number): number | undefined =>
        matchEnd(/[ \t\r\f\v]*(?:\n|$)/y, raw, at);
    for (;;) {
        const start = afterWhite(raw, end);
        const close = labelEnd(raw, start);
        if (close === undefined || raw[close] !== ':') break;
        const target = afterWhite(raw, close + 1);
        if (target >= raw.length) break;
        const targetEnd = targets.targetEnd(target);
        const titleAt = afterWhite(raw, targetEnd);
        const titleEnd = titleAt > targetEnd ? targets.titleEnd(titleAt) : undefined;
        const over =
            (titleEnd === undefined ? undefined : lineIsOver(titleEnd)) ??
            (titleEnd === undefined ? lineIsOver(targetEnd) : undefined);
        if (over === undefined) break;
        labels.push(labelKey(raw.slice(start + 1, close - 1)));
        end = over;
    }
    return {labels, end};
}

/** Runs of backticks, and for each the next one of the same length. */
class Backticks {
    private readonly places = new Map<number, number[]>();
    private readonly walked = new Map<number, number>();

    constructor(raw: string) {
        for (const {0: run, index} of raw.matchAll(/`+/g)) {
            const same = this.places.get(run.length);
            if (same === undefined) this.places.set(run.length, [index]);
            else same.push(index);
        }
    }

    /** Each list is walked once, from the front: this is what keeps it linear. */
    next(length: number, from: number): number | undefined {
        const places = this.places.get(length) ?? [];
        let at = this.walked.get(length) ?? 0;
        while (at < places.length && (places[at] ?? 0) < from) at += 1;
        this.walked.set(length, at);
        return places[at];
    }
}

class InlineReader {
    private readonly raw: string;
    private readonly isDefined: (label: string) => boolean;
    private readonly code: TextRange[] = [];
    private readonly other: TextRange[] = [];
    private readonly backticks: Backticks;
    private readonly targets: Targets;
    private readonly brackets: {readonly at: number; readonly image: boolean}[] = [];
    /** Brackets below this one stand around a link and open none themselves. */
    private spent = 0;
    /** Up to here an address is known that was not skipped. */
    private addressEnd = 0;

    constructor(raw: string, isDefined: (label: string) => boolean) {
        this.raw = raw;
        this.isDefined = isDefined;
        this.backticks = new Backticks(raw);
        this.targets = new Targets(raw);
    }

    read(from: number): Inlines {
        for (let at = from; at < this.raw.length;) at = this.step(at);
        this.other.sort((one, two) => one.start - two.start);
        return {code: this.code, other: this.other};
    }

    private step(at: number): number {
        const {raw} = this;
        switch (raw[at]) {
            case '\\':
                return at + (ESCAPABLE.test(raw.charAt(at + 1)) ? 2 : 1);
            case '`':
                return this.codeSpan(at);
            case '!':
                if (raw[at + 1] !== '[') return at + 1;
                this.brackets.push({at, image: true});
                return at + 2;
            case '[':
                this.brackets.push({at, image: false});
                return at + 1;
            case ']':
                return this.closeBracket(at);
            case ':':
                return this.address(at) ?? this.emoji(at) ?? at + 1;
            case 'w':
            case 'W':
                return this.address(at) ?? at + 1;
            default:
                return at + 1;
        }
    }

    private codeSpan(at: number): number {
        let end = at;
        while (this.raw[end] === '`') end += 1;
        const length = end - at;
        const close = this.backticks.next(length, end);
        if (close === undefined) return end;
        this.code.push({start: at, end: close + length});
        return close + length;
    }

    private closeBracket(at: number): number {
        const bracket = this.brackets.pop();
        if (bracket === undefined) return at + 1;
        const isSpent = !bracket.image && this.brackets.length < this.spent;
        this.spent = Math.min(this.spent, this.brackets.length);
        if (isSpent) return at + 1;
        const end = this.targets.linkEnd(at + 1, bracket.image) ?? this.reference(bracket, at);
        if (end === undefined) return at + 1;
        if (!bracket.image) this.spent = this.brackets.length;
        this.other.push({start: bracket.at, end});
        return end;
    }

    private reference(
        {at: from, image}: {at: number; image: boolean},
        at: number,
    ): number | undefined {
        const end = labelEnd(this.raw, at + 1);
        const own = this.raw.slice(from + (image ? 2 : 1), at);
        const named = end === undefined ? '' : this.raw.slice(at + 2, end - 1);
        const label = named === '' ? own : named;
        return label !== '' && label.length <= 1000 && this.isDefined(label)
            ? (end ?? at + 1)
            : undefined;
    }

    private emoji(at: number): number | undefined {
        if (at > 1 && /\w/.test(this.raw.charAt(at - 1))) return undefined;
        const end = matchEnd(EMOJI, this.raw, at);
        if (end !== undefined) this.other.push({start: at, end});
        return end;
    }

    /** Takes the web address that begins at `at`, or whose `:` stands there. */
    private address(at: number): number | undefined {
        if (at < this.addressEnd) return undefined;
        const start = this.addressStart(at);
        if (start === undefined) return undefined;
        const inBracket = this.brackets.some(({image}, index) => image || index >= this.spent);
        const all = matchEnd(inBracket ? TO_BRACKET : TO_BLANK, this.raw, at) ?? at;
        const end = this.trimmed(start, all);
        if (end <= at) return undefined;
        this.other.push({start, end});
        this.addressEnd = end;
        // In a bracket that may become a link the text is read on, for the bracket's end.
        return inBracket ? undefined : end;
    }

    private addressStart(at: number): number | undefined {
        const {raw} = this;
        if (raw[at] === ':') {
            if (!raw.startsWith('://', at) || matchEnd(HOST, raw, at + 3) === undefined) {
                return undefined;
            }
            let start = at;
            while (start > 0 && at - start < 8 && /[a-z0-9]/i.test(raw.charAt(start - 1)))
                start -= 1;
            return SCHEME.test(raw.slice(start, at)) &&
                SCHEME.exec(raw.slice(start, at))?.index === 0
                ? start
                : undefined;
        }
        const fits = at <= 1 || BEFORE_WWW.test(raw.charAt(at - 1));
        return fits && matchEnd(WWW, raw, at) !== undefined ? at : undefined;
    }

    /** Punctuation at an address's end belongs to the sentence, a bracket that it did not open, too. */
    private trimmed(start: number, all: number): number {
        const {raw} = this;
        const pointed = /[<>]/.exec(raw.slice(start, all));
        let end = pointed === null ? all : start + pointed.index;
        const whole = raw.slice(start, end);
        let surplus = whole.split(')').length - whole.split('(').length;
        for (; end > start; end--) {
            const last = raw.charAt(end - 1);
            if (last === ';') {
                const entity = /&[a-z]+;$/i.exec(raw.slice(Math.max(start, end - 40), end))?.[0];
                if (entity !== undefined) end -= entity.length - 1;
            } else if (last === ')') {
                if (surplus <= 0) break;
                surplus -= 1;
            } else if (!ENDS_NO_ADDRESS.has(last)) break;
        }
        return end;
    }
}

/** Reads a paragraph, its lines joined by `\n`, from `from` on. Linear in its length. */
export function readInlines(
    raw: string,
    from: number,
    isDefined: (label: string) => boolean,
): Inlines {
    return new InlineReader(raw, isDefined).read(from);
}
