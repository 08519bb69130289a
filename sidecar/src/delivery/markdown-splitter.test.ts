import * as fc from 'fast-check';
import {codePoints} from './code-points.ts';
import {createSplitter, joinParts, splitMarkdown} from './markdown-splitter.ts';

const texts = (source: string, limit: number): string[] =>
    splitMarkdown(source, limit).map((part) => part.text);

/** Written apart from the splitter's own: whether a reader that closes at any indent is outside at the end. */
function fencesBalanced(text: string): boolean {
    let open = '';
    for (const line of text.split(/\r?\n/)) {
        const body = line.replace(/^[\s>]*/, '');
        const run = /^(`{3,}|~{3,})/.exec(body)?.[0] ?? '';
        if (open === '') {
            const start = /^(?:[-*+] +|\d+[.)] +)?(`{3,}|~{3,})(.*)$/.exec(body);
            const marker = start?.[1] ?? '';
            if (!(marker.startsWith('`') && start?.[2]?.includes('`') === true)) open = marker;
        } else if (run.startsWith(open) && body.trim() === run) open = '';
    }
    return open === '';
}

const word = fc.oneof(
    fc.string({
        minLength: 1,
        maxLength: 12,
        unit: fc.constantFrom(...'abcdefgxyzäß0189'.split('')),
    }),
    fc.constantFrom(
        '👩‍👩‍👧‍👦',
        '🇩🇪🇫🇷',
        'é́',
        '👍🏽',
        '`code span`',
        '**bold words here**',
        'क्षि',
        '@bob',
        'end.',
    ),
    fc.constantFrom(
        '[a link](https://example.org/a_b)',
        'https://example.org/x?y=z',
        '~~gone~~',
        '$x^2$',
    ),
);
const sentence = fc.array(word, {minLength: 1, maxLength: 14}).map((words) => words.join(' '));
const marker = fc.constantFrom('```', '````', '~~~', '~~~~~');
const info = fc.constantFrom('', 'ts', 'python title="a b"');
const codeLine = fc.oneof(
    sentence,
    fc.constantFrom('', '  x = 1;', '\treturn', '| a | b |', '# no heading'),
);
const fence = fc
    .tuple(marker, info, fc.array(codeLine, {maxLength: 12}))
    .map(([run, lang, lines]) => [run + lang, ...lines, run].join('\n'));
const nested = fence.map((inner) => `\`\`\`\`\`\`md\n${inner}\n\`\`\`\`\`\``);
const quotedFence = fence.map((inner) => inner.replace(/^/gm, '> '));
const listFence = fence.map((inner) => `1. item\n\n${inner.replace(/^/gm, '   ')}`);
const table = fc
    .tuple(fc.integer({min: 1, max: 3}), fc.array(sentence, {minLength: 1, maxLength: 10}))
    .map(([columns, cells]) => {
        const row = (cell: string): string => `|${` ${cell} |`.repeat(columns + 1)}`;
        return [row('head'), row('---'), ...cells.map((cell) => row(cell.slice(0, 8)))].join('\n');
    });
const list = fc
    .array(sentence, {minLength: 1, maxLength: 6})
    .map((items) => `- ${items.join('\n- ')}`);
const noSpace = fc.integer({min: 1, max: 300}).map((count) => 'x'.repeat(count));
const block = fc.oneof(sentence, fence, nested, quotedFence, listFence, table, list, noSpace);
const markdown = fc
    .tuple(
        fc.array(block, {minLength: 1, maxLength: 8}),
        fc.constantFrom('\n\n', '\n\n\n', '\r\n\r\n'),
    )
    .map(([blocks, gap]) => {
        const text = blocks.join('\n\n').replaceAll('\n\n', gap);
        return gap.startsWith('\r') ? text.replace(/(?<!\r)\n/g, '\r\n') : text;
    });
const hostile = fc.oneof(
    markdown,
    fc.string({unit: 'binary', maxLength: 400}),
    fc.string({unit: 'grapheme', maxLength: 300}),
    fc.string({
        unit: fc.constantFrom(
            '\n',
            '\r\n',
            '\t',
            ' ',
            '`',
            '```',
            '~~~',
            '|',
            '|-|',
            '> ',
            '- ',
            'a',
            '[',
            '](',
            '*',
            '\\',
            '\ud83d',
            '\ude00',
            '\u200d',
            '😀',
        ),
        maxLength: 300,
    }),
);
const limits = fc.integer({min: 40, max: 200});

describe('splitMarkdown', () => {
    it('[DEL-10] gives parts that hold the text back when joined, none over the limit', () => {
        fc.assert(
            fc.property(hostile, limits, (source, limit) => {
                const parts = splitMarkdown(source, limit);
                expect(joinParts(parts)).toBe(source);
                for (const part of parts) {
                    expect(codePoints(part.text)).toBeLessThanOrEqual(limit);
                    expect(part.text.startsWith(part.head)).toBe(true);
                    expect(part.text.endsWith(part.tail)).toBe(true);
                }
            }),
            {numRuns: 600},
        );
    });

    it('[DEL-10] leaves every fence of a well-formed text closed in each part', () => {
        fc.assert(
            fc.property(markdown, fc.integer({min: 80, max: 300}), (source, limit) => {
                fc.pre(fencesBalanced(source));
                for (const text of texts(source, limit)) {
                    if (!fencesBalanced(text)) throw new Error(JSON.stringify({source, text}));
                }
            }),
            {numRuns: 500},
        );
    });

    it('[DEL-10] splits a text that comes in pieces as it splits the whole', () => {
        fc.assert(
            fc.property(
                hostile,
                limits,
                fc.infiniteStream(fc.integer({min: 1, max: 40})),
                (source, limit, sizes) => {
                    const splitter = createSplitter(limit);
                    const parts = [];
                    for (let at = 0; at < source.length;) {
                        const size = sizes.next().value as number;
                        parts.push(...splitter.push(source.slice(at, at + size)));
                        expect(codePoints(splitter.open().text)).toBeLessThanOrEqual(limit);
                        at += size;
                    }
                    parts.push(...splitter.finish());
                    expect(parts).toEqual(splitMarkdown(source, limit));
                },
            ),
            {numRuns: 400},
        );
    });

    it('[DEL-10] never cuts a grapheme that fits into a part', () => {
        fc.assert(
            fc.property(fc.array(word, {minLength: 20, maxLength: 120}), limits, (words, limit) => {
                const source = words.join('');
                const edges = new Set(
                    Array.from(new Intl.Segmenter().segment(source), (one) => one.index),
                );
                let at = 0;
                for (const {text, head, tail} of splitMarkdown(source, limit)) {
                    expect(edges.has(at)).toBe(true);
                    at += text.length - head.length - tail.length;
                }
            }),
        );
    });

    it('[DEL-10] closes a fence and opens it again with its language and marks', () => {
        const code = Array.from({length: 12}, (_, line) => `const v${line} = ${line};`).join('\n');
        const parts = texts(`~~~~ts title="a"\n${code}\n~~~~\n`, 120);
        expect(parts.length).toBeGreaterThan(1);
        for (const part of parts) {
            expect(part).toMatch(/^~~~~ts title="a"\n/);
            expect(part.trimEnd()).toMatch(/\n~~~~$/);
        }
    });

    it('[DEL-10] closes and opens a fence inside a quote inside the quote', () => {
        const code = Array.from({length: 12}, (_, line) => `> line ${line}`).join('\n');
        const [first = '', second = ''] = texts(`> \`\`\`js\n${code}\n> \`\`\`\n`, 80);
        expect(first).toMatch(/\n> ```$/);
        expect(second).toMatch(/^> ```js\n> line/);
    });

    it('[DEL-10] moves a table whole into the next part where it fits there', () => {
        const rows = '| name | size |\n|------|------|\n| a | 1 |\n| b | 2 |\n| c | 3 |\n';
        const parts = texts(`${'Some words here. '.repeat(6)}\n\n${rows}\nAfter it.`, 140);
        expect(parts.filter((part) => part.includes('|'))).toHaveLength(1);
        expect(parts.find((part) => part.includes('|'))).toContain(rows);
    });

    it('[DEL-10] repeats the header of a table that is longer than a part', () => {
        const rows = Array.from({length: 30}, (_, row) => `| row ${row} | value |\n`).join('');
        const source = `| name | size |\n|:-----|-----:|\n${rows}\nThe end.`;
        const parts = splitMarkdown(source, 150);
        const withRows = parts.filter((part) => part.text.includes('| row'));
        expect(withRows.length).toBeGreaterThan(2);
        for (const part of withRows) {
            expect(part.text).toMatch(/^\| name \| size \|\n\|:-----\|-----:\|\n\| row/);
        }
        expect(joinParts(parts)).toBe(source);
    });

    it('[DEL-10] does not repeat a header above what follows the table', () => {
        const rows = '| a | b |\n|---|---|\n| 1 | 2 |\n';
        const parts = texts(`${rows}\n${'More text follows here. '.repeat(20)}`, 100);
        for (const part of parts.slice(1)) expect(part).not.toContain('|---|');
    });

    it.each([
        ['a link', '[the text of a link](https://example.org/some/long/path)'],
        ['a code span', '`a code span with several words in it`'],
        ['bold text', '**some words that are bold and belong together**'],
    ])('[DEL-10] does not cut %s where a place before it is left', (_what, piece) => {
        const parts = texts(`${'word '.repeat(12)}${piece} and more ${'word '.repeat(12)}`, 90);
        expect(parts.some((part) => part.includes(piece))).toBe(true);
    });

    it('[DEL-10] prefers a blank line to a line end, that to a sentence end, that to a space', () => {
        const cutAt = (source: string): string => texts(source, 60)[0] ?? '';
        const tail = 'z'.repeat(5);
        expect(cutAt(`${'a'.repeat(38)}\n\nb b\nc. d ${tail}${' e'.repeat(20)}`)).toMatch(/a\n\n$/);
        expect(cutAt(`${'a'.repeat(38)}\nb. d ${tail}${' e'.repeat(20)}`)).toMatch(/a\n$/);
        expect(cutAt(`${'a'.repeat(38)} b. d ${tail}${' e'.repeat(20)}`)).toMatch(/ b\. $/);
        expect(cutAt(`${'a'.repeat(38)} b d ${tail}${' e'.repeat(20)}`)).toMatch(/ e $/);
    });

    it('[DEL-10] cuts a list between its items', () => {
        const source = Array.from(
            {length: 12},
            (_, item) => `- item ${item} with some words\n`,
        ).join('');
        for (const part of texts(source, 100)) expect(part).toMatch(/^- item/);
    });

    it('[DEL-17] leaves a text that fits as it is, an open fence and blanks at the ends included', () => {
        for (const source of ['  hi \n\n', '```js\nopen', '\r\n\tx\r\n', '\u200b\ufeff']) {
            expect(texts(source, 40)).toEqual([source]);
        }
        expect(texts('', 40)).toEqual([]);
    });

    it('refuses a limit that has no room for fences', () => {
        expect(() => createSplitter(10)).toThrow(RangeError);
    });

    it('[DEL-10] takes time in proportion to the text', () => {
        const unit = `Text with \`code\` and [link](x) and **bold** | bar. ${'y'.repeat(50)}\n`;
        /** CPU time of this thread, the least of three tries: other programs do not count. */
        const cost = (times: number): number => {
            const source = unit.repeat(times);
            const tries = [1, 2, 3].map(() => {
                const before = process.threadCpuUsage();
                splitMarkdown(source, 4000);
                const {user, system} = process.threadCpuUsage(before);
                return user + system;
            });
            return Math.min(...tries);
        };
        cost(2000);
        // Eight times the text would take 64 times as long by the square.
        expect(cost(16_000) / cost(2000)).toBeLessThan(32);
    });
});
