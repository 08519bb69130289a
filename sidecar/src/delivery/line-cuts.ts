import {isHigh, isLow} from './code-points.ts';
import {inlineAtoms} from './inline-atoms.ts';

/** Where a line may be cut, in the order of choice. */
export interface LineCuts {
    readonly sentence: number | undefined;
    readonly space: number | undefined;
    /** A space inside a link, code span or emphasis. */
    readonly innerSpace: number | undefined;
    readonly grapheme: number | undefined;
    /** Always there and more than nothing. */
    readonly any: number;
}

const SENTENCE_END = /[.!?…:;]["'”’)\]]*\s$/;
const WIDE_END = /[。！？]$/;

/** The cuts in the line of `text` that begins at `from`, up to `cap`. */
export function insideLine(text: string, from: number, cap: number, inFence: boolean): LineCuts {
    const line = text.slice(from);
    const inAtom = inlineAtoms(line);
    const graphemes = new Intl.Segmenter().segment(text);
    const isEdge = (at: number): boolean => graphemes.containing(at)?.index === at;
    let sentence: number | undefined;
    let space: number | undefined;
    let innerSpace: number | undefined;
    let grapheme: number | undefined;
    let edge: number | undefined;
    for (let at = cap; at > from && sentence === undefined; at--) {
        const afterSpace = /\s/.test(text.charAt(at - 1)) && !/\s/.test(text.charAt(at));
        const wide = WIDE_END.test(text.charAt(at - 1));
        const wanted = afterSpace || wide || edge === undefined || grapheme === undefined;
        if (!wanted || !isEdge(at)) continue;
        edge ??= at;
        if (changesMeaning(text, at) || (!inFence && BEGINS_BLOCK.test(text.slice(at, at + 12)))) {
            continue;
        }
        if (inAtom(at - from)) {
            if (afterSpace) innerSpace ??= at;
            continue;
        }
        grapheme ??= at;
        if (afterSpace || wide) space ??= at;
        if (wide || (afterSpace && SENTENCE_END.test(text.slice(Math.max(from, at - 8), at)))) {
            sentence = at;
        }
    }
    return {sentence, space, innerSpace, grapheme, any: edge ?? hardCut(text, cap)};
}

/** A mention, or a character reference that may be part of one, up to a cut. */
const BEGUN_MENTION = /[@\uff20&][^\s@\uff20&]{0,40}$/;

/**
 * Whether a part that begins or ends here would say something else: backticks at its start read as a
 * fence, and `name@all` cut before or in the mention pings.
 */
function changesMeaning(text: string, at: number): boolean {
    const next = text.charAt(at);
    if (next !== '' && '`~@\uff20&'.includes(next)) return true;
    return (
        !/\s/.test(text.charAt(at - 1)) && BEGUN_MENTION.test(text.slice(Math.max(at - 42, 0), at))
    );
}

/** What would be an item, a heading, a quote, a table, an indented block at the start of a part. */
const BEGINS_BLOCK =
    /^(?:[-+*](?:\s|$)|\d{1,9}(?:[.)](?:\s|$)|$)|#{1,6}(?:\s|$)|[>|\s]|[=_*-]{2,}\s*(?:\n|$))/;

/** The last resort: between two code points, inside a cluster that is longer than a part. */
function hardCut(text: string, cap: number): number {
    if (cap > 1 && isLow(text.charCodeAt(cap)) && isHigh(text.charCodeAt(cap - 1))) return cap - 1;
    return Math.max(cap, 1);
}
