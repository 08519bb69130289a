import {createHash} from 'node:crypto';

import type * as z from 'zod';

import {StoreError} from './errors.ts';
import {MAX_KEY_LENGTH} from './store.ts';
import type {Store} from './store.ts';

/** What lies under a key: `broken` bytes were copied to `keptAs` and are still there. */
export type DocumentRead<T> =
    | {readonly kind: 'found'; readonly value: T}
    | {readonly kind: 'absent'}
    | {readonly kind: 'broken'; readonly keptAs: string};

/** How an update went; `setAside` names the copy of broken bytes that had to give way, if any. */
export type DocumentUpdate<T> =
    | {readonly kind: 'written'; readonly value: T; readonly setAside: string | undefined}
    /** The change asked for nothing; `value` is what lies there. */
    | {
          readonly kind: 'unchanged';
          readonly value: T | undefined;
          readonly setAside: string | undefined;
      };

/** `ttlSeconds` counts from the write; absent: for ever. */
export interface DocumentOptions {
    readonly ttlSeconds?: number;
}

/** Options of a change. */
export interface ChangeOptions<T> extends DocumentOptions {
    /**
     * What lies there as far as the caller knows (undefined: nothing): it is tried without reading first,
     * and read when that was wrong.
     */
    readonly known?: {readonly value: T | undefined} | undefined;
}

/**
 * Each failed try means that somebody else's write went through, so this many in a row is a fault
 * and not bad luck.
 */
const MAX_TRIES = 100;

/**
 * Reads a JSON document. Bytes that are no JSON or do not fit `schema` are copied to `broken/…` for a
 * person to look at, left where they are, and reported.
 */
export async function readDocument<T>(
    store: Store,
    key: string,
    schema: z.ZodType<T>,
): Promise<DocumentRead<T>> {
    const {found, setAside} = await readBytes(store, key, schema);
    if (setAside !== undefined) return {kind: 'broken', keptAs: setAside};
    return found === undefined ? {kind: 'absent'} : {kind: 'found', value: found};
}

/** Writes a JSON document where nothing is; says whether it did. */
export async function createDocument(
    store: Store,
    key: string,
    value: unknown,
    options: DocumentOptions = {},
): Promise<boolean> {
    return await store.compareAndSet(key, undefined, encodeDocument(value), options);
}

/**
 * Changes a JSON document by compare-and-set: `change` gets what is there (undefined: nothing, or
 * broken bytes, which are set aside first) and returns what shall be there, or undefined to leave it.
 * It is called again when somebody else wrote in between, so it must have no effects of its own.
 * @throws StoreError `contended` after 100 lost races.
 */
export async function updateDocument<T>(
    store: Store,
    key: string,
    schema: z.ZodType<T>,
    change: (current: T | undefined) => T | undefined,
    {known, ...options}: ChangeOptions<T> = {},
): Promise<DocumentUpdate<T>> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
        const {bytes, found, setAside} =
            known !== undefined && tries === 0
                ? believed(known.value)
                : await readBytes(store, key, schema);
        const value = change(found);
        if (value === undefined) return {kind: 'unchanged', value: found, setAside};
        if (await store.compareAndSet(key, bytes, encodeDocument(value), options)) {
            return {kind: 'written', value, setAside};
        }
    }
    throw new StoreError('contended', `The document ${key} was changed by others at each try`);
}

/**
 * Deletes a JSON document when `when` agrees to what is there (undefined: broken bytes, set aside
 * first); gives what was deleted.
 * @throws StoreError `contended` after 100 lost races.
 */
export async function removeDocument<T>(
    store: Store,
    key: string,
    schema: z.ZodType<T>,
    when: (current: T | undefined) => boolean = () => true,
    {known}: Pick<ChangeOptions<T>, 'known'> = {},
): Promise<{readonly removed: boolean; readonly value: T | undefined}> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
        const {bytes, found} =
            known !== undefined && tries === 0
                ? believed(known.value)
                : await readBytes(store, key, schema);
        if (bytes === undefined || !when(found)) return {removed: false, value: found};
        if (await store.compareAndSet(key, bytes, undefined)) return {removed: true, value: found};
    }
    throw new StoreError('contended', `The document ${key} was changed by others at each try`);
}

interface Bytes<T> {
    readonly bytes: Uint8Array | undefined;
    readonly found: T | undefined;
    readonly setAside: string | undefined;
}

function believed<T>(value: T | undefined): Bytes<T> {
    const bytes = value === undefined ? undefined : encodeDocument(value);
    return {bytes, found: value, setAside: undefined};
}

async function readBytes<T>(store: Store, key: string, schema: z.ZodType<T>): Promise<Bytes<T>> {
    const bytes = await store.get(key);
    if (bytes === undefined) return {bytes, found: undefined, setAside: undefined};
    const parsed = schema.safeParse(decodeDocument(bytes));
    if (parsed.success) return {bytes, found: parsed.data, setAside: undefined};
    return {bytes, found: undefined, setAside: await keepAside(store, key, bytes)};
}

/**
 * Copies broken bytes of `key` to `broken/…` for a person to look at, and gives the copy's key. Its name
 * holds a hash of the bytes, so that the same broken bytes are kept once.
 */
export async function keepAside(store: Store, key: string, bytes: Uint8Array): Promise<string> {
    const hash = createHash('sha256').update(key).update(bytes).digest('hex').slice(0, 16);
    const room = MAX_KEY_LENGTH - 'broken/~'.length - hash.length;
    const keptAs = `broken/${Array.from(key).slice(0, room).join('')}~${hash}`;
    await store.compareAndSet(keptAs, undefined, bytes);
    return keptAs;
}

/** A JSON document as the bytes that a store keeps. */
export function encodeDocument(value: unknown): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(value));
}

/** What stored bytes say: undefined, which no schema of a document takes, for what is not JSON in UTF-8. */
export function decodeDocument(bytes: Uint8Array): unknown {
    try {
        return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
    } catch {
        return undefined;
    }
}
