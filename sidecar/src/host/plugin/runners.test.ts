import {PlatformError} from '../../mattermost/errors.ts';
import {StoreError} from '../../store/errors.ts';
import {createMemoryStore} from '../../store/memory-store.ts';
import {fakeConsole} from './configuration.fixture.ts';
import {createRunners} from './runners.ts';

function harbour() {
    const store = createMemoryStore();
    const revoked: string[] = [];
    const {key} = fakeConsole().start({env: {MM_GANGWAY_KEY: 'k'.repeat(32)}});
    let count = 0;
    const trouble: {revoking?: Error} = {};
    const runners = createRunners({
        api: {
            createUserAccessToken: async () => ({id: `t${++count}`, token: `bot-token-${count}`}),
            revokeUserAccessToken: async (id) => {
                if (trouble.revoking !== undefined) throw trouble.revoking;
                revoked.push(id);
            },
        },
        bot: {userId: 'b1', username: 'gangway'},
        store,
        key,
    });
    const run = (text: string) => runners.command(text, 'u1', 'https://chat.example.com');
    return {store, revoked, trouble, run};
}

describe('/gangway runner', () => {
    it('[CMD-01] makes a token and shows it once, with how to use it', async () => {
        const {run, store} = harbour();
        const answer = await run('create pier');
        const secret = /gwr_[\w-]+/.exec(answer)?.[0] ?? '';
        expect(answer).toContain('npm run gangway -- serve --attach https://chat.example.com');
        expect(await run('list')).toMatch(/\| pier \|/);
        expect(await run('list')).not.toContain(secret);
        expect(await run('create pier')).toContain('already');
        for (const name of await store.list('')) {
            const text = Buffer.from((await store.get(name)) ?? []).toString();
            expect(text).not.toContain('bot-token-1');
            expect(text).not.toContain(secret.slice(-43));
        }
    });

    it("[CMD-01] takes a token back, and the bot's own one with it", async () => {
        const {run, revoked} = harbour();
        await run('create pier');
        expect(await run('revoke pier')).toContain('locked out');
        expect(revoked).toEqual(['t1']);
        expect(await run('revoke pier')).toContain('no runner');
        expect(await run('list')).toBe('No runner has a token.');
    });

    it("[INS-08] can be asked again to take a token back when the bot's own one stayed", async () => {
        const {run, revoked, trouble} = harbour();
        await run('create pier');
        trouble.revoking = new PlatformError('unreachable', 'the server is gone');
        await expect(run('revoke pier')).rejects.toThrow('gone');
        delete trouble.revoking;
        expect(await run('revoke pier')).toContain('locked out');
        expect(revoked).toEqual(['t1']);
    });

    it('[INS-08] takes a token back whose token of the bot was ended elsewhere', async () => {
        const {run, trouble} = harbour();
        await run('create pier');
        trouble.revoking = new PlatformError('not-found', 'no such token');
        expect(await run('revoke pier')).toContain('locked out');
        expect(await run('list')).toBe('No runner has a token.');
    });

    it('[INS-08] takes back every token of a name that two admins gave at once', async () => {
        const {run, revoked} = harbour();
        await Promise.all([run('create pier'), run('create pier')]);
        await run('revoke pier');
        expect(revoked.toSorted()).toEqual(['t1', 't2']);
        expect(await run('list')).toBe('No runner has a token.');
    });

    it("[INS-08] leaves no token of the bot behind where the runner's could not be stored", async () => {
        const {run, revoked, store} = harbour();
        jest.spyOn(store, 'compareAndSet').mockRejectedValue(new StoreError('unavailable', 'away'));
        await expect(run('create pier')).rejects.toThrow('away');
        expect(revoked).toEqual(['t1']);
    });

    it('[CMD-01] says how it is used where it is not understood', async () => {
        const {run} = harbour();
        expect(await run('')).toContain('runner create');
        expect(await run('create')).toContain('runner create');
        expect(await run('create Big_Box')).toContain('The name of a runner has');
        expect(await run('create a b; rm')).toContain('may join');
    });
});
