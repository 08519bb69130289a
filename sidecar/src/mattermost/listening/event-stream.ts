import {GangwayError} from '../../contract/errors.ts';
import type {PlatformEvent} from '../platform.ts';
import type {EventQueue, QueuedItem} from './event-queue.ts';

/** What an event stream needs. */
export interface EventStreamDeps {
    /** Called before anything else; throws while there can be no events. */
    readonly begin: () => void;
    readonly queue: EventQueue;
    /** Fills the queue until its signal is aborted; never rejects. */
    readonly listen: (signal: AbortSignal) => Promise<void>;
    /** Called when the stream has ended. */
    readonly flush: () => Promise<void>;
}

/**
 * Makes `Platform.events`: one consumer at a time, for which a listener runs. An event counts as
 * handled when the next one is asked for; one that was not is put back.
 */
export function createEventStream({begin, queue, listen, flush}: EventStreamDeps) {
    let listening = false;
    return async function* (signal: AbortSignal): AsyncGenerator<PlatformEvent> {
        begin();
        if (listening) {
            throw new GangwayError('events-busy', 'the events of a platform have one consumer');
        }
        listening = true;
        const stop = new AbortController();
        const abort = (): void => stop.abort();
        signal.addEventListener('abort', abort, {once: true});
        if (signal.aborted) abort();
        const listener = listen(stop.signal);
        let item: QueuedItem | undefined;
        try {
            for (;;) {
                item = await queue.take(signal);
                if (item === undefined) return;
                if (item.event !== undefined) yield item.event;
                item.handled();
                item = undefined;
            }
        } finally {
            if (item !== undefined) queue.putBack(item);
            signal.removeEventListener('abort', abort);
            stop.abort();
            await listener;
            await flush();
            listening = false;
        }
    };
}
