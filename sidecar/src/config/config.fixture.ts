import * as z from 'zod';
import type {Settings} from '../contract/settings.ts';
import {createSettingsParser, type SettingsParser} from './parse.ts';
import {problemText} from './problem.ts';

/** A stand-in for the agents' own schema: two kinds, one with a key that is needed. */
const agent = z.discriminatedUnion('kind', [
    z.strictObject({kind: z.literal('demo'), default: z.boolean().optional()}),
    z.strictObject({
        kind: z.literal('model'),
        default: z.boolean().optional(),
        model: z.string().min(1),
    }),
]);

/** A parser whose only refused mention pattern is `(`. */
export const parser: SettingsParser<z.output<typeof agent>> = createSettingsParser({
    agent,
    refuseMentionPattern: (pattern) => (pattern === '(' ? 'a "(" is not closed' : undefined),
});

/** A block `channels.mattermost` as settings. */
export const block = (mattermost: unknown): unknown => ({channels: {mattermost}});

/** Settings that must be taken. */
export function taken(input: unknown, env: Record<string, string> = {}): Settings {
    const result = parser.parse(input, env);
    if (result.kind === 'ok') return result.settings;
    throw new Error(result.problems.map(problemText).join('\n'));
}

/** The problems of settings as lines; none when they are taken. */
export function problems(input: unknown, env: Record<string, string> = {}): string[] {
    const result = parser.parse(input, env);
    return result.kind === 'ok' ? [] : result.problems.map(problemText);
}

/** The notes of settings as lines. */
export function notes(input: unknown, env: Record<string, string> = {}): string[] {
    const result = parser.parse(input, env);
    if (result.kind === 'refused') throw new Error(result.problems.map(problemText).join('\n'));
    return result.notes.map(({path, text}) => `${path}: ${text}`);
}
