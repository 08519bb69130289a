import {silentLog} from '../../contract/log.ts';
import {createStatusBoard} from '../listening/status.ts';
import {PlatformError} from '../errors.ts';
import {createIdentity} from './identity.ts';
import type {RestClient} from './rest-client.ts';
import {DEFAULT_TIMINGS} from './timings.ts';

describe('who the token belongs to', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => {
        expect(jest.getTimerCount()).toBe(0);
        jest.useRealTimers();
    });

    /** Asks until the server answers without an error; `at` are the times of the questions, ms. */
    async function asked(
        error: (n: number) => PlatformError | undefined,
        options: {back?: () => Promise<boolean>; random?: number; forMs?: number} = {},
    ) {
        const begun = Date.now();
        const at: number[] = [];
        const warned: string[] = [];
        const status = createStatusBoard(Date.now);
        const states: string[] = [];
        status.onChange(({state}) => states.push(state));
        const stop = new AbortController();
        const call = async (): Promise<unknown> => {
            at.push(Date.now() - begun);
            const thrown = error(at.length - 1);
            if (thrown !== undefined) throw thrown;
            return {id: 'bot', username: 'gangway', updateAt: 1};
        };
        const identity = createIdentity({
            rest: {call} as unknown as RestClient,
            line: {back: options.back ?? (async () => false)},
            status,
            timings: DEFAULT_TIMINGS,
            log: {...silentLog, warn: (message) => void warned.push(message)},
            random: () => options.random ?? 1,
            onChanged: () => undefined,
            account: 'main',
            tokenRemedy: 'make a new one',
        });
        const outcome = identity.identify(stop.signal).catch(() => 'given up');
        await jest.advanceTimersByTimeAsync(options.forMs ?? 400_000);
        stop.abort();
        await jest.advanceTimersByTimeAsync(0);
        const waits = at.slice(1).map((time, n) => time - (at[n] ?? 0));
        return {outcome: await outcome, waits, at, warned, states};
    }
    const refusal = (): PlatformError => new PlatformError('server-error', 'no', {status: 500});
    const bad = (): PlatformError => new PlatformError('unauthorized', 'no', {status: 401});
    const away = (): PlatformError => new PlatformError('unreachable', 'no answer');

    it('[CON-02] keeps the long waits for a server that is there and refuses', async () => {
        const {waits} = await asked(refusal);
        expect(waits.slice(0, 8)).toEqual([
            1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
        ]);
    });

    it('[CON-02] asks again at once when a line that was down is back, and says that it was', async () => {
        const back = async (): Promise<boolean> => {
            await new Promise((resolve) => setTimeout(resolve, 60_000));
            return true;
        };
        const {outcome, at, warned} = await asked((n) => (n === 0 ? away() : undefined), {back});
        expect({outcome, at}).toEqual({outcome: true, at: [0, 60_000]});
        expect(warned).toEqual(['the server cannot be reached']);
    });

    it('[CON-02] does not spin where pings are answered and nothing else is', async () => {
        const {waits} = await asked(away);
        expect(waits.slice(0, 4)).toEqual([0, 2_000, 4_000, 8_000]);
    });

    it.each([0, 1])(
        '[CON-02][BR-42] asks about every half minute with a token that is refused (jitter %d)',
        async (random) => {
            const {waits, warned, states} = await asked(bad, {random, forMs: 300_000});
            expect(Math.min(...waits)).toBeGreaterThanOrEqual(22_500);
            expect(Math.max(...waits)).toBeLessThanOrEqual(37_500);
            expect(states).toEqual(['bad-token']);
            expect(warned).toEqual([
                'the server refuses the bot token of the account main: make a new one; it is tried again about every 30 seconds',
            ]);
        },
    );
});
