import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createStopRequests} from './stop-requests.ts';
import type {StopRequest, StopRequests} from './stop-requests.ts';

describe('stop requests', () => {
    let store: Store;
    let here: StopRequests;
    let there: StopRequests;
    let stopped: string[];
    let turns: Disposable[];
    const stop = ({by, turns, cause}: StopRequest): void => {
        stopped.push(`${by}: ${turns.join()} ${cause}`);
    };
    const byWord = (by: string): StopRequest => ({by, turns: ['t1'], cause: 'stopped-by-user'});

    beforeEach(() => {
        jest.useFakeTimers();
        store = createMemoryStore();
        here = createStopRequests({store, log: silentLog});
        there = createStopRequests({store, log: silentLog});
        stopped = [];
        turns = [];
    });
    afterEach(() => {
        for (const turn of turns) turn[Symbol.dispose]();
        expect(jest.getTimerCount()).toBe(0);
        jest.useRealTimers();
    });

    it('[SES-10] reach a turn on another runner at once, and only that session', async () => {
        turns.push(there.follow('s', stop));
        turns.push(there.follow('other', () => stopped.push('other')));
        await here.request('s', byWord('alice'));
        await jest.advanceTimersByTimeAsync(0);
        expect(stopped).toEqual(['alice: t1 stopped-by-user']);
        await here.request('s', {by: 'bob', turns: ['t2'], cause: 'interrupted'});
        await jest.advanceTimersByTimeAsync(5000);
        expect(stopped).toEqual(['alice: t1 stopped-by-user', 'bob: t2 interrupted']);
    });

    it('[SES-10] reach it within a second when the hint of the store is lost', async () => {
        const deaf: Store = {...store, watch: () => ({[Symbol.dispose]: () => undefined})};
        const runner = createStopRequests({store: deaf, log: silentLog});
        turns.push(runner.follow('s', stop));
        await jest.advanceTimersByTimeAsync(10);
        await here.request('s', byWord('alice'));
        await jest.advanceTimersByTimeAsync(1000);
        expect(stopped).toEqual(['alice: t1 stopped-by-user']);
    });

    it('[SES-10] name their turns, so that one which is heard of late stops nothing else', async () => {
        await here.request('s', byWord('alice'));
        await jest.advanceTimersByTimeAsync(10_000);
        turns.push(there.follow('s', stop));
        await jest.advanceTimersByTimeAsync(5000);
        expect(stopped).toEqual(['alice: t1 stopped-by-user']);
    });

    it('are looked for no more when the turn has ended', async () => {
        const turn = there.follow('s', stop);
        turn[Symbol.dispose]();
        await here.request('s', byWord('alice'));
        await jest.advanceTimersByTimeAsync(5000);
        expect(stopped).toEqual([]);
    });

    it('are found when the store answers again', async () => {
        let down = true;
        const flaky: Store = {
            ...store,
            get: async (key) => {
                if (down) throw new Error('the store is down');
                return await store.get(key);
            },
        };
        const runner = createStopRequests({store: flaky, log: silentLog});
        turns.push(runner.follow('s', stop));
        await here.request('s', byWord('alice'));
        await jest.advanceTimersByTimeAsync(3000);
        expect(stopped).toEqual([]);
        down = false;
        await jest.advanceTimersByTimeAsync(1000);
        expect(stopped).toEqual(['alice: t1 stopped-by-user']);
    });
});
