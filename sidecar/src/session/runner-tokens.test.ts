import {createMemoryStore} from '../store/memory-store.ts';
import {createRunnerTokens} from './runner-tokens.ts';

const about = {name: 'pier', createdBy: 'u1', botTokenId: 't1', botToken: 'sealed'};

describe('runner tokens', () => {
    it('[INS-08] let in who shows one, until it is revoked', async () => {
        const tokens = createRunnerTokens(createMemoryStore());
        const made = await tokens.create(about);
        expect(await tokens.verify(made!.secret)).toMatchObject({name: 'pier', botTokenId: 't1'});
        expect((await tokens.list()).map(({name}) => name)).toEqual(['pier']);
        expect(await tokens.revoke('pier')).toMatchObject({botTokenId: 't1'});
        expect(await tokens.verify(made!.secret)).toBeUndefined();
        expect(await tokens.revoke('pier')).toBeUndefined();
    });

    it('[INS-08] let nobody in who shows something else', async () => {
        const tokens = createRunnerTokens(createMemoryStore());
        const {secret} = (await tokens.create(about))!;
        const last = secret.endsWith('A') ? 'B' : 'A';
        for (const wrong of ['', 'gwr', secret.slice(0, -1) + last, `${secret}A`]) {
            expect(await tokens.verify(wrong)).toBeUndefined();
        }
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
