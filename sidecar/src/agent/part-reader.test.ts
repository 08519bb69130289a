import type {LanguageModelV4StreamPart} from '@ai-sdk/provider';
import {silentLog} from '../contract/log.ts';
import type {AgentEvent} from './agent.ts';
import {createPartReader} from './part-reader.ts';

type Finish = Extract<LanguageModelV4StreamPart, {type: 'finish'}>;

function finish(unified: Finish['finishReason']['unified']): Finish {
    const usage = {
        inputTokens: {total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0},
        outputTokens: {total: 1, text: 1, reasoning: 0},
    };
    return {type: 'finish', usage, finishReason: {unified, raw: undefined}};
}

/** All events of an answer of these parts, the last one among them. */
function read(...parts: readonly LanguageModelV4StreamPart[]): AgentEvent[] {
    const reader = createPartReader({
        model: 'm',
        maxOutputTokens: 64,
        secrets: [],
        log: silentLog,
    });
    return parts.flatMap((part) => {
        const {events, last} = reader.read(part);
        return last === undefined ? events : [...events, last];
    });
}

const text = (delta: string): LanguageModelV4StreamPart => ({type: 'text-delta', id: '1', delta});

it('[ROUTE-03] an answer of one picture is an answer', () => {
    const data = {type: 'data', data: Buffer.from('png').toString('base64')} as const;
    const events = read({type: 'file', mediaType: 'image/png', data}, finish('stop'));
    expect(events[0]).toMatchObject({kind: 'file', name: 'file-1.png', mimeType: 'image/png'});
    expect(events.at(-1)).toEqual({kind: 'done', reason: 'stop'});
});

it.each(['length', 'content-filter', 'other'] as const)(
    '[BR-19] an answer that ends by %s says so',
    (reason) => {
        expect(read(text('The dose is'), finish(reason)).at(-1)).toEqual({kind: 'done', reason});
    },
);

it('[BR-19] an answer of thoughts alone says so, and which limit it met', () => {
    const thought: LanguageModelV4StreamPart = {type: 'reasoning-delta', id: '1', delta: 'Hm.'};
    expect(read(thought, finish('length')).at(-1)).toMatchObject({
        code: 'empty',
        message: expect.stringContaining('`maxOutputTokens`'),
        detail: 'finish reason length, thinking only, maxOutputTokens 64',
    });
    expect(read(thought, finish('stop')).at(-1)).toMatchObject({
        code: 'empty',
        detail: 'finish reason stop, thinking only',
    });
});

it('[DEL-06] [BR-06] text whose thinking turns out so is taken back, then told as thinking', () => {
    const events = read(text('Plan.\n</think>\n'), text('Hello!'), finish('stop'));
    expect(events.filter(({kind}) => kind !== 'usage')).toEqual([
        {kind: 'text', text: 'Plan.\n'},
        {kind: 'text-reset'},
        {kind: 'reasoning', text: 'Plan.\n'},
        {kind: 'text', text: 'Hello!'},
        {kind: 'done', reason: 'stop'},
    ]);
});

it('[DEL-15] what was held back is given where the stream broke', () => {
    const reader = createPartReader({
        model: 'm',
        maxOutputTokens: undefined,
        secrets: [],
        log: silentLog,
    });
    expect(reader.read(text('a </thi')).events).toEqual([{kind: 'text', text: 'a '}]);
    expect(reader.rest()).toEqual([{kind: 'text', text: '</thi'}]);
});
