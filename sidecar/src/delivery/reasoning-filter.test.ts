import * as fc from 'fast-check';
import {createReasoningFilter} from './reasoning-filter.ts';

/** Pushes a text in pieces of the given sizes, the last size for the rest. */
function filtered(text: string, sizes: readonly number[] = [text.length]): string {
    const filter = createReasoningFilter();
    let out = '';
    let at = 0;
    for (let turn = 0; at < text.length; turn++) {
        const size = Math.max(sizes[Math.min(turn, sizes.length - 1)] ?? 1, 1);
        out += filter.push(text.slice(at, at + size));
        at += size;
    }
    return out + filter.finish();
}

const cases: readonly [string, string, string][] = [
    ['a span at the start', '<think>secret</think>\n\nAnswer.', 'Answer.'],
    ['a span in upper case', '<THINKING>secret</Thinking>Answer.', 'Answer.'],
    ['a span named thought', '<thought>\nsecret\n</thought>\nAnswer.', 'Answer.'],
    ['a span within a line', 'Hello <think>secret</think>world', 'Hello world'],
    ['a span between paragraphs', 'One.\n\n<think>secret</think>\n\nTwo.', 'One.\n\nTwo.'],
    ['a span with code in it', '<think>```\n</thinking> `</think>Answer.', 'Answer.'],
    ['two spans', '<think>a</think>\n<think>b</think>\nAnswer.', 'Answer.'],
    ['a span that never ends', 'Answer.\n<think>secret and more', 'Answer.\n'],
    ['a quote of reasoning', '> Reasoning: secret\n> more secret\n\nAnswer.', 'Answer.'],
    ['a bold quote of reasoning', '> **Reasoning:**\n> secret\nAnswer.', 'Answer.'],
    ['a quote that never ends', '> Reasoning:\n> secret', ''],
    ['a quote after text', 'One.\n\n> reasoning : secret\n\nTwo.', 'One.\n\nTwo.'],
];

const untouched: readonly [string, string][] = [
    ['a tag in a code span', 'Models write `<think>` and `</think>` around it.'],
    ['a tag in a double code span', 'Write ``<think> ` x`` here.'],
    ['a tag in a fence', '```xml\n<think>\nshown\n</think>\n```\nAfter.'],
    ['a tag in a tilde fence', '~~~\n```\n<think>\n~~~\nAfter.'],
    ['a quote in a fence', '```\n> Reasoning: shown\n```'],
    ['an ordinary quote', '> Reason enough\n> to stay\n\nText.'],
    ['another tag', 'a < b, <thinker>, <b>bold</b>, <th'],
    ['a closing tag alone', 'text </think> text'],
    ['blanks at both ends', ' \n\n text \n\n'],
    ['line ends of both kinds', 'a\r\nb\nc\r\n'],
];

describe('createReasoningFilter', () => {
    it.each(cases)('[DEL-06] takes out %s and keeps the text after it', (_what, source, shown) => {
        expect(filtered(source)).toBe(shown);
        expect(filtered(source, [1])).toBe(shown);
    });

    it.each(untouched)('[DEL-06] leaves %s alone', (_what, source) => {
        expect(filtered(source)).toBe(source);
        expect(filtered(source, [1])).toBe(source);
    });

    it('[DEL-06] takes a tag for a tag when the backtick before it has no partner in its line', () => {
        expect(filtered('a ` b <think>secret</think> c\n` d', [3])).toBe('a ` b  c\n` d');
    });

    it('[DEL-06] shows nothing of a span at any time while it streams', () => {
        const filter = createReasoningFilter();
        let shown = '';
        for (const char of 'Hi.\n<think>SECRET `</think>\n> Reasoning: SECRET\n> SECRET\nBye.') {
            shown += filter.push(char);
            expect(shown).not.toMatch(/S|<|>/);
        }
        expect(shown + filter.finish()).toBe('Hi.\nBye.');
    });

    it('[DEL-06] gives the same text however it is cut into pieces', () => {
        const piece = fc.oneof(
            fc.constantFrom(
                '<think>',
                '</think>',
                '<thought >',
                '</thought>',
                '<thin',
                '> Reasoning:',
                '> ',
            ),
            fc.constantFrom(
                '`',
                '``',
                '```',
                '~~~',
                '\n',
                '\n\n',
                '\r\n',
                '\\',
                ' ',
                'word',
                '- ',
                '<',
            ),
        );
        fc.assert(
            fc.property(
                fc.array(piece, {maxLength: 40}),
                fc.array(fc.integer({min: 1, max: 9}), {minLength: 1}),
                (pieces, sizes) => {
                    const source = pieces.join('');
                    expect(filtered(source, sizes)).toBe(filtered(source));
                },
            ),
            {numRuns: 1500},
        );
    });

    it('[DEL-17] passes text without reasoning unit by unit', () => {
        const text = fc
            .string({unit: 'binary', maxLength: 300})
            .filter((one) => !/<th|>/i.test(one));
        fc.assert(fc.property(text, (source) => expect(filtered(source, [7])).toBe(source)));
    });

    it('[DEL-06] shows ordinary text at once', () => {
        const filter = createReasoningFilter();
        expect(filter.push('Hello wor')).toBe('Hello wor');
        expect(filter.push('ld, 1 < 2')).toBe('ld, 1 < 2');
    });
});
