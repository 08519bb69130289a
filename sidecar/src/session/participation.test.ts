import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createParticipation} from './participation.ts';
import type {Participation} from './participation.ts';

const DAY = 24 * 3600 * 1000;

describe('participation in threads', () => {
    let now: number;
    let inner: Store;
    let calls: string[];
    const create = (cached?: number): Participation => {
        const store: Store = {
            ...inner,
            get: async (key) => {
                calls.push(`get ${key}`);
                return await inner.get(key);
            },
            compareAndSet: async (...args) => {
                calls.push(`set ${args[0]}`);
                return await inner.compareAndSet(...args);
            },
        };
        return createParticipation({
            store,
            now: () => now,
            ...(cached === undefined ? {} : {cached}),
        });
    };
    beforeEach(() => {
        now = 1_000_000;
        calls = [];
        inner = createMemoryStore({now: () => now});
    });

    it('[GATE-07] is remembered for seven days, across a restart', async () => {
        const before = create();
        expect(await before.has('default', 'root')).toBe(false);
        await before.note('default', 'root');
        for (const participation of [before, create()]) {
            expect(await participation.has('default', 'root')).toBe(true);
            expect(await participation.has('default', 'other')).toBe(false);
            expect(await participation.has('second', 'root')).toBe(false);
        }
        now += 7 * DAY - 1;
        expect(await before.has('default', 'root')).toBe(true);
        expect(await create().has('default', 'root')).toBe(true);
        now += 1;
        expect(await before.has('default', 'root')).toBe(false);
        expect(await create().has('default', 'root')).toBe(false);
    });

    it('[GATE-07] is renewed by a further answer', async () => {
        const participation = create();
        await participation.note('default', 'root');
        now += 5 * DAY;
        await participation.note('default', 'root');
        now += 5 * DAY;
        expect(await participation.has('default', 'root')).toBe(true);
        expect(await create().has('default', 'root')).toBe(true);
    });

    it('[GATE-07] is seen when another runner notes it', async () => {
        const [a, b] = [create(), create()];
        expect(await a.has('default', 'root')).toBe(false);
        await b.note('default', 'root');
        expect(await a.has('default', 'root')).toBe(true);
    });

    it('asks the store once for a thread that goes on', async () => {
        await create().note('default', 'root');
        const participation = create();
        calls = [];
        for (let i = 0; i < 10; i++) await participation.has('default', 'root');
        expect(calls).toEqual(['get part/default/root']);
    });

    it('keeps few threads in memory and all in the store', async () => {
        const participation = create(2);
        for (const root of ['r1', 'r2', 'r3']) await participation.note('default', root);
        calls = [];
        for (const root of ['r3', 'r1']) {
            expect(await participation.has('default', root)).toBe(true);
        }
        expect(calls).toEqual(['get part/default/r1']);
    });

    it('takes accounts of any name', async () => {
        const participation = create();
        await participation.note('a/b', 'root');
        await participation.note('ü'.repeat(200), 'root');
        expect(await participation.has('a/b', 'root')).toBe(true);
        expect(await participation.has('a', 'b/root')).toBe(false);
        expect(await participation.has('ü'.repeat(200), 'root')).toBe(true);
        expect(await participation.has('ü'.repeat(199), 'root')).toBe(false);
    });
});
