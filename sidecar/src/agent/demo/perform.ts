import {sleep} from '../../contract/time.ts';
import type {AgentEvent} from '../agent.ts';
import type {Beat} from './beat.ts';

/**
 * Plays beats at a pace of `delayMs` between two chunks, and adds `done` unless they end with a
 * failure of their own.
 * @throws CancelledError, or the signal's reason, as soon as `signal` is aborted.
 */
export async function* perform(
    beats: Iterable<Beat>,
    delayMs: number,
    signal: AbortSignal,
): AsyncGenerator<AgentEvent, void, undefined> {
    for (const beat of beats) {
        signal.throwIfAborted();
        switch (beat.kind) {
            case 'say':
            case 'think': {
                const kind = beat.kind === 'say' ? 'text' : 'reasoning';
                const size = beat.kind === 'say' ? (beat.wordsPerChunk ?? 1) : 1;
                for (const text of chunks(beat.text, size)) {
                    yield {kind, text};
                    await rest(delayMs, signal);
                }
                break;
            }
            case 'event':
                yield beat.event;
                if (beat.event.kind === 'failed') return;
                break;
            case 'pause':
                await rest(beat.words * delayMs, signal);
                break;
            case 'wait':
                await rest(beat.ms, signal);
                break;
        }
    }
    yield {kind: 'done', reason: 'stop'};
}

/** Cuts text behind white space, `words` words at a time; joined they give the text. */
function* chunks(text: string, words: number): Generator<string, void, undefined> {
    const all = text.match(/\s*\S+\s*|\s+/gu) ?? [];
    for (let start = 0; start < all.length; start += words) {
        yield all.slice(start, start + words).join('');
    }
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (ms > 0) await sleep(ms, signal);
}
