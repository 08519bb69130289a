import fc from 'fast-check';
import {SPELLINGS} from './think-spellings.ts';
import {createThinkTags, type Piece} from './think-tags.ts';

interface Split {
    readonly reasoning: string;
    readonly text: string;
    /** All that was ever shown, also what was taken back. */
    readonly shown: string;
}

/** What pieces come to. */
function joined(pieces: readonly Piece[]): Split {
    let [reasoning, text, shown] = ['', '', ''];
    for (const piece of pieces) {
        if (piece.kind === 'reset') text = '';
        else if (piece.kind === 'reasoning') reasoning += piece.text;
        else {
            text += piece.text;
            shown += piece.text;
        }
    }
    return {reasoning, text, shown};
}

function split(chunks: readonly string[], whole = true): Split {
    const tags = createThinkTags();
    return joined([...chunks.flatMap((chunk) => tags.push(chunk)), ...tags.end(whole)]);
}

function inPieces(text: string, size: number): string[] {
    const chunks: string[] = [];
    for (let at = 0; at < text.length; at += size) chunks.push(text.slice(at, at + size));
    return chunks;
}

const taken: readonly (readonly [string, string, string])[] = [
    ['<think>a</think>b', 'a', 'b'],
    ['\n <think>\na\n</think>\n\nb\n', '\na\n', 'b\n'],
    ['<thinking>a</think></thinking>b', 'a</think>', 'b'],
    ['<think>a</think> <think>c</think>b', 'ac', 'b'],
    ['<think></think>b', '', 'b'],
    ['<think>a</think>\n\n', 'a', ''],
    ['<THINK>a</Think>b', 'a', 'b'],
    ['<reasoning>a</reasoning>\nb', 'a', 'b'],
    ['<reflection>a</reflection>b', 'a', 'b'],
    ['<seed:think>a</seed:think>b', 'a', 'b'],
    ['[THINK]a[/THINK]b', 'a', 'b'],
    ['◁think▷a◁/think▷b', 'a', 'b'],
    ['<|channel>thought\na<channel|>b', '\na', 'b'],
    ['<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>', 'a', 'b'],
    ['<|inner_prefix|>a<|inner_suffix|>b', 'a', 'b'],
    [
        '<|begin_of_thought|>\na\n<|end_of_thought|>\n\n<|begin_of_solution|>\nb\n<|end_of_solution|>',
        '\na\n',
        'b\n',
    ],
    [
        '<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b',
        'a',
        'b',
    ],
    [
        '<|start|>assistant<|channel|>analysis<|message|>a<|start|>assistant<|channel|>final<|message|>b<|return|>',
        'a',
        'b',
    ],
    ['<|channel|>final<|message|>b', '', 'b'],
    ['<think>\na\n</think>\n<answer>\nb </answer>\n', '\na\n', 'b '],
    ['<think>a</think><answer>b</answer> and c', 'a', 'b</answer> and c'],
    // Of which the opening half is missing.
    ['Okay, the user greets.\n</think>\n\nHello!', 'Okay, the user greets.\n', 'Hello!'],
    ['Plan.\n</thinking>\nHello!', 'Plan.\n', 'Hello!'],
    ['Okay, the user greets.</think>Hello!', 'Okay, the user greets.', 'Hello!'],
    ['Okay, the user greets. </think>\n\nHello!', 'Okay, the user greets. ', 'Hello!'],
    ['Okay.[/THINK]**Hello!**', 'Okay.', '**Hello!**'],
    ['</think>\n\nHello!', '', 'Hello!'],
    ['\n</think>Hello!', '\n', 'Hello!'],
    [
        'Use `x` and y.\n</think>\n\nDone: use </think> tags.',
        'Use `x` and y.\n',
        'Done: use </think> tags.',
    ],
];

const untouched: readonly string[] = [
    'The tag <think> opens, </think> closes.',
    'Use `<think>` like this:\n```\n<think>\n</think>\n```',
    'Close it with `</think>`',
    'Close it with `</think>`\nand go on.',
    'Close it with </think>, or </thinking>.',
    'Models write:\n```xml\nsome thought\n</think>\n```\nand then answer.',
    'They begin with\n<think>\nand end with\n</think>\nas you see.',
    'Use the <think> tag.',
    'Models print <think> first.\n\nThen the answer.',
    '1. The <thinking> tag\n2. The end',
    'Wrap it in <think> and </think> tags.',
    'XML: <thought>x</thought> and y',
    '<thinker> is no tag',
    '<answer>42</answer>',
    '<thi',
    '  indented',
    '\n',
    '</think> alone',
    'text </think> text',
    'a < b [THI',
    '[THINKING] is a status',
];

describe.each([1, 3, 5, 10_000])('in pieces of %i', (size) => {
    it.each(taken.filter(([, , text]) => text !== ''))(
        '[DEL-06] [BR-06] takes the thinking out of %j',
        (source, reasoning, text) => {
            expect(split(inPieces(source, size))).toMatchObject({reasoning, text});
        },
    );

    it.each(untouched)('[DEL-17] [BR-06] leaves %j as it is', (text) => {
        expect(split(inPieces(text, size))).toEqual({reasoning: '', text, shown: text});
        const behind = split(inPieces(`<think>a</think>Well: ${text}`, size));
        expect(behind).toEqual({reasoning: 'a', text: `Well: ${text}`, shown: `Well: ${text}`});
    });

    it.each([
        ['<think>Hello! How are you?', 'Hello! How are you?'],
        ['<think>\nHello</thi', 'Hello</thi'],
        ['[THINK]Hello', 'Hello'],
        ['<think>a</think><think>Hello', 'Hello'],
        ['Hello!\n</think>', 'Hello!\n'],
        ['Hello!</think>\n', 'Hello!'],
    ])('[DEL-06] [BR-06] %j, whole, is an answer; cut, it was thinking', (source, text) => {
        expect(split(inPieces(source, size))).toMatchObject({text});
        expect(split(inPieces(source, size), false)).toMatchObject({text: ''});
    });

    it('[DEL-06] thinking alone is no answer', () => {
        for (const source of [
            '<think>a</think>',
            '<think>a</think>\n\n',
            '<think>',
            '</think>\n',
        ]) {
            expect(split(inPieces(source, size)).text).toBe('');
        }
    });
});

it('[DEL-06] knows each spelling in pieces of any size', () => {
    const spelled = fc.constantFrom(...SPELLINGS.flatMap(({opens}) => opens));
    const size = fc.integer({min: 1, max: 9});
    fc.assert(
        fc.property(spelled, size, (open, pieces) => {
            expect(split(inPieces(`${open}secret`, pieces), false).text).toBe('');
        }),
        {numRuns: 300},
    );
});

const WORDS = [
    '<think>',
    '</think>',
    '<thinking>',
    '</thinking>',
    '[THINK]',
    '[/THINK]',
    '<|channel|>',
    'final',
    '<|message|>',
    '<answer>',
    '</answer>',
    '<',
    ' ',
    '\n',
    '```\n',
    '`',
    'a',
    '.',
    '>',
    '🌉',
];

it('[DEL-06] tells the same whatever the chunks are', () => {
    const words = fc.array(fc.constantFrom(...WORDS));
    fc.assert(
        fc.property(words, fc.array(fc.nat(60)), fc.boolean(), (parts, cuts, whole) => {
            const text = parts.join('');
            const at = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b);
            const chunks = [...at, text.length].map((end, index) =>
                text.slice(at[index - 1] ?? 0, end),
            );
            const {reasoning, text: shown} = split([text], whole);
            expect(split(chunks, whole)).toMatchObject({reasoning, text: shown});
        }),
        {numRuns: 3_000},
    );
});

it('[DEL-17] [BR-06] passes byte for byte what begins with no tag and has no lone end', () => {
    const words = fc.array(fc.constantFrom(...WORDS.filter((word) => !/\/think/i.test(word))));
    fc.assert(
        fc.property(words, fc.integer({min: 1, max: 7}), fc.boolean(), (parts, size, whole) => {
            const text = `Well, ${parts.join('')}`;
            const {text: shown, reasoning} = split(inPieces(text, size), whole);
            expect({shown, reasoning}).toEqual({shown: text, reasoning: ''});
        }),
        {numRuns: 2_000},
    );
});

it('[DEL-06] holds back only what may still become a tag', () => {
    const tags = createThinkTags();
    expect(tags.push('<thin')).toEqual([]);
    expect(tags.push('g> is')).toEqual([{kind: 'text', text: '<thing> is'}]);
    expect(tags.push(' <think> and')).toEqual([{kind: 'text', text: ' <think> and'}]);
});
