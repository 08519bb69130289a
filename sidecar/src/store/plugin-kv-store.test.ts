import {createPluginKvStore, type PluginKv} from './plugin-kv-store.ts';
import {describeStore} from './store.contract.ts';

/**
 * The KV store as the server keeps it (server/channels/store/sqlstore/plugin_store.go): empty values
 * delete, expiry in whole seconds, keys listed by page without a prefix, internal ones among them.
 */
function fakeKv() {
    const rows = new Map<string, {value: Uint8Array; expiresAt: number}>();
    let now = 1_000_000;
    const live = (key: string) => {
        const row = rows.get(key);
        return row !== undefined && (row.expiresAt === 0 || row.expiresAt > now) ? row : undefined;
    };
    const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);
    const kv: PluginKv = {
        get: async (key) => live(key)?.value,
        async setAtomically(key, oldValue, value, expireInSeconds) {
            const row = live(key);
            if (oldValue === undefined) {
                if (row !== undefined) return false;
            } else if (row === undefined || !same(row.value, oldValue)) {
                return false;
            }
            if (value === undefined || value.length === 0) rows.delete(key);
            else {
                const expiresAt = expireInSeconds === 0 ? 0 : now + expireInSeconds;
                rows.set(key, {value: Uint8Array.from(value), expiresAt});
            }
            return true;
        },
        list: async (page, perPage) =>
            [...rows.keys(), 'mmi_botid']
                .filter((key) => key === 'mmi_botid' || live(key) !== undefined)
                // As PostgreSQL with a natural-language collation: case and most signs count last.
                .sort((a, b) => a.localeCompare(b, 'en'))
                .slice(page * perPage, (page + 1) * perPage),
    };
    return {
        kv,
        advance: (seconds: number) => {
            now += seconds;
        },
    };
}

describeStore('the plugin KV store', async () => {
    const {kv, advance} = fakeKv();
    return {
        store: createPluginKvStore(kv),
        advance: async (seconds) => advance(seconds),
        settle: async () => {
            await new Promise((resolve) => setImmediate(resolve));
        },
        dispose: async () => undefined,
    };
});

it('[SET-01] finds open turns on the first page, however many other keys there are', async () => {
    const {kv} = fakeKv();
    let pages = 0;
    const counted: PluginKv = {
        ...kv,
        list: async (page, perPage) => {
            pages++;
            return await kv.list(page, perPage);
        },
    };
    const store = createPluginKvStore(counted);
    for (let i = 0; i < 2_500; i++)
        await store.compareAndSet(`claim/${i}`, undefined, new Uint8Array());
    await store.compareAndSet('0turn/a', undefined, new Uint8Array());
    expect(await store.list('0turn/')).toEqual(['0turn/a']);
    expect(pages).toBe(1);
    expect(await store.list('claim/', undefined, 5_000)).toHaveLength(2_500);
});

it('[SET-01] says that the store is away when the server does not answer, and works again after', async () => {
    const {kv} = fakeKv();
    let away = true;
    const store = createPluginKvStore({
        ...kv,
        get: async (key) => {
            if (away) throw new Error('rpc: connection is shut down');
            return await kv.get(key);
        },
    });
    await expect(store.get('a')).rejects.toMatchObject({code: 'unavailable'});
    away = false;
    expect(await store.get('a')).toBeUndefined();
});

it('[SET-01] gives a damaged value as it is, and lets it be replaced', async () => {
    const {kv} = fakeKv();
    const garbage = new TextEncoder().encode('garbage');
    await kv.setAtomically('settings', undefined, garbage, 0);
    const store = createPluginKvStore(kv);
    const found = await store.get('settings');
    expect(new TextDecoder().decode(found)).toBe('garbage');
    const whole = new TextEncoder().encode('{}');
    expect(await store.compareAndSet('settings', found, whole)).toBe(true);
    expect(await store.get('settings')).toEqual(whole);
});

it('hears of changes on other runners', async () => {
    const store = createPluginKvStore(fakeKv().kv);
    const heard: string[] = [];
    using _watch = store.watch('settings', (key) => heard.push(key));
    store.changedElsewhere('settings');
    store.changedElsewhere('other');
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['settings']);
});
