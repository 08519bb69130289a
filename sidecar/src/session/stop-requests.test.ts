import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createStopRequests} from './stop-requests.ts';
import type {StopRequests} from './stop-requests.ts';

describe('stop requests', () => {
    let store: Store;
    let here: StopRequests;
    let there: StopRequests;
    let stopped: string[];
    let turns: Disposable[];
    const stop = (by: string): void => {
        stopped.push(by);
    };

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
        turns.push(there.follow('s', Date.now(), stop));
        turns.push(there.follow('other', Date.now(), () => stopped.push('other')));
        await here.request('s', 'alice');
        await jest.advanceTimersByTimeAsync(0);
        expect(stopped).toEqual(['alice']);
        await here.request('s', 'bob');
        await jest.advanceTimersByTimeAsync(5000);
        expect(stopped).toEqual(['alice']);
    });

    it('[SES-10] reach it within a second when the hint of the store is lost', async () => {
        const deaf: Store = {...store, watch: () => ({[Symbol.dispose]: () => undefined})};
        const runner = createStopRequests({store: deaf, log: silentLog});
        turns.push(runner.follow('s', Date.now(), stop));
        await jest.advanceTimersByTimeAsync(10);
        await here.request('s', 'alice');
        await jest.advanceTimersByTimeAsync(1000);
        expect(stopped).toEqual(['alice']);
    });

    it('stop no turn that began after them', async () => {
        await here.request('s', 'alice');
        await jest.advanceTimersByTimeAsync(10);
        turns.push(there.follow('s', Date.now(), stop));
        await jest.advanceTimersByTimeAsync(5000);
        expect(stopped).toEqual([]);
        await here.request('s', 'bob');
        await jest.advanceTimersByTimeAsync(0);
        expect(stopped).toEqual(['bob']);
    });

    it('are looked for no more when the turn has ended', async () => {
        const turn = there.follow('s', Date.now(), stop);
        turn[Symbol.dispose]();
        await here.request('s', 'alice');
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
        turns.push(runner.follow('s', Date.now(), stop));
        await here.request('s', 'alice');
        await jest.advanceTimersByTimeAsync(3000);
        expect(stopped).toEqual([]);
        down = false;
        await jest.advanceTimersByTimeAsync(1000);
        expect(stopped).toEqual(['alice']);
    });
});
