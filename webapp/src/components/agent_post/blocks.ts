/** A line that opens or closes a fence of code. */
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * Cuts a growing text into blocks at blank lines outside of code, so that only the last one has to be drawn
 * anew when it grows. Joined they are the text. A block that starts indented or with a list item stays
 * with the one before: it may be part of the same list.
 */
export function splitBlocks(text: string): readonly string[] {
    const blocks: string[] = [];
    let current = '';
    let fence: string | undefined;
    let blank = false;
    for (const line of text.split(/(?<=\n)/)) {
        const match = FENCE.exec(line.trimEnd());
        const continues = /^(\s|[-*+] |\d+[.)] )/.test(line);
        if (blank && fence === undefined && !continues && line.trim() !== '') {
            blocks.push(current);
            current = '';
        }
        current += line;
        blank = line.trim() === '';
        if (match === null) continue;
        const [, marks = '', rest = ''] = match;
        if (fence === undefined) fence = marks;
        else if (marks.startsWith(fence) && rest.trim() === '') fence = undefined;
    }
    if (current !== '') blocks.push(current);
    return blocks;
}
