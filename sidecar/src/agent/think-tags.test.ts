import fc from 'fast-check';
import {createThinkTags} from './think-tags.ts';

/** What the chunks come to: reasoning and text, each joined. */
function split(...chunks: readonly string[]): {reasoning: string; text: string} {
    const tags = createThinkTags();
    const pieces = [...chunks.flatMap((chunk) => tags.push(chunk)), ...tags.end()];
    const join = (kind: string): string =>
        pieces.map((piece) => (piece.kind === kind ? piece.text : '')).join('');
    return {reasoning: join('reasoning'), text: join('text')};
}

it.each([
    ['<think>a</think>b', 'a', 'b'],
    ['\n <think>\na\n</think>\n\nb\n', '\na\n', 'b\n'],
    ['<thinking>a</think></thinking>b', 'a</think>', 'b'],
    ['<think>a</think> <think>c</think>b', 'ac', 'b'],
    ['<think></think>b', '', 'b'],
    ['<think>never closed', 'never closed', ''],
    ['<think>a</think>\n\n', 'a', ''],
])('[DEL-06] takes the reasoning out of %j', (text, reasoning, rest) => {
    expect(split(text)).toEqual({reasoning, text: rest});
});

it.each([
    'The tag <think> opens, </think> closes.',
    'Use `<think>` like this:\n```\n<think>\n</think>\n```',
    '<thinker> is no tag',
    '<thi',
    '  indented',
    '\n',
    '</think> alone',
])('[DEL-06] leaves %j as it is', (text) => {
    expect(split(text)).toEqual({reasoning: '', text});
});

it('[DEL-06] tells the same whatever the chunks are', () => {
    const words = fc.array(
        fc.constantFrom(
            '<think>',
            '</think>',
            '<thinking>',
            '</thinking>',
            '<',
            ' ',
            '\n',
            'a',
            '>',
        ),
    );
    fc.assert(
        fc.property(words, fc.array(fc.nat(60)), (parts, cuts) => {
            const text = parts.join('');
            const at = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b);
            const chunks = [...at, text.length].map((end, index) =>
                text.slice(at[index - 1] ?? 0, end),
            );
            expect(split(...chunks)).toEqual(split(text));
        }),
        {numRuns: 1_000},
    );
});

it('[DEL-06] holds back only what may still become a tag', () => {
    const tags = createThinkTags();
    expect(tags.push('<thin')).toEqual([]);
    expect(tags.push('g> is')).toEqual([{kind: 'text', text: '<thing> is'}]);
    expect(tags.push(' <think>')).toEqual([{kind: 'text', text: ' <think>'}]);
});
