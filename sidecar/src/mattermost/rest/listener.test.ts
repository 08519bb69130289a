import {silentLog} from '../../contract/log.ts';
import {PlatformError} from '../errors.ts';
import type {ConnectionState} from '../platform.ts';
import {createEventQueue} from '../listening/event-queue.ts';
import {createListener} from './listener.ts';
import type {SessionOutcome} from './session.ts';
import {createStatusBoard} from '../listening/status.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS} from './timings.ts';

describe('the listening loop', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    /** Sessions end as `outcomes` say; `starts` are the times at which they began. */
    const run = (options: {
        outcomes: (n: number) => SessionOutcome | Error;
        identify?: () => Promise<boolean>;
        random?: number;
    }) => {
        const starts: number[] = [];
        const polls: number[] = [];
        const states: ConnectionState[] = [];
        const stop = new AbortController();
        const timings = DEFAULT_TIMINGS;
        const limits = DEFAULT_LIMITS;
        const queue = createEventQueue(10);
        const status = createStatusBoard(Date.now);
        status.onChange((next) => states.push(next.state));
        const listen = createListener({
            identify: options.identify ?? (async () => false),
            session: async () => {
                starts.push(Date.now());
                const outcome = options.outcomes(starts.length - 1);
                if (outcome instanceof Error) throw outcome;
                const lived = outcome.livedMs ?? 0;
                if (lived > 0) await new Promise((resolve) => setTimeout(resolve, lived));
                return outcome;
            },
            listening: {
                prepare: async () => {},
                catchUp: {
                    run: async () => {
                        polls.push(Date.now());
                    },
                },
                queue,
            },
            status,
            timings,
            limits,
            log: silentLog,
            random: () => options.random ?? 1,
            now: Date.now,
        });
        const done = listen(stop.signal);
        const waits = (): number[] => starts.slice(1).map((time, n) => time - (starts[n] ?? 0));
        return {starts, polls, states, stop, done, waits, status};
    };
    const short: SessionOutcome = {livedMs: 0, reason: 'broken'};

    it('[CON-02] waits 1 s, 2 s, 4 s … 60 s between its tries', async () => {
        const loop = run({outcomes: () => short});
        await jest.advanceTimersByTimeAsync(400_000);
        expect(loop.waits().slice(0, 9)).toEqual([
            1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000,
        ]);
        loop.stop.abort();
        await jest.runOnlyPendingTimersAsync();
        await loop.done;
    });

    it('[CON-02] spreads the tries of many by jitter', async () => {
        const loop = run({outcomes: () => short, random: 0});
        await jest.advanceTimersByTimeAsync(20_000);
        expect(loop.waits().slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
        loop.stop.abort();
        await jest.runOnlyPendingTimersAsync();
        await loop.done;
    });

    it('[CON-02] starts again with 1 s after 60 s of health, not earlier', async () => {
        const lives = [0, 0, 59_000, 60_000, 0];
        const loop = run({outcomes: (n) => ({livedMs: lives[n] ?? 0, reason: 'broken'})});
        await jest.advanceTimersByTimeAsync(140_000);
        expect(loop.waits().slice(0, 5)).toEqual([
            1_000,
            2_000,
            59_000 + 4_000,
            60_000 + 1_000,
            2_000,
        ]);
        loop.stop.abort();
        await jest.runOnlyPendingTimersAsync();
        await loop.done;
    });

    it('[CON-02] survives any failure of a round, and says so', async () => {
        const loop = run({
            outcomes: (n) =>
                n === 0
                    ? new Error('a surprise with a secret')
                    : new PlatformError('unavailable', 'busy', {status: 503}),
        });
        await jest.advanceTimersByTimeAsync(10_000);
        expect(loop.starts.length).toBeGreaterThan(2);
        expect(loop.status.current).toMatchObject({
            state: 'error',
            lastError: 'busy (unavailable)',
        });
        expect(JSON.stringify(loop.states)).not.toContain('secret');
        loop.stop.abort();
        await jest.runOnlyPendingTimersAsync();
        await loop.done;
        expect(loop.status.current.state).toBe('disabled');
    });

    it('[CON-05] polls each 5 s once the upgrade was refused three times, and still tries it', async () => {
        const refused: SessionOutcome = {livedMs: undefined, reason: 'refused'};
        const loop = run({outcomes: () => refused});
        await jest.advanceTimersByTimeAsync(300_000);
        expect(loop.starts[2]).toBeLessThanOrEqual(loop.polls[0] ?? 0);
        const gaps = loop.polls.slice(1).map((time, n) => time - (loop.polls[n] ?? 0));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(5_000);
        expect(loop.status.current.state).toBe('polling');
        expect(loop.starts.length).toBeGreaterThanOrEqual(6);
        expect(Math.max(...loop.waits())).toBeLessThanOrEqual(60_000);
        loop.stop.abort();
        await jest.runOnlyPendingTimersAsync();
        await loop.done;
    });

    it('stops at once wherever it is', async () => {
        const loop = run({outcomes: () => short});
        await jest.advanceTimersByTimeAsync(50);
        loop.stop.abort();
        await loop.done;
        expect(jest.getTimerCount()).toBe(0);
    });
});
