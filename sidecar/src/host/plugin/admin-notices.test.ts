import {silentLog} from '../../contract/log.ts';
import {createMemoryStore} from '../../store/memory-store.ts';
import type {Store} from '../../store/store.ts';
import {createAdminNotices} from './admin-notices.ts';

const trouble = {id: 'lost apiKey', text: 'The secret cannot be read.'};

beforeEach(() => {
    jest.useFakeTimers();
});
afterEach(() => {
    jest.useRealTimers();
});

/** One process over the store; `failing` admins cannot be written to. */
function processOver(store: Store, admins: readonly string[], failing: readonly string[] = []) {
    const told: string[] = [];
    const stop = new AbortController();
    const calls = {
        admins: async (limit: number) => admins.slice(0, limit),
        write: async (userId: string, message: string) => {
            if (failing.includes(userId)) throw new Error('no way');
            told.push(`${userId}: ${message}`);
        },
    };
    const notices = createAdminNotices(calls, store, silentLog, stop.signal);
    const settle = async (): Promise<void> => {
        await jest.advanceTimersByTimeAsync(10_000);
        await notices.idle();
    };
    return {notices, told, settle, stop};
}

describe('what admins are told', () => {
    it('[SET-05] is one message each, for ten of them at most', async () => {
        const admins = Array.from({length: 12}, (_, index) => `admin${index}`);
        const {notices, told, settle} = processOver(createMemoryStore(), admins);
        notices.about('settings', trouble);
        notices.about('settings', trouble);
        await settle();
        expect(told).toHaveLength(10);
        expect(told[0]).toBe('admin0: The secret cannot be read.');
    });

    it('[SET-05] is told once by all processes and starts, and again when it came back', async () => {
        const store = createMemoryStore();
        const [one, two] = [processOver(store, ['a']), processOver(store, ['a'])];
        for (const {notices} of [one, two]) notices.about('settings', trouble);
        await one.settle();
        await two.settle();
        const restarted = processOver(store, ['a']);
        restarted.notices.about('settings', trouble);
        await restarted.settle();
        expect([...one.told, ...two.told, ...restarted.told]).toHaveLength(1);
        restarted.notices.about('settings', undefined);
        await restarted.settle();
        restarted.notices.about('settings', trouble);
        await restarted.settle();
        expect(restarted.told).toHaveLength(1);
    });

    it('[SET-05] is not told when it is over at once', async () => {
        const {notices, told, settle} = processOver(createMemoryStore(), ['a']);
        notices.about('settings', trouble);
        await jest.advanceTimersByTimeAsync(1_000);
        notices.about('settings', undefined);
        await settle();
        expect(told).toEqual([]);
    });

    it('[SET-05] is told at the next start where nobody could be told', async () => {
        const store = createMemoryStore();
        const first = processOver(store, ['a', 'b'], ['a', 'b']);
        first.notices.about('settings', trouble);
        await first.settle();
        const second = processOver(store, ['a', 'b'], ['a']);
        second.notices.about('settings', trouble);
        await second.settle();
        expect(second.told).toEqual(['b: The secret cannot be read.']);
    });

    it('[INS-05] ends with the process', async () => {
        const {notices, told, stop} = processOver(createMemoryStore(), ['a']);
        notices.about('settings', trouble);
        stop.abort();
        await notices.idle();
        expect(told).toEqual([]);
    });
});
