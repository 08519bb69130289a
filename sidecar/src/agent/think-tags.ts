/** A piece of a model's text, told apart. */
interface Piece {
    readonly kind: 'text' | 'reasoning';
    readonly text: string;
}

/** Tells reasoning from text while the text comes in; one per text block of an answer. */
export interface ThinkTags {
    /** Takes the next chunk and returns what is certain by now. */
    push(chunk: string): Piece[];
    /** Returns what was held back, at the end of the block. */
    end(): Piece[];
}

const TAGS = ['think', 'thinking'] as const;

/** Where in its block the text is: a tag may follow, inside the tag named, or past all tags. */
type State =
    | {readonly kind: 'start'; readonly thought: boolean}
    | {readonly kind: 'thinking'; readonly closing: string}
    | {readonly kind: 'text'};

/**
 * Reasoning in `<think>` tags, as many local models send it. A tag counts only where models put it, at
 * the beginning of a block or right behind another one: an answer that *speaks* about `<think>` is not
 * swallowed. White space between the tags and the answer belongs to the tags.
 */
export function createThinkTags(): ThinkTags {
    let state: State = {kind: 'start', thought: false};
    let held = '';

    /** Moves on by one state; undefined when the next chunk must tell. */
    function step(): readonly Piece[] | undefined {
        switch (state.kind) {
            case 'start': {
                const begins = held.trimStart();
                const tag = TAGS.find((name) => begins.startsWith(`<${name}>`));
                if (tag !== undefined) {
                    held = begins.slice(`<${tag}>`.length);
                    state = {kind: 'thinking', closing: `</${tag}>`};
                    return [];
                }
                if (TAGS.some((name) => `<${name}>`.startsWith(begins))) return undefined;
                if (state.thought) held = begins;
                state = {kind: 'text'};
                return [];
            }
            case 'thinking': {
                const end = held.indexOf(state.closing);
                if (end < 0) {
                    const sure = held.length - overlap(held, state.closing);
                    return sure === 0 ? undefined : [{kind: 'reasoning', text: take(sure)}];
                }
                const text = take(end);
                take(state.closing.length);
                state = {kind: 'start', thought: true};
                return text === '' ? [] : [{kind: 'reasoning', text}];
            }
            case 'text':
                return held === '' ? undefined : [{kind: 'text', text: take(held.length)}];
        }
    }

    function take(length: number): string {
        const taken = held.slice(0, length);
        held = held.slice(length);
        return taken;
    }

    return {
        push(chunk) {
            held += chunk;
            const pieces: Piece[] = [];
            for (let more = step(); more !== undefined; more = step()) pieces.push(...more);
            return pieces;
        },
        end() {
            const text = state.kind === 'start' && state.thought ? held.trimStart() : held;
            held = '';
            return text === ''
                ? []
                : [{kind: state.kind === 'thinking' ? 'reasoning' : 'text', text}];
        },
    };
}

/** Length of the longest end of `text` that `tag` begins with. */
function overlap(text: string, tag: string): number {
    for (let length = Math.min(text.length, tag.length - 1); length > 0; length -= 1) {
        if (tag.startsWith(text.slice(-length))) return length;
    }
    return 0;
}
