import * as z from 'zod';

import {createDocument, readDocument, removeDocument, updateDocument} from './documents.ts';
import {createMemoryStore} from './memory-store.ts';

const counter = z.object({v: z.literal(1), count: z.number()});
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const add = (current: {count: number} | undefined) => ({
    v: 1 as const,
    count: (current?.count ?? 0) + 1,
});

describe('a document', () => {
    it('is created once, read, changed and removed', async () => {
        const store = createMemoryStore();
        expect(await readDocument(store, 'a', counter)).toEqual({kind: 'absent'});
        expect(await createDocument(store, 'a', {v: 1, count: 5})).toBe(true);
        expect(await createDocument(store, 'a', {v: 1, count: 6})).toBe(false);
        expect(await updateDocument(store, 'a', counter, add)).toMatchObject({
            kind: 'written',
            value: {count: 6},
        });
        expect(await readDocument(store, 'a', counter)).toMatchObject({value: {count: 6}});
        expect(await removeDocument(store, 'a', counter, () => false)).toMatchObject({
            removed: false,
        });
        expect(await removeDocument(store, 'a', counter)).toMatchObject({
            removed: true,
            value: {count: 6},
        });
        expect(await removeDocument(store, 'a', counter)).toMatchObject({removed: false});
    });

    it('is left alone when the change asks for nothing', async () => {
        const store = createMemoryStore();
        const update = await updateDocument(store, 'a', counter, () => undefined);
        expect(update).toMatchObject({kind: 'unchanged', value: undefined});
        expect(await store.list('')).toEqual([]);
    });

    it('is changed and removed without a read by who knows what lies there', async () => {
        const store = createMemoryStore();
        const get = jest.spyOn(store, 'get');
        await updateDocument(store, 'a', counter, add, {known: {value: undefined}});
        const known = {value: {v: 1 as const, count: 1}};
        const update = await updateDocument(store, 'a', counter, add, {known});
        expect(update).toMatchObject({kind: 'written', value: {count: 2}});
        const removal = {known: {value: {v: 1 as const, count: 2}}};
        const {removed} = await removeDocument(store, 'a', counter, () => true, removal);
        expect(removed).toBe(true);
        expect(get).not.toHaveBeenCalled();
    });

    it.each([
        ['another version', {value: {v: 1 as const, count: 7}}],
        ['nothing', {value: undefined}],
    ])('is read after all by who wrongly believed in %s', async (_, known) => {
        const store = createMemoryStore();
        await createDocument(store, 'a', {v: 1, count: 1});
        const update = await updateDocument(store, 'a', counter, add, {known});
        expect(update).toMatchObject({kind: 'written', value: {count: 2}});
        const {removed} = await removeDocument(store, 'a', counter, () => true, {
            known: {value: {v: 1, count: 9}},
        });
        expect(removed).toBe(true);
    });

    it('loses no change when forty writers race', async () => {
        const store = createMemoryStore();
        await Promise.all(
            Array.from({length: 40}, async () => await updateDocument(store, 'a', counter, add)),
        );
        expect(await readDocument(store, 'a', counter)).toMatchObject({value: {count: 40}});
    });

    it('gives up with the code contended when every race is lost', async () => {
        const store = {...createMemoryStore(), compareAndSet: async () => false};
        await expect(updateDocument(store, 'a', counter, add)).rejects.toMatchObject({
            code: 'contended',
        });
    });

    it('lives as long as its last write says', async () => {
        let now = 0;
        const store = createMemoryStore({now: () => now});
        await createDocument(store, 'a', {v: 1, count: 1}, {ttlSeconds: 10});
        now = 9000;
        await updateDocument(store, 'a', counter, add, {ttlSeconds: 10});
        now = 18_000;
        expect(await readDocument(store, 'a', counter)).toMatchObject({value: {count: 2}});
        now = 20_000;
        expect(await readDocument(store, 'a', counter)).toEqual({kind: 'absent'});
    });

    it.each([
        ['no JSON', encode('{"v":1,')],
        ['of another shape', encode('{"v":2,"count":"many"}')],
        ['no UTF-8', Uint8Array.of(0xff, 0xfe)],
        ['empty', encode('')],
    ])('that is %s is kept aside, reported, and replaced by the next change', async (_, bytes) => {
        const store = createMemoryStore();
        await store.compareAndSet('a', undefined, bytes);

        const read = await readDocument(store, 'a', counter);
        expect(read).toEqual({kind: 'broken', keptAs: expect.stringMatching(/^broken\/a~/)});
        expect(await store.get('a')).toEqual(bytes);
        expect(await readDocument(store, 'a', counter)).toEqual(read);
        expect(await store.list('broken/')).toHaveLength(1);

        const update = await updateDocument(store, 'a', counter, add);
        const [keptAs = ''] = await store.list('broken/');
        expect(update).toMatchObject({kind: 'written', value: {count: 1}, setAside: keptAs});
        expect(await store.get(keptAs)).toEqual(bytes);
    });

    it('with a key of full length is kept aside under a key that fits', async () => {
        const store = createMemoryStore();
        const key = '\u{1F600}'.repeat(150);
        await store.compareAndSet(key, undefined, encode('?'));
        expect(await readDocument(store, key, counter)).toMatchObject({kind: 'broken'});
        expect(await removeDocument(store, key, counter, (value) => value === undefined)).toEqual({
            removed: true,
            value: undefined,
        });
        expect(await store.list('broken/')).toHaveLength(1);
    });
});
