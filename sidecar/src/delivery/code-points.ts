/** Code points of a text; an unpaired surrogate counts as one. */
export function codePoints(text: string): number {
    let count = text.length;
    for (let at = 0; at < text.length - 1; at++) {
        if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) {
            count--;
            at++;
        }
    }
    return count;
}

/** The first half of a pair. */
export function isHigh(unit: number): boolean {
    return unit >= 0xd800 && unit <= 0xdbff;
}

/** The second half of a pair. */
export function isLow(unit: number): boolean {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Where the first `count` code points of `text` end, in UTF-16 units. */
export function unitsOf(text: string, count: number): number {
    let at = 0;
    for (let left = count; left > 0 && at < text.length; left--) {
        const pair = isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1));
        at += pair ? 2 : 1;
    }
    return Math.min(at, text.length);
}
