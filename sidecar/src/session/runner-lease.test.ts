import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {ownProcessMark, type ProcessMark} from './process-mark.ts';
import {createRunnerLease} from './runner-lease.ts';
import type {RunnerLease} from './runner-lease.ts';

describe('the runner lease', () => {
    let store: Store;
    let lost: string[];
    const start = async (
        id: string,
        over: Store = store,
        process: ProcessMark = ownProcessMark(),
    ): Promise<RunnerLease> =>
        await createRunnerLease({
            store: over,
            id,
            log: silentLog,
            onLost: () => lost.push(id),
            process,
        });

    beforeEach(() => {
        jest.useFakeTimers();
        store = createMemoryStore();
        lost = [];
    });
    afterEach(() => {
        jest.useRealTimers();
    });

    it('[DEL-09] shows a runner as alive for as long as it runs', async () => {
        const [a, b] = [await start('a'), await start('b')];
        await jest.advanceTimersByTimeAsync(120_000);
        expect(await b.isAlive('a')).toBe(true);
        expect(await b.isAlive('never')).toBe(false);
        expect(a.held()).toBe(true);
        expect(lost).toEqual([]);
        await a.release();
        await b.release();
    });

    it('[DEL-09] shows a runner as gone at once after a clean stop', async () => {
        const [a, b] = [await start('a'), await start('b')];
        await a.release();
        await a.release();
        expect(a.held()).toBe(false);
        expect(await b.isAlive('a')).toBe(false);
        await jest.advanceTimersByTimeAsync(60_000);
        expect(await b.isAlive('a')).toBe(false);
        await b.release();
        expect(jest.getTimerCount()).toBe(0);
    });

    it('[DEL-09] shows a runner that gives no sign as gone after 15 seconds, when it has stopped itself', async () => {
        const broken = breakable(store);
        const [a, b] = [await start('a', broken.store), await start('b')];
        broken.down = true;
        let heldWhenGone: boolean | undefined;
        for (let i = 0; i < 20; i++) {
            await jest.advanceTimersByTimeAsync(1000);
            if (!(await b.isAlive('a'))) heldWhenGone ??= a.held();
        }
        expect(heldWhenGone).toBe(false);
        expect(lost).toEqual(['a']);

        broken.down = false;
        await jest.advanceTimersByTimeAsync(5000);
        expect(a.held()).toBe(true);
        expect(await b.isAlive('a')).toBe(true);
        await a.release();
        await b.release();
    });

    it('[DEL-09] shows a runner as gone at once when its process on this machine has ended', async () => {
        const here = ownProcessMark();
        const before = {...here, start: 'before'};
        const a = await start('a', store, before);
        const [b, far] = [
            await start('b'),
            await start('far', store, {...before, machine: 'another'}),
        ];
        expect(await b.isAlive('a')).toBe(false);
        expect(await b.isAlive('far')).toBe(true);
        expect(await b.isAlive('b')).toBe(true);
        await Promise.all([a, b, far].map((lease) => lease.release()));
    });

    it('[DEL-09] waits for the lease of a runner that does not say which process it is', async () => {
        const a = await start('a');
        const write = async (id: string, text: string): Promise<boolean> =>
            await store.compareAndSet(`runner/${id}`, undefined, new TextEncoder().encode(text));
        await write('newer', '{"v":2,"process":"another format"}');
        await write('broken', 'no JSON');
        expect(await a.isAlive('newer')).toBe(true);
        expect(await a.isAlive('broken')).toBe(true);
        await a.release();
    });

    it('counts a renewal from when it was asked for, not from when it was done', async () => {
        const slow = breakable(store);
        const a = await start('a', slow.store);
        slow.delayMs = 9500;
        await jest.advanceTimersByTimeAsync(5000 + 9500);
        expect(a.held()).toBe(true);
        await jest.advanceTimersByTimeAsync(2500);
        expect(a.held()).toBe(false);
        expect(lost).toEqual(['a', 'a']);
        slow.delayMs = 0;
        await jest.advanceTimersByTimeAsync(20_000);
        expect(a.held()).toBe(true);
        await a.release();
    });

    it('is not written anew by a renewal that was on its way while it was released', async () => {
        const slow = breakable(store);
        const a = await start('a', slow.store);
        slow.delayMs = 2000;
        await jest.advanceTimersByTimeAsync(5500);
        slow.delayMs = 0;
        const released = a.release();
        await jest.advanceTimersByTimeAsync(10_000);
        await released;
        expect(await store.list('runner/')).toEqual([]);
        expect(jest.getTimerCount()).toBe(0);
    });
});

function breakable(store: Store): {store: Store; down: boolean; delayMs: number} {
    const state = {
        down: false,
        delayMs: 0,
        store: {
            ...store,
            compareAndSet: async (...args: Parameters<Store['compareAndSet']>) => {
                if (state.down) throw new Error('the store is down');
                if (state.delayMs > 0) {
                    await new Promise((resolve) => setTimeout(resolve, state.delayMs));
                }
                return await store.compareAndSet(...args);
            },
        },
    };
    return state;
}
