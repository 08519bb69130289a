import {createToolLines, plainLine} from './tool-lines.ts';

describe('createToolLines', () => {
    it('[DEL-07] shows a running tool, and its end until text follows', () => {
        const tools = createToolLines();
        tools.start('1', 'search', 'Mattermost limits');
        expect(tools.lines('current', 3, 120)).toEqual(['_⚙ search: Mattermost limits …_']);
        tools.textCame();
        expect(tools.lines('current', 3, 120)).toHaveLength(1);
        tools.end('1', true);
        expect(tools.lines('current', 3, 120)).toEqual(['_✓ search: Mattermost limits_']);
        tools.textCame();
        expect(tools.lines('current', 3, 120)).toEqual([]);
        expect(tools.lines('all', 3, 120)).toEqual(['_✓ search: Mattermost limits_']);
    });

    it('[DEL-07] marks a tool that failed and keeps the newest lines', () => {
        const tools = createToolLines();
        for (const id of ['a', 'b', 'c']) tools.start(id, id, undefined);
        tools.end('b', false);
        expect(tools.lines('all', 2, 120)).toEqual(['_✗ b_', '_⚙ c …_']);
        expect(tools.lines('all', 0, 120)).toEqual([]);
    });

    it('[DEL-07] makes one short line of any summary, on which neither Markdown nor mentions act', () => {
        const tools = createToolLines();
        tools.start('1', 'run', `a\n# b_c* @all ${'x'.repeat(200)}`);
        const [line = ''] = tools.lines('current', 3, 30);
        expect(line).not.toContain('\n');
        expect(line).toContain('\\# b\\_c\\* @\u200ball');
        expect(line).toContain('…');
        expect(plainLine('[a](b) `c` <d>')).toBe('\\[a\\]\\(b\\) \\`c\\` \\<d\\>');
    });
});
