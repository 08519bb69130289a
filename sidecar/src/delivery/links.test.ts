import * as fc from 'fast-check';
import {createLinkGuard, withGuardedLinks, type LinkRules} from './links.ts';
import {openBench} from './answer-harness.ts';

const BLANK = '\u200b';

function guarded(text: string, rules: Partial<LinkRules> = {}): string {
    return withGuardedLinks(text, createLinkGuard({allow: undefined, images: 'link', ...rules}));
}

describe('pictures in an answer', () => {
    it.each([
        ['![chart](https://example.com/c.png)', '[chart](https://example.com/c.png)'],
        ['a ![b](u "title") c ![d](v =300x200)', 'a [b](u "title") c [d](v)'],
        [
            '![](https://example.com/plots/tide.png?x=1)',
            '[tide.png](https://example.com/plots/tide.png?x=1)',
        ],
        ['[![Build](badge.svg)](https://ci.example.com)', '[Build](https://ci.example.com)'],
        ['| ![a](u) | [b](v) |', '| [a](u) | [b](v) |'],
        ['![a](https://example.com/x_(1).png)!', '[a](https://example.com/x_(1).png)!'],
        ['* item ![a](u)', '* item [a](u)'],
        ['\\\\![a](u)', '\\\\[a](u)'],
    ])('[DEL-20] %s is a link', (text, shown) => {
        expect(guarded(text)).toBe(shown);
    });

    it.each([
        [
            'a reference',
            'Great![1]\n\n[1]: https://example.com',
            `Great!${BLANK}[1]\n\n[1]: https://example.com`,
        ],
        ['one over two lines', '![a\nb](u)', `!${BLANK}[a\nb](u)`],
        ['what a client may read as code or not', '[ ` ](x) ![a](u) ` y', `[ \` ](x) [a](u) \` y`],
        [
            'a span that emphasis may end',
            '**a ` b** ![a](u) ` c',
            `**a \` b** !${BLANK}[a](u) \` c`,
        ],
        [
            'a span that an address may take in',
            'https://x/`a ![a](u) ` c',
            `https://x/\`a !${BLANK}[a](u) \` c`,
        ],
        [
            'a backtick of the line before',
            'a ` b\nc ![x](u) ` `![y](v)` d',
            'a ` b\nc [x](u) ` `[y](v)` d',
        ],
        ['one behind another `!`', 'Wow!![a](u) !!![b](v)', `Wow!${BLANK}[a](u) !!${BLANK}[b](v)`],
        [
            'a span that the bar of a table cell ends',
            '| `a | ![x](u)` | `b ![y](v)` |',
            `| \`a | !${BLANK}[x](u)\` | \`b !${BLANK}[y](v)\` |`,
        ],
        [
            'a span after a backtick of the line before',
            'a ` b\nc `![y](v)` d',
            `a \` b\nc \`!${BLANK}[y](v)\` d`,
        ],
    ])('[DEL-20] are not fetched: %s', (_what, text, shown) => {
        expect(guarded(text)).toBe(shown);
    });

    it.each([
        'Write `![alt](url)` for a picture.',
        '- **Note**: `![alt](url)` and ``![`](url)``',
        'See [the docs](https://docs.mattermost.com) or https://example.com, <https://example.com>!',
        'Wow! [no picture](u) \\![neither](u)',
        '[a [b] c](u) and [x]',
    ])('[DEL-17] leaves %s as it is', (text) => {
        expect(guarded(text)).toBe(text);
    });

    it('[DEL-20] are shown where the settings say so', () => {
        const text = '![a](https://example.com/a.png) and ![b](https://evil.test/b.png)';
        expect(guarded(text, {images: 'show'})).toBe(text);
        expect(guarded(text, {images: 'show', allow: ['example.com']})).toBe(
            '![a](https://example.com/a.png) and b (`https://evil.test/b.png`)',
        );
    });

    it('[DEL-20] leave no picture behind in any text without code', () => {
        const piece = fc.constantFrom('![', ']', '(', ')', '[', '!', '\\', 'a', ' ', '\n', '](u)');
        fc.assert(
            fc.property(fc.array(piece, {maxLength: 24}), (pieces) => {
                const shown = guarded(pieces.join(''));
                expect(shown.replace(/\\[^\n]/g, '')).not.toContain('![');
            }),
        );
    });

    it('[DEL-20] are links while the answer grows too, and stay in code blocks', async () => {
        jest.useFakeTimers({now: 1_000_000});
        const {answer, fake, stream, texts} = openBench({growing: [{text: 'stop'}]});
        const text = '![tide](https://example.com/?secret) and\n\n```\n![tide](u)\n```\n';
        await stream(text.repeat(3), 7, 300);
        await answer.end({kind: 'stopped', note: 'No ![x](y).', attachments: [{text: 'again'}]});
        expect(texts()[0]).toBe(
            '[tide](https://example.com/?secret) and\n\n```\n![tide](u)\n```\n'.repeat(3) +
                '\nNo [x](y).',
        );
        expect(fake.posts[0]?.props).toMatchObject({attachments: [{text: 'again'}]});
        for (const {change} of fake.calls) {
            expect(change.props ?? {}).not.toHaveProperty('unsafe_links');
            expect(change.message ?? '').not.toContain('![tide](https');
        }
        jest.useRealTimers();
    });

    it('[DEL-20] are links in a line of any length', async () => {
        jest.useFakeTimers({now: 1_000_000});
        const {answer, texts} = openBench();
        answer.write({
            kind: 'text',
            text: `${'x'.repeat(1_999)}![a](u) ${'y '.repeat(1_500)}![b](v)`,
        });
        await answer.end({kind: 'done'});
        expect(texts().join('')).not.toContain('![');
        jest.useRealTimers();
    });
});

describe('links.allow', () => {
    const allow = ['example.com', '*.Bücher.example'];

    it.each([
        'See [the docs](https://docs.example.com/a_(b)) or https://example.com.',
        '[a channel](/team/channels/town-square) and me@evil.test, mailto:me@evil.test',
        '[b](http://xn--bcher-kva.example) and <https://example.com/x>',
        '[1]: https://example.com "Title"',
        'a:b c/d e.g. and/or 10:30 `https://evil.test`',
    ])('[DEL-20] leaves %s as it is', (text) => {
        expect(guarded(text, {allow})).toBe(text);
    });

    it.each([
        ['[click](https://evil.test/x "t")', 'click (`https://evil.test/x`)'],
        ['go to https://evil.test/x?y=1, now', 'go to `https://evil.test/x?y=1`, now'],
        ['(www.evil.test) <https://evil.test>', '(`www.evil.test`) `https://evil.test`'],
        ['[https://evil.test](https://evil.test)', '`https://evil.test`'],
        ['[a](//evil.test) [b](https:evil.test)', 'a (`//evil.test`) b (`https:evil.test`)'],
        ['[a](https://example.com@evil.test)', 'a (`https://example.com@evil.test`)'],
        ['[a](https://notexample.com) evil.test/x', 'a (`https://notexample.com`) `evil.test/x`'],
        ['[a](javascript:alert(1))', 'a (`javascript:alert(1)`)'],
        ['[1]: https://evil.test "Title"', '\\[1]: `https://evil.test` "Title"'],
        [
            '[**bold** https://evil.test](https://example.com)',
            '[**bold** `https://evil.test`](https://example.com)',
        ],
    ])('[DEL-20] %s is text', (text, shown) => {
        expect(guarded(text, {allow})).toBe(shown);
    });

    it.each([
        ['on the line', '` [click](https://evil.test/x) or www.evil.test'],
        ['on the line before', 'a `\nb [click](https://evil.test/x) or www.evil.test'],
    ])('[DEL-20] lets no backtick %s end the code around an address', (_where, text) => {
        const shown = guarded(text, {allow});
        expect(shown).not.toMatch(/evil\.test|:\/\/|www\./);
        expect(shown.replaceAll(BLANK, '')).toContain(
            'click (`https://evil.test/x`) or `www.evil.test`',
        );
    });

    it('[DEL-20] lets no link live with an empty list', () => {
        expect(guarded('[a](https://example.com)', {allow: []})).toBe('a (`https://example.com`)');
    });
});
