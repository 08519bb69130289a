/** What a pattern may ask of the place between two characters. */
export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

/** A pattern as a tree. */
export type PatternNode =
    | {readonly kind: 'char'; readonly test: (char: string) => boolean}
    | {readonly kind: 'assertion'; readonly assertion: Assertion}
    | {readonly kind: 'sequence'; readonly nodes: readonly PatternNode[]}
    | {readonly kind: 'choice'; readonly nodes: readonly PatternNode[]}
    | {
          readonly kind: 'repeat';
          readonly node: PatternNode;
          readonly min: number;
          readonly max: number;
      };

/** The outcome of reading, the reason in a plain sentence. */
export type Parsed<T> =
    {readonly kind: 'ok'; readonly value: T} | {readonly kind: 'refused'; reason: string};
/** A refusal as a value. */
export const refused = (reason: string): {kind: 'refused'; reason: string} => ({
    kind: 'refused',
    reason,
});

/** A test of one character by the engine's own reading of `source`, remembered for ASCII. */
function characterTest(source: string): Parsed<(char: string) => boolean> {
    let expression: RegExp;
    try {
        expression = new RegExp(`^${source}$`, 'iu');
    } catch {
        return refused(`"${source}" is not understood`);
    }
    const known = new Map<string, boolean>();
    const test = (char: string): boolean => {
        const before = known.get(char);
        if (before !== undefined) return before;
        const result = expression.test(char);
        if (char.length === 1 && char.charCodeAt(0) < 128) known.set(char, result);
        return result;
    };
    return {kind: 'ok', value: test};
}

class Parser {
    readonly #source: string;
    #at = 0;

    constructor(source: string) {
        this.#source = source;
    }

    parse(): Parsed<PatternNode> {
        const node = this.#choice();
        if (node.kind === 'refused' || this.#at === this.#source.length) return node;
        return refused('a ")" has no "("');
    }

    #take(pattern: RegExp): RegExpExecArray | undefined {
        const sticky = new RegExp(pattern.source, 'yu');
        sticky.lastIndex = this.#at;
        const match = sticky.exec(this.#source);
        if (match === null) return undefined;
        this.#at = sticky.lastIndex;
        return match;
    }

    #choice(): Parsed<PatternNode> {
        const nodes: PatternNode[] = [];
        do {
            const sequence = this.#sequence();
            if (sequence.kind === 'refused') return sequence;
            nodes.push(sequence.value);
        } while (this.#take(/\|/));
        return {kind: 'ok', value: {kind: 'choice', nodes}};
    }

    #sequence(): Parsed<PatternNode> {
        const nodes: PatternNode[] = [];
        while (this.#at < this.#source.length && !/[|)]/.test(this.#source.charAt(this.#at))) {
            const atom = this.#assertion() ?? this.#atom();
            if (atom.kind === 'refused') return atom;
            const repeated = this.#quantified(atom.value);
            if (repeated.kind === 'refused') return repeated;
            nodes.push(repeated.value);
        }
        return {kind: 'ok', value: {kind: 'sequence', nodes}};
    }

    #assertion(): Parsed<PatternNode> | undefined {
        const sign = this.#take(/\^|\$|\\[bB]/)?.[0];
        if (sign === undefined) return undefined;
        const names = new Map<string, Assertion>([
            ['^', 'start'],
            ['$', 'end'],
            ['\\b', 'boundary'],
        ]);
        return {
            kind: 'ok',
            value: {kind: 'assertion', assertion: names.get(sign) ?? 'no-boundary'},
        };
    }

    #atom(): Parsed<PatternNode> {
        if (this.#take(/\(\?<?[=!]/))
            return refused('look-ahead and look-behind are not supported');
        if (this.#take(/\\(?:[1-9]|k)/)) return refused('back references are not supported');
        if (this.#take(/\((?!\?)|\(\?:|\(\?<\w+>/)) return this.#group();
        if (this.#take(/\(\?/)) return refused('this kind of group is not supported');
        if (this.#take(/[*+?]/)) return refused('a quantifier has nothing to repeat');
        const atom = this.#take(
            /\[(?:[^\]\\]|\\.)*\]|\\(?:u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|[pP]\{[^}]*\}|.)|[^\\[]/,
        )?.[0];
        if (atom === undefined) return refused('a "[" is not closed, or a "\\" stands at the end');
        const test = characterTest(atomSource(atom));
        return test.kind === 'refused'
            ? test
            : {kind: 'ok', value: {kind: 'char', test: test.value}};
    }

    #group(): Parsed<PatternNode> {
        const inner = this.#choice();
        if (inner.kind === 'refused') return inner;
        return this.#take(/\)/) ? inner : refused('a "(" is not closed');
    }

    #quantified(node: PatternNode): Parsed<PatternNode> {
        const match = this.#take(/(?:([*+?])|\{(\d{1,4})(,?)(\d{0,4})\})\??/);
        if (!match) return {kind: 'ok', value: node};
        if (this.#take(/[*+?]|\{\d/)) return refused('a quantifier has nothing to repeat');
        const [, sign, least, comma, most] = match;
        const min = sign === undefined ? Number(least) : Number(sign === '+');
        const max = sign === undefined ? upperBound(min, comma, most) : sign === '?' ? 1 : Infinity;
        if (max < min) return refused('a quantifier has its numbers in the wrong order');
        return {kind: 'ok', value: {kind: 'repeat', node, min, max}};
    }
}

function upperBound(min: number, comma: string | undefined, most: string | undefined): number {
    if (comma === '') return min;
    return most === '' ? Infinity : Number(most);
}

/** One atom as the engine takes it in Unicode mode, where needless escapes are errors. */
function atomSource(atom: string): string {
    if (/^\\[^\w]$/u.test(atom))
        return `[${/[\^\]\\-]/.test(atom.slice(1)) ? atom : atom.slice(1)}]`;
    if (/^[\]{}/]$/.test(atom)) return `\\${atom}`;
    if (!atom.startsWith('[')) return atom;
    return atom.replaceAll(/\\([^\w\s^$\\.*+?()[\]{}|/-])/gu, '$1');
}

/**
 * Reads a regular expression in the usual syntax, without look-around, back references and flags.
 * Letters match in both cases; `.` and the classes mean what they mean in JavaScript's `iu` mode.
 */
export function parsePattern(source: string): Parsed<PatternNode> {
    return new Parser(source).parse();
}
