import type {DatabaseSync, StatementSync} from 'node:sqlite';

import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import {StoreError} from './errors.ts';
import {checkKey, prefixEnd} from './keys.ts';
import {openSqliteFile} from './sqlite-file.ts';
import type {Store} from './store.ts';
import {createWatchers} from './watchers.ts';

/** How long a call waits for other processes' writes before it gives up as `unavailable`, ms. */
const BUSY_LIMIT_MS = 5000;
/** How often changes of other processes are looked for while somebody watches, ms. */
const POLL_MS = 200;
/** How often expired rows are deleted, ms; they are invisible before. */
const SWEEP_MS = 60_000;

/** What `createSqliteStore` needs. */
export interface SqliteStoreOptions {
    /** The file; made with its folder when missing, mode 0600. On a local disk: WAL needs shared memory. */
    readonly path: string;
    readonly log: Log;
    /** ms [Date.now]. */
    readonly now?: () => number;
}

/**
 * A store in one SQLite file that several processes of one machine may share.
 *
 * Promised: a write that was acknowledged survives the death of the process at any moment. At power
 * loss or a crash of the machine the last writes (up to the last checkpoint) may be gone, always a
 * suffix of them and never half a write; the watermarks of catch-up lie in the same file and go back
 * with it, so that what was forgotten is fetched again.
 * @throws StoreError `corrupt`, `foreign` or `unavailable` when the file cannot be used.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
    const {path, log, now = Date.now} = options;
    const db = await whenNotBusy(path, () => openSqliteFile(path, log));
    return new SqliteStore(db, path, log, now);
}

class SqliteStore implements Store {
    readonly #db: DatabaseSync;
    readonly #path: string;
    readonly #log: Log;
    readonly #now: () => number;
    readonly #statements: Statements;
    readonly #watchers = createWatchers(() => {
        this.#followWatchers();
    });
    readonly #sweeper: NodeJS.Timeout;
    #poller: NodeJS.Timeout | undefined;
    #seenVersion: unknown;
    #seenRev = 0;
    #closed = false;

    constructor(db: DatabaseSync, path: string, log: Log, now: () => number) {
        this.#db = db;
        this.#path = path;
        this.#log = log;
        this.#now = now;
        this.#statements = prepare(db);
        this.#sweeper = setInterval(() => {
            this.#inBackground(() => this.#statements.sweep.run(this.#now()));
        }, SWEEP_MS);
        this.#sweeper.unref();
    }

    async get(key: string): Promise<Uint8Array | undefined> {
        checkKey(key);
        const row = await this.#call(() => this.#statements.get.get(key, this.#now()));
        const value = row?.['value'];
        return value instanceof Uint8Array ? value : undefined;
    }

    async compareAndSet(
        key: string,
        expected: Uint8Array | undefined,
        next: Uint8Array | undefined,
        {ttlSeconds}: {ttlSeconds?: number} = {},
    ): Promise<boolean> {
        checkKey(key);
        const done = await this.#call(() => this.#swap(key, expected, next, ttlSeconds));
        if (done) this.#watchers.notify(key);
        return done;
    }

    async list(prefix: string, after = '', limit = 1000): Promise<string[]> {
        const end = prefixEnd(prefix) ?? new Uint8Array(0); // every text sorts before every blob
        const rows = await this.#call(() =>
            this.#statements.list.all(prefix, end, after, this.#now(), limit),
        );
        return rows.map((row) => String(row['key']));
    }

    watch(prefix: string, listener: (key: string) => void): Disposable {
        this.#checkOpen();
        return this.#watchers.add(prefix, listener);
    }

    async close(): Promise<void> {
        if (this.#closed) return;
        this.#closed = true;
        clearInterval(this.#sweeper);
        this.#watchers.clear();
        this.#db.close();
    }

    /** One statement each, so that SQLite's write lock makes compare and set one step for all processes. */
    #swap(
        key: string,
        expected: Uint8Array | undefined,
        next: Uint8Array | undefined,
        ttlSeconds: number | undefined,
    ): boolean {
        const now = this.#now();
        const expiresAt = ttlSeconds === undefined ? null : now + ttlSeconds * 1000;
        const {get, insert, replace, remove} = this.#statements;
        if (expected === undefined) {
            if (next === undefined) return get.get(key, now) === undefined;
            return insert.run(key, next, expiresAt, now).changes === 1;
        }
        if (next === undefined) return remove.run(key, expected, now).changes === 1;
        return replace.run(next, expiresAt, key, expected, now).changes === 1;
    }

    async #call<T>(statement: () => T): Promise<T> {
        return await whenNotBusy(this.#path, () => {
            this.#checkOpen();
            return statement();
        });
    }

    #checkOpen(): void {
        if (this.#closed) throw new StoreError('closed', 'The store is closed');
    }

    #followWatchers(): void {
        if (this.#watchers.size === 0) {
            clearInterval(this.#poller);
            this.#poller = undefined;
            return;
        }
        if (this.#poller !== undefined) return;
        this.#inBackground(() => {
            this.#seenVersion = this.#version();
            this.#seenRev = this.#lastRev();
        });
        this.#poller = setInterval(() => {
            this.#inBackground(() => {
                this.#notifyForeignChanges();
            });
        }, POLL_MS);
        this.#poller.unref();
    }

    /** `data_version` moves only by other connections' commits and costs no disk access. */
    #notifyForeignChanges(): void {
        const version = this.#version();
        if (version === this.#seenVersion) return;
        const rows = this.#statements.changes.all(this.#seenRev);
        // After the read: a commit in between moves the version again.
        this.#seenVersion = version;
        for (const row of rows) {
            this.#seenRev = Number(row['rev']);
            this.#watchers.notify(String(row['key']));
        }
    }

    #version(): unknown {
        return this.#statements.version.get()?.['data_version'];
    }

    #lastRev(): number {
        return Number(this.#statements.lastRev.get()?.['rev'] ?? 0);
    }

    /** For timers: nobody awaits them, and the next round tries again. */
    #inBackground(work: () => void): void {
        try {
            work();
        } catch (error) {
            this.#log.warn('store upkeep failed', {error: storeError(error, this.#path)});
        }
    }
}

interface Statements {
    readonly get: StatementSync;
    readonly insert: StatementSync;
    readonly replace: StatementSync;
    readonly remove: StatementSync;
    readonly list: StatementSync;
    readonly sweep: StatementSync;
    readonly changes: StatementSync;
    readonly version: StatementSync;
    readonly lastRev: StatementSync;
}

function prepare(db: DatabaseSync): Statements {
    const live = '(expires_at IS NULL OR expires_at > ?)';
    return {
        get: db.prepare(`SELECT value FROM kv WHERE key = ? AND ${live}`),
        insert: db.prepare(
            `INSERT INTO kv (key, value, expires_at) VALUES (?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
             WHERE kv.expires_at <= ?`,
        ),
        replace: db.prepare(
            `UPDATE kv SET value = ?, expires_at = ? WHERE key = ? AND value = ? AND ${live}`,
        ),
        remove: db.prepare(`DELETE FROM kv WHERE key = ? AND value = ? AND ${live}`),
        list: db.prepare(
            `SELECT key FROM kv WHERE key >= ? AND key < ? AND key > ? AND ${live}
             ORDER BY key LIMIT ?`,
        ),
        sweep: db.prepare('DELETE FROM kv WHERE expires_at <= ?'),
        changes: db.prepare('SELECT rev, key FROM change WHERE rev > ? ORDER BY rev'),
        version: db.prepare('PRAGMA data_version'),
        lastRev: db.prepare('SELECT max(rev) AS rev FROM change'),
    };
}

/** Repeats `call` while another process holds the file, up to BUSY_LIMIT_MS, without blocking the thread between. */
async function whenNotBusy<T>(path: string, call: () => T): Promise<T> {
    const deadline = performance.now() + BUSY_LIMIT_MS;
    for (let delay = 2; ; delay = Math.min(delay * 2, 200)) {
        try {
            return call();
        } catch (error) {
            if (!isBusy(error) || performance.now() > deadline) throw storeError(error, path);
        }
        await sleep(delay * (0.5 + Math.random() / 2));
    }
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** SQLite's primary result code; undefined for errors of another origin. */
function resultCode(error: unknown): number | undefined {
    // No instanceof: node:sqlite's errors may come from another realm than this module.
    if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
    return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function isBusy(error: unknown): boolean {
    const code = resultCode(error);
    return code === SQLITE_BUSY || code === SQLITE_LOCKED;
}

function storeError(error: unknown, path: string): StoreError {
    if (error instanceof StoreError) return error;
    const code = resultCode(error);
    if (code === SQLITE_NOTADB) {
        return new StoreError('foreign', `The file ${path} is not a database`, error);
    }
    if (code === SQLITE_CORRUPT) {
        return new StoreError('corrupt', `The store file ${path} is damaged`, error);
    }
    return new StoreError('unavailable', `The store file ${path} cannot be used now`, error);
}
