/** What the load plugin and its test both know. */

const PIECE = 64_000;

/** So many bytes in pieces that all differ: a lost, doubled or misplaced one changes the hash. */
export function* piecesOf(total: number): Generator<Buffer> {
    for (let sent = 0; sent < total; sent += PIECE) {
        const piece = Buffer.alloc(Math.min(PIECE, total - sent), sent % 251);
        piece.write(String(sent));
        yield piece;
    }
}

/** Log messages that might break a host that reads lines of JSON. */
export const nastyLines: readonly string[] = [
    'two\nlines\r\nand {"@level":5,"@message":{},"@timestamp":null}\n',
    '\u0000\u001b[31m\u2028\u2029\uFEFF',
    'half a pair \ud800 and \udfff',
    'panic: no, fatal error: neither',
    '[ERROR] {"@message": 1',
    '"'.repeat(9_000),
    '\\'.repeat(70_000),
    '💥'.repeat(40_000),
    'x'.repeat(1_000_000),
    '',
];
