import {readDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {watermarkSchema, type WatermarkStore} from '../mattermost/watermark.ts';

/** An account's watermark in the store, under `mark/<account>`. */
export function createMarks(store: Store, account: string): WatermarkStore {
    const key = `mark/${account}`;
    return {
        async load() {
            const read = await readDocument(store, key, watermarkSchema);
            return read.kind === 'found' ? read.value : undefined;
        },
        async save(watermark) {
            await updateDocument(store, key, watermarkSchema, () => watermark);
        },
    };
}
