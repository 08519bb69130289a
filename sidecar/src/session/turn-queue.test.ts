import fc from 'fast-check';

import type {QueueMode} from '../contract/account-settings.ts';
import {abortedBy, createTurnQueue} from './turn-queue.ts';
import type {RunContext, TurnQueue} from './turn-queue.ts';

/** One call of `run`, ended by the test. */
interface Run {
    readonly items: readonly string[];
    readonly context: RunContext<string>;
    end(error?: Error): void;
}

/** A queue whose turns last until the test ends them. */
class Bench {
    readonly runs: Run[] = [];
    readonly failures: unknown[] = [];
    readonly queue: TurnQueue<string>;

    constructor(mergeable?: (first: string, next: string) => boolean) {
        this.queue = createTurnQueue<string>({
            run: async (items, context) => {
                await new Promise<void>((resolve, reject) => {
                    const end = (error?: Error): void => {
                        if (error === undefined) resolve();
                        else reject(error);
                    };
                    this.runs.push({items, context, end});
                });
            },
            onFailure: (_, error) => this.failures.push(error),
            ...(mergeable === undefined ? {} : {mergeable}),
        });
    }

    /** Ends the n-th run and lets what follows begin. */
    async end(n: number, error?: Error): Promise<void> {
        this.runs[n]?.end(error);
        await settle();
    }

    get started(): (readonly string[])[] {
        return this.runs.map(({items}) => items);
    }
}

/** Lets all microtasks run. */
async function settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
}

describe('the turn queue', () => {
    let bench: Bench;
    let queue: TurnQueue<string>;
    beforeEach(() => {
        bench = new Bench();
        queue = bench.queue;
    });

    it('[SES-09] runs one turn at a time per session, in order, by default', async () => {
        expect(queue.submit('s', 'a', 'queue', 20)).toEqual({kind: 'started'});
        expect(queue.submit('s', 'b', 'queue', 20)).toEqual({kind: 'queued', ahead: 1});
        expect(queue.submit('s', 'c', 'queue', 20)).toEqual({kind: 'queued', ahead: 2});
        await settle();
        expect(bench.started).toEqual([['a']]);
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['b']]);
        await bench.end(1);
        expect(bench.started).toEqual([['a'], ['b'], ['c']]);
    });

    it('[SES-09] says full when as many wait as may', async () => {
        queue.submit('s', 'a', 'queue', 2);
        queue.submit('s', 'b', 'queue', 2);
        queue.submit('s', 'c', 'collect', 2);
        for (const mode of ['queue', 'collect', 'steer', 'interrupt'] as const) {
            expect(queue.submit('s', 'd', mode, 2)).toEqual({kind: 'full'});
        }
        await settle();
        expect(bench.runs[0]?.context.signal.aborted).toBe(false);
        expect(queue.submit('other', 'd', 'queue', 2)).toEqual({kind: 'started'});
    });

    it('[SES-09] merges what waits into one turn with collect', async () => {
        queue.submit('s', 'a', 'collect', 20);
        queue.submit('s', 'b', 'collect', 20);
        queue.submit('s', 'c', 'collect', 20);
        queue.submit('s', 'd', 'queue', 20);
        queue.submit('s', 'e', 'collect', 20);
        await settle();
        for (const n of [0, 1, 2, 3]) await bench.end(n);
        expect(bench.started).toEqual([['a'], ['b', 'c'], ['d'], ['e']]);
    });

    it('[SES-09] merges only what may be merged', async () => {
        bench = new Bench((first, next) => first[0] === next[0]);
        for (const item of ['x1', 'x2', 'x3', 'y1', 'x4']) {
            bench.queue.submit('s', item, 'collect', 20);
        }
        await settle();
        for (const n of [0, 1, 2]) await bench.end(n);
        expect(bench.started).toEqual([['x1'], ['x2', 'x3'], ['y1'], ['x4']]);
    });

    it('[SES-09] gives a steering message to an agent that listens', async () => {
        queue.submit('s', 'a', 'steer', 20);
        await settle();
        const reader = bench.runs[0]?.context.steering[Symbol.asyncIterator]();
        const first = reader?.next();
        expect(queue.submit('s', 'b', 'steer', 20)).toEqual({kind: 'steered'});
        expect(await first).toEqual({done: false, value: 'b'});
        expect(queue.submit('s', 'c', 'steer', 20)).toEqual({kind: 'queued', ahead: 1});
        expect(await reader?.next()).toEqual({done: false, value: 'c'});
        const last = reader?.next();
        await bench.end(0);
        expect(await last).toEqual({done: true, value: undefined});
        expect(bench.started).toEqual([['a']]);
        expect(bench.runs[0]?.context.items).toEqual(['a', 'b', 'c']);
        expect(queue.busy).toBe(0);
    });

    it('[SES-09] steers no turn with a message that may not be merged with it', async () => {
        bench = new Bench((first, next) => first[0] === next[0]);
        queue = bench.queue;
        queue.submit('s', 'x1', 'steer', 20);
        await settle();
        const reader = bench.runs[0]?.context.steering[Symbol.asyncIterator]();
        const first = reader?.next();
        expect(queue.submit('s', 'y1', 'steer', 20)).toEqual({kind: 'queued', ahead: 1});
        await bench.end(0);
        expect((await first)?.done).toBe(true);
        await settle();
        const late = bench.runs[1]?.context.steering[Symbol.asyncIterator]();
        queue.submit('s', 'x2', 'steer', 20);
        const next = late?.next();
        await bench.end(1);
        expect((await next)?.done).toBe(true);
        expect(bench.started).toEqual([['x1'], ['y1'], ['x2']]);
    });

    it('[SES-09] steers no more once the run has closed its steering', async () => {
        queue.submit('s', 'a', 'steer', 20);
        await settle();
        const reader = bench.runs[0]?.context.steering[Symbol.asyncIterator]();
        void reader?.next();
        await reader?.return?.();
        expect(queue.submit('s', 'b', 'steer', 20)).toEqual({kind: 'queued', ahead: 1});
        expect(bench.runs[0]?.context.items).toEqual(['a']);
    });

    it('[SES-09] queues a steering message that no agent takes', async () => {
        queue.submit('s', 'a', 'steer', 20);
        await settle();
        expect(queue.submit('s', 'b', 'steer', 20)).toEqual({kind: 'queued', ahead: 1});
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['b']]);
        const over = await bench.runs[0]?.context.steering[Symbol.asyncIterator]().next();
        expect(over?.done).toBe(true);
    });

    it('[SES-09] lets steering overtake nothing that waits, nor reach an aborted turn', async () => {
        queue.submit('s', 'a', 'queue', 20);
        queue.submit('s', 'b', 'queue', 20);
        await settle();
        const reader = bench.runs[0]?.context.steering[Symbol.asyncIterator]();
        void reader?.next();
        expect(queue.submit('s', 'c', 'steer', 20)).toEqual({kind: 'queued', ahead: 2});
        queue.stop('s', 'stopped-by-user');
        expect(queue.submit('s', 'd', 'steer', 20)).toMatchObject({kind: 'queued'});
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['d']]);
    });

    it('[SES-09] aborts the running turn with interrupt and runs the new message next', async () => {
        queue.submit('s', 'a', 'queue', 20);
        queue.submit('s', 'b', 'queue', 20);
        await settle();
        expect(queue.submit('s', 'c', 'interrupt', 20)).toEqual({kind: 'interrupting'});
        const signal = bench.runs[0]?.context.signal;
        expect(signal && abortedBy(signal)?.abortCause).toBe('interrupted');
        expect(bench.started).toEqual([['a']]);
        queue.submit('s', 'd', 'interrupt', 20);
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['c', 'd']]);
        expect(bench.runs[1]?.context.signal.aborted).toBe(false);
        await bench.end(1);
        expect(bench.started[2]).toEqual(['b']);
    });

    it('[SES-10] stops what runs and clears what waits at once, and says what that was', async () => {
        queue.submit('s', 'a', 'queue', 20);
        queue.submit('s', 'b', 'queue', 20);
        queue.submit('other', 'x', 'queue', 20);
        await settle();
        expect(queue.stop('s', 'stopped-by-user', 'alice')).toEqual({
            running: ['a'],
            waiting: ['b'],
        });
        const signal = bench.runs[0]?.context.signal;
        const abort = signal && abortedBy(signal);
        expect(abort).toMatchObject({
            abortCause: 'stopped-by-user',
            by: 'alice',
            code: 'cancelled',
        });
        expect(bench.runs[1]?.context.signal.aborted).toBe(false);
        expect(queue.submit('s', 'c', 'queue', 20)).toMatchObject({kind: 'queued'});
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['x'], ['c']]);
        expect(queue.stop('nothing', 'stopped-by-user')).toEqual({running: [], waiting: []});
    });

    it('withdraws a deleted message where it waits, or with its turn when it is alone in it', async () => {
        for (const item of ['a', 'b', 'c', 'd']) queue.submit('s', item, 'collect', 20);
        await settle();
        expect(queue.withdraw((item) => item === 'c', 'deleted')).toEqual({
            running: [],
            waiting: ['c'],
        });
        expect(queue.withdraw((item) => item === 'a', 'deleted').running).toEqual(['a']);
        await bench.end(0);
        expect(bench.started).toEqual([['a'], ['b', 'd']]);
        expect(queue.withdraw((item) => item === 'b', 'deleted').running).toEqual([]);
        expect(bench.runs[1]?.context.signal.aborted).toBe(false);
    });

    it('goes on after a turn that threw, and reports it', async () => {
        queue.submit('s', 'a', 'queue', 20);
        queue.submit('s', 'b', 'queue', 20);
        await settle();
        await bench.end(0, new Error('broken'));
        expect(bench.failures).toEqual([new Error('broken')]);
        expect(bench.started).toEqual([['a'], ['b']]);
    });

    it('goes on after a run that throws before it awaits anything', async () => {
        const seen: string[] = [];
        const failing = createTurnQueue<string>({
            run: (items) => {
                seen.push(...items);
                throw new Error('at once');
            },
            onFailure: () => undefined,
        });
        failing.submit('s', 'a', 'queue', 20);
        failing.submit('s', 'b', 'queue', 20);
        await failing.idle();
        expect(seen).toEqual(['a', 'b']);
    });

    it('lets no session wait for a hanging one', async () => {
        for (let i = 0; i < 200; i++) queue.submit(`s${i}`, `hangs${i}`, 'queue', 20);
        await settle();
        expect(queue.submit('fresh', 'a', 'queue', 20)).toEqual({kind: 'started'});
        await settle();
        expect(bench.runs).toHaveLength(201);
        await bench.end(200);
        expect(queue.busy).toBe(200);
    });

    it('remembers nothing of sessions without work', async () => {
        queue.submit('s', 'a', 'queue', 20);
        expect(queue.busy).toBe(1);
        let idle = false;
        void queue.idle().then(() => {
            idle = true;
        });
        await settle();
        expect(idle).toBe(false);
        await bench.end(0);
        expect(queue.busy).toBe(0);
        expect(idle).toBe(true);
        await queue.idle();
    });
});

describe('shutting the turn queue down', () => {
    beforeEach(() => {
        jest.useFakeTimers({doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick']});
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it('lets running turns end, gives back what waits, and takes nothing more', async () => {
        const {queue, runs, end} = withEnd(new Bench());
        queue.submit('s', 'a', 'queue', 20);
        queue.submit('s', 'b', 'queue', 20);
        await settle();
        const done = queue.shutdown(5000);
        expect(queue.submit('s', 'c', 'queue', 20)).toEqual({kind: 'closed'});
        await jest.advanceTimersByTimeAsync(3000);
        expect(runs[0]?.context.signal.aborted).toBe(false);
        await end(0);
        expect(await done).toEqual({running: [], waiting: ['b']});
        expect(runs).toHaveLength(1);
        expect(jest.getTimerCount()).toBe(0);
    });

    it('aborts what does not end in time, and gives up on what does not end at all', async () => {
        const {queue, runs, end} = withEnd(new Bench());
        queue.submit('s', 'slow', 'queue', 20);
        queue.submit('t', 'deaf', 'queue', 20);
        await settle();
        const done = queue.shutdown(5000);
        await jest.advanceTimersByTimeAsync(5000);
        for (const run of runs) {
            expect(abortedBy(run.context.signal)?.abortCause).toBe('shutdown');
        }
        await end(0);
        await jest.advanceTimersByTimeAsync(5000);
        expect((await done).running).toEqual(['slow', 'deaf']);
        expect(jest.getTimerCount()).toBe(0);
    });
});

function withEnd(bench: Bench): {queue: TurnQueue<string>; runs: Run[]; end: Bench['end']} {
    return {queue: bench.queue, runs: bench.runs, end: bench.end.bind(bench)};
}

type Step =
    | {readonly kind: 'submit'; readonly session: string; readonly mode: QueueMode}
    | {readonly kind: 'end'; readonly which: number; readonly fails: boolean}
    | {readonly kind: 'read'; readonly which: number}
    | {readonly kind: 'stop'; readonly session: string}
    | {readonly kind: 'withdraw'; readonly nth: number};

const session = fc.constantFrom('s', 't');
const anyMode = fc.constantFrom<QueueMode[]>('queue', 'collect', 'steer', 'interrupt');
const stepsOf = (mode: fc.Arbitrary<QueueMode>): fc.Arbitrary<Step[]> =>
    fc.array(
        fc.oneof(
            {
                weight: 4,
                arbitrary: fc.record({kind: fc.constant('submit' as const), session, mode}),
            },
            {
                weight: 3,
                arbitrary: fc.record({
                    kind: fc.constant('end' as const),
                    which: fc.nat(1),
                    fails: fc.boolean(),
                }),
            },
            fc.record({kind: fc.constant('read' as const), which: fc.nat(1)}),
            fc.record({kind: fc.constant('stop' as const), session}),
            fc.record({kind: fc.constant('withdraw' as const), nth: fc.nat(30)}),
        ),
        {maxLength: 40},
    );

const MAX = 4;

/** Carries out any steps, checking at each that a session has one turn; tells where every item went. */
class Story {
    readonly bench = new Bench();
    readonly kept: string[] = [];
    readonly cleared: string[] = [];
    /** Per session, in the order in which turns (or agents that listened) got them. */
    readonly taken = new Map<string, string[]>();
    #ended = new Set<Run>();
    #seen = 0;
    #count = 0;

    async play(steps: readonly Step[]): Promise<void> {
        for (const step of steps) {
            this.#play(step);
            await settle();
            this.#note();
        }
        while (this.#live().length > 0) {
            for (const run of this.#live()) this.#end(run, false);
            await settle();
            this.#note();
        }
    }

    #play(step: Step): void {
        const {queue} = this.bench;
        switch (step.kind) {
            case 'submit': {
                const item = `${step.session}${this.#count++}`;
                const {kind} = queue.submit(step.session, item, step.mode, MAX);
                if (kind !== 'full') this.kept.push(item);
                return;
            }
            case 'end': {
                const run = this.#live()[step.which];
                if (run !== undefined) this.#end(run, step.fails);
                return;
            }
            case 'read': {
                const run = this.#live()[step.which];
                if (run !== undefined) void this.#read(run);
                return;
            }
            case 'stop':
                this.cleared.push(...queue.stop(step.session, 'stopped-by-user').waiting);
                return;
            case 'withdraw': {
                const gone = queue.withdraw((item) => item.endsWith(`${step.nth}`), 'deleted');
                this.cleared.push(...gone.waiting);
                return;
            }
        }
    }

    async #read(run: Run): Promise<void> {
        const result = await run.context.steering[Symbol.asyncIterator]().next();
        if (result.done !== true) this.#take(result.value);
    }

    #end(run: Run, fails: boolean): void {
        this.#ended.add(run);
        run.end(fails ? new Error('failed') : undefined);
    }

    #live(): Run[] {
        return this.bench.runs.filter((run) => !this.#ended.has(run));
    }

    #note(): void {
        for (const run of this.bench.runs.slice(this.#seen)) run.items.forEach(this.#take);
        this.#seen = this.bench.runs.length;
        const busy = this.#live().map(({items}) => items[0]?.[0]);
        expect(new Set(busy).size).toBe(busy.length);
        expect(this.bench.queue.busy).toBe(busy.length);
    }

    #take = (item: string): void => {
        const name = item.slice(0, 1);
        this.taken.set(name, [...(this.taken.get(name) ?? []), item]);
    };
}

describe('any sequence of messages, ends, failures and stops', () => {
    it('[SES-09] never runs two turns of a session at once, and loses or doubles no message', async () => {
        await fc.assert(
            fc.asyncProperty(stepsOf(anyMode), async (steps) => {
                const story = new Story();
                await story.play(steps);
                const ends = [...story.cleared, ...[...story.taken.values()].flat()];
                expect(ends.sort()).toEqual([...story.kept].sort());
                expect(story.bench.queue.busy).toBe(0);
            }),
            {numRuns: 300},
        );
    });

    it('[SES-09] keeps the order of a session, whatever is merged or steered', async () => {
        const orderly = fc.constantFrom<QueueMode[]>('queue', 'collect', 'steer');
        await fc.assert(
            fc.asyncProperty(stepsOf(orderly), async (steps) => {
                const story = new Story();
                await story.play(steps);
                for (const items of story.taken.values()) {
                    const numbers = items.map((item) => Number(item.slice(1)));
                    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
                }
            }),
            {numRuns: 300},
        );
    });
});
