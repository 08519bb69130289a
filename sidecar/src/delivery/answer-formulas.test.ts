import {LEAST_ABILITIES, type ServerAbilities} from '../mattermost/abilities.ts';
import {openBench, type Wishes} from './answer-harness.ts';
import {createFakePosts, type FakePosts} from './fake-posts.ts';

const WRITTEN = 'For $5 the area \\(A\\) is:\n\n\\[\nA = \\pi r^2\n\\]\n\nWrite `\\(A\\)`.';
const DRAWN = 'For $5 the area $A$ is:\n\n```latex\nA = \\pi r^2\n```\n\nWrite `\\(A\\)`.';

function server(latex: ServerAbilities['latex']): FakePosts {
    const fake = createFakePosts();
    fake.abilities = {...LEAST_ABILITIES, latex};
    return fake;
}

async function answered(wishes: Wishes): Promise<{shown: string[]; said: string}> {
    const {answer, stream, texts} = openBench(wishes);
    await stream(WRITTEN, 3, 50);
    const {text} = await answer.end({kind: 'done'});
    return {shown: texts(), said: text};
}

describe('formulas in answers', () => {
    beforeEach(() => {
        jest.useFakeTimers();
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it.each([
        ['both', {blocks: true, inline: true}, DRAWN],
        ['blocks', {blocks: true, inline: false}, DRAWN.replace('$A$', '\\(A\\)')],
        ['none', {blocks: false, inline: false}, WRITTEN],
    ])(
        '[DEL-21] [BR-08] are posted as the server has them drawn (%s); the transcript keeps the words',
        async (_what, latex, right) => {
            const {shown, said} = await answered({fake: server(latex)});
            expect(shown).toEqual([right]);
            expect(said).toBe(WRITTEN);
        },
    );

    it('[DEL-21] [DEL-17] stay as they are with `markdown.latex: off`', async () => {
        const fake = server({blocks: true, inline: true});
        const {shown} = await answered({fake, latex: 'off'});
        expect(shown).toEqual([WRITTEN]);
    });

    it('[DEL-21] are whole at each moment while an answer grows, and in deltas', async () => {
        const fake = server({blocks: true, inline: true});
        const {answer, stream, deltas, texts} = openBench({fake, deltas: true});
        let seen = '';
        for (let at = 0; at < WRITTEN.length; at += 2) {
            await stream(WRITTEN.slice(at, at + 2), 2, 400);
            for (const {offset, text} of deltas.splice(0)) seen = seen.slice(0, offset) + text;
            expect(seen.replace(/`[^`]*(?:`|$)/g, '')).not.toMatch(/\\[([]/);
            for (const text of texts()) expect(text).not.toContain('\\[');
        }
        await answer.end({kind: 'done'});
        expect(texts()).toEqual([DRAWN]);
    });

    it('[DEL-21] are drawn in each part of a long answer', async () => {
        const fake = server({blocks: true, inline: true});
        const {answer, stream, texts} = openBench({fake, limit: 400});
        const step = 'The next step \\(x^2 + 1\\) is:\n\\[\nx = \\frac{a}{b}\n\\]\n\n';
        await stream(step.repeat(30), 7, 30);
        await answer.end({kind: 'done'});
        expect(texts().length).toBeGreaterThan(3);
        const all = texts().join('');
        expect(all.match(/\$x\^2 \+ 1\$/g)).toHaveLength(30);
        expect(all.match(/x = \\frac/g)).toHaveLength(30);
        for (const text of texts()) expect((text.match(/```/g) ?? []).length % 2).toBe(0);
    });

    it('[DEL-21] that an answer ends within stay as they are', async () => {
        const fake = server({blocks: true, inline: true});
        const {answer, stream, texts} = openBench({fake});
        await stream('So much is known of it:\n\n\\[\nx = \\frac', 3, 50);
        await answer.end({kind: 'stopped', note: 'Stopped.', attachments: []});
        expect(texts()).toEqual(['So much is known of it:\n\n\\[\nx = \\frac\n\nStopped.']);
    });
});
