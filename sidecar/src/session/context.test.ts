import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createPendingContext} from './context.ts';
import type {PendingContext, PendingPost} from './context.ts';

const post = (n: number, text = `text ${n}`): PendingPost => ({
    postId: `p${n}`,
    userId: 'alice',
    text,
    at: n,
});

describe('the pending context', () => {
    let inner: Store;
    let down: boolean;
    let writes: number;
    /** Called once, within the next write. */
    let during: (() => void) | undefined;
    let context: PendingContext;
    const create = (): PendingContext => {
        const store: Store = {
            ...inner,
            compareAndSet: async (...args) => {
                const isDown = down;
                const happens = during;
                during = undefined;
                happens?.();
                if (isDown) throw new Error('the store is down');
                writes++;
                return await inner.compareAndSet(...args);
            },
        };
        return createPendingContext({store, log: silentLog});
    };
    const kept = async (id = 's', from = context): Promise<string[]> =>
        (await from.read(id)).map(({text}) => text);

    beforeEach(() => {
        jest.useFakeTimers();
        inner = createMemoryStore();
        down = false;
        writes = 0;
        during = undefined;
        context = create();
    });
    afterEach(async () => {
        await context.close();
        expect(jest.getTimerCount()).toBe(0);
        jest.useRealTimers();
    });

    it('[SES-05] keeps the newest posts up to the limit, by time, per conversation', async () => {
        for (const n of [1, 2, 5, 4, 3]) context.add('s', post(n), 3);
        context.add('other', post(9), 3);
        context.add('none', post(9), 0);
        expect(await kept()).toEqual(['text 3', 'text 4', 'text 5']);
        expect(await kept('other')).toEqual(['text 9']);
        expect(await kept('none')).toEqual([]);
    });

    it('[SES-05] survives a restart: written within two seconds, many posts in one write', async () => {
        for (let n = 1; n <= 40; n++) context.add('s', post(n), 50);
        expect(writes).toBe(0);
        await jest.advanceTimersByTimeAsync(2000);
        expect(writes).toBe(1);
        expect(await kept('s', create())).toHaveLength(40);
        context.add('s', post(41), 50);
        await jest.advanceTimersByTimeAsync(2000);
        expect(await kept('s', create())).toHaveLength(41);
    });

    it('[SES-05] survives a clean stop without waiting', async () => {
        context.add('s', post(1), 50);
        await context.close();
        expect(await kept('s', create())).toEqual(['text 1']);
        context.add('s', post(2), 50);
        expect(jest.getTimerCount()).toBe(0);
    });

    it.each(['written', 'in memory'])(
        '[SES-05] forgets a deleted and corrects an edited post that is %s, at once',
        async (where) => {
            for (const n of [1, 2, 3]) context.add('s', post(n), 50);
            if (where === 'written') await jest.advanceTimersByTimeAsync(2000);
            await context.drop('s', ['p2']);
            await context.edit('s', 'p3', 'better');
            expect(await kept('s', create())).toEqual(['text 1', 'better']);
        },
    );

    it('[SES-05] writes nothing for edited and deleted posts that it does not keep', async () => {
        await context.edit('s', 'p1', 'text');
        await context.drop('s', ['p1']);
        await context.drop('s', []);
        expect(writes).toBe(0);
    });

    it('[SES-05] is dropped by the turn that used it, and no other post is', async () => {
        for (const n of [1, 2]) context.add('s', post(n), 50);
        const used = await context.read('s');
        context.add('s', post(3), 50);
        await context.drop(
            's',
            used.map(({postId}) => postId),
        );
        expect(await kept()).toEqual(['text 3']);
    });

    it('holds a post once that came twice', async () => {
        context.add('s', post(1), 50);
        await jest.advanceTimersByTimeAsync(2000);
        context.add('s', post(1, 'as it is now'), 50);
        expect(await kept()).toEqual(['as it is now']);
    });

    it('keeps what a failing store does not take, in bounds, and writes it later', async () => {
        context.add('s', post(1), 3);
        await jest.advanceTimersByTimeAsync(2000);
        down = true;
        for (let n = 2; n <= 500; n++) context.add('s', post(n), 3);
        await context.drop('s', ['p1']);
        for (let n = 0; n < 100; n++) await context.edit('s', 'p500', `edit ${n}`);
        await jest.advanceTimersByTimeAsync(20_000);
        await expect(context.read('s')).rejects.toThrow('down');
        down = false;
        await jest.advanceTimersByTimeAsync(2000);
        expect(await kept('s', create())).toEqual(['text 498', 'text 499', 'edit 99']);
    });

    it('[SES-05] keeps a post that comes while others are written', async () => {
        context.add('s', post(1), 50);
        during = () => context.add('s', post(2), 50);
        await jest.advanceTimersByTimeAsync(2000);
        expect(await kept('s', create())).toEqual(['text 1']);
        await jest.advanceTimersByTimeAsync(2000);
        expect(await kept('s', create())).toEqual(['text 1', 'text 2']);
    });

    it('[SES-05] edits and drops posts whose own write fails just then', async () => {
        context.add('s', post(1), 50);
        context.add('s', post(2), 50);
        down = true;
        const changes: Promise<void>[] = [];
        during = () => {
            changes.push(context.edit('s', 'p1', 'better'), context.drop('s', ['p2']));
            down = false;
        };
        await jest.advanceTimersByTimeAsync(2000);
        await Promise.all(changes);
        expect(changes).toHaveLength(2);
        expect(await kept('s', create())).toEqual(['better']);
    });

    it('loses no post of two runners that keep the same conversation', async () => {
        const other = create();
        for (let n = 1; n <= 10; n++) (n % 2 === 0 ? context : other).add('s', post(n), 50);
        await Promise.all([context.flush(), other.flush()]);
        expect(await kept()).toHaveLength(10);
        await other.close();
    });

    it('holds at most 256 KiB, the newest of it', async () => {
        for (let n = 1; n <= 40; n++) context.add('s', post(n, 'ä'.repeat(8000)), 50);
        const posts = await context.read('s');
        expect(posts).toHaveLength(16);
        expect(posts.at(-1)?.postId).toBe('p40');
    });
});
