import * as z from 'zod';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';

/** What is kept of the plugin's configuration, should the server's configuration lose it. */
export interface KeptConfiguration {
    readonly botUsername: string;
    readonly encryptionKey: string;
}

/** A second copy of the plugin's configuration, outside the server's configuration and the plugin's store. */
export interface ConfigurationCopy {
    /** Undefined while there is none. The server is asked once. */
    read(): Promise<KeptConfiguration | undefined>;
    /** Writes it where it differs; does nothing while there is no bot. */
    write(kept: KeptConfiguration): Promise<void>;
}

/** The calls that the copy needs. */
export type CopyCalls = Pick<
    PluginApi,
    'kvGet' | 'getPreferencesForUser' | 'updatePreferenceForUser'
>;

/** Where the server notes the plugin's bot; `EnsureBotUser` reads and writes it. */
export const BOT_KEY = 'mmi_botid';

const CATEGORY = 'gangway';
const NAME = 'configuration';

const keptSchema = z.object({
    v: z.literal(1),
    botUsername: z.string().min(1),
    encryptionKey: z.string().min(1),
});

/**
 * Keeps the copy among the preferences of the bot, which the bot and system admins can read and nobody else
 * (docs/adr/0008-second-copy-of-the-key.md).
 */
export function createConfigurationCopy(calls: CopyCalls): ConfigurationCopy {
    let known: {readonly kept: KeptConfiguration | undefined} | undefined;
    const botId = async (): Promise<string | undefined> => (await calls.kvGet(BOT_KEY))?.toString();

    const read = async (): Promise<KeptConfiguration | undefined> => {
        if (known !== undefined) return known.kept;
        const userId = await botId();
        if (userId === undefined) return undefined;
        const preferences = await calls.getPreferencesForUser(userId);
        const own = preferences.find(({category, name}) => category === CATEGORY && name === NAME);
        known = {kept: own === undefined ? undefined : parse(own.value)};
        return known.kept;
    };
    return {
        read,
        async write({botUsername, encryptionKey}) {
            const before = await read();
            const isSame =
                before?.botUsername === botUsername && before.encryptionKey === encryptionKey;
            const userId = await botId();
            if (isSame || userId === undefined) return;
            const value = JSON.stringify({v: 1, botUsername, encryptionKey});
            await calls.updatePreferenceForUser(userId, {category: CATEGORY, name: NAME, value});
            known = {kept: {botUsername, encryptionKey}};
        },
    };
}

/** What stands there, unless somebody else wrote it. */
function parse(value: string): KeptConfiguration | undefined {
    let found: unknown;
    try {
        found = JSON.parse(value);
    } catch {
        return undefined;
    }
    const kept = keptSchema.safeParse(found);
    return kept.success ? kept.data : undefined;
}
