import {createMemoryStore} from '../store/memory-store.ts';
import {createRunnerTokens} from './runner-tokens.ts';

const about = {name: 'pier', createdBy: 'u1', botTokenId: 't1', botToken: 'sealed'};

describe('runner tokens', () => {
    it('[INS-08] let in who shows one, until it is revoked', async () => {
        const tokens = createRunnerTokens(createMemoryStore());
        const made = await tokens.create(about);
        expect(await tokens.verify(made!.secret)).toMatchObject({name: 'pier', botTokenId: 't1'});
        expect((await tokens.list()).map(({name}) => name)).toEqual(['pier']);
        expect(await tokens.revoke('pier')).toMatchObject([{botTokenId: 't1'}]);
        expect(await tokens.verify(made!.secret)).toBeUndefined();
        expect(await tokens.revoke('pier')).toHaveLength(1);
        await tokens.remove(made!.token.id);
        expect(await tokens.revoke('pier')).toEqual([]);
    });

    it('[INS-08] let nobody in who shows something else', async () => {
        const tokens = createRunnerTokens(createMemoryStore());
        const {secret} = (await tokens.create(about))!;
        const last = secret.endsWith('A') ? 'B' : 'A';
        for (const wrong of ['', 'gwr', secret.slice(0, -1) + last, `${secret}A`]) {
            expect(await tokens.verify(wrong)).toBeUndefined();
        }
    });

    it('[INS-08] are known by their ids at the price of one list in ten seconds', async () => {
        let now = 0;
        const store = createMemoryStore();
        const list = jest.spyOn(store, 'list');
        const tokens = createRunnerTokens(store, () => now);
        const {secret} = (await tokens.create(about))!;
        list.mockClear();
        const other = `gwr_${'0'.repeat(16)}_${'x'.repeat(43)}`;
        for (let tries = 0; tries < 50; tries++) expect(await tokens.hasId(other)).toBe(false);
        expect(await tokens.hasId(secret)).toBe(true);
        expect(await tokens.hasId('wrong')).toBe(false);
        expect(list).toHaveBeenCalledTimes(1);
        now += 10_001;
        expect(await tokens.hasId(secret)).toBe(true);
        expect(list).toHaveBeenCalledTimes(2);
    });

    it('[SET-05] are stored hashed', async () => {
        const store = createMemoryStore();
        const {secret} = (await createRunnerTokens(store).create(about))!;
        for (const key of await store.list('')) {
            const text = Buffer.from((await store.get(key)) ?? []).toString();
            expect(text).not.toContain(secret.slice(-43));
        }
    });

    it('[CMD-01] have names of their own', async () => {
        const tokens = createRunnerTokens(createMemoryStore());
        await tokens.create(about);
        expect(await tokens.create(about)).toBeUndefined();
    });
});
