import {createHash, randomBytes} from 'node:crypto';
import {createKeyRing, createSealer, type KeyRing} from '../../config/sealing.ts';
import {sleep} from '../../contract/time.ts';
import type {Store} from '../../store/store.ts';
import type {Configuration} from './configuration.ts';

/** Which key the secrets are sealed with: a hash, so that two nodes do not make one each. */
const KEY_ID = 'secret/settings-key';
const LOOK_MS = 500;
const LOOKS = 10;

/** The key of stored secrets, kept outside the store that holds them. */
export interface SettingsKey {
    /** What the key is made of; '' while there is none. */
    material(): Promise<string>;
    /**
     * The key, and those that held before as far as this process or the second copy knows them; undefined
     * while there is none.
     */
    ring(): Promise<KeyRing | undefined>;
    /**
     * Makes the key if there is none; puts the one back that was taken away or lost. Never from a hook that
     * runs within a save.
     */
    make(): Promise<void>;
}

/** The key from the environment, else the one in the plugin's configuration; waits end with `signal`. */
export function createSettingsKey(
    configuration: Configuration,
    store: Store,
    signal: AbortSignal,
): SettingsKey {
    /** Every key that was seen, the newest last: what they sealed must not be lost with a change. */
    const seen = new Set<string>();
    const see = (material: string): void => {
        if (material === '') return;
        seen.delete(material);
        seen.add(material);
    };
    let making: Promise<void> | undefined;

    const read = async (): Promise<string> => {
        const {encryptionKey} = await configuration.read();
        see(encryptionKey);
        see(configuration.givenKey);
        return configuration.givenKey === '' ? encryptionKey : configuration.givenKey;
    };
    const putBack = async (): Promise<boolean> => {
        const lost = await configuration.lost();
        if (lost !== undefined) {
            await configuration.save(lost.all);
            return true;
        }
        return false;
    };
    const save = async (material: string): Promise<void> => {
        const {all} = await configuration.read();
        await configuration.save({...all, encryptionkey: material});
    };
    const makeNew = async (): Promise<void> => {
        const material = randomBytes(32).toString('base64url');
        const mark = createHash('sha256').update(material).digest();
        const other = await store.get(KEY_ID);
        const isFirst = other === undefined && (await store.compareAndSet(KEY_ID, undefined, mark));
        if (!isFirst) {
            // Another node is at it, or was and broke off.
            for (let look = 0; look < LOOKS; look++) {
                await sleep(LOOK_MS, signal);
                if ((await read()) !== '') return;
            }
            const late = await store.get(KEY_ID);
            if (!(await store.compareAndSet(KEY_ID, late, mark))) return;
        }
        await save(material);
    };
    const make = async (): Promise<void> => {
        if (await putBack()) return;
        if ((await read()) !== '') return;
        const before = [...seen].at(-1);
        if (before === undefined) await makeNew();
        else await save(before);
    };
    return {
        material: read,
        async ring() {
            const kept = await configuration.keptKey();
            if (kept !== undefined && !seen.has(kept)) see(kept);
            await read();
            const [newest, ...older] = [...seen]
                .reverse()
                .map((material) => createSealer(material, 'settings'));
            return newest === undefined ? undefined : createKeyRing(newest, older);
        },
        make() {
            making ??= make().finally(() => {
                making = undefined;
            });
            return making;
        },
    };
}
