/** The listeners of one store, called one microtask after `notify`, never inside the writer's call. */
export interface Watchers {
    readonly size: number;
    add(prefix: string, listener: (key: string) => void): Disposable;
    notify(key: string): void;
    clear(): void;
}

/** Makes an empty set of listeners; `changed` is called after each change of `size`. */
export function createWatchers(changed: () => void = () => undefined): Watchers {
    const entries = new Set<{prefix: string; listener: (key: string) => void}>();
    return {
        get size() {
            return entries.size;
        },
        add(prefix, listener) {
            const entry = {prefix, listener};
            entries.add(entry);
            changed();
            return {
                [Symbol.dispose]: () => {
                    if (entries.delete(entry)) changed();
                },
            };
        },
        notify(key) {
            if (entries.size === 0) return;
            queueMicrotask(() => {
                // A copy, because a listener may add or dispose others.
                for (const entry of [...entries]) {
                    if (entries.has(entry) && key.startsWith(entry.prefix)) entry.listener(key);
                }
            });
        },
        clear() {
            entries.clear();
            changed();
        },
    };
}
