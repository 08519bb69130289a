import * as fc from 'fast-check';
import {NO_LATEX} from './formula-lines.ts';
import {createLinkGuard} from './links.ts';
import {withPings} from './pings.ts';
import type {TableMode} from './tables.ts';
import {createTextTransform} from './text-transform.ts';

const guard = createLinkGuard({allow: undefined, images: 'link'});

function transformed(text: string, tables: TableMode = 'off', size = text.length): string {
    const transform = createTextTransform({tables, limit: 16_000, guard, latex: NO_LATEX});
    let out = '';
    for (let at = 0; at < text.length; at += Math.max(size, 1)) {
        out += transform.push(text.slice(at, at + Math.max(size, 1)));
    }
    return out + transform.finish();
}

/**
 * How the server finds mass mentions in text outside code, after `ProcessText` of its mention
 * parser: character references are read, words split at what no mention holds, marks cut off.
 */
function serverSeesPing(text: string): boolean {
    const read = text
        .replace(/&#x([0-9a-f]+);/gi, (_all, hex: string) =>
            String.fromCodePoint(parseInt(hex, 16)),
        )
        .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
        .replace(/&commat;/g, '@');
    const isPing = (word: string): boolean => /^@(all|channel|here)$/i.test(word);
    return read.split(/[^\p{L}\p{N}:.\-_@]+/u).some((word) => {
        const start = word.replace(/^[:.\-_]+/, '');
        for (let end = start; end !== ''; end = end.slice(0, -1)) {
            if (isPing(end)) return true;
            if (!/[.\-:_]$/.test(end)) break;
        }
        return start.split(/[.\-:]+/).some(isPing);
    });
}

describe('createTextTransform', () => {
    it.each([
        '@all',
        '@channel',
        '@here',
        '@ALL!',
        'x (@Here)',
        '**@channel**',
        '@all-hands',
        '_@all_',
        '-@all.',
    ])('[DEL-14] breaks the mass mention in %s with an invisible character', (text) => {
        expect(serverSeesPing(text)).toBe(true);
        expect(serverSeesPing(transformed(text))).toBe(false);
        expect(transformed(text).replaceAll('\u200b', '')).toBe(text);
    });

    it.each(['&#64;all', '&#x40;here', '&commat;channel', '@&#97;ll', '@h&#x65;re', '\uff20all'])(
        '[DEL-14] breaks the mass mention that the server would read in %s',
        (text) => {
            expect(transformed(text)).toContain('\u200b');
            expect(serverSeesPing(transformed(text))).toBe(false);
        },
    );

    it.each([
        'joe@all.example',
        '@alice',
        '@allison',
        '@hereafter',
        '@channels',
        'a @ all',
        '@',
        '&',
    ])('[DEL-14] leaves %s alone', (text) => expect(transformed(text)).toBe(text));

    it('[DEL-17] leaves mentions in code as they are', () => {
        for (const text of [
            'Write `@all` or ``@here x``.',
            '```sh\necho @channel\n```\n',
            '~~~~\n@all\n~~~\n@all\n~~~~\n',
        ]) {
            expect(transformed(text)).toBe(text);
        }
    });

    it('[DEL-14] breaks a mention where it is not sure that the server sees code', () => {
        for (const text of [
            '\\`@all\\` x',
            'http://x/`@all`',
            `${'` '.repeat(1501)}@all \``,
            '[x](`) @all `',
            'a ` b\n@all `',
            '`a\n` @all `',
            '[x](\nu "`") @all `',
            'word\n\t```\n```\n@all\n```\n',
            '````\n``` `\n```` ```\n@all',
            '- item\n  ```\n@all\n',
            '```\ncode\n```\n@all',
        ]) {
            expect(transformed(text)).toContain('@\u200ball');
        }
    });

    it('[DEL-14] breaks mentions in code too where posts are short', () => {
        const transform = createTextTransform({tables: 'off', limit: 3000, guard, latex: NO_LATEX});
        expect(transform.push('`@all`\n```\n@here\n') + transform.finish()).toBe(
            '`@\u200ball`\n```\n@\u200bhere\n',
        );
    });

    const piece = fc.oneof(
        fc.constantFrom(
            '@',
            'all',
            'here',
            'channel',
            'ALL',
            '&#64;',
            '&#',
            '97;',
            'x',
            ' ',
            '.',
            '-',
            '_',
            ':',
            '@all',
            '@here',
        ),
        fc.constantFrom('\n', '\r\n', '|', '|-|', '| a | b |\n', '\uff20', '*', 'é', '😀', '\0'),
    );
    const code = fc.constantFrom('`', '```', '~~~', '\\', '[', '](');

    it('[DEL-14] leaves no mass mention in any text without code', () => {
        fc.assert(
            fc.property(fc.array(piece, {maxLength: 30}), (pieces) => {
                expect(serverSeesPing(transformed(pieces.join('')))).toBe(false);
            }),
            {numRuns: 1500},
        );
    });

    it('[DEL-17] changes nothing but mentions and U+0000, however the text is cut into pieces', () => {
        const text = fc.array(fc.oneof(piece, code, fc.string({unit: 'binary', maxLength: 5})), {
            maxLength: 40,
        });
        fc.assert(
            fc.property(text, fc.integer({min: 1, max: 9}), (pieces, size) => {
                const source = pieces.join('').replaceAll('\u200b', '');
                const out = transformed(source, 'off', size);
                expect(out).toBe(transformed(source));
                expect(withPings(out)).toBe(source.replaceAll('\0', '\ufffd'));
            }),
            {numRuns: 1000},
        );
    });

    it('[DEL-14] breaks mentions in a very long line wherever it is cut', () => {
        fc.assert(
            fc.property(fc.integer({min: 1950, max: 2050}), (length) => {
                const source = `${'x '.repeat(length / 2)}@all ${'y '.repeat(3000)}&#64;here \` @all \``;
                const out = transformed(source, 'off', 100);
                expect(serverSeesPing(out)).toBe(false);
                expect(out).toBe(transformed(source));
            }),
        );
    });

    it('shows what would follow without half a surrogate pair', () => {
        const transform = createTextTransform({
            tables: 'off',
            limit: 16_000,
            guard,
            latex: NO_LATEX,
        });
        expect(transform.push('a\nsmile \ud83d')).toBe('a\n');
        expect(transform.open()).toBe('smile ');
        expect(transform.push('\ude00')).toBe('');
        expect(transform.open()).toBe('smile 😀');
    });

    it('[DEL-11] passes headings, task lists, formulas, emoji and native tables through', () => {
        const text =
            '# Head\n- [x] done\n- [ ] open\n$$\n\\frac{1}{2}\n$$\n:smile:\n\n|a|b|\n|-|-|\n|1|2|\n';
        expect(transformed(text)).toBe(text);
    });

    const table =
        'Before.\n\n| name | size | note |\n|:--|--:|---|\n| a \\| b | 1 | |\n| c | 22 | x |\n\nAfter @all.\n';

    it('[DEL-11] writes a table as a list of its rows with tables "bullets"', () => {
        expect(transformed(table, 'bullets')).toBe(
            'Before.\n\n- **a | b**\n    - size: 1\n- **c**\n    - size: 22\n    - note: x\n\nAfter @\u200ball.\n',
        );
    });

    it('[DEL-11] writes a table as aligned columns in a fence with tables "code"', () => {
        expect(transformed(table, 'code')).toBe(
            'Before.\n\n```\nname  | size | note\n------|------|-----\na | b | 1    |\nc     | 22   | x\n```\n\nAfter @\u200ball.\n',
        );
    });

    it.each(['bullets', 'code'] as const)(
        '[DEL-11] leaves bars that are no table alone with tables "%s"',
        (mode) => {
            for (const text of [
                'a | b\nc | d\n',
                '```\n|a|b|\n|-|-|\n|1|2|\n```\n',
                'x\n|-|-|\n',
                '| a |',
            ]) {
                expect(transformed(text, mode)).toBe(text);
            }
        },
    );

    it('[DEL-11] rewrites tables the same however the text is cut into pieces', () => {
        fc.assert(
            fc.property(
                fc.array(piece, {maxLength: 40}),
                fc.integer({min: 1, max: 9}),
                fc.constantFrom('bullets' as const, 'code' as const),
                (pieces, size, mode) => {
                    const source = pieces.join('');
                    expect(transformed(source, mode, size)).toBe(transformed(source, mode));
                },
            ),
            {numRuns: 600},
        );
    });
});
