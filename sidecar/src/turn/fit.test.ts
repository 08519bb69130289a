import * as fc from 'fast-check';
import {fit, LEFT_OUT} from './fit.ts';
import type {PromptEntry} from './prompt.ts';

const said = (text: string): PromptEntry => ({kind: 'said', role: 'user', text});
const root: PromptEntry = {kind: 'quoted', from: 'root', username: 'bob', text: 'r'.repeat(10)};
const ten = (n: number): string => String(n).padStart(10, '.');
const textsOf = (history: readonly PromptEntry[], limit: number): string[] =>
    fit({system: '', history, questions: ['question..']}, limit).messages.map(({text}) => text);

describe('fitting a prompt', () => {
    const talk = [1, 2, 3, 4].map((n) => said(ten(n)));

    it('[SES-13] leaves a prompt alone that fits', () => {
        expect(textsOf(talk, 50)).toEqual([ten(1), ten(2), ten(3), ten(4), 'question..']);
    });

    it('[SES-13] leaves out the oldest, says so, and keeps the newest and the question', () => {
        expect(textsOf(talk, 40)).toEqual([LEFT_OUT, ten(2), ten(3), ten(4), 'question..']);
        expect(textsOf(talk, 0)).toEqual([LEFT_OUT, 'question..']);
        expect(fit({system: '', history: talk, questions: ['q']}, 0)).toMatchObject({
            bare: true,
            left: 4,
        });
    });

    it('[SES-13] keeps the root of a thread longer than what follows it', () => {
        const [note, first] = textsOf([root, ...talk], 40);
        expect(note).toBe(LEFT_OUT);
        expect(first).toContain(`@bob: ${root.text}`);
        expect(textsOf([root, ...talk], 15)).toEqual([LEFT_OUT, 'question..']);
    });

    it('[SES-13] leaves out in steps, so that the beginning stays the same for a while', () => {
        const grown = (n: number) => Array.from({length: n}, (_, i) => said(ten(i + 1)));
        const beginnings = [20, 21, 22, 23, 24].map((n) => textsOf(grown(n), 200)[1]);
        expect(new Set(beginnings).size).toBeLessThanOrEqual(2);
    });

    it('[SES-13] never exceeds the limit while there is something to leave out', () => {
        fc.assert(
            fc.property(
                fc.array(fc.string({unit: 'grapheme', maxLength: 40}), {maxLength: 30}),
                fc.nat(600),
                (texts, limit) => {
                    const {bytes, bare} = fit(
                        {system: 's', history: texts.map(said), questions: ['q']},
                        limit,
                    );
                    expect(bytes <= limit || bare).toBe(true);
                },
            ),
        );
    });
});
