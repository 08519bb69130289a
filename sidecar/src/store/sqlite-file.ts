import {chmodSync, closeSync, mkdirSync, openSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {DatabaseSync} from 'node:sqlite';

import type {Log} from '../contract/log.ts';
import {StoreError} from './errors.ts';

/** "GWAY": marks a SQLite file as a Gangway store, so that another program's file is never written to. */
const APPLICATION_ID = 0x47574159;
const FORMAT = 1;

/**
 * How long one call may block this thread for another process's write, ms. Short, because it stops
 * every turn; longer waits are done between calls.
 */
const BUSY_BLOCK_MS = 25;

const SCHEMA = `
    CREATE TABLE kv (key TEXT NOT NULL UNIQUE, value BLOB NOT NULL, expires_at INTEGER) STRICT;
    CREATE INDEX kv_expiry ON kv (expires_at) WHERE expires_at IS NOT NULL;

    -- What changed last, so that watchers in other processes learn the key and not only that
    -- something changed. Bounded: a watcher that falls behind by more has lost hints, which it may.
    CREATE TABLE change (rev INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT;
    CREATE TRIGGER kv_inserted AFTER INSERT ON kv
        BEGIN INSERT INTO change (key) VALUES (NEW.key); END;
    CREATE TRIGGER kv_updated AFTER UPDATE ON kv
        BEGIN INSERT INTO change (key) VALUES (NEW.key); END;
    CREATE TRIGGER kv_deleted AFTER DELETE ON kv
        BEGIN INSERT INTO change (key) VALUES (OLD.key); END;
    CREATE TRIGGER change_bounded AFTER INSERT ON change
        BEGIN DELETE FROM change WHERE rev <= NEW.rev - 2000; END;

    PRAGMA application_id = ${APPLICATION_ID};
    PRAGMA user_version = ${FORMAT};
`;

/**
 * Opens or makes the file of a store: its folder too, readable by its owner only, checked to be whole
 * and ours. Throws what SQLite throws (see `storeError`); may have to be repeated while busy.
 * @throws StoreError `corrupt` or `foreign`.
 */
export function openSqliteFile(path: string, log: Log): DatabaseSync {
    mkdirSync(dirname(path), {recursive: true, mode: 0o700});
    // Made here and not by SQLite, whose mode is the umask's; the -wal and -shm files copy it.
    closeSync(openSync(path, 'a', 0o600));
    const db = new DatabaseSync(path, {timeout: BUSY_BLOCK_MS});
    try {
        checkWhole(db, path);
        // Before anything is changed: it may be another program's file.
        readMark(db, path);
        restrict(path, log);
        db.exec('PRAGMA journal_mode = WAL');
        // NORMAL in WAL mode: a commit is in the operating system's hands before the call returns, so
        // it survives SIGKILL. FULL would add an fsync, 4 ms of a blocked thread for each write.
        db.exec('PRAGMA synchronous = NORMAL');
        db.exec('PRAGMA journal_size_limit = 16777216');
        ensureSchema(db, path);
        return db;
    } catch (error) {
        db.close();
        throw error;
    }
}

function restrict(path: string, log: Log): void {
    if ((statSync(path).mode & 0o077) === 0) return;
    log.warn('the store file was open to other users and is closed to them now', {path});
    chmodSync(path, 0o600);
}

function checkWhole(db: DatabaseSync, path: string): void {
    const row = db.prepare('PRAGMA quick_check(1)').get();
    if (row?.['quick_check'] !== 'ok') {
        throw new StoreError('corrupt', `The store file ${path} is damaged`);
    }
}

function ensureSchema(db: DatabaseSync, path: string): void {
    if (readMark(db, path)) return;
    db.exec('BEGIN IMMEDIATE');
    try {
        // Again inside the write lock: another process may just have made the tables.
        if (!readMark(db, path)) db.exec(SCHEMA);
        db.exec('COMMIT');
    } catch (error) {
        db.exec('ROLLBACK');
        throw error;
    }
}

/** True for a store of ours, false for an empty file. */
function readMark(db: DatabaseSync, path: string): boolean {
    const application = db.prepare('PRAGMA application_id').get()?.['application_id'];
    const format = db.prepare('PRAGMA user_version').get()?.['user_version'];
    if (application === APPLICATION_ID && format === FORMAT) return true;
    if (application === APPLICATION_ID) {
        throw new StoreError(
            'foreign',
            `The store file ${path} has format ${String(format)}, this Gangway knows ${FORMAT}`,
        );
    }
    const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
    if (application === 0 && tables === 0) return false;
    throw new StoreError('foreign', `The file ${path} is another program's database`);
}
