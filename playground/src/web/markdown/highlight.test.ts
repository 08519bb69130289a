import fc from 'fast-check';
import {escapeHtml, highlight, languageTitle} from './highlight.ts';

/** What a browser would show of HTML that has spans only. */
function shown(html: string): string {
    return html
        .replace(/<\/?span[^>]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
}

describe('highlight', () => {
    it('marks comments, strings, numbers, words of the language and calls', () => {
        expect(highlight('return f("x", 42); // done', 'js')).toBe(
            '<span class="pg-code-keyword">return</span> <span class="pg-code-call">f</span>(' +
                '<span class="pg-code-string">&quot;x&quot;</span>, ' +
                '<span class="pg-code-number">42</span>); ' +
                '<span class="pg-code-comment">// done</span>',
        );
    });

    it('knows comments by language', () => {
        expect(highlight('# note', 'python')).toContain('pg-code-comment');
        expect(highlight('# note', 'js')).not.toContain('pg-code-comment');
        expect(highlight('-- note', 'sql')).toContain('pg-code-comment');
    });

    it('marks lines of a diff', () => {
        expect(highlight('+a\n-b\n c', 'diff')).toBe(
            '<span class="pg-code-added">+a</span>\n<span class="pg-code-removed">-b</span>\n c',
        );
    });

    it('only escapes what it has no grammar for', () => {
        expect(highlight('let x = <b>', 'brainfuck')).toBe('let x = &lt;b&gt;');
    });

    it('never changes what the reader sees, nor lets HTML through', () => {
        const language = fc.constantFrom('js', 'python', 'sh', 'sql', 'css', 'yaml', 'diff', 'x');
        const code = fc.oneof(
            fc.string(),
            fc
                .array(
                    fc.constantFrom(
                        '"',
                        "'",
                        '`',
                        '\\',
                        '/*',
                        '*/',
                        '//',
                        '#',
                        '<',
                        '\n',
                        'if(',
                        '1e9',
                    ),
                )
                .map((parts) => parts.join('')),
        );
        fc.assert(
            fc.property(code, language, (text, name) => {
                const html = highlight(text, name);
                expect(shown(html)).toBe(text);
                expect(html.replace(/<\/?span(?: class="[\w-]+")?>/g, '')).not.toMatch(/[<>]/);
            }),
        );
    });
});

describe('escapeHtml', () => {
    it('leaves nothing that ends a tag or an attribute', () => {
        expect(escapeHtml(`<a href="x" id='y'>&`)).toBe(
            '&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;',
        );
    });
});

describe('languageTitle', () => {
    it('says the name that people use', () => {
        expect([languageTitle('ts'), languageTitle('JS'), languageTitle('cobol')]).toEqual([
            'TypeScript',
            'JavaScript',
            'cobol',
        ]);
    });
});
