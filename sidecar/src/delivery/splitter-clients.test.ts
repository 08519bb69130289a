import {Parser, type Node, type NodeWalker, type NodeWalkingStep} from '@mattermost/commonmark';
import * as fc from 'fast-check';
import {settingsOf} from './answer-harness.ts';
import {createComposer} from './composer.ts';
import {codePoints} from './code-points.ts';
import {joinParts, splitMarkdown, type Part} from './markdown-splitter.ts';
import {webBlocks} from './web-blocks.fixture.ts';

const texts = (source: string, limit: number): string[] =>
    splitMarkdown(source, limit).map((part) => part.text);
const lines = (count: number, line: (n: number) => string): string =>
    Array.from({length: count}, (_, n) => line(n)).join('');

/** Kinds that say where a word stands; lists and quotes are repeated by no cut and left out. */
const LEAVES = new Set(['paragraph', 'heading', 'code_block', 'table_cell', 'html_block']);

/** Each word of a text with the kind of block that the mobile app shows it in. */
function mobile(text: string): string[] {
    const found: string[] = [];
    const walker = new Parser().parse(text).walker();
    let kind = '';
    for (;;) {
        const event = nextOf(walker);
        if (event === null) break;
        const {node, entering} = event;
        if (LEAVES.has(node.type)) kind = node.type;
        if (!entering) continue;
        for (const word of wordsOf(node)) found.push(`${kind}:${word}`);
    }
    return found;
}

/** Its types do not say that the end is null. */
const nextOf = (walker: NodeWalker): NodeWalkingStep | null => walker.next();

const wordsOf = ({literal}: Node): string[] => literal?.match(/[a-z]+\d+/g) ?? [];

/** The same as the web client shows it. */
function web(text: string): string[] {
    return webBlocks(text).flatMap(({kind, text: own}) =>
        wordsOfText(own).map((found) => `${kind}:${found}`),
    );
}

/** What the parts show one after the other, without what their heads repeat. */
function shown(parts: readonly Part[], reading: (text: string) => string[]): string[] {
    return parts.flatMap(({text, head}) => {
        const all = reading(text);
        const repeated =
            head.startsWith('|') || head.includes('---') ? wordsOfText(head).length : 0;
        return all.slice(repeated);
    });
}

const wordsOfText = (text: string): string[] => text.match(/[a-z]+\d+/g) ?? [];

describe('the parts of an answer', () => {
    const block = '```python\ndef f():\n    """\n    ```\n    f()\n    ```\n    """\n```\n';

    it('[DEL-10] [P1] keep prose prose after a block that holds an indented fence', () => {
        const source = `Here:\n\n${block}\nThis **function** ${'is explained at length '.repeat(12)}`;
        const [, ...others] = texts(source, 200);
        expect(others.length).toBeGreaterThan(0);
        for (const text of others) expect(text).not.toContain('```');
    });

    it.each([
        ['a quoted fence', '```md\n> ```\nmore\n```\n'],
        ['a fence after a tab', '```md\n\t```\nmore\n```\n'],
        ['an item whose fence is not indented', '- a\n\n```js\nmore\n```\n'],
    ])('[DEL-10] [P1] keep prose prose after %s', (_what, code) => {
        const parts = texts(`${code}\n${'Words of prose follow. '.repeat(20)}`, 100);
        for (const text of parts.slice(1)) expect(text).not.toContain('```');
    });

    it('[DEL-10] [P4] repeat the header of a table without outer bars at any limit', () => {
        const source = `city | people\n--- | ---\n${lines(900, (n) => `City number ${n} | ${n}\n`)}`;
        for (const limit of [200, 1000, 1007, 1033, 1099, 16_000]) {
            const parts = splitMarkdown(source, limit);
            expect(joinParts(parts)).toBe(source);
            for (const {text} of parts) expect(text).toMatch(/^city \| people\n--- \| ---\nCity/);
        }
    });

    it.each([
        ['an item', '- use `a | b` here and there, as it says\n'],
        ['a quote', '> a | b is what was said, and more of it\n'],
        ['a heading', '## A | B is the title of what follows it\n'],
        ['text with code', 'Use `a | b` here and there, as it says\n'],
        ['text with a bar', 'Either a | b is meant by what is said\n'],
    ])('[DEL-10] [P5] repeat no header above %s', (_what, after) => {
        const rows = lines(4, (n) => `| ${n} | name of ${n} |\n`);
        const parts = texts(`| id | name |\n|---|---|\n${rows}${after.repeat(6)}`, 110);
        const without = parts.filter((text) => !text.includes('| name of'));
        expect(without.length).toBeGreaterThan(0);
        for (const text of without) expect(text).not.toContain('|---|');
    });

    it('[DEL-10] [BR-24] give the rows after a monstrous one their header again', () => {
        const source = `| a | b | c |\n|---|---|---|\n| 1 | ${'x'.repeat(500)} |\n| 2 | b | c |\n| 3 | d | e |\n`;
        const parts = splitMarkdown(source, 200);
        expect(joinParts(parts)).toBe(source);
        expect(parts.at(-1)?.text).toBe(
            '| a | b | c |\n|---|---|---|\n| 2 | b | c |\n| 3 | d | e |\n',
        );
    });

    it('[DEL-10] [BR-24] leave no line alone before a table', () => {
        const rows = lines(40, (n) => `| row ${n} | value |\n`);
        const [first = ''] = texts(`A table:\n\n| name | size |\n|---|---|\n${rows}`, 200);
        expect(first).toMatch(/^A table:\n\n\| name[^]*row 3/);
    });

    it('[DEL-10] [P3] [24] end with a closed fence where the answer ends inside one', () => {
        const composer = composerOf(16_000);
        composer.add({kind: 'text', text: '```python\nimport os\n\ndef main():\n    x'});
        expect(composer.finish([])).toEqual(['```python\nimport os\n\ndef main():\n    x\n```']);
    });

    it('[DEL-10] [P3] close the fence of a list item in it, and split where no room is left', () => {
        const item = composerOf(16_000);
        item.add({kind: 'text', text: '1. Do:\n\n   ```sh\n   ls'});
        expect(item.finish([])).toEqual(['1. Do:\n\n   ```sh\n   ls\n   ```']);
        const full = composerOf(60);
        full.add({kind: 'text', text: `\`\`\`js\n${'ab cd\n'.repeat(8)}abcde`});
        const posts = full.finish([]);
        expect(posts.length).toBe(2);
        for (const post of posts) {
            expect(codePoints(post)).toBeLessThanOrEqual(60);
            expect(post).toMatch(/^```js\n[^]*\n```$/);
        }
    });

    it('[DEL-14] begin with no mention that was the end of a word', () => {
        for (const joint of ['@all', '&#64;all', '\uff20here']) {
            for (let before = 20; before < 45; before++) {
                const source = `${'x'.repeat(before)}${joint}${'y'.repeat(60)}`;
                for (const text of texts(source, 40)) expect(text).not.toMatch(/^[@\uff20&]/);
            }
        }
    });

    it('[DEL-14] hold no mass mention out of added sentences', () => {
        const composer = composerOf(16_000);
        composer.add({kind: 'text', text: 'Half'});
        const [post = ''] = composer.finish(['The service said: @channel and &#xff20;all']);
        expect(post).not.toMatch(/@channel|&#xff20;all/);
        expect(post).toContain('channel');
    });

    it('[DEL-10] [27] begin with no line that the text shows as something else', () => {
        const source = `${'It was said in the '.repeat(3)}year 2026. A good year it was. `.repeat(
            9,
        );
        for (let limit = 60; limit < 110; limit++) {
            for (const text of texts(source, limit))
                expect(text).not.toMatch(/^(?:\d+\.|[-+*>#]) /);
        }
    });
});

function composerOf(textChunkLimit: number): ReturnType<typeof createComposer> {
    return createComposer({agent: 'main', settings: settingsOf({limit: textChunkLimit})});
}

describe('the blocks of the parts', () => {
    let count = 0;
    const word = fc.constantFrom('abc', 'word', 'it').map((text) => `${text}${count++}`);
    const prose = fc.array(word, {minLength: 1, maxLength: 25}).map((words) => words.join(' '));
    const short = fc.array(word, {minLength: 1, maxLength: 3}).map((words) => words.join(' '));
    const run = fc.constantFrom('```', '````', '~~~');
    const codeLine = fc.oneof(
        short,
        fc.constantFrom('', '    ```', '> ```', '| a | b |', '- x', '# x', '  deep'),
    );
    const fence = fc
        .tuple(run, fc.constantFrom('', 'ts', 'py x'), fc.array(codeLine, {maxLength: 14}))
        .map(([mark, info, body]) => [mark + info, ...body, mark].join('\n'));
    const table = fc
        .tuple(fc.boolean(), fc.array(fc.tuple(short, short), {minLength: 1, maxLength: 14}), short)
        .map(([outer, rows, name]) => {
            const row = (one: string, two: string): string =>
                outer ? `| ${one} | ${two} |` : `${one} | ${two}`;
            return [row(name, 'size'), row('---', '---'), ...rows.map(([a, b]) => row(a, b))].join(
                '\n',
            );
        });
    const indented = (text: string, by: number): string =>
        text.replaceAll(/\n(?!\n|$)/g, `\n${' '.repeat(by)}`);
    const item = fc.oneof(short, prose, fence);
    const bullets = fc
        .array(fc.tuple(item, fc.option(item)), {minLength: 1, maxLength: 5})
        .map((items) =>
            items
                .map(([text, inner]) => {
                    const own = `- ${indented(text, 2)}`;
                    return inner === null ? own : `${own}\n  - ${indented(inner, 4)}`;
                })
                .join('\n'),
        );
    const numbers = fc
        .array(item, {minLength: 1, maxLength: 5})
        .map((items) => items.map((text, n) => `${n + 1}. ${indented(text, 3)}`).join('\n'));
    const quote = fc.oneof(prose, fence).map((text) => text.replaceAll(/^/gm, '> '));
    const heading = short.map((text) => `## ${text}`);
    const odd = fc.oneof(
        prose.map((text) => `${text}. <think ${text}`),
        fc.tuple(prose, prose).map(([one, two]) => `${one}\n2026. ${two}`),
        fc.tuple(prose, prose).map(([one, two]) => `${one}\n    ${two}`),
    );
    const block = fc.oneof(prose, fence, table, bullets, numbers, quote, heading, odd);
    const markdown = fc
        .array(block, {minLength: 1, maxLength: 6})
        .map((blocks) => blocks.join('\n\n'));

    it('[DEL-10] are those of the whole, as the mobile app reads both', () => {
        fc.assert(
            fc.property(markdown, fc.integer({min: 260, max: 600}), (source, limit) => {
                const parts = splitMarkdown(source, limit);
                expect(joinParts(parts)).toBe(source);
                expect([limit, source, shown(parts, mobile)]).toEqual([
                    limit,
                    source,
                    mobile(source),
                ]);
            }),
            {numRuns: 300},
        );
    });

    it('[DEL-10] are those of the whole, as the web client reads both', () => {
        const plain = fc
            .array(fc.oneof(prose, fence, table, heading), {minLength: 1, maxLength: 6})
            .map((blocks) => blocks.join('\n\n'));
        fc.assert(
            fc.property(plain, fc.integer({min: 260, max: 600}), (source, limit) => {
                const parts = splitMarkdown(source, limit);
                expect([limit, source, shown(parts, web)]).toEqual([limit, source, web(source)]);
            }),
            {numRuns: 300},
        );
    });
});
