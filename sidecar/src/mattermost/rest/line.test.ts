import {CancelledError} from '../../contract/errors.ts';
import {PlatformError} from '../errors.ts';
import {RetryLaterError} from '../retry.ts';
import {createLine} from './line.ts';
import {DEFAULT_TIMINGS} from './timings.ts';

const away = (): PlatformError => new PlatformError('unreachable', 'no answer: ECONNREFUSED');

/** The same numbers in each run, between 0 and 1. */
function numbers(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
        return state / 2 ** 32;
    };
}

describe('[CON-02] a line that is down', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => {
        expect(jest.getTimerCount()).toBe(0);
        jest.useRealTimers();
    });

    const lineOf = (ping: () => Promise<unknown>, random = () => 1) =>
        createLine({ping, random, timings: DEFAULT_TIMINGS});
    const stop = new AbortController();

    it('is asked once, and believed, where it is not', async () => {
        const onDown = jest.fn();
        const ping = jest.fn(async () => undefined);
        expect(await lineOf(ping).back(stop.signal, onDown)).toBe(false);
        expect([ping.mock.calls.length, onDown.mock.calls.length]).toEqual([1, 0]);
    });

    it.each(['refuses', 'swallows all'])('is found back within 1.5 s: it %s', async (how) => {
        const backAt = Date.now() + 60_000;
        const onDown = jest.fn();
        const ping = async (): Promise<void> => {
            if (Date.now() >= backAt) return;
            if (how === 'refuses') throw away();
            await new Promise(() => undefined);
        };
        let found = 0;
        const waiting = lineOf(ping)
            .back(stop.signal, onDown)
            .then((took) => {
                expect(took).toBe(true);
                found = Date.now();
            });
        await jest.advanceTimersByTimeAsync(70_000);
        await waiting;
        expect(found - backAt).toBeLessThanOrEqual(1_500);
        expect(onDown).toHaveBeenCalledTimes(how === 'refuses' ? 1 : 0);
    });

    it('is left alone for as long as its proxy says', async () => {
        const at: number[] = [];
        const begun = Date.now();
        const ping = async (): Promise<void> => {
            at.push(Date.now() - begun);
            if (at.length > 1) return;
            throw new RetryLaterError('unavailable', 'later', {
                status: 503,
                serverId: '',
                retryAfterMs: 9_000,
            });
        };
        const waiting = lineOf(ping).back(stop.signal, () => undefined);
        await jest.advanceTimersByTimeAsync(20_000);
        expect(await waiting).toBe(true);
        expect(at).toEqual([0, 9_000]);
    });

    it('is no line that answers with a refusal: who asks next hears it', async () => {
        const ping = async (): Promise<void> => {
            throw new PlatformError('refused', 'no');
        };
        expect(await lineOf(ping).back(stop.signal, () => undefined)).toBe(false);
    });

    it('can be given up', async () => {
        const given = new AbortController();
        const waiting = lineOf(() => Promise.reject(away())).back(given.signal, () => undefined);
        const outcome = waiting.catch((error: unknown) => error);
        await jest.advanceTimersByTimeAsync(5_000);
        given.abort();
        expect(await outcome).toBeInstanceOf(CancelledError);
    });

    it('meets a hundred runners one after the other, while it is down and when it is back', async () => {
        const begun = Date.now();
        const backAt = begun + 60_000;
        const pings: number[] = [];
        const found: number[] = [];
        const ping = async (): Promise<void> => {
            pings.push(Date.now() - begun);
            if (Date.now() < backAt) throw away();
        };
        const runners = Array.from({length: 100}, async (_, n) => {
            const random = numbers(n);
            await lineOf(ping, random).back(stop.signal, () => undefined);
            found.push(Date.now() - backAt);
        });
        await jest.advanceTimersByTimeAsync(70_000);
        await Promise.all(runners);
        const most = (times: readonly number[], windowMs: number): number =>
            Math.max(
                ...times.map(
                    (from) => times.filter((at) => at >= from && at < from + windowMs).length,
                ),
            );
        expect(Math.max(...found)).toBeLessThanOrEqual(1_500);
        // After the break itself, in which all of them notice at once.
        expect(
            most(
                pings.filter((at) => at > 10_000),
                1_000,
            ),
        ).toBeLessThanOrEqual(120);
        expect(most(found, 500)).toBeLessThanOrEqual(60);
        expect(most(found, 100)).toBeLessThanOrEqual(25);
    });
});
