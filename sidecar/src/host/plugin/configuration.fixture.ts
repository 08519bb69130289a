import type {Environment} from '../../config/environment.ts';
import {createMemoryStore} from '../../store/memory-store.ts';
import type {Store} from '../../store/store.ts';
import {createConfigurationCopy} from './configuration-copy.ts';
import {createConfiguration, type Configuration, type ConfigurationCalls} from './configuration.ts';
import {createSettingsKey, type SettingsKey} from './settings-key.ts';

/** A server's configuration of the plugin and the preferences of its bot, for tests. */
export interface ConsoleFake extends ConfigurationCalls {
    saves: number;
    /** What stands in the configuration; set it as another save would. */
    values: Record<string, unknown>;
    /** The bot's preferences, by category and name. */
    readonly preferences: Map<string, string>;
    /** A process that starts over this server and the store. */
    start(options?: {env?: Environment; store?: Store}): {
        configuration: Configuration;
        key: SettingsKey;
    };
}

/** Makes the fake; the bot is there from the start. */
export function fakeConsole(values: Record<string, unknown> = {}): ConsoleFake {
    const shared = createMemoryStore();
    const fake: ConsoleFake = {
        saves: 0,
        values,
        preferences: new Map(),
        load: async () => fake.values,
        async save(next) {
            fake.values = {...next};
            fake.saves++;
        },
        start({env = {}, store = shared} = {}) {
            const copy = createConfigurationCopy({
                kvGet: async () => Buffer.from('b1'),
                getPreferencesForUser: async () =>
                    [...fake.preferences].map(([path, value]) => {
                        const [category = '', name = ''] = path.split('/');
                        return {category, name, value};
                    }),
                async updatePreferenceForUser(_userId, {category, name, value}) {
                    fake.preferences.set(`${category}/${name}`, value);
                },
            });
            const configuration = createConfiguration(fake, copy, env);
            const key = createSettingsKey(configuration, store, new AbortController().signal);
            return {configuration, key};
        },
    };
    return fake;
}
