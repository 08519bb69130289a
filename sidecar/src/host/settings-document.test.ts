import {agentSettingsSchema} from '../agent/agent-settings.ts';
import {createSettingsParser} from '../config/parse.ts';
import {createKeyRing, createSealer} from '../config/sealing.ts';
import {silentLog} from '../contract/log.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import type {Store} from '../store/store.ts';
import {createSettingsDocuments, KEPT_SECRET, SETTINGS_KEY} from './settings-document.ts';

const parser = createSettingsParser({
    agent: agentSettingsSchema,
    refuseMentionPattern: () => undefined,
});

const over = (store: Store, material = 'key material 0123') =>
    createSettingsDocuments({
        store,
        parser,
        sealer: async () => createSealer(material, 'settings'),
        log: silentLog,
    });

const withSecrets = {
    channels: {
        mattermost: {
            chatmode: 'onmessage',
            accounts: {other: {baseUrl: 'https://other.example.com', botToken: 'tok-123456'}},
        },
    },
    agents: {
        smart: {kind: 'anthropic', model: 'm', apiKey: 'sk-7890', headers: {'X-Key': 'hdr-secret'}},
        env: {kind: 'anthropic', model: 'm', apiKey: {source: 'env', id: 'KEY'}},
    },
};

const stored = async (store: Store): Promise<string> =>
    new TextDecoder().decode(await store.get(SETTINGS_KEY));
const put = async (store: Store, text: string): Promise<void> => {
    const bytes = new TextEncoder().encode(text);
    await store.compareAndSet(SETTINGS_KEY, await store.get(SETTINGS_KEY), bytes);
};

describe('the settings document', () => {
    it('[SET-01] begins empty, and each save makes a new revision that others read', async () => {
        const store = createMemoryStore();
        const [one, two] = [over(store), over(store)];
        await one.refresh();
        expect(one.current()).toMatchObject({revision: 0, settings: {}, troubles: []});
        expect(await one.save(0, withSecrets)).toEqual({kind: 'saved', revision: 1});
        await two.refresh();
        expect(two.current()).toMatchObject({revision: 1, settings: withSecrets, troubles: []});
    });

    it('[SET-01] tells the second of two who save at once, with the newer settings', async () => {
        const store = createMemoryStore();
        const [one, two] = [over(store), over(store)];
        const outcomes = await Promise.all([
            one.save(0, {queue: {max: 1}}),
            two.save(0, {queue: {max: 2}}),
        ]);
        expect(outcomes.map(({kind}) => kind).sort()).toEqual(['conflict', 'saved']);
        expect(await two.save(0, {queue: {max: 3}})).toMatchObject({
            kind: 'conflict',
            newer: {revision: 1},
        });
    });

    it('[SET-03] refuses bad settings and keeps what holds', async () => {
        const store = createMemoryStore();
        const documents = over(store);
        await documents.save(0, {queue: {max: 1}});
        const outcome = await documents.save(1, {queue: {maxx: 1}});
        expect(outcome).toMatchObject({kind: 'refused', problems: [{path: 'queue.maxx'}]});
        expect(documents.current()).toMatchObject({revision: 1, settings: {queue: {max: 1}}});
    });

    it('[SET-05] stores secrets encrypted, references as they are, and shows neither', async () => {
        const store = createMemoryStore();
        const documents = over(store);
        await documents.save(0, withSecrets);
        const text = await stored(store);
        for (const secret of ['tok-123456', 'sk-7890', 'hdr-secret']) {
            expect(text).not.toContain(secret);
            expect(JSON.stringify(documents.masked())).not.toContain(secret);
        }
        expect(JSON.parse(text)).toMatchObject({
            settings: {agents: {env: {apiKey: {source: 'env', id: 'KEY'}}}},
        });
    });

    it('[SET-05] keeps a secret that is sent back masked', async () => {
        const store = createMemoryStore();
        const documents = over(store);
        await documents.save(0, withSecrets);
        expect(JSON.stringify(documents.masked())).toContain(KEPT_SECRET);
        expect(await documents.save(1, documents.masked())).toMatchObject({kind: 'saved'});
        expect(documents.current().settings).toEqual(withSecrets);
    });

    it('[SET-05] says which secrets cannot be decrypted, and uses all the rest', async () => {
        const store = createMemoryStore();
        await over(store).save(0, withSecrets);
        const documents = over(store, 'another key 456789');
        await documents.refresh();
        const {revision, settings, troubles} = documents.current();
        expect(revision).toBe(1);
        expect(settings.channels?.mattermost?.chatmode).toBe('onmessage');
        expect(troubles).toHaveLength(3);
        expect(troubles.join()).toContain('channels.mattermost.accounts.other.botToken');
    });

    it('[SET-05] keeps a secret that it cannot read through a save, for the key to come back', async () => {
        const store = createMemoryStore();
        await over(store).save(0, withSecrets);
        const documents = over(store, 'another key 456789');
        await documents.refresh();
        const shown = documents.masked();
        const other = {kind: 'anthropic', model: 'm', apiKey: 'sk-new', headers: {}};
        expect(await documents.save(1, {...Object(shown), queue: {max: 2}})).toMatchObject({
            kind: 'saved',
        });
        expect(documents.current().troubles).toHaveLength(3);
        const before = over(store);
        await before.refresh();
        expect(before.current()).toMatchObject({settings: withSecrets, troubles: []});
        const agents = {...withSecrets.agents, smart: other};
        await documents.save(2, {...Object(shown), agents});
        expect(documents.current().troubles).toHaveLength(1);
    });

    it('[SET-05] seals what is stored again with another key, without a new revision', async () => {
        const store = createMemoryStore();
        await over(store).save(0, withSecrets);
        const [older, newer] = ['key material 0123', 'another key 456789'].map((material) =>
            createSealer(material, 'settings'),
        );
        const ring = createKeyRing(newer!, [older!]);
        const documents = over(store, 'another key 456789');
        await documents.refresh();
        expect(documents.current().troubles).toHaveLength(3);
        await documents.reseal((sealed) => ring.renew(sealed));
        expect(documents.current()).toMatchObject({
            revision: 1,
            settings: withSecrets,
            troubles: [],
        });
        const bytes = await store.get(SETTINGS_KEY);
        await documents.reseal((sealed) => ring.renew(sealed));
        expect(await store.get(SETTINGS_KEY)).toEqual(bytes);
    });

    it("[SET-05] loses nobody's save while it seals again", async () => {
        const store = createMemoryStore();
        await over(store).save(0, withSecrets);
        const ring = createKeyRing(createSealer('another key 456789', 'settings'), [
            createSealer('key material 0123', 'settings'),
        ]);
        let raced = false;
        const racing: Store = {
            ...store,
            async compareAndSet(key, expected, next, options) {
                if (!raced) {
                    raced = true;
                    await over(store).save(1, {...withSecrets, queue: {max: 9}});
                }
                return await store.compareAndSet(key, expected, next, options);
            },
        };
        const documents = over(racing, 'another key 456789');
        await documents.reseal((sealed) => ring.renew(sealed));
        expect(documents.current()).toMatchObject({
            revision: 2,
            settings: {...withSecrets, queue: {max: 9}},
            troubles: [],
        });
    });

    it('[INS-05] says that a newer Gangway wrote the settings, and keeps what it wrote', async () => {
        const store = createMemoryStore();
        const text = JSON.stringify({v: 2, revision: 3, settings: {unheard: 'of'}});
        await put(store, text);
        const documents = over(store);
        await documents.refresh();
        const {troubles, troubleId} = documents.current();
        expect(troubles[0]).toMatch(
            /a newer Gangway wrote them \(format 2, this one reads format 1/,
        );
        expect(await stored(store)).toBe(text);
        expect(await documents.save(0, {queue: {max: 5}})).toMatchObject({kind: 'saved'});
        expect(new TextDecoder().decode(await store.get(troubleId))).toBe(text);
    });

    it('[SET-05] stores no secret where there is no key', async () => {
        const store = createMemoryStore();
        const documents = createSettingsDocuments({
            store,
            parser,
            sealer: async () => undefined,
            log: silentLog,
        });
        expect(await documents.save(0, withSecrets)).toEqual({kind: 'no-key'});
        expect(await store.get(SETTINGS_KEY)).toBeUndefined();
    });

    it('[SET-01] keeps a document that it cannot use aside, says so, and takes the defaults', async () => {
        const store = createMemoryStore();
        await put(store, '{"v":1,"revision":4,"settings":{"chatmode":');
        const documents = over(store);
        await documents.refresh();
        const {revision, settings, troubles} = documents.current();
        expect({revision, settings}).toEqual({revision: 0, settings: {}});
        expect(troubles[0]).toMatch(/cannot be used.*kept as broken\/settings~.*defaults/s);
        expect(await store.list('broken/')).toHaveLength(1);
        expect(await documents.save(0, {queue: {max: 5}})).toEqual({kind: 'saved', revision: 1});
        expect(documents.current().troubles).toEqual([]);
    });

    it('[SET-03] goes on with the settings from before when the stored ones go bad', async () => {
        const store = createMemoryStore();
        const documents = over(store);
        await documents.save(0, {queue: {max: 7}});
        await put(store, JSON.stringify({v: 1, revision: 2, settings: {nonsense: 1}}));
        await documents.refresh();
        expect(documents.current()).toMatchObject({revision: 1, settings: {queue: {max: 7}}});
        expect(documents.current().troubles[0]).toContain('nonsense');
    });

    it('[SET-04] follows a change of another runner within 5 seconds, hint or not', async () => {
        jest.useFakeTimers();
        try {
            const store = createMemoryStore();
            const deaf: Store = {...store, watch: () => ({[Symbol.dispose]: () => undefined})};
            const documents = over(deaf);
            const changes: number[] = [];
            documents.onChange(() => changes.push(documents.current().revision));
            const stop = new AbortController();
            const following = documents.follow(stop.signal);
            await jest.advanceTimersByTimeAsync(100);
            await over(store).save(0, {queue: {max: 9}});
            await jest.advanceTimersByTimeAsync(5_000);
            expect(documents.current()).toMatchObject({revision: 1, settings: {queue: {max: 9}}});
            expect(changes).toEqual([0, 1]);
            stop.abort();
            await following;
        } finally {
            jest.useRealTimers();
        }
    });

    it('[SET-04] outlives a store that fails for a minute', async () => {
        jest.useFakeTimers();
        try {
            const store = createMemoryStore();
            let broken = true;
            const shaky: Store = {
                ...store,
                get: async (key) => {
                    if (broken) throw new Error('away');
                    return await store.get(key);
                },
            };
            const documents = over(shaky);
            const stop = new AbortController();
            const following = documents.follow(stop.signal);
            await over(store).save(0, {queue: {max: 9}});
            await jest.advanceTimersByTimeAsync(60_000);
            expect(documents.current().revision).toBe(0);
            broken = false;
            await jest.advanceTimersByTimeAsync(5_000);
            expect(documents.current().revision).toBe(1);
            stop.abort();
            await following;
        } finally {
            jest.useRealTimers();
        }
    });
});
