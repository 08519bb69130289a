import type {AgentDeps} from './agent-settings.ts';

/** What a service says at the end of a stream; many local ones say nothing else of how an answer ended. */
const DONE = 'data: [DONE]';
/** A choice that says how it ended. */
const FINISHED = /"finish_reason"\s*:\s*"/;
const PLAIN_END = `data: ${JSON.stringify({choices: [{index: 0, delta: {}, finish_reason: 'stop'}]})}\n\n`;
/** Longest line that is looked at, characters: a longer one is passed on as it is. */
const LONGEST = 1_048_576;

/**
 * A `fetch` whose streams end where the service ends them. The library wants a `finish_reason` and reads past
 * `[DONE]`: an answer that only ends by `[DONE]` would count as broken off, and what stands behind it as its text.
 */
export function endingAtDone(fetch: AgentDeps['fetch']): AgentDeps['fetch'] {
    return async (input, init) => {
        const response = await fetch(input, init);
        const isStream = /text\/event-stream/i.test(response.headers.get('content-type') ?? '');
        if (!response.ok || !isStream || response.body === null) return response;
        const {status, statusText, headers} = response;
        const body = response.body.pipeThrough(doneLines());
        return new Response(body, {status, statusText, headers});
    };
}

function doneLines(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
    const encoder = new TextEncoder();
    /** A line whose end has not come: nobody could read it yet. */
    let held = '';
    let isFinished = false;
    let isOver = false;
    const line = (text: string): string => {
        if (isOver) return '';
        isFinished ||= FINISHED.test(text);
        isOver = text.trim() === DONE;
        return isOver && !isFinished ? PLAIN_END + text : text;
    };
    const lines = (text: string): string => {
        const parts = (held + text).split(/(?<=\n)/);
        const last = parts.at(-1) ?? '';
        const isWhole = last.endsWith('\n') || last.length > LONGEST;
        held = isWhole ? '' : last;
        return (isWhole ? parts : parts.slice(0, -1)).map(line).join('');
    };
    return new TransformStream({
        transform(chunk, controller) {
            const passed = lines(decoder.decode(chunk, {stream: true}));
            if (passed !== '') controller.enqueue(encoder.encode(passed));
        },
        flush(controller) {
            const passed = lines(decoder.decode()) + line(held);
            if (passed !== '') controller.enqueue(encoder.encode(passed));
        },
    });
}
