import {withoutLineEnd} from './fences.ts';

/** `off` leaves tables to Mattermost, which draws them; the others are for clients that do not. */
export type TableMode = 'off' | 'bullets' | 'code';

/** The cells of a row, trimmed; `\|` is a bar in a cell. */
function cellsOf(row: string): string[] {
    const body = row
        .trim()
        .replace(/^\|/, '')
        .replace(/(?<!\\)\|$/, '');
    return body.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

function bullets(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
    return rows.flatMap((row) => {
        const [first = '', ...others] = row;
        const lines = others.flatMap((cell, index) => {
            const name = header[index + 1] ?? '';
            if (cell === '') return [];
            return [name === '' ? `    - ${cell}` : `    - ${name}: ${cell}`];
        });
        return [first === '' ? '- –' : `- **${first}**`, ...lines];
    });
}

function width(cell: string): number {
    return Array.from(cell).length;
}

function code(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
    const all = [header, ...rows];
    const columns = Math.max(...all.map((row) => row.length));
    const widths = Array.from({length: columns}, (_, column) =>
        Math.max(3, ...all.map((row) => width(row[column] ?? ''))),
    );
    const pad = (row: readonly string[]): string =>
        widths
            .map((size, column) => {
                const cell = row[column] ?? '';
                return cell + ' '.repeat(size - width(cell));
            })
            .join(' | ')
            .trimEnd();
    const dashes = widths.map((size) => '-'.repeat(size)).join('-|-');
    const body = [pad(header), dashes, ...rows.map(pad)];
    let fence = '```';
    while (body.some((line) => line.includes(fence))) fence += '`';
    return [fence, ...body, fence];
}

/**
 * A table (its lines with their ends: header, row of dashes, rows) as `mode` wants it. `bullets`: an
 * item per row, named after its first cell, with a line per further cell. `code`: aligned columns
 * in a fence.
 */
export function renderTable(lines: readonly string[], mode: TableMode): string {
    const [header = '', , ...rows] = lines;
    if (mode === 'off' || rows.length === 0) return lines.join('');
    const names = cellsOf(header);
    const cells = rows.map(cellsOf);
    const drawn = mode === 'bullets' ? bullets(names, cells) : code(names, cells);
    const lineEnd = header.endsWith('\r\n') ? '\r\n' : '\n';
    const last = lines.at(-1) ?? '';
    return drawn.join(lineEnd) + last.slice(withoutLineEnd(last).length);
}
