import fc from 'fast-check';
import {findMentions} from './mention.ts';
import {serverMentions} from './server-mentions.fixture.ts';
import {stripMentions} from './strip-mention.ts';

const mentions = (text: string, name = 'bot'): boolean => findMentions(text, name).length > 0;
const strip = (text: string, name = 'bot'): string => stripMentions(text, findMentions(text, name));

/** A Python docstring whose text has an indented fence: the case that broke the reading before. */
const DOCSTRING = '```python\ndef f():\n    """\n    ```\n    f()\n    ```\n    """\n```\n';

describe('a mention beside code', () => {
    it.each([
        ['P1: an indented line of backticks', `${DOCSTRING}@bot explain`],
        ['a tab before the line of backticks', '```\n\t```\n```\n@bot'],
        ['a quoted line of backticks', '```\n> ```\n```\n@bot'],
        ['a fence of tildes within', '```\n~~~\n```\n@bot'],
        ['an item that ends with its fence', '- ```\nx\n\n@bot\n```'],
        ['a tilde fence with a backtick in its line', '~~~ a`b\n@bot'],
    ])('[GATE-03] [P1] is found after a fence that is over: %s', (_what, text) => {
        expect(mentions(text)).toBe(true);
    });

    it.each([
        ['three columns', '```\n   ```\n@bot\n'],
        ['more backticks', '```\n````\n@bot'],
    ])('[GATE-03] [P1] is found after a closing fence with %s', (_what, text) => {
        expect(mentions(text)).toBe(true);
    });

    it.each([
        ['four columns', '```\n    ```\n@bot'],
        ['fewer backticks', '````\n```\n@bot'],
        ['a word behind it', '```\n``` js\n@bot'],
        ['other marks', '```\n~~~\n@bot'],
        ['a quote around it', '```\n> ```\n@bot'],
    ])('[GATE-03] [P1] is not found where a line does not close the fence: %s', (_what, text) => {
        expect(mentions(text)).toBe(false);
    });

    it('[GATE-03] [P7] is found in a line that goes on with a quote lazily', () => {
        expect(mentions('> q\n    @bot hi')).toBe(true);
        expect(mentions('> q\n\n    @bot hi')).toBe(false);
    });
});

describe('a mention beside links', () => {
    it.each([
        'see https://www.youtube.com/@bot',
        'http://x.y/@bot.',
        'www.medium.com/@bot/post',
        '<http://x/@bot>',
        '(http://x.y/@bot)',
        '[a](http://x/@bot)',
        '[a](@bot)',
        '[a](http://x "by @bot")',
        "[a](http://x 'by @bot')",
        '[@bot](http://x)',
        '[hi @bot there](http://x)',
        '[@bot][a]\n\n[a]: http://x',
        '![@bot](http://x/a.png)',
        '![a](http://x/@bot.png =10x20)',
        '[a]: http://x/@bot',
        '[a]: http://x "@bot"',
        '[see https://x.y/@bot',
        '**https://x.y/@bot**',
    ])('[GATE-03] [P2] is not found in %j', (text) => {
        expect(mentions(text)).toBe(false);
        expect(mentions(text.replaceAll('bot', 'gangway'), 'gangway')).toBe(false);
        expect(strip(text)).toBe(text);
    });

    it.each([
        'https://x.y @bot',
        '[a](http://x) @bot',
        '[@bot] hi',
        '[x @bot](not a link',
        '[a]: http://x\n@bot',
        '\\[a](http://x) @bot',
        '`[`@bot](http://x)',
        'http:// @bot',
    ])('[GATE-03] [P2] is found in %j', (text) => {
        expect(mentions(text)).toBe(true);
    });

    it('[GATE-04] [P2] leaves the address whole that the agent reads', () => {
        const text = 'summarise https://medium.com/@bot/some-post';
        expect(strip(text)).toBe(text);
        expect(strip(`@bot ${text}`)).toBe(text);
        expect(strip('see medium.com/@bot/some-post')).toBe('see medium.com/@bot/some-post');
    });
});

describe('a mention in other scripts', () => {
    it.each([
        '＠gangway 明日の天気は？',
        'お願い＠gangway',
        '你好@gangway，帮我',
        '@gangwayさん、お願い',
        'привет,@gangway',
        'नमस्ते@gangway मदद',
        '안녕 @gangway 도와줘',
        'สวัสดี@gangway',
        'مرحبا @gangway',
        'ＨＩ（＠GANGWAY）',
    ])('[GATE-03] [BR-33] is found in %j', (text) => {
        expect(mentions(text, 'gangway')).toBe(true);
    });

    it.each(['привет@gangway', 'مرحبا@gangway', 'ñ@gangway', 'a＠gangway', '＠＠gangway'])(
        '[GATE-03] [BR-33] is not found in %j',
        (text) => {
            expect(mentions(text, 'gangway')).toBe(false);
        },
    );

    it.each([
        ['@gangway、明日は', '明日は'],
        ['＠gangway 明日の天気は？', '明日の天気は？'],
        ['@gangway。你好', '你好'],
        ['@gangway：你好', '你好'],
        ['@gangway，你好', '你好'],
        ['@gangway！　你好', '你好'],
        ['（@gangway）hi', 'hi'],
        ['「＠gangway」hi', 'hi'],
        ['你好@gangway，帮我', '你好，帮我'],
        ['お願い＠gangway', 'お願い'],
        ['@gangway، مرحبا', 'مرحبا'],
        ['@gangway؟', ''],
        ['@gangway। मदद', 'मदद'],
        ['नमस्ते@gangway मदद', 'नमस्ते मदद'],
        ['¿@gangway?', ''],
        ['"@gangway" hi', 'hi'],
        ['[@gangway] hi', 'hi'],
        ['@gangway,hi', 'hi'],
        ['@gangway :)', ':)'],
        ['元気、@gangway', '元気'],
        ['元気です、@gangway。', '元気です。'],
    ])('[GATE-04] [BR-33] makes %j into %j', (text, expected) => {
        expect(strip(text, 'gangway')).toBe(expected);
    });
});

describe('the reading of mentions', () => {
    const mention = fc.constantFrom('@bot', '@BOT', '＠bot', '@bot.', '@bot:', '@other', '@botx');
    const glue = fc.constantFrom(' ', ' ', '', ',', '.', '-', ':', '(', '*', '_', '、', '。', '（');
    const word = fc.constantFrom(
        'word',
        'привет',
        'é',
        '你好',
        'नमस्ते',
        'さん',
        'e\u0301',
        ':smile:',
        '$',
        '42',
    );
    const piece = fc.oneof(
        {weight: 3, arbitrary: word},
        {weight: 2, arbitrary: mention},
        fc.constantFrom(
            '`@bot`',
            '`` a`@bot ``',
            'https://x.y/@bot',
            'https://medium.com/@bot/some-post',
            ' www.x.y/@bot',
            '<http://x/@bot>',
            '[a](http://x/@bot)',
            '[a](http://x "@bot")',
            '[@bot](http://x)',
            '![@bot](http://x/a.png)',
            '[@bot][ref]',
            '[@bot][none]',
            '[ref]',
            '[@bot]',
        ),
    );
    const text = fc
        .array(fc.tuple(piece, glue), {minLength: 1, maxLength: 5})
        .map((parts) => parts.flat().join(''));
    const fence = fc
        .tuple(
            fc.constantFrom('```', '````', '~~~'),
            fc.constantFrom('', 'js', ' py x'),
            fc.array(
                fc.oneof(
                    text,
                    fc.constantFrom('    ```', '\t```', '> ```', '``', '', '```', '   ```', '~~~~'),
                ),
                {maxLength: 4},
            ),
        )
        .map(([run, info, lines]) => [run + info, ...lines, run].join('\n'));
    const leaf = fc.oneof(
        {
            weight: 3,
            arbitrary: fc.array(text, {minLength: 1, maxLength: 2}).map((l) => l.join('\n')),
        },
        fence,
        text.map((line) => `    ${line}`),
        fc.constantFrom('[ref]: http://x/@bot', '[ref]: http://x "@bot"', '```\n@bot', '~~~ x`y'),
    );
    const {block} = fc.letrec<{block: string}>((tie) => ({
        block: fc.oneof(
            {maxDepth: 3, withCrossShrink: true},
            leaf,
            tie('block').map((inner) => inner.replaceAll(/^/gm, '> ')),
            tie('block').map((inner) => `- ${inner.replaceAll('\n', '\n  ')}`),
            tie('block').map((inner) => `1. ${inner.replaceAll('\n', '\n   ')}`),
            fc.tuple(tie('block'), text).map(([inner, line]) => `> ${inner}\n    ${line}`),
        ),
    }));
    const message = fc
        .array(fc.tuple(block, fc.constantFrom('\n\n', '\n', '\n', '\r\n')), {
            minLength: 1,
            maxLength: 5,
        })
        .map((parts) => parts.flat().join(''));

    it('[GATE-03] is the one of a second reading of the rules of the server', () => {
        fc.assert(
            fc.property(message, (source) => {
                const found = findMentions(source, 'bot', 'server').length > 0;
                expect([source, found]).toEqual([source, serverMentions(source, 'bot')]);
            }),
            {numRuns: 2000},
        );
    });

    it.each([
        ['brackets', '['.repeat(200_000) + '@bot' + ']('.repeat(100_000)],
        ['links', '[a](b)'.repeat(80_000) + '@bot'],
        ['open links', '[a]("'.repeat(80_000) + '@bot'],
        ['targets', '](('.repeat(150_000) + '@bot'],
        ['titles', '](a "x'.repeat(50_000) + " '".repeat(50_000)],
        ['addresses', 'http://x'.repeat(60_000) + '@bot'],
        ['addresses in brackets', '[' + 'http://x'.repeat(60_000) + '@bot'],
        ['brackets around addresses', '[http://x '.repeat(40_000) + '@bot'],
        ['closing brackets of addresses', 'http://x' + ')'.repeat(400_000) + '@bot'],
        ['definitions', '[a]: b\n'.repeat(60_000) + '@bot'],
        ['labels', '[a][b]'.repeat(60_000) + '@bot'],
        ['slashes', '\\'.repeat(400_000) + '@bot'],
        ['colons', '@bot:'.repeat(80_000)],
        ['nested items', '- '.repeat(90) + 'a' + '\n\n'.repeat(50_000)],
    ])('reads %s in linear time', (_name, source) => {
        const found = findMentions(source, 'bot', 'server');
        expect(typeof stripMentions(source, found)).toBe('string');
    });
});
