import type {Platform, PlatformEvent, Post} from './platform.ts';

// Also where a test fakes the clock of what it tests.
const {setTimeout: later, performance: clock} = globalThis;

type Posted = Extract<PlatformEvent, {kind: 'posted'}>;

/** A consumer of a platform's events that remembers them, for tests. */
export interface EventLog {
    readonly events: readonly PlatformEvent[];
    /** The `posted` events of a channel, in order, without the server's own ("alice joined"). */
    posted(channelId: string): Posted[];
    /** The posts of a channel, in order. */
    posts(channelId: string): Post[];
    /** Waits until an event fits, past ones included; fails after `ms` [60 s]. */
    until(fits: (event: PlatformEvent) => boolean, ms?: number): Promise<PlatformEvent>;
    /** Waits until a post of that text has come. */
    message(text: string, ms?: number): Promise<Posted>;
    /** Ends the events; everything that was seen counts as handled but for what `hold` stopped at. */
    stop(): Promise<void>;
}

const openLogs = new Set<() => Promise<void>>();

/** Stops the logs that a failed test left open. */
export async function stopAllLogs(): Promise<void> {
    await Promise.all([...openLogs].map((stop) => stop()));
}

/**
 * Consumes the events of a connected platform, and resolves once it listens. `hold` is asked about
 * each event: where it says true the consumer stays with it for ever, as a crashed process does.
 */
export async function listenTo(
    platform: Platform,
    options: {hold?: (event: PlatformEvent) => boolean} = {},
): Promise<EventLog> {
    const controller = new AbortController();
    const events: PlatformEvent[] = [];
    const waiters = new Set<() => void>();
    const stopped = new Promise<void>((resolve) => {
        controller.signal.addEventListener('abort', () => resolve(), {once: true});
    });
    const run = (async () => {
        for await (const event of platform.events(controller.signal)) {
            events.push(event);
            for (const waiter of [...waiters]) waiter();
            if (options.hold?.(event) === true) {
                await stopped;
                break;
            }
        }
    })();
    const until: EventLog['until'] = (fits, ms = 60_000) =>
        new Promise((resolve, reject) => {
            const look = (): boolean => {
                const found = events.find(fits);
                if (found === undefined) return false;
                clearTimeout(timer);
                waiters.delete(look);
                resolve(found);
                return true;
            };
            const timer = setTimeout(() => {
                waiters.delete(look);
                const kinds = events.map((event) => event.kind).join(', ');
                reject(new Error(`the event did not come; there were: ${kinds}`));
            }, ms);
            if (!look()) waiters.add(look);
        });
    const posted = (channelId: string): Posted[] =>
        events.filter(
            (event): event is Posted =>
                event.kind === 'posted' &&
                event.post.channelId === channelId &&
                event.post.type === '',
        );
    const stop = async (): Promise<void> => {
        openLogs.delete(stop);
        controller.abort();
        await run;
    };
    openLogs.add(stop);
    await untilListening(platform);
    return {
        events,
        posted,
        posts: (channelId) => posted(channelId).map((event) => event.post),
        until,
        message: async (text, ms) => {
            const event = await until(
                (one) => one.kind === 'posted' && one.post.message === text,
                ms,
            );
            if (event.kind !== 'posted') throw new Error('unreachable');
            return event;
        },
        stop,
    };
}

/** Waits until the platform hears its server; fails after 60 s. */
export async function untilListening(platform: Platform): Promise<void> {
    await untilTrue(() => ['ready', 'polling'].includes(platform.status.state));
}

/** Looks each 10 ms; fails after `ms`. */
export async function untilTrue(
    holds: () => boolean | Promise<boolean>,
    ms = 60_000,
): Promise<void> {
    const end = clock.now() + ms;
    while (!(await holds())) {
        if (clock.now() > end) throw new Error('it did not become true in time');
        await new Promise((resolve) => later(resolve, 10));
    }
}
