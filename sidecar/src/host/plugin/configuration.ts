import * as z from 'zod';
import type {Environment} from '../../config/environment.ts';
import type {ConfigurationCopy} from './configuration-copy.ts';

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

/** The plugin's configuration, as it is or as it was before the server lost it. */
export interface Configuration {
    read(): Promise<PluginConfiguration>;
    /** The key that the environment of the server gives instead; '' for none. */
    readonly givenKey: string;
    /** Whether the server's configuration has lost the key. @returns what to put back */
    lost(): Promise<PluginConfiguration | undefined>;
    save(values: Readonly<Record<string, unknown>>): Promise<void>;
    /** Writes the second copy of what holds now. */
    keep(): Promise<void>;
    /** The key of the second copy; undefined while there is none. */
    keptKey(): Promise<string | undefined>;
}

const DEFAULT_BOT = 'gangway';

/** An admin may give the key by the environment of the server instead. */
const KEY_VARIABLE = 'MM_GANGWAY_KEY';

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

/**
 * Reads the plugin's configuration. A save of another plugin's settings can replace those of all plugins: then the
 * key is gone, which it never is otherwise, and the second copy says what stood there.
 */
export function createConfiguration(
    calls: ConfigurationCalls,
    copy: ConfigurationCopy,
    env: Environment,
): Configuration {
    const givenKey = env[KEY_VARIABLE]?.trim() ?? '';
    const lostFrom = async (
        stored: PluginConfiguration,
    ): Promise<PluginConfiguration | undefined> => {
        // With a key from the environment none stands in the configuration, lost or not.
        if (stored.encryptionKey !== '' || givenKey !== '') return undefined;
        const kept = await copy.read();
        if (kept === undefined) return undefined;
        const botUsername =
            stored.botUsername === DEFAULT_BOT ? kept.botUsername : stored.botUsername;
        const {encryptionKey} = kept;
        const all = {...stored.all, botusername: botUsername, encryptionkey: encryptionKey};
        return {botUsername, encryptionKey, all};
    };
    const load = async (): Promise<PluginConfiguration> => readConfiguration(await calls.load());
    return {
        givenKey,
        async read() {
            const stored = await load();
            return (await lostFrom(stored)) ?? stored;
        },
        lost: async () => await lostFrom(await load()),
        save: (values) => calls.save(values),
        async keep() {
            const {botUsername, encryptionKey} = await load();
            if (encryptionKey === '' || givenKey !== '') return;
            await copy.write({botUsername, encryptionKey});
        },
        keptKey: async () => (await copy.read())?.encryptionKey,
    };
}
