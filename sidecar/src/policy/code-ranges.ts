import {readBlocks} from './server-blocks.ts';
import {labelKey, readDefinitions, readInlines} from './server-inlines.ts';
import type {TextRange} from './text-range.ts';

/** What a message holds beside words that are said to somebody. */
export interface Reading {
    /** The parts that Markdown shows as code, in order and without overlap. */
    readonly code: readonly TextRange[];
    /** Links with label and target, pictures, web addresses, reference definitions; may overlap. */
    readonly links: readonly TextRange[];
}

interface Paragraph {
    readonly raw: string;
    readonly lines: readonly TextRange[];
    /** Where its text begins, behind reference definitions. */
    readonly from: number;
}

/** Gives ranges of a paragraph's joined lines their place in the text; they must come in order. */
function placing({lines}: Paragraph): (range: TextRange) => TextRange {
    let line = 0;
    let lineStart = 0;
    const placeOf = (at: number): number => {
        for (;;) {
            const current = lines[line];
            if (current === undefined) return lines.at(-1)?.end ?? 0;
            const length = current.end - current.start;
            if (at - lineStart <= length || line === lines.length - 1) {
                return current.start + Math.min(at - lineStart, length);
            }
            lineStart += length + 1;
            line += 1;
        }
    };
    return ({start, end}) => {
        const from = placeOf(start);
        const before = {line, lineStart};
        const to = placeOf(end - 1) + 1;
        ({line, lineStart} = before);
        return {start: from, end: to};
    };
}

/**
 * Reads a message as Mattermost's server does to find mentions. Two things are stricter: whatever
 * is a web address or a link's label is never said to anybody, while the server loses sight of an
 * address behind an open bracket, and of a label that holds no `w`.
 */
export function readMessage(text: string): Reading {
    const code: TextRange[] = [];
    const links: TextRange[] = [];
    const paragraphs: Paragraph[] = [];
    const labels = new Set<string>();
    for (const block of readBlocks(text)) {
        if (block.kind === 'code') {
            code.push(block.range);
            continue;
        }
        const {lines} = block;
        const raw = lines.map(({start, end}) => text.slice(start, end)).join('\n');
        const definitions = readDefinitions(raw);
        for (const label of definitions.labels) labels.add(label);
        paragraphs.push({raw, lines, from: definitions.end});
    }
    const isDefined = (label: string): boolean => labels.size > 0 && labels.has(labelKey(label));
    for (const paragraph of paragraphs) {
        const {raw, from} = paragraph;
        const inlines = readInlines(raw, from, isDefined);
        const placeCode = placing(paragraph);
        code.push(...inlines.code.map(placeCode));
        if (from > 0) links.push(placing(paragraph)({start: 0, end: from}));
        const placeLink = placing(paragraph);
        links.push(...inlines.other.map(placeLink));
    }
    const inOrder = (one: TextRange, two: TextRange): number => one.start - two.start;
    return {code: code.sort(inOrder), links: links.sort(inOrder)};
}

/** The parts of a message that Markdown shows as code, in order and without overlap. */
export function codeRanges(text: string): readonly TextRange[] {
    return readMessage(text).code;
}
