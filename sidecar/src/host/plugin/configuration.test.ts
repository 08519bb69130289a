import {createMemoryStore} from '../../store/memory-store.ts';
import {createSettingsKey, readConfiguration, type ConfigurationCalls} from './configuration.ts';

function console(values: Record<string, unknown> = {}): ConfigurationCalls & {saves: number} {
    let held = values;
    return {
        saves: 0,
        load: async () => held,
        async save(next) {
            held = {...next};
            this.saves++;
        },
    };
}

const signal = new AbortController().signal;

describe("the plugin's values in the server's configuration", () => {
    it('[INS-04] hold the name of the bot, whatever the case of the key', () => {
        expect(readConfiguration({botusername: ' Helm '}).botUsername).toBe('helm');
        expect(readConfiguration({BotUsername: 'helm'}).botUsername).toBe('helm');
        for (const bad of [{}, {botusername: 7}, {botusername: ' '}]) {
            expect(readConfiguration(bad).botUsername).toBe('gangway');
        }
    });

    it('[SET-05] hold the key of the secrets, made once, outside the store', async () => {
        const calls = console({botusername: 'helm'});
        const store = createMemoryStore();
        const key = createSettingsKey(calls, store, {});
        expect(await key.ring()).toBeUndefined();
        await key.make(signal);
        await key.make(signal);
        expect(calls.saves).toBe(1);
        const {encryptionKey, botUsername} = readConfiguration(await calls.load());
        expect(encryptionKey).toHaveLength(43);
        expect(botUsername).toBe('helm');
        const sealed = (await key.ring())?.seal('secret') ?? '';
        expect(await createSettingsKey(calls, store, {}).ring()).toBeDefined();
        expect((await createSettingsKey(calls, store, {}).ring())?.open(sealed)).toBe('secret');
        for (const name of await store.list('')) {
            const value = Buffer.from((await store.get(name)) ?? []).toString();
            expect(value).not.toContain(encryptionKey);
        }
    });

    it('[SET-05] may leave the key to the environment', async () => {
        const calls = console();
        const key = createSettingsKey(calls, createMemoryStore(), {MM_GANGWAY_KEY: 'k'.repeat(32)});
        await key.make(signal);
        expect(calls.saves).toBe(0);
        expect(await key.ring()).toBeDefined();
    });

    it('[SET-05] get one key when two nodes begin at once', async () => {
        jest.useFakeTimers();
        try {
            const calls = console();
            const store = createMemoryStore();
            const keys = [createSettingsKey(calls, store, {}), createSettingsKey(calls, store, {})];
            const made = Promise.all(keys.map((key) => key.make(signal)));
            await jest.advanceTimersByTimeAsync(10_000);
            await made;
            expect(calls.saves).toBe(1);
        } finally {
            jest.useRealTimers();
        }
    });

    it('[SET-05] get a key although the node that began to make one is gone', async () => {
        jest.useFakeTimers();
        try {
            const calls = console();
            const store = createMemoryStore();
            await store.compareAndSet('secret/settings-key', undefined, new Uint8Array([1]));
            const made = createSettingsKey(calls, store, {}).make(signal);
            await jest.advanceTimersByTimeAsync(10_000);
            await made;
            expect(calls.saves).toBe(1);
        } finally {
            jest.useRealTimers();
        }
    });
});
