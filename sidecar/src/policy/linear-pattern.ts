import {parsePattern, refused, type Assertion, type PatternNode} from './pattern-syntax.ts';

/**
 * Regular expressions whose matching takes time in proportion to the text, whatever the pattern
 * and the text are: a parser for the usual syntax without look-around and back references, and
 * Thompson's simulation in place of backtracking. Case never matters; the question is only
 * whether a pattern occurs.
 */
export interface LinearPattern {
    /** Whether the pattern occurs anywhere in `text`. */
    occursIn(text: string): boolean;
}

/** A pattern made ready, or why it is not taken, in a plain sentence. */
export type PatternResult =
    | {readonly kind: 'ok'; readonly pattern: LinearPattern}
    | {readonly kind: 'refused'; readonly reason: string};

/** Longest pattern that is taken, UTF-16 units. */
const MAX_PATTERN_LENGTH = 500;
const MAX_STEPS = 400;

type Step =
    | {readonly kind: 'char'; readonly test: (char: string) => boolean}
    | {readonly kind: 'assertion'; readonly assertion: Assertion}
    | {readonly kind: 'split'; readonly to: number[]}
    | {readonly kind: 'match'};

const isWord = (char: string): boolean => /\w/iu.test(char);

/** Writes the steps for a node, and stops writing soon after there are too many. */
function compile(node: PatternNode, steps: Step[]): void {
    if (steps.length > MAX_STEPS) return;
    switch (node.kind) {
        case 'char':
        case 'assertion':
            steps.push(node);
            return;
        case 'sequence':
            for (const part of node.nodes) compile(part, steps);
            return;
        case 'choice':
            compileChoice(node.nodes, steps);
            return;
        case 'repeat':
            compileRepeat(node, steps);
    }
}

function compileChoice(nodes: readonly PatternNode[], steps: Step[]): void {
    const starts: number[] = [];
    const exits: number[][] = [];
    if (nodes.length > 1) steps.push({kind: 'split', to: starts});
    for (const node of nodes) {
        starts.push(steps.length);
        compile(node, steps);
        if (nodes.length === 1) return;
        const exit: number[] = [];
        exits.push(exit);
        steps.push({kind: 'split', to: exit});
    }
    for (const exit of exits) exit.push(steps.length);
}

function compileRepeat(repeat: Extract<PatternNode, {kind: 'repeat'}>, steps: Step[]): void {
    for (let count = 0; count < repeat.min && steps.length <= MAX_STEPS; count++) {
        const before = steps.length;
        compile(repeat.node, steps);
        // What adds no step adds none the next time either: `((){9999}){9999}` ends here.
        if (steps.length === before) break;
    }
    if (repeat.max === Infinity) {
        const loop: number[] = [steps.length + 1];
        const at = steps.length;
        steps.push({kind: 'split', to: loop});
        compile(repeat.node, steps);
        steps.push({kind: 'split', to: [at]});
        loop.push(steps.length);
        return;
    }
    const exits: number[][] = [];
    for (let count = repeat.min; count < repeat.max && steps.length <= MAX_STEPS; count++) {
        const optional: number[] = [steps.length + 1];
        exits.push(optional);
        steps.push({kind: 'split', to: optional});
        compile(repeat.node, steps);
    }
    for (const exit of exits) exit.push(steps.length);
}

type Holds = (assertion: Assertion) => boolean;

/** Adds `from` and all steps that are reached from it without reading a character. */
function reach(steps: readonly Step[], from: number, into: Set<number>, holds: Holds): void {
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (into.has(at)) continue;
        into.add(at);
        const step = steps[at];
        if (step?.kind === 'split') open.push(...step.to);
        if (step?.kind === 'assertion' && holds(step.assertion)) open.push(at + 1);
    }
}

function holdsBetween(before: string | undefined, after: string | undefined): Holds {
    const isBoundary =
        (before !== undefined && isWord(before)) !== (after !== undefined && isWord(after));
    return (assertion) => {
        switch (assertion) {
            case 'start':
                return before === undefined;
            case 'end':
                return after === undefined;
            case 'boundary':
                return isBoundary;
            case 'no-boundary':
                return !isBoundary;
        }
    };
}

function occurs(steps: readonly Step[], text: string): boolean {
    const last = steps.length - 1;
    let current = new Set<number>();
    let before: string | undefined;
    for (let at = 0; at <= text.length; at += before.length) {
        const code = text.codePointAt(at);
        const after = code === undefined ? undefined : String.fromCodePoint(code);
        const holds = holdsBetween(before, after);
        const here = new Set<number>();
        for (const step of current) reach(steps, step, here, holds);
        reach(steps, 0, here, holds);
        if (here.has(last)) return true;
        current = new Set();
        if (after === undefined) break;
        for (const index of here) {
            const step = steps[index];
            if (step?.kind === 'char' && step.test(after)) current.add(index + 1);
        }
        before = after;
    }
    return false;
}

/**
 * Makes a pattern ready, or says why it is not taken: wrong or unsupported syntax, too long, or
 * one that needs no character at all and so would occur in every text.
 */
export function compileLinearPattern(source: string): PatternResult {
    if (source.length > MAX_PATTERN_LENGTH) {
        return refused(`it is longer than ${MAX_PATTERN_LENGTH} characters`);
    }
    const parsed = parsePattern(source);
    if (parsed.kind === 'refused') return parsed;
    const steps: Step[] = [];
    compile(parsed.value, steps);
    if (steps.length > MAX_STEPS) return refused('its repetitions make it too large');
    steps.push({kind: 'match'});

    const atOnce = new Set<number>();
    reach(steps, 0, atOnce, () => true);
    if (atOnce.has(steps.length - 1)) return refused('it matches the empty text, so every message');
    return {kind: 'ok', pattern: {occursIn: (text) => occurs(steps, text)}};
}
