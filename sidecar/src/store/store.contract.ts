import fc from 'fast-check';

import {MAX_KEY_LENGTH} from './store.ts';
import type {Store} from './store.ts';

/** One place where values are kept, as the contract suite needs it. */
export interface StoreUnderTest {
    readonly store: Store;
    /** Another opening of the same place, with the same values; absent where there can be only one. */
    readonly openAgain?: () => Promise<Store>;
    /** Lets time pass for the store: a fake clock where it can be injected, a wait where it cannot. */
    advance(seconds: number): Promise<void>;
    /** Lets hints of `watch` arrive that are on their way. */
    settle(): Promise<void>;
    dispose(): Promise<void>;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined =>
    value === undefined ? undefined : new TextDecoder().decode(value);

/** What every Store must do; `make` gives an empty one for each test. */
export function describeStore(name: string, make: () => Promise<StoreUnderTest>): void {
    describe(`the store contract: ${name}`, () => {
        let place: StoreUnderTest;
        let store: Store;
        const put = async (key: string, value: string, ttlSeconds?: number): Promise<void> => {
            const options = ttlSeconds === undefined ? {} : {ttlSeconds};
            const current = await store.get(key);
            expect(await store.compareAndSet(key, current, bytes(value), options)).toBe(true);
        };

        beforeEach(async () => {
            place = await make();
            store = place.store;
        });
        afterEach(async () => {
            await store.close();
            await place.dispose();
        });

        describe('compare and set', () => {
            it('gives undefined for a key that was never written', async () => {
                expect(await store.get('a')).toBeUndefined();
            });

            it('creates only where nothing is', async () => {
                expect(await store.compareAndSet('a', undefined, bytes('1'))).toBe(true);
                expect(await store.compareAndSet('a', undefined, bytes('2'))).toBe(false);
                expect(text(await store.get('a'))).toBe('1');
            });

            it('replaces only the value that was expected', async () => {
                await put('a', '1');
                expect(await store.compareAndSet('a', bytes('2'), bytes('3'))).toBe(false);
                expect(await store.compareAndSet('b', bytes('1'), bytes('3'))).toBe(false);
                expect(await store.compareAndSet('a', bytes('1'), bytes('3'))).toBe(true);
                expect(text(await store.get('a'))).toBe('3');
                expect(await store.get('b')).toBeUndefined();
            });

            it('deletes only the value that was expected', async () => {
                await put('a', '1');
                expect(await store.compareAndSet('a', bytes('2'), undefined)).toBe(false);
                expect(text(await store.get('a'))).toBe('1');
                expect(await store.compareAndSet('a', bytes('1'), undefined)).toBe(true);
                expect(await store.get('a')).toBeUndefined();
                expect(await store.compareAndSet('a', bytes('1'), undefined)).toBe(false);
            });

            it('says whether a key is absent when nothing is expected and nothing is written', async () => {
                expect(await store.compareAndSet('a', undefined, undefined)).toBe(true);
                await put('a', '1');
                expect(await store.compareAndSet('a', undefined, undefined)).toBe(false);
                expect(text(await store.get('a'))).toBe('1');
            });

            it('counts a write of the same value as done', async () => {
                await put('a', '1');
                expect(await store.compareAndSet('a', bytes('1'), bytes('1'))).toBe(true);
            });

            it('tells an empty value from none', async () => {
                const empty = new Uint8Array(0);
                expect(await store.compareAndSet('a', empty, bytes('1'))).toBe(false);
                expect(await store.compareAndSet('a', undefined, empty)).toBe(true);
                expect(await store.get('a')).toEqual(empty);
                expect(await store.compareAndSet('a', undefined, bytes('1'))).toBe(false);
                expect(await store.compareAndSet('a', empty, bytes('1'))).toBe(true);
            });

            it('keeps any bytes and a quarter of a mebibyte of them', async () => {
                const big = Uint8Array.from({length: 256 * 1024}, (_, i) => (i * 7919) >> 3);
                expect(await store.compareAndSet('a', undefined, big)).toBe(true);
                // Not toEqual, which is slow on arrays of this length.
                expect(Buffer.compare((await store.get('a')) ?? Buffer.of(), big)).toBe(0);
                expect(await store.compareAndSet('a', big, Uint8Array.of(0, 255, 0))).toBe(true);
                expect(await store.get('a')).toEqual(Uint8Array.of(0, 255, 0));
            });

            it('shares no memory with its callers', async () => {
                const given = bytes('1');
                await store.compareAndSet('a', undefined, given);
                given[0] = 0;
                const taken = await store.get('a');
                expect(text(taken)).toBe('1');
                taken?.fill(0);
                expect(text(await store.get('a'))).toBe('1');
            });

            it('lets one of fifty racing writers win', async () => {
                const others = place.openAgain === undefined ? [] : [await place.openAgain()];
                const stores = [store, ...others];
                const won = await Promise.all(
                    Array.from({length: 50}, async (_, i) => {
                        const racer = stores[i % stores.length] ?? store;
                        return await racer.compareAndSet('a', undefined, bytes(String(i)));
                    }),
                );
                for (const other of others) await other.close();
                expect(won.filter(Boolean)).toHaveLength(1);
                expect(text(await store.get('a'))).toBe(String(won.indexOf(true)));
            });
        });

        describe('expiry', () => {
            it('forgets a value when its time is over, not before', async () => {
                await put('a', '1', 2);
                await place.advance(1);
                expect(text(await store.get('a'))).toBe('1');
                await place.advance(1.1);
                expect(await store.get('a')).toBeUndefined();
                expect(await store.list('')).toEqual([]);
            });

            it('lets an expired key be created, and not be replaced or deleted', async () => {
                await put('a', '1', 1);
                await put('b', '1', 1);
                await place.advance(1.1);
                expect(await store.compareAndSet('a', bytes('1'), bytes('2'))).toBe(false);
                expect(await store.compareAndSet('a', bytes('1'), undefined)).toBe(false);
                expect(await store.compareAndSet('b', undefined, undefined)).toBe(true);
                expect(await store.compareAndSet('a', undefined, bytes('3'))).toBe(true);
                expect(text(await store.get('a'))).toBe('3');
            });

            it('takes the life of the last write: longer, or for ever', async () => {
                await put('a', '1', 1);
                await put('a', '2', 3);
                await put('b', '1', 1);
                await put('b', '1');
                await place.advance(1.5);
                expect(text(await store.get('a'))).toBe('2');
                expect(text(await store.get('b'))).toBe('1');
                await place.advance(1.6);
                expect(await store.get('a')).toBeUndefined();
                expect(text(await store.get('b'))).toBe('1');
            });
        });

        describe('list', () => {
            it('gives the keys of a prefix and no others, taken literally', async () => {
                for (const key of ['a%/1', 'a%/2', 'a_/1', 'ab/1', 'a%', 'A%/3']) {
                    await put(key, '');
                }
                expect(await store.list('a%/')).toEqual(['a%/1', 'a%/2']);
                expect(await store.list('nothing/')).toEqual([]);
            });

            it('goes on after a key, which need not exist, up to a limit', async () => {
                for (const key of ['p/1', 'p/2', 'p/3', 'p/4', 'q/1']) await put(key, '');
                expect(await store.list('p/', undefined, 2)).toEqual(['p/1', 'p/2']);
                expect(await store.list('p/', 'p/2', 2)).toEqual(['p/3', 'p/4']);
                expect(await store.list('p/', 'p/25')).toEqual(['p/3', 'p/4']);
                expect(await store.list('p/', 'p/4')).toEqual([]);
                expect(await store.list('p/', 'a')).toHaveLength(4);
            });

            it('stops at a thousand keys when no limit is given', async () => {
                for (let i = 0; i < 1001; i++) {
                    await store.compareAndSet(`k${i}`, undefined, bytes(''));
                }
                expect(await store.list('k')).toHaveLength(1000);
                expect(await store.list('k', undefined, 2000)).toHaveLength(1001);
            });

            it('sorts by code point, where JavaScript would sort by UTF-16 unit', async () => {
                const keys = ['k\u{1F600}', 'k\uFF5E', 'kz', 'k', 'kä', 'k0', 'k\u{10FFFF}x'];
                for (const key of keys) await put(key, '');
                expect(await store.list('k')).toEqual([
                    'k',
                    'k0',
                    'kz',
                    'kä',
                    'k\uFF5E',
                    'k\u{1F600}',
                    'k\u{10FFFF}x',
                ]);
                expect(await store.list('k\u{10FFFF}')).toEqual(['k\u{10FFFF}x']);
                expect(await store.list('k\u{1F600}')).toEqual(['k\u{1F600}']);
            });

            it('agrees with a simple model for any keys', async () => {
                const key = fc.string({unit: 'binary', minLength: 1, maxLength: 4});
                const points = (value: string): number[] =>
                    Array.from(value, (c) => c.codePointAt(0) ?? 0);
                const order = (a: string, b: string): number => {
                    const [x, y] = [points(a), points(b)];
                    const at = x.findIndex((point, i) => point !== y[i]);
                    return at === -1 ? x.length - y.length : (x[at] ?? 0) - (y[at] ?? -1);
                };
                await fc.assert(
                    fc.asyncProperty(
                        fc.uniqueArray(
                            key.filter((k) => !k.includes('\0')),
                            {maxLength: 12},
                        ),
                        fc.string({unit: 'binary', maxLength: 1}).filter((k) => k !== '\0'),
                        async (keys, prefix) => {
                            for (const k of keys)
                                await store.compareAndSet(k, undefined, bytes('x'));
                            const listed = await store.list(prefix);
                            for (const k of keys)
                                await store.compareAndSet(k, bytes('x'), undefined);
                            expect(listed).toEqual(
                                keys.filter((k) => k.startsWith(prefix)).sort(order),
                            );
                        },
                    ),
                    {numRuns: 60},
                );
            });
        });

        describe('keys', () => {
            it('takes keys of up to 150 characters and refuses the rest', async () => {
                const longest = 'ä'.repeat(MAX_KEY_LENGTH - 1) + '\u{1F600}';
                await put(longest, '1');
                expect(text(await store.get(longest))).toBe('1');
                for (const key of ['', `${longest}x`, 'a\0b', 'a\uD800']) {
                    await expect(store.get(key)).rejects.toMatchObject({code: 'key-invalid'});
                    await expect(
                        store.compareAndSet(key, undefined, bytes('1')),
                    ).rejects.toMatchObject({code: 'key-invalid'});
                }
            });

            it('tells keys apart that differ in case or normal form only', async () => {
                await put('key', '1');
                await put('KEY', '2');
                await put('\u00e4', '3');
                await put('a\u0308', '4');
                expect(text(await store.get('key'))).toBe('1');
                expect(text(await store.get('\u00e4'))).toBe('3');
                expect(await store.list('')).toHaveLength(4);
            });
        });

        describe('watch', () => {
            /** Waits until a watch has told of the key. */
            const hinted = async (seen: readonly string[], key: string): Promise<void> => {
                for (let n = 0; n < 300 && !seen.includes(key); n++) await place.settle();
                expect(seen).toContain(key);
            };

            it('hints at created, replaced and deleted keys below the prefix', async () => {
                const seen: string[] = [];
                const watch = store.watch('a/', (key) => seen.push(key));
                await put('a/1', '1');
                await hinted(seen, 'a/1');
                seen.length = 0;
                await put('b/1', '1');
                await put('a/1', '2');
                await hinted(seen, 'a/1');
                expect(new Set(seen)).toEqual(new Set(['a/1']));
                seen.length = 0;
                await store.compareAndSet('a/1', bytes('2'), undefined);
                await hinted(seen, 'a/1');
                watch[Symbol.dispose]();
            });

            it('is silent after it was disposed, and other watches go on', async () => {
                const first: string[] = [];
                const second: string[] = [];
                const watch = store.watch('', (key) => first.push(key));
                const other = store.watch('', (key) => second.push(key));
                watch[Symbol.dispose]();
                watch[Symbol.dispose]();
                await put('a', '1');
                await hinted(second, 'a');
                expect(first).toEqual([]);
                other[Symbol.dispose]();
            });

            it('hints at what another opening of the same place wrote', async () => {
                if (place.openAgain === undefined) return;
                const other = await place.openAgain();
                const seen: string[] = [];
                store.watch('a/', (key) => seen.push(key));
                await other.compareAndSet('b/1', undefined, bytes('1'));
                await other.compareAndSet('a/1', undefined, bytes('1'));
                await hinted(seen, 'a/1');
                expect(new Set(seen)).toEqual(new Set(['a/1']));
                await other.close();
            });
        });

        describe('close', () => {
            it('fails later calls with the code closed, and may be called twice', async () => {
                await store.close();
                await store.close();
                const closed = {code: 'closed'};
                await expect(store.get('a')).rejects.toMatchObject(closed);
                await expect(store.list('')).rejects.toMatchObject(closed);
                await expect(store.compareAndSet('a', undefined, bytes('1'))).rejects.toMatchObject(
                    closed,
                );
                expect(() => store.watch('', () => undefined)).toThrow(
                    expect.objectContaining(closed),
                );
            });

            it('keeps values for the next opening', async () => {
                if (place.openAgain === undefined) return;
                await put('a', '1');
                await store.close();
                const again = await place.openAgain();
                expect(text(await again.get('a'))).toBe('1');
                await again.close();
            });
        });
    });
}
