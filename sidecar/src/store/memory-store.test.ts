import {createMemoryStore} from './memory-store.ts';
import {describeStore} from './store.contract.ts';

describeStore('memory', async () => {
    let now = 1_000_000;
    return {
        store: createMemoryStore({now: () => now}),
        advance: async (seconds) => {
            now += seconds * 1000;
        },
        settle: async () => {
            await Promise.resolve();
        },
        dispose: async () => undefined,
    };
});
