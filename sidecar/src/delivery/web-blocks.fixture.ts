/**
 * Blocks at the left margin as the web client of Mattermost 11.6 reads them (its fork of marked 0.3.6, which no registry has).
 * The rules, tried on the client:
 *
 * | block | rule |
 * | --- | --- |
 * | fence | at most 3 blanks, 3 or more of one mark; its info holds neither mark; it ends at a line of at most 3 blanks and at least as many marks |
 * | open fence | is text, unless the message ends with a line end |
 * | table with outer bars | a row, a row of dashes and bars, then each line that begins with a bar |
 * | table without | the same, then each line that holds a bar |
 * | a table after text | needs an empty line before it |
 * | heading | 1 to 6 `#` and a blank |
 */
export function webBlocks(text: string): {readonly kind: string; readonly text: string}[] {
    const lines = text.split('\n');
    const blocks: {kind: string; text: string}[] = [];
    let at = 0;
    const take = (kind: string, until: number): void => {
        blocks.push({kind, text: lines.slice(at, until).join('\n')});
        at = until;
    };
    while (at < lines.length) {
        const isAfterText =
            (lines[at - 1] ?? '').trim() !== '' && blocks.at(-1)?.kind === 'paragraph';
        const line = lines[at] ?? '';
        const fence = /^ {0,3}(`{3,}|~{3,})[^`~]*$/.exec(line)?.[1];
        const end = fence === undefined ? -1 : endOfFence(lines, at + 1, fence);
        const rows = isAfterText ? 0 : rowsOfTable(lines, at);
        if (line.trim() === '') {
            at += 1;
        } else if (end > 0) take('code_block', end);
        else if (rows > 0) take('table_cell', at + rows);
        else if (/^ {0,3}#{1,6} /.test(line)) take('heading', at + 1);
        else if (/^ {4}/.test(line) && !isAfterText) take('code_block', at + 1);
        else take('paragraph', at + 1);
    }
    return blocks;
}

/** The line behind the one that closes a fence; -1 where none does and the fence is text. */
function endOfFence(lines: readonly string[], from: number, mark: string): number {
    const closing = new RegExp(`^ {0,3}\\${mark[0] ?? ''}{${mark.length},} *$`);
    const found = lines.findIndex((line, at) => at >= from && closing.test(line));
    if (found >= 0) return found + 1;
    return lines.at(-1) === '' ? lines.length : -1;
}

/** How many lines from here on are a table. */
function rowsOfTable(lines: readonly string[], at: number): number {
    const [head = '', dashes = ''] = lines.slice(at, at + 2);
    const isOuter = /^ *\|.+/.test(head);
    const delimiter = isOuter ? /^ *\|( *[-:]+[-| :]*)$/ : /^ *([-:]+ *\|[-| :]*)$/;
    if (!head.includes('|') || !delimiter.test(dashes)) return 0;
    const isRow = (line: string): boolean => (isOuter ? /^ *\|/.test(line) : line.includes('|'));
    let count = 2;
    while (at + count < lines.length && isRow(lines[at + count] ?? '')) count += 1;
    return count;
}
