/** @jest-environment jsdom */
import fc from 'fast-check';
import {createRenderer} from './renderer.ts';
import type {Renderer} from './renderer.ts';

const known = new Set(['alice', 'bob', 'gangway', 'all', 'a.b']);
const renderer: Renderer = createRenderer({
    isMe: (name) => name === 'alice' || name === 'all',
    isKnown: (name) => known.has(name),
});

/** The text as elements, for questions about it. */
function drawn(text: string): HTMLElement {
    const box = document.createElement('div');
    box.innerHTML = renderer.whole(text);
    return box;
}

function mentionsIn(text: string): readonly (string | null)[] {
    return [...drawn(text).querySelectorAll('.mention-link')].map((one) => one.textContent);
}

describe('createRenderer', () => {
    it('breaks lines where the writer did', () => {
        expect(drawn('one\ntwo').querySelectorAll('br')).toHaveLength(1);
    });

    it('shows HTML as text', () => {
        expect(drawn('<b>x</b> <script>1</script>').textContent).toBe(
            '<b>x</b> <script>1</script>\n',
        );
    });

    it('mentions those who are known, without the punctuation around them', () => {
        expect(mentionsIn('@bob, (@gangway) and @alice.')).toEqual(['@bob', '@gangway', '@alice']);
        expect(mentionsIn('@a.b. and @A.B')).toEqual(['@a.b', '@A.B']);
    });

    it('takes neither addresses nor code nor strangers for mentions', () => {
        expect(mentionsIn('mail bob@alice.example `@bob` @nobody a@bob')).toEqual([]);
        expect(mentionsIn('```\n@bob\n```')).toEqual([]);
    });

    it('marks mentions of the reader', () => {
        expect(drawn('@alice @bob @all').querySelectorAll('.mention--highlight')).toHaveLength(2);
    });

    it('draws known emojis and leaves other words between colons', () => {
        expect(drawn(':octagonal_sign: :repeat: :no_such: 10:30:00').textContent).toBe(
            '🛑 🔁 :no_such: 10:30:00\n',
        );
    });

    it('gives a table a box to scroll in, and keeps its sides', () => {
        const table = drawn('| a | b |\n|:--|--:|\n| *1* | 2 |').querySelector('.markdown__table');
        expect(table?.parentElement?.className).toBe('table-responsive');
        expect(table?.querySelector('td em')?.textContent).toBe('1');
        expect(table?.querySelectorAll('[align=right]')).toHaveLength(2);
    });

    it('gives a fence its language, a copy button and the exact code', () => {
        const fence = drawn('```ts title=x\nconst a = "<b>";\n```');
        expect(fence.querySelector('.post-code__language')?.textContent).toBe('TypeScript');
        expect(fence.querySelector('button[data-copy]')?.textContent).toBe('Copy');
        expect(fence.querySelector('code')?.textContent).toBe('const a = "<b>";');
        expect(fence.querySelector('.pg-code-keyword')?.textContent).toBe('const');
    });

    it('shows tasks as boxes that cannot be pressed', () => {
        const boxes = drawn('- [ ] one\n- [x] two').querySelectorAll('input');
        expect([...boxes].map(({checked, disabled}) => [checked, disabled])).toEqual([
            [false, true],
            [true, true],
        ]);
    });

    it('keeps all blocks but the last while a text grows', () => {
        const before = renderer.blocks('# Title\n\nFirst.\n\nSec');
        const after = renderer.blocks('# Title\n\nFirst.\n\nSecond, longer.\n\n- x');
        expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
        expect(after).toHaveLength(4);
    });

    it('finds links that are defined elsewhere in the text', () => {
        const link = drawn('See [notes].\n\n[notes]: https://example.com/n').querySelector('a');
        expect(link?.getAttribute('href')).toBe('https://example.com/n');
    });

    it('draws one line without paragraphs', () => {
        expect(renderer.line('**a** `b`')).toBe(
            '<strong>a</strong> <code class="codespan">b</code>',
        );
    });

    it('makes nothing that could act, whatever the text', () => {
        const piece = fc.oneof(
            fc.string(),
            fc.constantFrom(
                ...[
                    '<script>',
                    '<img src=x onerror=alert(1)>',
                    '](javascript:alert(1))',
                    '![',
                    '[',
                ],
                ...[
                    '```',
                    '`',
                    '"',
                    "'",
                    '>',
                    '|',
                    '\n',
                    '\n\n',
                    ' onload=',
                    '<svg/onload=x>',
                    '@bob',
                ],
                ...[
                    '<!--',
                    '-->',
                    ']]>',
                    '&lt;',
                    '&#x6a;avascript:',
                    '</textarea>',
                    '<style>',
                    '://',
                ],
            ),
        );
        fc.assert(
            fc.property(fc.array(piece, {maxLength: 30}), (pieces) => {
                const box = drawn(pieces.join(''));
                for (const one of box.querySelectorAll('*')) {
                    expect(one.localName).not.toMatch(/^(?:script|style|iframe|svg|math|form)$/);
                    for (const {name, value} of one.attributes) {
                        expect(name).not.toMatch(/^on|^style$/);
                        expect(value).not.toMatch(/^\s*javascript:/i);
                    }
                }
            }),
            {numRuns: 300},
        );
    });
});
