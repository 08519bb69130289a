/**
 * The other process of sqlite-store.test.ts: `node sqlite-child.ts <file> write|count <argument>`.
 * `write` writes without end and says each key once its write is acknowledged; `count` adds one to a
 * shared counter as many times as told.
 */
import {silentLog} from '../contract/log.ts';
import {createSqliteStore} from './sqlite-store.ts';
import type {Store} from './store.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function writeForEver(store: Store, run: string): Promise<void> {
    for (let i = 0; ; i++) {
        const key = `${run}/${i}`;
        await store.compareAndSet(key, undefined, encode(key.repeat(100)));
        await store.compareAndSet('last', await store.get('last'), encode(key));
        process.stdout.write(`${key}\n`);
        // Now and then, so that the parent's kill falls between writes as well as into them.
        if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
}

async function count(store: Store, times: number): Promise<void> {
    for (let done = 0; done < times;) {
        const current = await store.get('counter');
        const next = current === undefined ? 1 : Number(new TextDecoder().decode(current)) + 1;
        if (await store.compareAndSet('counter', current, encode(String(next)))) done++;
    }
}

const [path = '', mode = '', argument = ''] = process.argv.slice(2);
const store = await createSqliteStore({path, log: silentLog});
if (mode === 'write') await writeForEver(store, argument);
if (mode === 'count') await count(store, Number(argument));
await store.close();
