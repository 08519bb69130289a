import type {Log} from '../../contract/log.ts';
import type {Platform} from '../platform.ts';
import type {WatermarkStore} from '../watermark.ts';
import {createCatchUp, type CatchUp, type CatchUpServer} from './catch-up.ts';
import {createEventQueue, type EventQueue} from './event-queue.ts';
import {createEventStream, type EventStreamDeps} from './event-stream.ts';
import {createInbox, type Inbox} from './inbox.ts';
import {createProgress, type ProgressDeps} from './progress.ts';

/** What the listening of an account needs. */
export interface ListeningDeps {
    readonly server: CatchUpServer;
    readonly marks: WatermarkStore;
    readonly botId: () => string;
    /** Posts that are older are counted, not given. */
    readonly maxAgeMinutes: number;
    readonly timings: ProgressDeps['timings'];
    /** `queue`: events that wait for the consumer; `givenIds`: see `ProgressDeps`. */
    readonly limits: ProgressDeps['limits'] & {readonly queue: number};
    readonly log: Log;
}

/** All that stands between a connection that hears events and the consumer that handles them. */
export interface Listening {
    readonly queue: EventQueue;
    readonly inbox: Inbox;
    readonly catchUp: CatchUp;
    /**
     * Reads the watermark, the first time in each stream of events. A first start begins after everything that is there, by
     * the server's own clock.
     */
    prepare(signal: AbortSignal): Promise<void>;
    /** The events of the platform, while `listen` runs. */
    events(how: Pick<EventStreamDeps, 'begin' | 'listen'>): Platform['events'];
}

/** Makes the listening of one account: queue, watermark, inbox and catch-up, wired together. */
export function createListening(deps: ListeningDeps): Listening {
    const {server, marks, timings, limits, log} = deps;
    const queue = createEventQueue(limits.queue);
    const progress = createProgress({marks, timings, limits, log});
    const inbox = createInbox(queue, progress, limits.queue);
    const catchUp = createCatchUp({
        server,
        progress,
        botId: deps.botId,
        maxAgeMinutes: deps.maxAgeMinutes,
        timings,
        log,
        give: (event, handled, signal) => inbox.give(event, handled, signal),
    });

    let prepared = false;
    return {
        queue,
        inbox,
        catchUp,
        async prepare(signal) {
            if (prepared) return;
            await progress.load(async () => {
                const channels = await server.channels(signal);
                const last = Math.max(0, ...channels.map(({lastPostAt}) => lastPostAt));
                return last === 0 ? server.serverNow() : last;
            });
            prepared = true;
        },
        events: ({begin, listen}) =>
            createEventStream({
                begin() {
                    begin();
                    // Another runner may have listened meanwhile, and come further.
                    prepared = false;
                },
                listen,
                queue,
                flush: () => progress.flush(),
            }),
    };
}
