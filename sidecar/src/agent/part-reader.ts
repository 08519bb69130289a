import type {LanguageModelV4File, LanguageModelV4StreamPart} from '@ai-sdk/provider';
import type {Log} from '../contract/log.ts';
import type {AgentEvent} from './agent.ts';
import {failed} from './failed.ts';
import type {LastEvent} from './failed.ts';
import {isUnreadableLine, modelFailure} from './model-failure.ts';
import {createThinkTags} from './think-tags.ts';
import type {ThinkTags} from './think-tags.ts';

/** What one part of a model's stream means. */
interface Reading {
    readonly events: readonly AgentEvent[];
    /** Set when the answer is over; nothing may be read after it. */
    readonly last?: LastEvent;
}

/** Translates one answer of a model into events. */
export interface PartReader {
    read(part: LanguageModelV4StreamPart): Reading;
    /** The last event where the stream ended without one. */
    cutOff(): LastEvent;
}

const NOTHING: Reading = {events: []};

/** Makes the reader of one answer; `model` is the configured name, for services that tell none. */
export function createPartReader(model: string, secrets: readonly string[], log: Log): PartReader {
    const blocks = new Map<string, ThinkTags>();
    const tools = new Set<string>();
    let answeredBy = model;
    let visible = false;
    let holes = 0;
    let pictures = 0;

    function text(pieces: readonly AgentEvent[]): Reading {
        visible ||= pieces.some((piece) => piece.kind === 'text' && piece.text.trim() !== '');
        return {events: pieces};
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
        const events: AgentEvent[] = [...tools].map((id) => ({kind: 'tool-end', id, ok: false}));
        if (inputTokens !== undefined || outputTokens !== undefined) {
            events.push({
                kind: 'usage',
                inputTokens: inputTokens ?? 0,
                outputTokens: outputTokens ?? 0,
                model: answeredBy,
            });
        }
        return {events, last: lastEvent(part.finishReason.unified)};
    }

    function lastEvent(reason: string): LastEvent {
        if (reason === 'error' || reason === 'interrupted') {
            return failed('bad-response', `finish reason ${reason}, ${holes} unreadable lines`);
        }
        if (!visible) return emptyAnswer(reason, holes);
        if (reason === 'length') return {kind: 'done', reason: 'length'};
        // An answer with a hole is shown, but not sold as whole.
        return {kind: 'done', reason: reason === 'stop' && holes === 0 ? 'stop' : 'other'};
    }

    return {
        cutOff: () => failed('bad-response', 'the stream ended without a finish part'),
        read(part) {
            switch (part.type) {
                case 'text-start':
                    blocks.set(part.id, createThinkTags());
                    return NOTHING;
                case 'text-delta':
                    return text(blocks.get(part.id)?.push(part.delta) ?? []);
                case 'text-end':
                    return text(blocks.get(part.id)?.end() ?? []);
                case 'reasoning-delta':
                    return part.delta === ''
                        ? NOTHING
                        : {events: [{kind: 'reasoning', text: part.delta}]};
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
                        return {events: [], last: modelFailure(part.error, secrets)};
                    }
                    holes += 1;
                    log.warn('a line of the model stream cannot be read', {model, holes});
                    return NOTHING;
                case 'finish':
                    return ending(part);
                default:
                    return NOTHING;
            }
        },
    };
}

function emptyAnswer(reason: string, holes: number): LastEvent {
    if (holes > 0) return failed('bad-response', `${holes} unreadable lines and nothing else`);
    const detail = `finish reason ${reason}`;
    switch (reason) {
        case 'length':
            return failed('empty', detail, 'The model used up its output before it said anything.');
        case 'content-filter':
            return failed('empty', detail, 'The model declined to answer this.');
        case 'tool-calls':
            return failed('empty', detail, 'The model wanted to use a tool that it does not have.');
        default:
            return failed('empty', detail);
    }
}
