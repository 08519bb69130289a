import * as fc from 'fast-check';
import {answerDeltaSchema, deltaBetween, type AnswerDelta} from '../contract/events.ts';
import {openBench} from './answer-harness.ts';

const words = (count: number): string =>
    Array.from({length: count}, (_, index) => `word${index}`).join(' ');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('deltaBetween', () => {
    it('[DEL-04] leads from any text to any other and never cuts a surrogate pair', () => {
        const piece = fc.string({unit: fc.constantFrom('a', 'b', '😀', '😁', '\n'), maxLength: 20});
        fc.assert(
            fc.property(piece, piece, (before, after) => {
                const {offset, text} = deltaBetween(before, after);
                expect(before.slice(0, offset) + text).toBe(after);
                expect(before.slice(0, offset).isWellFormed()).toBe(true);
                expect(text.isWellFormed()).toBe(true);
            }),
        );
    });
});

/** A viewer as `contract/events.ts` asks for it, for one post. */
class Viewer {
    message = '';
    n = 0;
    private aside: AnswerDelta[] = [];

    stored(message: string, n: number, final: boolean): void {
        if (final || n > this.n || (n === this.n && this.n === 0)) {
            this.message = message;
            this.n = n;
        }
        this.join();
    }

    delta(delta: AnswerDelta): void {
        this.aside.push(delta);
        this.join();
    }

    private join(): void {
        for (;;) {
            const next = this.aside.find((delta) => delta.n === this.n + 1);
            this.aside = this.aside.filter((delta) => delta.n > this.n + 1);
            if (next === undefined) return;
            this.message = this.message.slice(0, next.offset) + next.text;
            this.n = next.n;
        }
    }
}

describe('an answer with deltas', () => {
    it('[DEL-04] shows text within 120 ms, edits seldom, and costs in proportion to its length', async () => {
        const cost = async (count: number): Promise<{bytes: number; edits: number}> => {
            const {answer, fake, deltas, edits, stream} = openBench({deltas: true});
            const text = 'abcdefg '.repeat(count);
            await stream(text, 8, 20);
            await answer.end({kind: 'done'});
            const sent = deltas.reduce((sum, delta) => sum + 200 + JSON.stringify(delta).length, 0);
            const stored = fake.calls.reduce((sum, call) => sum + call.bytes, 0);
            return {bytes: (sent + stored) / text.length, edits: edits()};
        };
        const half = await cost(750);
        const whole = await cost(1500);
        expect(whole.edits).toBeLessThanOrEqual(4);
        expect(whole.bytes).toBeLessThan(10);
        expect(whole.bytes).toBeLessThan(half.bytes * 1.2);
    });

    it('[DEL-04] leads a viewer to the text at each delta', async () => {
        const {answer, fake, deltas, stream} = openBench({deltas: true, limit: 300});
        const shown = new Map<string, Viewer>();
        await stream(
            `${words(60)}\n\n\`\`\`js\n${'code();\n'.repeat(60)}\`\`\`\nThe end 😀😀`,
            9,
            70,
        );
        answer.write({kind: 'tool-start', id: '1', name: 'search'});
        await jest.advanceTimersByTimeAsync(500);
        for (const delta of deltas) {
            expect(answerDeltaSchema.parse(delta)).toEqual(delta);
            const viewer = shown.get(delta.postId) ?? new Viewer();
            const created = fake.calls.find(
                (call) => call.kind === 'create' && call.postId === delta.postId,
            );
            if (!shown.has(delta.postId)) viewer.stored(created?.change.message ?? '', 0, false);
            shown.set(delta.postId, viewer);
            viewer.delta(delta);
        }
        expect(fake.posts.length).toBeGreaterThan(2);
        const last = [...shown.values()].at(-1)?.message ?? '';
        expect(last).toMatch(/The end 😀😀\n\n_⚙ search …_$/);
        for (const [index, post] of fake.posts.slice(0, -1).entries()) {
            expect([index, shown.get(post.id)?.message]).toEqual([index, post.message]);
        }
        await answer.end({kind: 'done'});
        const count = deltas.length;
        await jest.advanceTimersByTimeAsync(60_000);
        expect(deltas).toHaveLength(count);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[DEL-04] lets a viewer who lost deltas converge by the next stored version', async () => {
        const {answer, fake, deltas, stream} = openBench({deltas: true});
        const text = words(700);
        const viewer = new Viewer();
        let seen = 0;
        for (let at = 0; at < text.length; at += 20) {
            await stream(text.slice(at, at + 20), 20, 100);
            for (; seen < deltas.length; seen++) {
                const delta = deltas[seen];
                if (delta !== undefined && seen % 7 !== 3) viewer.delta(delta);
            }
            const post = fake.posts[0];
            const props = post?.props['gangway'] as {deltas?: number} | undefined;
            if (post !== undefined) viewer.stored(post.message, props?.deltas ?? 0, false);
            expect(text.startsWith(viewer.message)).toBe(true);
        }
        expect(viewer.message.length).toBeGreaterThan(200);
        await answer.end({kind: 'done'});
        viewer.stored(fake.posts[0]?.message ?? '', 0, true);
        expect(viewer.message).toBe(text);
        expect(fake.posts[0]?.props['gangway']).not.toHaveProperty('deltas');
    });
});
