import type {QueueMode} from '../contract/account-settings.ts';
import {CancelledError} from '../contract/errors.ts';

/** Why a turn was told to end. */
export type AbortCause =
    | 'stopped-by-user'
    /** A newer message of the session comes first (`queue.mode: interrupt`). */
    | 'interrupted'
    /** The post that asked was deleted. */
    | 'deleted'
    /** The channel was archived, or the bot removed from it: there is no place for an answer. */
    | 'no-place'
    | 'shutdown'
    /** Other runners may take the turn over, so this one must not go on. */
    | 'lease-lost';

/** The `reason` of a turn's signal; `by` is the person who stopped it, where there is one. */
export class TurnAbortedError extends CancelledError {
    readonly abortCause: AbortCause;
    readonly by: string | undefined;

    constructor(abortCause: AbortCause, by?: string) {
        super('a turn', abortCause);
        this.abortCause = abortCause;
        this.by = by;
    }
}

/** Why the queue aborted this signal; undefined when it did not (or something else did). */
export function abortedBy(signal: AbortSignal): TurnAbortedError | undefined {
    return signal.reason instanceof TurnAbortedError ? signal.reason : undefined;
}

/** What a run gets besides its items. */
export interface RunContext<Item> {
    /** Aborted with a TurnAbortedError; the run then ends by itself, soon. */
    readonly signal: AbortSignal;
    /** All that belongs to the run: what it began with, and what was taken from `steering` since. */
    readonly items: readonly Item[];
    /**
     * Items that came during the run in mode `steer`. What is taken from it belongs to this run, what
     * is not becomes a turn of its own. It ends with the run, or when its `return` is called.
     */
    readonly steering: AsyncIterable<Item>;
}

/** What became of a message. */
export type Submission =
    | {readonly kind: 'started'}
    /** Waits; `ahead` counts what is in front of it: the running turn and earlier waiting messages. */
    | {readonly kind: 'queued'; readonly ahead: number}
    /** The running agent was listening and has it. */
    | {readonly kind: 'steered'}
    /** It comes next; the running turn was told to end. */
    | {readonly kind: 'interrupting'}
    /** As many wait as may wait; nothing was kept. */
    | {readonly kind: 'full'}
    /** The runner is shutting down; nothing was kept. */
    | {readonly kind: 'closed'};

/** Items that were told to end, and items that will never begin. */
export interface Stopped<Item> {
    readonly running: readonly Item[];
    readonly waiting: readonly Item[];
}

/** One turn at a time for each session; sessions never wait for each other. */
export interface TurnQueue<Item> {
    /** Hands a message in; `max` is how many may wait in its session. Never throws, never waits. */
    submit(sessionId: string, item: Item, mode: QueueMode, max: number): Submission;
    /**
     * Aborts what runs in the session and clears what waits, at once; gives both back. The session's next
     * turn begins when the aborted one has ended.
     */
    stop(sessionId: string, cause: AbortCause, by?: string): Stopped<Item>;
    /**
     * The same for single items, wherever they are. A running turn is aborted when all of its items are
     * meant: what others asked together with them is still to be answered.
     */
    withdraw(matches: (item: Item) => boolean, cause: AbortCause): Stopped<Item>;
    /** Aborts all turns of all sessions and clears what waits, but takes new messages. */
    stopAll(cause: AbortCause): Stopped<Item>;
    /** Sessions with a turn running or waiting. */
    readonly busy: number;
    /** Resolves when nothing runs and nothing waits any more. */
    idle(): Promise<void>;
    /**
     * Takes no more messages, clears what waits, gives what runs `graceMs` to end by itself, aborts it with
     * `shutdown`, and gives it `graceMs` once more. What waited is given back (its journal is still open).
     */
    shutdown(graceMs: number): Promise<Stopped<Item>>;
}

/** A message that waits for its turn. */
export interface Waiting<Item> {
    readonly item: Item;
    readonly mode: QueueMode;
}

/** The right to run turns of a session, which other runners may want too. */
export interface SessionPass<Item> {
    /** Ends a turn. With `next`, says whether that may follow at once. Never rejects. */
    done(next: Waiting<Item> | undefined): boolean | Promise<boolean>;
}

/** Where a session's turns wait for those of other runners. */
export interface SessionGate<Item> {
    /** The right at once; undefined where it has to be waited for. */
    tryEnter(sessionId: string): SessionPass<Item> | undefined;
    /**
     * Waits for the right; `first` is what would be run now, undefined when nothing is left. May give
     * nothing, or reject, when `signal` is aborted or nothing is left.
     */
    enter(
        sessionId: string,
        first: () => Waiting<Item> | undefined,
        signal: AbortSignal,
    ): Promise<SessionPass<Item> | undefined>;
}

/** What `createTurnQueue` needs. */
export interface TurnQueueOptions<Item> {
    /**
     * Answers one message, or several that were merged, and settles them. The queue waits until it has
     * ended, so it must end when its signal is aborted.
     */
    readonly run: (items: readonly Item[], context: RunContext<Item>) => Promise<void>;
    /** A run threw: it should have settled its items itself. */
    readonly onFailure: (items: readonly Item[], error: unknown) => void;
    /** Whether a message may become part of another's turn (`collect`, `interrupt`, `steer`) [always]. */
    readonly mergeable?: (first: Item, next: Item) => boolean;
    /** [every session is this queue's alone] */
    readonly gate?: SessionGate<Item>;
}

interface Running<Item> {
    /** Grows by what the agent takes from `steering`. */
    readonly items: Item[];
    readonly abort: AbortController;
    readonly steering: Steering<Item>;
}

interface Session<Item> {
    running: Running<Item> | undefined;
    waiting: Waiting<Item>[];
    /** Aborted when nothing waits any more for the right to run. */
    entering: AbortController | undefined;
}

const OPEN_PASS: SessionPass<unknown> = {done: () => false};
const OPEN_GATE: SessionGate<unknown> = {
    tryEnter: () => OPEN_PASS,
    enter: () => Promise.resolve(OPEN_PASS),
};

/** Makes an empty queue. */
export function createTurnQueue<Item>(options: TurnQueueOptions<Item>): TurnQueue<Item> {
    const {run, onFailure, mergeable = () => true, gate = OPEN_GATE} = options;
    const sessions = new Map<string, Session<Item>>();
    const idleWaiters = new Set<() => void>();
    let closed = false;

    const enter = async (
        sessionId: string,
        session: Session<Item>,
    ): Promise<SessionPass<Item> | undefined> => {
        const entering = new AbortController();
        session.entering = entering;
        try {
            return await gate.enter(sessionId, () => session.waiting[0], entering.signal);
        } catch (error) {
            if (!entering.signal.aborted) throw error;
            return undefined;
        } finally {
            session.entering = undefined;
        }
    };

    const runNext = async (session: Session<Item>): Promise<void> => {
        const running: Running<Item> = {
            items: takeNext(session.waiting, mergeable),
            abort: new AbortController(),
            steering: createSteering(() => takeSteering(session, mergeable)),
        };
        session.running = running;
        const context = {
            signal: running.abort.signal,
            items: running.items,
            steering: running.steering.items,
        };
        try {
            // Asynchronously, so that neither `submit` nor the end before waits for what a run does at once.
            await Promise.resolve();
            await run([...running.items], context);
        } catch (error) {
            onFailure(running.items, error);
        } finally {
            running.steering.end();
            session.running = undefined;
        }
    };

    /** Runs what waits until nothing does; begins synchronously where there is nothing to wait for. */
    const serve = async (sessionId: string, session: Session<Item>): Promise<void> => {
        let pass: SessionPass<Item> | undefined;
        while (session.waiting.length > 0 || pass !== undefined) {
            pass ??= gate.tryEnter(sessionId) ?? (await enter(sessionId, session));
            if (pass === undefined) continue;
            if (session.waiting.length > 0) await runNext(session);
            const done = pass.done(session.waiting[0]);
            const kept = typeof done === 'boolean' ? done : await done;
            if (!kept) pass = undefined;
        }
        sessions.delete(sessionId);
        if (sessions.size > 0) return;
        for (const resolve of [...idleWaiters]) resolve();
    };

    const stopSession = (session: Session<Item>, reason: TurnAbortedError): Stopped<Item> => {
        const waiting = session.waiting.map(({item}) => item);
        session.waiting = [];
        const running = session.running?.items ?? [];
        session.running?.abort.abort(reason);
        session.entering?.abort();
        return {running: [...running], waiting};
    };

    const stopAll = (cause: AbortCause): Stopped<Item> =>
        join(
            [...sessions.values()].map((session) =>
                stopSession(session, new TurnAbortedError(cause)),
            ),
        );

    const idle = async (): Promise<void> => {
        if (sessions.size === 0) return;
        await new Promise<void>((resolve) => {
            const done = (): void => {
                idleWaiters.delete(done);
                resolve();
            };
            idleWaiters.add(done);
        });
    };

    return {
        get busy() {
            return sessions.size;
        },
        idle,
        stopAll,

        submit(sessionId, item, mode, max) {
            if (closed) return {kind: 'closed'};
            const session = sessions.get(sessionId);
            if (session === undefined) {
                const fresh: Session<Item> = {
                    running: undefined,
                    waiting: [{item, mode}],
                    entering: undefined,
                };
                sessions.set(sessionId, fresh);
                void serve(sessionId, fresh);
                return {kind: 'started'};
            }
            return enqueue(session, {item, mode}, max, mergeable);
        },

        stop(sessionId, cause, by) {
            const session = sessions.get(sessionId);
            if (session === undefined) return {running: [], waiting: []};
            return stopSession(session, new TurnAbortedError(cause, by));
        },

        withdraw(matches, cause) {
            const stopped = [...sessions.values()].map((session) => {
                const waiting = session.waiting.map(({item}) => item).filter(matches);
                session.waiting = session.waiting.filter(({item}) => !matches(item));
                if (session.waiting.length === 0) session.entering?.abort();
                const running = session.running;
                if (running?.items.every(matches) !== true) return {running: [], waiting};
                running.abort.abort(new TurnAbortedError(cause));
                return {running: [...running.items], waiting};
            });
            return join(stopped);
        },

        async shutdown(graceMs) {
            closed = true;
            const waiting: Item[] = [];
            for (const session of sessions.values()) {
                waiting.push(...session.waiting.map(({item}) => item));
                session.waiting = [];
                session.entering?.abort();
            }
            await atMost(idle(), graceMs);
            const {running} = stopAll('shutdown');
            await atMost(idle(), graceMs);
            return {running, waiting};
        },
    };
}

type Mergeable<Item> = (first: Item, next: Item) => boolean;

function enqueue<Item>(
    session: Session<Item>,
    next: Waiting<Item>,
    max: number,
    mergeable: Mergeable<Item>,
): Submission {
    const {running, waiting} = session;
    // Messages keep their order: what waits already is not overtaken by steering.
    const listens = running !== undefined && maySteer(running, next, mergeable);
    if (listens && waiting.length === 0) {
        if (running.steering.offer(next.item)) {
            running.items.push(next.item);
            return {kind: 'steered'};
        }
    }
    if (waiting.length >= max) return {kind: 'full'};
    if (next.mode !== 'interrupt') {
        waiting.push(next);
        return {kind: 'queued', ahead: waiting.length};
    }
    // Behind earlier interruptions, which would else be answered after what came after them.
    const at = waiting.findIndex(({mode}) => mode !== 'interrupt');
    waiting.splice(at === -1 ? waiting.length : at, 0, next);
    running?.abort.abort(new TurnAbortedError('interrupted'));
    return {kind: 'interrupting'};
}

/** The first waiting item, with those behind it that its mode merges into one turn. */
function takeNext<Item>(waiting: Waiting<Item>[], mergeable: Mergeable<Item>): Item[] {
    const first = waiting.shift();
    if (first === undefined) return [];
    const items = [first.item];
    if (first.mode !== 'collect' && first.mode !== 'interrupt') return items;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
        if (next.mode !== first.mode || !mergeable(first.item, next.item)) break;
        items.push(next.item);
        waiting.shift();
    }
    return items;
}

/** The first waiting item, when it came in mode `steer`, for the agent that is ready to take it. */
function takeSteering<Item>(
    {running, waiting}: Session<Item>,
    mergeable: Mergeable<Item>,
): Item | undefined {
    const [first] = waiting;
    if (running === undefined || first === undefined) return undefined;
    if (!maySteer(running, first, mergeable)) return undefined;
    waiting.shift();
    running.items.push(first.item);
    return first.item;
}

function maySteer<Item>(
    {abort, items}: Running<Item>,
    next: Waiting<Item>,
    mergeable: Mergeable<Item>,
): boolean {
    if (next.mode !== 'steer' || abort.signal.aborted) return false;
    return items.every((item) => mergeable(item, next.item));
}

interface Steering<Item> {
    readonly items: AsyncIterable<Item>;
    /** Gives the item to a reader that waits for one; false when none does. */
    offer(item: Item): boolean;
    end(): void;
}

/** No buffer of its own: an item is in the queue until the moment in which the agent takes it. */
function createSteering<Item>(take: () => Item | undefined): Steering<Item> {
    const readers: ((result: IteratorResult<Item, undefined>) => void)[] = [];
    let ended = false;
    const over: IteratorResult<Item, undefined> = {done: true, value: undefined};
    const end = (): void => {
        ended = true;
        for (const resolve of readers.splice(0)) resolve(over);
    };
    const iterator: AsyncIterator<Item, undefined> = {
        async next() {
            if (ended) return over;
            const item = take();
            if (item !== undefined) return {done: false, value: item};
            return await new Promise((resolve) => readers.push(resolve));
        },
        async return() {
            end();
            return over;
        },
    };
    return {
        items: {[Symbol.asyncIterator]: () => iterator},
        offer(item) {
            const resolve = readers.shift();
            resolve?.({done: false, value: item});
            return resolve !== undefined;
        },
        end,
    };
}

function join<Item>(parts: readonly Stopped<Item>[]): Stopped<Item> {
    return {
        running: parts.flatMap(({running}) => running),
        waiting: parts.flatMap(({waiting}) => waiting),
    };
}

async function atMost(work: Promise<void>, ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
    });
    await Promise.race([work, limit]);
    clearTimeout(timer);
}
