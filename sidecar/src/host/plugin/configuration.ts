import {createHash, randomBytes} from 'node:crypto';
import * as z from 'zod';
import {createKeyRing, createSealer, type KeyRing} from '../../config/sealing.ts';
import type {Environment} from '../../config/environment.ts';
import {sleep} from '../../contract/time.ts';
import type {Store} from '../../store/store.ts';

/** The plugin's own values in the server's configuration; keys come in lower case. */
export interface PluginConfiguration {
    /** As an admin typed it, trimmed and in lower case: it may be no name for a bot. */
    readonly botUsername: string;
    /** '' until it was made. */
    readonly encryptionKey: string;
    /** All of them, to be saved back with a change. */
    readonly all: Readonly<Record<string, unknown>>;
}

/** The calls that the configuration needs. */
export interface ConfigurationCalls {
    /** The stored values over the defaults of the manifest, secrets in clear. */
    load(): Promise<Readonly<Record<string, unknown>>>;
    /** Replaces the whole map; hooks run before it answers. */
    save(values: Readonly<Record<string, unknown>>): Promise<void>;
}

const DEFAULT_BOT = 'gangway';

/** An admin may give the key by the environment of the server instead. */
const KEY_VARIABLE = 'MM_GANGWAY_KEY';

/** Which key the secrets are sealed with: a hash, so that two nodes do not make one each. */
const KEY_ID = 'secret/settings-key';
const LOOK_MS = 500;
const LOOKS = 10;

/** Reads what the System Console holds; what is no text is as if it were not there. */
export function readConfiguration(all: Readonly<Record<string, unknown>>): PluginConfiguration {
    const byName = new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]));
    const wanted = z.string().trim().toLowerCase().min(1);
    return {
        botUsername: wanted.catch(DEFAULT_BOT).parse(byName.get('botusername')),
        encryptionKey: z.string().catch('').parse(byName.get('encryptionkey')),
        all,
    };
}

/** The key of stored secrets, kept outside the store that holds them. */
export interface SettingsKey {
    /** What the key is made of; '' while there is none. */
    material(): Promise<string>;
    /** The key, and those that held before as far as this process knows them; undefined while there is none. */
    ring(): Promise<KeyRing | undefined>;
    /**
     * Makes the key if there is none; puts the one back that was taken away. Never from a hook that runs
     * within a save.
     */
    make(signal: AbortSignal): Promise<void>;
}

/** The key from the environment, else the one in the plugin's configuration. */
export function createSettingsKey(
    calls: ConfigurationCalls,
    store: Store,
    env: Environment,
): SettingsKey {
    /** Every key that was seen, the newest last: what they sealed must not be lost with a change. */
    const seen = new Set<string>();
    const see = (material: string): void => {
        if (material === '') return;
        seen.delete(material);
        seen.add(material);
    };
    const read = async (): Promise<string> => {
        const given = env[KEY_VARIABLE]?.trim() ?? '';
        const configured = readConfiguration(await calls.load()).encryptionKey;
        see(configured);
        see(given);
        return given === '' ? configured : given;
    };
    const save = async (material: string): Promise<void> => {
        const {all} = readConfiguration(await calls.load());
        await calls.save({...all, encryptionkey: material});
    };
    return {
        material: read,
        async ring() {
            await read();
            const [newest, ...older] = [...seen]
                .reverse()
                .map((material) => createSealer(material, 'settings'));
            return newest === undefined ? undefined : createKeyRing(newest, older);
        },
        async make(signal) {
            if ((await read()) !== '') return;
            const before = [...seen].at(-1);
            if (before !== undefined) {
                await save(before);
                return;
            }
            const material = randomBytes(32).toString('base64url');
            const mark = createHash('sha256').update(material).digest();
            const other = await store.get(KEY_ID);
            const isFirst =
                other === undefined && (await store.compareAndSet(KEY_ID, undefined, mark));
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
        },
    };
}
