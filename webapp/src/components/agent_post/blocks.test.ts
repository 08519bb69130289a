import * as fc from 'fast-check';
import {splitBlocks} from './blocks.ts';

it('joins back to the text, whatever it is', () => {
    const line = fc.constantFrom('', 'text', '```', '~~~', '- item', '  more', '| a |', '1. one');
    fc.assert(
        fc.property(fc.array(line), (lines) => {
            const text = lines.join('\n');
            expect(splitBlocks(text).join('')).toBe(text);
        }),
    );
});

it('cuts at blank lines, and not within code or a list', () => {
    expect(splitBlocks('a\n\nb\n')).toEqual(['a\n\n', 'b\n']);
    expect(splitBlocks('```\na\n\nb\n```\n\nc')).toEqual(['```\na\n\nb\n```\n\n', 'c']);
    expect(splitBlocks('- a\n\n- b\n\nc')).toEqual(['- a\n\n- b\n\n', 'c']);
});

it('leaves finished blocks as they are while the text grows', () => {
    const text = 'One.\n\nTwo\n\n```ts\nx\n\ny\n```\n\nThree';
    for (let end = 1; end < text.length; end++) {
        const before = splitBlocks(text.slice(0, end));
        const after = splitBlocks(text.slice(0, end + 1));
        expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    }
});
