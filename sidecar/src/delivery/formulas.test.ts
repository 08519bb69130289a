import {Parser, type NodeWalker, type NodeWalkingStep} from '@mattermost/commonmark';
import * as fc from 'fast-check';
import {NO_LATEX, type LatexForms} from './formula-lines.ts';
import {createLinkGuard} from './links.ts';
import {createTextTransform, type TextTransform} from './text-transform.ts';

const BOTH: LatexForms = {blocks: true, inline: true};
const guard = createLinkGuard({allow: undefined, images: 'link'});

const transform = (latex: LatexForms = BOTH, limit = 16_000): TextTransform =>
    createTextTransform({tables: 'off', limit, guard, latex});

function transformed(text: string, latex = BOTH, size = text.length, limit = 16_000): string {
    const one = transform(latex, limit);
    let out = '';
    for (let at = 0; at < text.length; at += Math.max(size, 1)) {
        out += one.push(text.slice(at, at + Math.max(size, 1)));
    }
    return out + one.finish();
}

/** What is shown after each character. */
function shown(text: string): string[] {
    const one = transform();
    let out = '';
    return Array.from(text, (char) => {
        out += one.push(char);
        return out + one.open();
    });
}

/** Its types do not say that the end is null. */
const nextOf = (walker: NodeWalker): NodeWalkingStep | null => walker.next();

/** Formulas in lines as the mobile app reads them. */
function mobileFormulas(text: string): string[] {
    const found: string[] = [];
    const walker = new Parser().parse(text).walker();
    for (;;) {
        const event = nextOf(walker);
        if (event === null) break;
        const kind: string = event.node.type;
        if (event.entering && kind === 'latex_inline')
            found.push(event.node.firstChild?.literal ?? '');
    }
    return found;
}

/** Formulas in lines as the web client reads them (`inlinelatex` and `text` of its fork of marked). */
function webFormulas(text: string): string[] {
    return [...text.matchAll(/(?<!\w)\$([^$\n]+)\$(?!\w)/g)].map(([whole]) => whole);
}

const forms: [what: string, written: string, right: string][] = [
    ['a formula in a line', 'So \\(x^2\\) it is.', 'So $x^2$ it is.'],
    ['one with blanks inside', 'So \\( a + b \\), then', 'So $a + b$, then'],
    ['a single letter', '\\(a\\)', '$a$'],
    ['two in a line', '\\(a\\) and \\(-b\\)\n', '$a$ and $-b$\n'],
    ['brackets in a formula', 'f is \\(f(x) = [x]\\).', 'f is $f(x) = [x]$.'],
    ['line breaks of TeX in it', '\\(a \\\\ b\\)', '$a \\\\ b$'],
    ['capital letters', 'The square \\(ABCD\\).', 'The square $ABCD$.'],
    ['items', '- \\(a\\)\n  1. \\(b\\)\n', '- $a$\n  1. $b$\n'],
    ['quotes', '> is \\(a\\)\n', '> is $a$\n'],
    ['headings and bold text', '# On \\(n\\)\n**so \\(n\\)**', '# On $n$\n**so $n$**'],
    ['table rows', '|a|\n|-|\n| \\(x\\) |\n', '|a|\n|-|\n| $x$ |\n'],
    ['a price before', 'From $5 on \\(x\\) is', 'From $5 on $x$ is'],
    ['a price behind', 'If \\(x\\) is $5 or $6', 'If $x$ is $5 or $6'],
    ['code before', 'Write `\\(a\\)` for \\(a\\).', 'Write `\\(a\\)` for $a$.'],
    ['a block', 'So:\n\n\\[\nx = 1\n\\]\n\nthen', 'So:\n\n```latex\nx = 1\n```\n\nthen'],
    ['a block in one line', '\\[ x^2 \\]\n', '```latex\nx^2\n```\n'],
    ['a block at the end', 'a\n\\[x\\]', 'a\n```latex\nx\n```'],
    ['a block with a full stop', '\\[ x^2 \\].\n', '```latex\nx^2.\n```\n'],
    ['a block behind words', 'Area: \\[ A = r^2 \\]\nok', 'Area:\n```latex\nA = r^2\n```\nok'],
    [
        'a block behind words in an item',
        '- **Area**: \\[ A \\]\n- x',
        '- **Area**:\n  ```latex\n  A\n  ```\n- x',
    ],
    [
        'a block in an item',
        '1. So:\n   \\[\n   a\n     + b\n   \\]\n2. x\n',
        '1. So:\n   ```latex\n   a\n     + b\n   ```\n2. x\n',
    ],
    ['a block as an item', '- \\[a\\]\n', '- ```latex\n  a\n  ```\n'],
    ['a block in a quote', '> so\n> \\[\n> a\n> \\]\n> x\n', '> so\n> ```latex\n> a\n> ```\n> x\n'],
    ['lines that begin as items do', '\\[\na\n- b\n+ c\n\\]\n', '```latex\na\n- b\n+ c\n```\n'],
    ['line breaks with a height', '\\[\na \\\\[4pt]\nb\n\\]\n', '```latex\na \\\\[4pt]\nb\n```\n'],
    ['a block with CR LF', '\\[\r\na\r\n\\]\r\n', '```latex\r\na\r\n```\r\n'],
    ['a block that begins and ends in lines', '\\[a\n+ b\\]\n', '```latex\na\n+ b\n```\n'],
    [
        'a block after one that is not closed',
        '\\[\na\n\n\\[\nb\n\\]\n',
        '\\[\na\n\n```latex\nb\n```\n',
    ],
];

const kept: [what: string, text: string][] = [
    ['prices', 'It costs $5 and $6, not \\$7.\n'],
    ['formulas of dollars', 'So $x^2$ and\n$$\ny\n$$\n'],
    ['code in lines', 'Write `\\(a\\)` or ``\\[b\\]``.'],
    ['fences', '```tex\n\\(a\\)\n\\[\nb\n\\]\n```\n'],
    ['fences in items', '- x\n  ~~~\n  \\(a\\)\n  ~~~\n'],
    ['indented code', 'x\n\n    \\(a\\)\n    \\[b\\]\n\ny'],
    ['code over lines', 'a `b\n\\(c\\) d` \\(e\\)\n'],
    ['escaped backslashes', 'C:\\\\(a\\\\) and \\\\[b\\\\]'],
    ['one that is not closed', 'so \\(a + b\n\nand \\[ c\n\nd'],
    ['a block that is not closed', '\\[\na\nb'],
    ['an empty one', '\\(\\) and \\( \\)\n\\[ \\]\n\\[\n\\]\n'],
    ['one with a dollar', '\\(a$b\\)'],
    ['one with code', '\\(`a`\\)'],
    ['one over lines', 'so \\(a +\nb\\) is'],
    ['one inside another', '\\(a \\(\n'],
    ['one that the clients would not draw', 'the \\(n\\)th and f\\(x\\)'],
    ['one that a price would swallow', 'for $5, \\(-x\\) is'],
    ['an address', 'https://a.example/b/\\(c\\) and [x](y/\\(z\\))'],
    ['a bar in a row', '|a|\n|-|\n| \\(|x|\\) |\n'],
    ['escaped words', 'one \\(optional\\) and \\(see there\\)'],
    ['escaped brackets', 'see \\[1\\]\n\\[2\\]\n\\[link\\](x) \\[ \\] task\n\\[Note well\\]\n'],
    ['a block within a sentence', 'so \\[x^2\\] is what'],
    ['a block in a heading', '## so \\[x^2\\]\n'],
    ['a block in a row', '| a |\n|-|\n| \\[x^2\\] |\n'],
    ['a block in bold text', '**so \\[x^2\\]\n'],
    ['a block with a fence', '\\[\n```\na\n\\]\n'],
    ['a block that leaves its quote', '> \\[\na\n\\]\n'],
];

describe('formulas', () => {
    it.each(forms)(
        '[DEL-21] [BR-08] take the form that Mattermost draws: %s',
        (_what, text, right) => {
            expect(transformed(text)).toBe(right);
            for (const size of [1, 2, 3, 4, 5]) expect(transformed(text, BOTH, size)).toBe(right);
            expect(transformed(text, NO_LATEX)).toBe(text);
        },
    );

    it.each(kept)('[DEL-21] [DEL-17] leave alone: %s', (_what, text) => {
        expect(transformed(text)).toBe(text);
        for (const size of [1, 2, 3, 4, 5]) expect(transformed(text, BOTH, size)).toBe(text);
    });

    it('[DEL-21] stay as they are where the server draws only blocks', () => {
        const text = 'So \\(x^2\\):\n\\[ y^2 \\]\n';
        const blocks = {blocks: true, inline: false};
        expect(transformed(text, blocks)).toBe('So \\(x^2\\):\n```latex\ny^2\n```\n');
    });

    it('[DEL-21] are not shown half', () => {
        for (const text of ['so \\(x^2\\) it\n', 'so\n\n\\[\nx\n\\]\n', 'a \\[ x = y \\]\n']) {
            const right = transformed(text);
            for (const one of shown(text)) {
                expect(one).not.toContain('\\');
                expect(right.startsWith(one.trimEnd()) || right.includes('```')).toBe(true);
            }
        }
    });

    it('[DEL-21] that are never closed are held back no longer than a paragraph or 2,000 characters', () => {
        const last = (text: string): string => shown(text).at(-1) ?? '';
        expect(last('so \\(a and more\n')).toBe('so \\(a and more\n');
        expect(last('\\[\na\n')).toBe('');
        expect(last('\\[\na\n\n')).toBe('\\[\na\n\n');
        const long = `\\[\n${'x + y\n'.repeat(340)}`;
        expect(last(long)).toBe(long);
        const line = `so \\(${'x + '.repeat(150)}`;
        expect(last(line)).toBe(line);
        expect(last('\\[1] says what it says')).toBe('\\[1] says what it says');
    });

    it('[DEL-21] are found in very long lines, wherever these are cut', () => {
        fc.assert(
            fc.property(fc.integer({min: 1950, max: 2050}), (length) => {
                const text = `${'x '.repeat(length / 2)}\\(a + b\\) ${'y '.repeat(1500)}\\(c\\), z\n`;
                const out = transformed(text, BOTH, 77);
                expect(out).toBe(text.replace('\\(a + b\\)', '$a + b$').replace('\\(c\\)', '$c$'));
            }),
        );
    });

    const piece = fc.constantFrom(
        ...['\\(', '\\)', '\\[', '\\]', '\\', '$', '$5', '`', '```', '~~~', '\n', '\r\n', '\n\n'],
        ...[' ', '    ', 'x', '^2', 'word ', '- ', '> ', '1. ', '|', '|-|', '*', '[', '](', '# '],
    );

    it('[DEL-21] are rewritten the same however the text is cut into pieces', () => {
        const pieces = fc.array(piece, {maxLength: 60});
        const limit = fc.constantFrom(200, 16_000);
        fc.assert(
            fc.property(pieces, fc.integer({min: 1, max: 5}), limit, (some, size, most) => {
                const text = some.join('');
                const whole = transformed(text, BOTH, text.length, most);
                expect(transformed(text, BOTH, size, most)).toBe(whole);
                const one = transform(BOTH, most);
                expect(one.push(text) + one.open()).not.toContain('undefined');
                const added = /`{3}latex|[$`\\()[\]\s>]/g;
                expect(whole.replace(added, '')).toBe(text.replace(added, ''));
            }),
            {numRuns: 1500},
        );
    });

    it('[DEL-17] leave every text without them as it is', () => {
        fc.assert(
            fc.property(
                fc.array(fc.oneof(piece, fc.string({unit: 'binary'})), {maxLength: 40}),
                (some) => {
                    const text = some.join('').replaceAll(/\\+(?=[([])/g, '');
                    expect(transformed(text)).toBe(transformed(text, NO_LATEX));
                },
            ),
            {numRuns: 1000},
        );
    });

    it('[DEL-21] in lines are drawn by the mobile apps in items, quotes and brackets', () => {
        const text = 'So \\(x^2\\), \\(y\\)\n- (\\(a_1\\))\n\n> is \\(b\\).\n';
        expect(mobileFormulas(transformed(text))).toEqual(['$x^2$', '$y$', '$a_1$', '$b$']);
    });

    it('[DEL-21] in lines are what the web and mobile clients draw, and no price becomes one', () => {
        const words = fc.constantFrom(
            'so ',
            '$5 ',
            'US$6, ',
            'and ',
            '\\(x\\) ',
            '\\(-y\\), ',
            '(\\(z\\))',
        );
        fc.assert(
            fc.property(fc.array(words, {maxLength: 12}), (some) => {
                const text = some.join('');
                const before = webFormulas(text);
                const ours = webFormulas(transformed(text)).filter((one) => !before.includes(one));
                for (const one of ours) expect(one).toMatch(/^\$(?:x|-y|z)\$$/);
                const mobile = mobileFormulas(transformed(text));
                const known = mobileFormulas(text);
                for (const one of mobile.filter((each) => !known.includes(each))) {
                    expect(one).toMatch(/^\$(?:x|-y|z)\$$/);
                }
            }),
            {numRuns: 1000},
        );
    });
});
