/** A stretch of a text, `end` exclusive, in UTF-16 units. */
export interface TextRange {
    readonly start: number;
    readonly end: number;
}

/** Where a sticky pattern that is tried at `at` ends, or undefined when it does not match there. */
export function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : undefined;
}
