/**
 * The shared state of all runners: bytes in, bytes out. Each implementation passes
 * `store.contract.ts`; the words of design §6 are its keys.
 */
export interface Store {
    /** The value under `key`, or undefined when there is none or it has expired. */
    get(key: string): Promise<Uint8Array | undefined>;

    /**
     * Writes `next` when the stored value equals `expected` byte by byte, and says whether it did.
     * `expected: undefined` means "only if absent"; `next: undefined` deletes. The write is durable
     * when the promise resolves. `ttlSeconds` counts from now; absent means for ever.
     * @throws StoreError `key-invalid` for an empty key or one above 150 characters.
     */
    compareAndSet(
        key: string,
        expected: Uint8Array | undefined,
        next: Uint8Array | undefined,
        options?: {ttlSeconds?: number},
    ): Promise<boolean>;

    /** Keys that begin with `prefix`, in code-point order, after `after` (exclusive), at most `limit` (1000). */
    list(prefix: string, after?: string, limit?: number): Promise<string[]>;

    /**
     * Calls `listener` with a key below `prefix` some time after it changed. A hint: it may come late,
     * twice, or be lost, so correctness never rests on it.
     */
    watch(prefix: string, listener: (key: string) => void): Disposable;

    /** Gives back files and connections. Later calls fail with StoreError `closed`. */
    close(): Promise<void>;
}

/** Longest key, in characters (Mattermost's plugin KV store sets it). */
export const MAX_KEY_LENGTH = 150;
