import * as fc from 'fast-check';
import {createReasoningFilter} from './reasoning-filter.ts';

/** Pushes a text in pieces of one size, then ends it. */
function filtered(text: string, size = text.length, followed = false): string {
    const filter = createReasoningFilter();
    let out = '';
    for (let at = 0; at < text.length; at += Math.max(size, 1)) {
        out += filter.push(text.slice(at, at + Math.max(size, 1)));
    }
    return out + filter.finish(followed);
}

const sizes = [1, 3, 5, 1_000];

const taken: readonly (readonly [string, string, string])[] = [
    ['a quote of reasoning', '> Reasoning: secret\n> more secret\n\nAnswer.', 'Answer.'],
    ['a bold one', '> **Reasoning:**\n> secret\nAnswer.', 'Answer.'],
    ['one after blank lines', '\n\n> _Reasoning_: secret\n\n\nAnswer.\n', 'Answer.\n'],
    ['one with line ends of both kinds', '> Reasoning:\r\n> secret\r\n\r\nAnswer.', 'Answer.'],
    ['one before another quote', '> Reasoning: secret\n\n> Quoted.\n', '> Quoted.\n'],
    ['one before code', '> Reasoning: secret\n\n    code\n', '    code\n'],
];

const kept: readonly (readonly [string, string])[] = [
    [
        'a quote that comes later',
        'The judge wrote:\n\n> Reasoning: the ship was late,\n> so the fee is due.\n\nI agree.',
    ],
    ['an ordinary quote', '> Reason enough\n> to stay\n\nText.'],
    ['a quote in code', '    > Reasoning: code\n\nText.'],
    ['a quote in a fence', '```\n> Reasoning: shown\n```'],
    ['a quote that is all there is', '> Reasoning: shown\n> as well\n'],
    ['tags', '1. The <thinking> tag\n2. <think>x</think> and <thought>y'],
    ['blanks', ' \n\n text \n\n'],
    ['blanks alone', ' \n \n'],
    ['half a quote', '> Reas'],
];

describe.each(sizes)('createReasoningFilter, in pieces of %i', (size) => {
    it.each(taken)('[DEL-06] takes off %s', (_what, text, shown) => {
        expect(filtered(text, size)).toBe(shown);
    });

    it.each(kept)('[DEL-06] [DEL-17] [BR-06] leaves %s as it is', (_what, text) => {
        expect(filtered(text, size)).toBe(text);
    });

    it('[DEL-06] keeps the quote to itself where a notice or a question follows', () => {
        expect(filtered('> Reasoning: secret\n', size, true)).toBe('');
    });
});

it('[DEL-17] passes byte for byte what does not begin with a quote', () => {
    fc.assert(
        fc.property(fc.string({unit: 'grapheme'}), fc.integer({min: 1, max: 9}), (text, size) => {
            const whole = `x${text}\n> Reasoning: y\n`;
            expect(filtered(whole, size)).toBe(whole);
        }),
    );
});
