import * as z from 'zod';
import type {LanguageModelV4File, LanguageModelV4StreamPart} from '@ai-sdk/provider';
import type {Log} from '../contract/log.ts';
import type {AgentEvent} from './agent.ts';
import {failed} from './failed.ts';
import type {LastEvent} from './failed.ts';
import {isUnreadableLine, modelFailure} from './model-failure.ts';
import {createThinkTags, type Piece} from './think-tags.ts';

/** What one part of a model's stream means. */
interface Reading {
    readonly events: readonly AgentEvent[];
    /** Set when the answer is over; nothing may be read after it. */
    readonly last?: LastEvent;
}

/** Translates one answer of a model into events. */
export interface PartReader {
    read(part: LanguageModelV4StreamPart): Reading;
    /** What was still held back, where the stream ended without its last part or broke. */
    rest(): readonly AgentEvent[];
    /** The last event where the stream ended without one. */
    cutOff(): LastEvent;
}

const NOTHING: Reading = {events: []};

/** What a reader is told of its agent. */
interface ReaderDeps {
    /** The configured name, for services that tell none. */
    readonly model: string;
    readonly maxOutputTokens: number | undefined;
    readonly secrets: readonly string[];
    readonly log: Log;
}

/** Makes the reader of one answer. */
export function createPartReader({model, maxOutputTokens, secrets, log}: ReaderDeps): PartReader {
    const tags = createThinkTags();
    const tools = new Set<string>();
    let answeredBy = model;
    let visible = false;
    let thought = false;
    let holes = 0;
    let pictures = 0;

    function told(pieces: readonly Piece[]): AgentEvent[] {
        return pieces.map((piece) => {
            switch (piece.kind) {
                case 'text':
                    visible ||= piece.text.trim() !== '';
                    return piece;
                case 'reasoning':
                    thought ||= piece.text.trim() !== '';
                    return piece;
                case 'reset':
                    visible = false;
                    return {kind: 'text-reset'};
            }
        });
    }

    function toolStart(id: string, name: string): Reading {
        if (tools.has(id)) return NOTHING;
        tools.add(id);
        return {events: [{kind: 'tool-start', id, name}]};
    }

    function toolEnd(id: string, ok: boolean): Reading {
        return tools.delete(id) ? {events: [{kind: 'tool-end', id, ok}]} : NOTHING;
    }

    function file({mediaType: mimeType, data}: LanguageModelV4File): Reading {
        // An address is not fetched: it is the service's word, and may lead anywhere.
        if (data.type === 'url') return NOTHING;
        visible = true;
        pictures += 1;
        const extension = /^\w+\/([\w-]+)/.exec(mimeType)?.[1] ?? 'bin';
        const name = `file-${pictures}.${extension}`;
        const bytes = typeof data.data === 'string' ? Buffer.from(data.data, 'base64') : data.data;
        return {events: [{kind: 'file', name, mimeType, data: Uint8Array.from(bytes)}]};
    }

    function ending(part: Extract<LanguageModelV4StreamPart, {type: 'finish'}>): Reading {
        const inputTokens = part.usage.inputTokens.total;
        const outputTokens = part.usage.outputTokens.total;
        const reason = part.finishReason.unified;
        const events = told(tags.end(!isCut(reason)));
        for (const id of tools) events.push({kind: 'tool-end', id, ok: false});
        if (inputTokens !== undefined || outputTokens !== undefined) {
            events.push({
                kind: 'usage',
                inputTokens: inputTokens ?? 0,
                outputTokens: outputTokens ?? 0,
                model: answeredBy,
            });
        }
        return {events, last: lastEvent(reason)};
    }

    function lastEvent(reason: FinishReason): LastEvent {
        if (isBroken(reason)) {
            return failed('bad-response', `finish reason ${reason}, ${holes} unreadable lines`);
        }
        if (!visible) return emptyAnswer({reason, holes, thought, maxOutputTokens});
        switch (reason) {
            case 'length':
            case 'content-filter':
                return {kind: 'done', reason};
            default:
                // An answer with a hole is shown, but not sold as whole.
                if (holes > 0) return {kind: 'done', reason: 'unreadable'};
                return {kind: 'done', reason: reason === 'stop' ? 'stop' : 'other'};
        }
    }

    return {
        rest: () => told(tags.end(false)),
        cutOff: () => failed('bad-response', 'the stream ended without a finish part'),
        read(part) {
            switch (part.type) {
                case 'text-delta':
                    return {events: told(tags.push(part.delta))};
                case 'reasoning-delta':
                    return part.delta === ''
                        ? NOTHING
                        : {events: told([{kind: 'reasoning', text: part.delta}])};
                case 'tool-input-start':
                    return toolStart(part.id, part.toolName);
                case 'tool-call':
                    return toolStart(part.toolCallId, part.toolName);
                case 'tool-result':
                    return toolEnd(part.toolCallId, part.isError !== true);
                case 'file':
                    return file(part);
                case 'response-metadata':
                    answeredBy = part.modelId ?? answeredBy;
                    return NOTHING;
                case 'error':
                    if (!isUnreadableLine(part.error)) {
                        return {
                            events: told(tags.end(false)),
                            last: modelFailure(part.error, secrets),
                        };
                    }
                    holes += 1;
                    log.warn('a line of the model stream cannot be read', {model, holes});
                    return NOTHING;
                case 'finish':
                    return ending(part);
                case 'raw': {
                    const text = textOfStart(part.rawValue);
                    return text === '' ? NOTHING : {events: told(tags.push(text))};
                }
                default:
                    return NOTHING;
            }
        },
    };
}

/** An event of Anthropic's protocol that begins a text block and already holds its first words. */
const blockStart = z.object({
    type: z.literal('content_block_start'),
    content_block: z.object({type: z.literal('text'), text: z.string()}),
});

/** The text in the start of a block: '' for every other event, and from Anthropic's own service. */
function textOfStart(event: unknown): string {
    const isStart =
        typeof event === 'object' &&
        event !== null &&
        'type' in event &&
        event.type === 'content_block_start';
    const start = isStart ? blockStart.safeParse(event) : undefined;
    return start?.success === true ? start.data.content_block.text : '';
}

type FinishReason = Extract<LanguageModelV4StreamPart, {type: 'finish'}>['finishReason']['unified'];

/** The connection or the service broke; what there is has no end. */
function isBroken(reason: FinishReason): boolean {
    return reason === 'error' || reason === 'interrupted';
}

/** The model would have gone on. */
function isCut(reason: FinishReason): boolean {
    return reason === 'length' || reason === 'content-filter' || isBroken(reason);
}

interface Emptiness {
    readonly reason: FinishReason;
    readonly holes: number;
    readonly thought: boolean;
    readonly maxOutputTokens: number | undefined;
}

function emptyAnswer({reason, holes, thought, maxOutputTokens}: Emptiness): LastEvent {
    if (holes > 0) return failed('bad-response', `${holes} unreadable lines and nothing else`);
    const detail = `finish reason ${reason}${thought ? ', thinking only' : ''}`;
    switch (reason) {
        case 'length': {
            const on = thought ? ' on thinking' : '';
            return failed(
                'empty',
                `${detail}, maxOutputTokens ${maxOutputTokens ?? 'not set'}`,
                `The model used up its output${on} before it said anything. An admin can allow it more (\`maxOutputTokens\`).`,
            );
        }
        case 'content-filter':
            return failed('empty', detail, 'The model declined to answer this.');
        case 'tool-calls':
            return failed('empty', detail, 'The model wanted to use a tool that it does not have.');
        default:
            return thought
                ? failed('empty', detail, 'The model thought about it, but sent no answer.')
                : failed('empty', detail);
    }
}
