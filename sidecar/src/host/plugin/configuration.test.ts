import {createMemoryStore} from '../../store/memory-store.ts';
import {fakeConsole} from './configuration.fixture.ts';
import {readConfiguration} from './configuration.ts';

describe("the plugin's values in the server's configuration", () => {
    it('[INS-04] hold the name of the bot, whatever the case of the key', () => {
        expect(readConfiguration({botusername: ' Helm '}).botUsername).toBe('helm');
        expect(readConfiguration({BotUsername: 'helm'}).botUsername).toBe('helm');
        for (const bad of [{}, {botusername: 7}, {botusername: ' '}]) {
            expect(readConfiguration(bad).botUsername).toBe('gangway');
        }
    });

    it('[SET-05] hold the key of the secrets, made once, outside the store', async () => {
        const server = fakeConsole({botusername: 'helm'});
        const store = createMemoryStore();
        const {key} = server.start({store});
        expect(await key.ring()).toBeUndefined();
        await key.make();
        await key.make();
        expect(server.saves).toBe(1);
        const {encryptionKey, botUsername} = readConfiguration(server.values);
        expect(encryptionKey).toHaveLength(43);
        expect(botUsername).toBe('helm');
        const sealed = (await key.ring())?.seal('secret') ?? '';
        expect((await server.start({store}).key.ring())?.open(sealed)).toBe('secret');
        for (const name of await store.list('')) {
            const value = Buffer.from((await store.get(name)) ?? []).toString();
            expect(value).not.toContain(encryptionKey);
        }
    });

    it('[SET-05] may leave the key to the environment, of which no copy is made', async () => {
        const server = fakeConsole();
        const {key, configuration} = server.start({env: {MM_GANGWAY_KEY: 'k'.repeat(32)}});
        await key.make();
        await configuration.keep();
        expect(server.saves).toBe(0);
        expect(server.preferences.size).toBe(0);
        expect(await key.ring()).toBeDefined();
    });

    it('[SET-05] get one key when two nodes begin at once', async () => {
        jest.useFakeTimers();
        try {
            const server = fakeConsole();
            const keys = [server.start().key, server.start().key];
            const made = Promise.all(keys.map((key) => key.make()));
            await jest.advanceTimersByTimeAsync(10_000);
            await made;
            expect(server.saves).toBe(1);
        } finally {
            jest.useRealTimers();
        }
    });

    it('[SET-05] get one key when it is asked for twice at once', async () => {
        const server = fakeConsole();
        const {key} = server.start();
        await Promise.all([key.make(), key.make()]);
        expect(server.saves).toBe(1);
    });

    it('[SET-05] get a key although the node that began to make one is gone', async () => {
        jest.useFakeTimers();
        try {
            const server = fakeConsole();
            const store = createMemoryStore();
            await store.compareAndSet('secret/settings-key', undefined, new Uint8Array([1]));
            const made = server.start({store}).key.make();
            await jest.advanceTimersByTimeAsync(10_000);
            await made;
            expect(server.saves).toBe(1);
        } finally {
            jest.useRealTimers();
        }
    });
});

describe("the second copy of the plugin's configuration", () => {
    const KEY = 'k'.repeat(43);

    it('[SET-05] gives key and name back that a save of other settings wiped out while the plugin was off', async () => {
        const server = fakeConsole({botusername: 'helm', encryptionkey: KEY});
        const before = server.start();
        const sealed = (await before.key.ring())?.seal('secret') ?? '';
        await before.configuration.keep();

        server.values = {botusername: 'gangway', encryptionkey: null};
        const after = server.start();
        expect((await after.configuration.read()).botUsername).toBe('helm');
        expect((await after.key.ring())?.open(sealed)).toBe('secret');
        expect(await after.key.material()).toBe(KEY);
        await after.key.make();
        expect(readConfiguration(server.values)).toMatchObject({
            botUsername: 'helm',
            encryptionKey: KEY,
        });
    });

    it('[SET-05] opens what was sealed with a key that was changed while the plugin was off', async () => {
        const server = fakeConsole({encryptionkey: KEY});
        const before = server.start();
        const sealed = (await before.key.ring())?.seal('secret') ?? '';
        await before.configuration.keep();

        server.values = {encryptionkey: 'n'.repeat(43)};
        const ring = await server.start().key.ring();
        expect(ring?.hasOlder).toBe(true);
        const renewed = ring?.renew(sealed) ?? '';
        server.preferences.clear();
        expect((await server.start().key.ring())?.open(renewed)).toBe('secret');
    });

    it('[SET-05] leaves a name alone that an admin chose', async () => {
        const server = fakeConsole({botusername: 'helm', encryptionkey: KEY});
        await server.start().configuration.keep();
        server.values = {botusername: 'pilot', encryptionkey: ''};
        expect((await server.start().configuration.read()).botUsername).toBe('pilot');
        server.values = {botusername: 'gangway', encryptionkey: KEY};
        expect((await server.start().configuration.read()).botUsername).toBe('gangway');
    });

    it('[SET-05] counts as missing when somebody else wrote there', async () => {
        const server = fakeConsole();
        for (const text of [
            '',
            '{',
            '[]',
            '{"v":2}',
            '{"v":1,"botUsername":"","encryptionKey":""}',
        ]) {
            server.preferences.set('gangway/configuration', text);
            const {key, configuration} = server.start();
            expect(await configuration.lost()).toBeUndefined();
            expect(await key.ring()).toBeUndefined();
        }
    });
});
