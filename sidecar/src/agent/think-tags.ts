import {loneClose} from './lone-close.ts';
import {SPELLINGS, WRAPPERS, type Spelling} from './think-spellings.ts';

/** A piece of a model's text, told apart; `reset`: all text so far was none of the answer. */
export type Piece =
    {readonly kind: 'text' | 'reasoning'; readonly text: string} | {readonly kind: 'reset'};

/** Tells thinking from text while the text of one answer comes in. */
export interface ThinkTags {
    /** Takes the next chunk and returns what is certain by now. */
    push(chunk: string): Piece[];
    /**
     * Returns what was held back. An answer that is `whole` and nothing but thinking whose end never came was
     * no thinking: it is given back as text. One that was cut was still thinking.
     */
    end(whole: boolean): Piece[];
}

/** Where in the answer the text is. */
type State =
    /** Thinking may begin, or the answer. */
    | {readonly kind: 'start'; readonly thought: boolean}
    | {readonly kind: 'thinking'; readonly spelling: Spelling}
    /** The end of thinking that had no beginning may come. */
    | {readonly kind: 'first'}
    /** The answer, which ends before one of these if it ends with it. */
    | {readonly kind: 'answer'; readonly closes: readonly string[]};

/** What stands at the beginning of a text in its start. */
type Beginning =
    | {readonly kind: 'thinking'; readonly spelling: Spelling; readonly length: number}
    | {readonly kind: 'wrapper'; readonly closes: readonly string[]; readonly length: number}
    | {readonly kind: 'open'}
    | {readonly kind: 'none'};

/**
 * Thinking in tags, as many models send it. It counts only where models put it, at the beginning of an answer
 * or right behind other thinking; or where an end comes that had no beginning (`lone-close.ts`). Text elsewhere
 * passes byte for byte: an answer that *speaks* about `<think>` is not swallowed. White space between the
 * thinking and the answer belongs to the thinking.
 */
export function createThinkTags(): ThinkTags {
    let state: State = {kind: 'start', thought: false};
    let held = '';
    /** The text so far, as long as it may turn out to be thinking. */
    let said = '';
    /** The thinking of the span that is open. */
    let span = '';

    const take = (length: number): string => {
        const taken = held.slice(0, length);
        held = held.slice(length);
        return taken;
    };
    const text = (length: number): Piece[] => {
        const taken = take(length);
        if (state.kind === 'first') said += taken;
        return taken === '' ? [] : [{kind: 'text', text: taken}];
    };

    function start(thought: boolean): readonly Piece[] | undefined {
        const blank = held.length - held.trimStart().length;
        const beginning = beginningOf(held.slice(blank), thought);
        switch (beginning.kind) {
            case 'thinking':
                take(blank + beginning.length);
                span = '';
                state = {kind: 'thinking', spelling: beginning.spelling};
                return [];
            case 'wrapper':
                // It is held until something follows: blanks belong to it.
                if (held.slice(blank + beginning.length).trim() === '') return undefined;
                take(blank + beginning.length);
                held = held.trimStart();
                state = {kind: 'answer', closes: beginning.closes};
                return [];
            case 'open':
                return undefined;
            case 'none':
                if (thought) take(blank);
                state = thought ? {kind: 'answer', closes: []} : {kind: 'first'};
                return [];
        }
    }

    function thinking({closes, closeBegins, closeLength}: Spelling): Piece[] | undefined {
        const end = closes.exec(held);
        const begun = held.indexOf(closeBegins, Math.max(0, held.length - closeLength + 1));
        const thought = take(end?.index ?? (begun < 0 ? held.length : begun));
        span += thought;
        if (end !== null) {
            take(end[0].length);
            state = {kind: 'start', thought: true};
        } else if (thought === '') {
            return undefined;
        }
        return thought === '' ? [] : [{kind: 'reasoning', text: thought}];
    }

    function first(): readonly Piece[] | undefined {
        const found = loneClose(said, held);
        switch (found.kind) {
            case 'none':
                return found.sure === 0 ? undefined : text(found.sure);
            case 'open':
                return found.at === 0 ? undefined : text(found.at);
            case 'lone': {
                const thought = said + take(found.at);
                take(found.length);
                const retracted: Piece[] = said === '' ? [] : [{kind: 'reset'}];
                said = '';
                state = {kind: 'start', thought: true};
                return thought === '' ? [] : [...retracted, {kind: 'reasoning', text: thought}];
            }
        }
    }

    function answer(closes: readonly string[]): readonly Piece[] | undefined {
        const sure = held.length - endingLength(held, closes);
        return sure === 0 ? undefined : text(sure);
    }

    /** Moves on by one step; undefined when the next chunk must tell. */
    function step(): readonly Piece[] | undefined {
        if (held === '') return undefined;
        switch (state.kind) {
            case 'start':
                return start(state.thought);
            case 'thinking':
                return thinking(state.spelling);
            case 'first':
                return first();
            case 'answer':
                return answer(state.closes);
        }
    }

    function rest(whole: boolean): Piece[] {
        switch (state.kind) {
            case 'start': {
                const bare = held.trimStart();
                if (state.thought) held = bare;
                const isWrapper = beginningOf(bare, state.thought).kind === 'wrapper';
                return isWrapper ? [] : text(held.length);
            }
            case 'thinking': {
                const thought = take(held.length);
                const kind = whole ? 'text' : 'reasoning';
                const all = whole ? (span + thought).trimStart() : thought;
                return all === '' ? [] : [{kind, text: all}];
            }
            case 'first': {
                const found = loneClose(said, held, true);
                if (found.kind !== 'lone') return text(held.length);
                // Nothing follows: what stands there is all that there is.
                if (whole) return text(found.at);
                const thought = said + held.slice(0, found.at);
                return [{kind: 'reset'}, {kind: 'reasoning', text: thought}];
            }
            case 'answer': {
                const bare = held.trimEnd();
                const close = state.closes.find((one) => bare.toLowerCase().endsWith(one));
                return text(close === undefined ? held.length : bare.length - close.length);
            }
        }
    }

    return {
        push(chunk) {
            held += chunk;
            const pieces: Piece[] = [];
            for (let more = step(); more !== undefined; more = step()) pieces.push(...more);
            return pieces;
        },
        end(whole) {
            const pieces = rest(whole);
            held = '';
            return pieces;
        },
    };
}

/** What a text begins with, blanks left out. */
function beginningOf(text: string, thought: boolean): Beginning {
    const lower = text.toLowerCase();
    const wrappers = WRAPPERS.filter(({alone}) => alone || thought);
    for (const spelling of SPELLINGS) {
        const open = spelling.opens.find((one) => lower.startsWith(one));
        if (open !== undefined) return {kind: 'thinking', spelling, length: open.length};
    }
    for (const {open, closes} of wrappers) {
        if (lower.startsWith(open)) return {kind: 'wrapper', closes, length: open.length};
    }
    const all = [...SPELLINGS.flatMap(({opens}) => opens), ...wrappers.map(({open}) => open)];
    return {kind: all.some((one) => one.startsWith(lower)) ? 'open' : 'none'};
}

/** Length of the longest end of `text` that may become one of `closes`, with blanks behind it. */
function endingLength(text: string, closes: readonly string[]): number {
    const lower = text.toLowerCase();
    let longest = 0;
    for (const close of closes) {
        const bare = text.trimEnd();
        if (bare.toLowerCase().endsWith(close)) {
            longest = Math.max(longest, text.length - bare.length + close.length);
        }
        for (let length = Math.min(lower.length, close.length - 1); length > longest; length -= 1) {
            if (close.startsWith(lower.slice(-length))) longest = length;
        }
    }
    return longest;
}
