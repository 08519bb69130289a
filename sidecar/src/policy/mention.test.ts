import fc from 'fast-check';
import {codeRanges} from './code-ranges.ts';
import {findMentions, isBare, withoutCode} from './mention.ts';
import {stripMentions} from './strip-mention.ts';

const mentions = (text: string, name = 'bot'): boolean => findMentions(text, name).length > 0;
const strip = (text: string): string => stripMentions(text, findMentions(text, 'bot'));
const codeOf = (text: string): string[] =>
    codeRanges(text).map(({start, end}) => text.slice(start, end));

describe('a mention', () => {
    it.each([
        '@bot',
        '@bot.',
        '(@bot)',
        '@bot,',
        '@BOT',
        '@bot:',
        '@bot!',
        'hi @bot',
        'hi\n@bot',
        '**@bot**',
        '_@bot_',
        '__@bot__ hi',
        '"@bot"',
        '@bot...',
        '@bot?!',
        '-@bot',
        '@bot: x',
        '你好@bot',
        '@bot请看',
        '@bot에게',
        '> @bot',
        '- @bot',
        '@bot-',
        '😀@bot😀',
        '@bot/@alice',
    ])('[GATE-03] is found in %j', (text) => {
        expect(mentions(text)).toBe(true);
    });

    it.each([
        'bot',
        '@bo',
        '@bot-x',
        'foo@bot',
        '@bot.x',
        '@bot:x',
        '@botx',
        '@bot_',
        '@bot1',
        '@@bot',
        '@all',
        '@channel',
        '@here',
        'é@bot',
        '@boté',
        '@bot@example.org',
        'a_@bot',
        '@ bot',
        '',
    ])('[GATE-03] is not found in %j', (text) => {
        expect(mentions(text)).toBe(false);
    });

    it.each([
        '`@bot`',
        '`` `@bot` ``',
        '```\n@bot\n```',
        '~~~\n@bot\n~~~',
        '```js\n@bot',
        '- a\n\nb\n\n    @bot',
        'a\n\n    @bot',
        '    @bot',
        '> ```\n> @bot\n> ```',
        '- ```\n  @bot\n  ```',
        '`a\n@bot`',
        '````\n```\n@bot\n````',
        '1. x\n   ```\n   @bot\n   ```',
    ])('[GATE-03] does not count as code: %j', (text) => {
        expect(mentions(text)).toBe(false);
    });

    it.each([
        '` @bot',
        '\\`@bot\\`',
        '`a` @bot',
        '```\nx\n```\n@bot',
        '`a\n\n@bot`',
        '- `\n- @bot `',
        '- a\n\n    @bot',
        'a\n    @bot',
        '> ```\n@bot',
        '```x``` @bot',
        '# `a\n@bot`',
    ])('[GATE-03] counts beside what only looks like code: %j', (text) => {
        expect(mentions(text)).toBe(true);
    });

    it('[GATE-03] may be of a name with dots and dashes, taken literally', () => {
        expect(mentions('hi @my.bot-2!', 'my.bot-2')).toBe(true);
        expect(mentions('hi @myxbot-2!', 'my.bot-2')).toBe(false);
        expect(mentions('@', '')).toBe(false);
    });

    it('is read more loosely where the server says that there is one', () => {
        const loose = (text: string): number => findMentions(text, 'bot', 'server').length;
        expect(loose('@bot_')).toBe(1);
        expect(loose('so @bot--')).toBe(1);
        expect(loose('@bot.x')).toBe(0);
        expect(loose('foo@bot')).toBe(0);
        expect(loose('`@bot_`')).toBe(0);
    });
});

describe('stripping', () => {
    it.each([
        ['@bot explain', 'explain'],
        ['@bot, explain', 'explain'],
        ['@bot: explain', 'explain'],
        ['hey @bot, can you?', 'hey, can you?'],
        ['thanks, @bot!', 'thanks!'],
        ['thanks @bot', 'thanks'],
        ['ask @bot about it', 'ask about it'],
        ['(@bot) look', 'look'],
        ['**@bot** look', 'look'],
        ['*@bot look*', '*look*'],
        ['@bot @bot look', 'look'],
        ['no mention here  ', 'no mention here  '],
        ["@bot's answer", "@bot's answer"],
    ])('[GATE-04] makes %j into %j', (text, expected) => {
        expect(strip(text)).toBe(expected);
    });

    it.each([
        ['@bot\n  - a\n    - b\n\n  - c', '  - a\n    - b\n\n  - c'],
        ['- @bot a\n- b', '- a\n- b'],
        ['1. @bot\n   a', '1. \n   a'],
        ['> @bot a\n> b', '> a\n> b'],
        ['## @bot a', '## a'],
        ['  @bot a\n  b', '  a\n  b'],
        ['a\n\n@bot\n\nb', 'a\n\n\nb'],
        ['a\n@bot', 'a'],
        ['@bot\n\na', 'a'],
        ['a @bot  \nb', 'a  \nb'],
        ['@bot ```\n@bot x\n```', '```\n@bot x\n```'],
        ['@bot `@bot`', '`@bot`'],
        ['@bot a\n```\n@bot\n', 'a\n```\n@bot\n'],
        ['@bot\n@bot\na', 'a'],
        ['@bot a `x`  ', 'a `x`'],
        ['see [x](@bot) a', 'see [x](@bot) a'],
    ])('[GATE-04] keeps the layout of %j', (text, expected) => {
        expect(strip(text)).toBe(expected);
    });

    it.each([
        '@bot',
        ' @bot ',
        '@bot!',
        '@bot ?',
        '(@bot)',
        '@bot\n',
        '@bot @bot',
        '> @bot',
        '@bot …',
    ])('[GATE-04] leaves a bare mention in %j', (text) => {
        expect(isBare(strip(text))).toBe(true);
    });

    it.each(['@bot x', '@bot 1', '@bot 👍', '@bot `+`', '@bot 你', '@bot $'])(
        '[GATE-04] leaves something to answer in %j',
        (text) => {
            expect(isBare(strip(text))).toBe(false);
        },
    );
});

describe('hostile texts', () => {
    const pieces = [
        '@bot',
        '@BOT',
        '@bot.',
        '`',
        '``',
        '```',
        '~~~',
        '\n',
        '\n\n',
        ' ',
        '    ',
        '\t',
        '> ',
        '- ',
        '1. ',
        '_',
        '*',
        '(',
        ')',
        '\\',
        'word',
        '你',
        '\r\n',
        "'s",
        ',',
        '!',
        '# ',
    ];
    const text = fc
        .array(
            fc.oneof(
                {weight: 9, arbitrary: fc.constantFrom(...pieces)},
                fc.string({unit: 'binary'}),
            ),
        )
        .map((parts) => parts.join(''));

    it('[GATE-04] come through with all their code untouched and in order', () => {
        fc.assert(
            fc.property(text, (source) => {
                const stripped = strip(source);
                let from = 0;
                for (const code of codeOf(source)) {
                    const at = stripped.indexOf(code, from);
                    expect(at).toBeGreaterThanOrEqual(from);
                    from = at + code.length;
                }
            }),
            {numRuns: 2000},
        );
    });

    it('[GATE-04] only lose characters, and none when there is no mention', () => {
        fc.assert(
            fc.property(text, (source) => {
                const stripped = strip(source);
                let at = 0;
                for (const char of source) if (stripped.startsWith(char, at)) at += char.length;
                expect(at).toBe(stripped.length);
                if (!mentions(source)) expect(stripped).toBe(source);
            }),
            {numRuns: 2000},
        );
    });

    it('give code ranges in order, inside the text and without overlap; no mention is in one', () => {
        fc.assert(
            fc.property(text, (source) => {
                const ranges = codeRanges(source);
                let last = 0;
                let kept = '';
                for (const {start, end} of ranges) {
                    expect(start).toBeGreaterThanOrEqual(last);
                    expect(end).toBeGreaterThan(start);
                    kept += `${source.slice(last, start)} `;
                    last = end;
                }
                expect(last).toBeLessThanOrEqual(source.length);
                expect(withoutCode(source)).toBe(kept + source.slice(last));
                for (const mention of findMentions(source, 'bot')) {
                    for (const {start, end} of ranges) {
                        expect(mention.end <= start || mention.start >= end).toBe(true);
                    }
                }
            }),
            {numRuns: 1000},
        );
    });

    // A quadratic reading of these would take hours.
    it.each([
        ['mentions', '@bot '.repeat(200_000)],
        ['marks', '`` ` ``` ~~~ '.repeat(50_000) + '@bot'],
        ['quotes', '>'.repeat(500_000) + '@bot'],
        ['bullets', '- '.repeat(300_000) + '@bot'],
        ['spaces', '@bot' + ' '.repeat(500_000) + '@bot'],
        ['underscores', '_'.repeat(500_000) + '@bot'],
        ['blank lines', '\n'.repeat(500_000) + '@bot'],
        ['brackets', '('.repeat(300_000) + '@bot' + ')'.repeat(300_000)],
        ['points', '@bot.'.repeat(100_000)],
        ['dashes', ('@bot' + '-'.repeat(100)).repeat(5000)],
        ['backticks', Array.from({length: 1000}, (_, i) => '`'.repeat(i + 1)).join(' ') + '@bot'],
    ])('are read in linear time: %s', (_name, source) => {
        const found = findMentions(source, 'bot', 'server');
        expect(typeof stripMentions(source, found)).toBe('string');
    });
});
