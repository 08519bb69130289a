import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmod, mkdir, mkdtemp, rm, stat, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {DatabaseSync} from 'node:sqlite';

import {silentLog} from '../contract/log.ts';
import {createSqliteStore} from './sqlite-store.ts';
import {describeStore} from './store.contract.ts';
import type {Store} from './store.ts';

const child = join(__dirname, 'sqlite-child.ts');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gangway-store-'));
});
afterEach(async () => {
    await rm(folder, {recursive: true, force: true});
});

const open = async (path = join(folder, 'store.db')): Promise<Store> =>
    await createSqliteStore({path, log: silentLog});

describeStore('sqlite', async () => {
    jest.useFakeTimers();
    let now = 1_000_000;
    const openAgain = async (): Promise<Store> =>
        await createSqliteStore({
            path: join(folder, 'contract.db'),
            log: silentLog,
            now: () => now,
        });
    return {
        store: await openAgain(),
        openAgain,
        advance: async (seconds) => {
            now += seconds * 1000;
            await jest.advanceTimersByTimeAsync(seconds * 1000);
        },
        settle: async () => {
            await jest.advanceTimersByTimeAsync(1000);
        },
        dispose: async () => {
            expect(jest.getTimerCount()).toBe(0);
            jest.useRealTimers();
        },
    };
});

describe('the sqlite file', () => {
    it('is made with its folder, for its owner only', async () => {
        const path = join(folder, 'deep', 'er', 'store.db');
        const store = await open(path);
        await store.compareAndSet('a', undefined, encode('1'));
        for (const file of [path, `${path}-wal`, `${path}-shm`]) {
            expect((await stat(file)).mode & 0o777).toBe(0o600);
        }
        expect((await stat(join(folder, 'deep', 'er'))).mode & 0o777).toBe(0o700);
        await store.close();
    });

    it('is closed to other users when it was open to them', async () => {
        const path = join(folder, 'store.db');
        await writeFile(path, '');
        await chmod(path, 0o644);
        await (await open()).close();
        expect((await stat(path)).mode & 0o777).toBe(0o600);
    });

    it('is refused when it is no database', async () => {
        const path = join(folder, 'notes.txt');
        await writeFile(path, 'dear diary, '.repeat(1000));
        await expect(open(path)).rejects.toMatchObject({name: 'StoreError', code: 'foreign'});
    });

    it("is refused and left alone when it is another program's database", async () => {
        const path = join(folder, 'other.db');
        const other = new DatabaseSync(path);
        other.exec('CREATE TABLE recipe (name TEXT)');
        await expect(open(path)).rejects.toMatchObject({code: 'foreign'});
        expect(other.prepare('PRAGMA journal_mode').get()).toEqual({journal_mode: 'delete'});
        expect(other.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{name: 'recipe'}]);
        other.close();
    });

    it('is refused when a newer Gangway made it', async () => {
        await (await open()).close();
        const db = new DatabaseSync(join(folder, 'store.db'));
        db.exec('PRAGMA user_version = 99');
        db.close();
        await expect(open()).rejects.toMatchObject({code: 'foreign'});
    });

    it('is refused with the code corrupt when it is damaged', async () => {
        const store = await open();
        for (let i = 0; i < 50; i++) {
            await store.compareAndSet(`k${i}`, undefined, new Uint8Array(4000).fill(i));
        }
        await store.close();
        const path = join(folder, 'store.db');
        await truncate(path, Math.floor((await stat(path)).size / 2));
        await expect(open()).rejects.toMatchObject({code: 'corrupt'});
    });

    it('is unavailable when its path is a folder', async () => {
        await mkdir(join(folder, 'store.db'));
        await expect(open()).rejects.toMatchObject({code: 'unavailable'});
    });

    it('loses expired rows in time', async () => {
        jest.useFakeTimers();
        let now = 0;
        const path = join(folder, 'store.db');
        const store = await createSqliteStore({path, log: silentLog, now: () => now});
        await store.compareAndSet('a', undefined, encode('1'), {ttlSeconds: 1});
        await store.compareAndSet('b', undefined, encode('1'));
        now = 5000;
        await jest.advanceTimersByTimeAsync(61_000);
        jest.useRealTimers();
        await store.close();
        const db = new DatabaseSync(path);
        expect(db.prepare('SELECT key FROM kv').all()).toEqual([{key: 'b'}]);
        db.close();
    });

    it('waits for another writer without blocking, and gives up in the end', async () => {
        jest.useFakeTimers({doNotFake: ['queueMicrotask', 'nextTick']});
        const store = await open();
        const other = new DatabaseSync(join(folder, 'store.db'));
        other.exec('BEGIN IMMEDIATE');
        const patient = store.compareAndSet('a', undefined, encode('1'));
        await jest.advanceTimersByTimeAsync(300);
        other.exec('COMMIT');
        await jest.advanceTimersByTimeAsync(300);
        expect(await patient).toBe(true);

        other.exec('BEGIN IMMEDIATE');
        const refused = expect(
            store.compareAndSet('b', undefined, encode('1')),
        ).rejects.toMatchObject({code: 'unavailable'});
        await jest.advanceTimersByTimeAsync(6000);
        await refused;
        other.exec('COMMIT');
        other.close();
        await store.close();
        jest.useRealTimers();
    });
});

describe('several processes on one sqlite file', () => {
    const run = (...args: string[]) =>
        spawn(process.execPath, [child, join(folder, 'store.db'), ...args], {
            stdio: ['ignore', 'pipe', 'inherit'],
        });

    it('lose no compare and set among them', async () => {
        const children = [run('count', '1000'), run('count', '1000'), run('count', '1000')];
        await Promise.all(children.map((one) => once(one, 'exit')));
        expect(children.map((one) => one.exitCode)).toEqual([0, 0, 0]);
        const store = await open();
        expect(new TextDecoder().decode(await store.get('counter'))).toBe('3000');
        await store.close();
    });

    it('keep every acknowledged write when one is killed in the middle of writing', async () => {
        let total = 0;
        for (let round = 0; round < 6; round++) {
            const writer = run('write', `run${round}`);
            const acknowledged: string[] = [];
            const enough = 1 + Math.floor(Math.random() * 400);
            const lines = createInterface({input: writer.stdout});
            lines.on('line', (line) => {
                acknowledged.push(line);
                if (acknowledged.length === enough) writer.kill('SIGKILL');
            });
            await Promise.all([once(writer, 'exit'), once(lines, 'close')]);
            total += acknowledged.length;

            const store = await open();
            for (const key of acknowledged) {
                expect(await store.get(key)).toEqual(encode(key.repeat(100)));
            }
            const last = new TextDecoder().decode(await store.get('last'));
            expect(Number(last.split('/')[1])).toBeGreaterThanOrEqual(acknowledged.length - 1);
            await store.close();
        }
        expect(total).toBeGreaterThan(6);
    });
});
