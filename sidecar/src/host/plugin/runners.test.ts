import {createMemoryStore} from '../../store/memory-store.ts';
import {createSettingsKey} from './configuration.ts';
import {createRunners} from './runners.ts';

function harbour() {
    const store = createMemoryStore();
    const revoked: string[] = [];
    const key = createSettingsKey({load: async () => ({}), save: async () => undefined}, store, {
        MM_GANGWAY_KEY: 'k'.repeat(32),
    });
    let count = 0;
    const runners = createRunners({
        api: {
            createUserAccessToken: async () => ({id: `t${++count}`, token: `bot-token-${count}`}),
            revokeUserAccessToken: async (id) => void revoked.push(id),
        },
        bot: {userId: 'b1', username: 'gangway'},
        store,
        key,
    });
    const {signal} = new AbortController();
    const run = (text: string) => runners.command(text, 'u1', 'https://chat.example.com', signal);
    return {store, revoked, run};
}

describe('/gangway runner', () => {
    it('[CMD-01] makes a token and shows it once, with how to use it', async () => {
        const {run, store} = harbour();
        const answer = await run('create pier');
        const secret = /gwr_[\w-]+/.exec(answer)?.[0] ?? '';
        expect(answer).toContain('gangway serve --attach https://chat.example.com');
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

    it('[CMD-01] says how it is used where it is not understood', async () => {
        const {run} = harbour();
        expect(await run('')).toContain('runner create');
        expect(await run('create')).toContain('A name has');
        expect(await run('create a b; rm')).toContain('may join');
    });
});
