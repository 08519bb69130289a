import {describePlatform} from '../platform.contract.ts';
import {createPluginPlatform} from './plugin-platform.ts';
import {makePluginBot, pluginDeps} from './plugin-world.contract.ts';
import {relayPlugin} from './relay.contract.ts';
import {freshName, makeServerSide, memoryMarks, namedServer} from '../rest/rest-world.contract.ts';

const server = namedServer();

if (server !== undefined) {
    describePlatform('the plugin API and hooks on a real server', async () => {
        const side = await makeServerSide(server);
        const plugin = await relayPlugin(side.adminUser, freshName('relay'));
        const bot = await makePluginBot(plugin, side);
        const marks = memoryMarks();
        return {
            ...side,
            bot,
            platform: (options) => createPluginPlatform(pluginDeps(plugin, bot, marks, options)),
            otherPlatform: async () => {
                // A plugin has one bot by name; another one is just another bot to the API.
                const username = freshName('bot');
                const profile = {username, displayName: '', description: ''};
                const other = await plugin.api.createBot(profile);
                await plugin.api.createTeamMember(side.teamId, other.userId);
                const identity = {userId: other.userId, username};
                return createPluginPlatform(pluginDeps(plugin, identity, memoryMarks()));
            },
            joinOtherTeam: () => side.teamWith(bot.userId),
            untold: ['mentions', 'user-changes'],
            line: undefined,
            close: async () => {
                await plugin.close();
                await side.leaveTidy();
            },
        };
    });

    describe('the key-value store of a real server', () => {
        it('[SET-01] answers 1,000 writes and 1,000 reads in flight at once, each with its own', async () => {
            const side = await makeServerSide(server);
            const plugin = await relayPlugin(side.adminUser, freshName('relay'));
            try {
                const {api} = plugin;
                const keys = Array.from({length: 1_000}, (_, n) => `load/${n}`);
                const options = {atomic: true, expireInSeconds: 60};
                const begun = performance.now();
                const written = await Promise.all(
                    keys.map((key) => api.kvSetWithOptions(key, Buffer.from(key), options)),
                );
                const between = performance.now();
                const read = await Promise.all(keys.map((key) => api.kvGet(key)));
                const ended = performance.now();
                expect(written.every(Boolean)).toBe(true);
                expect(read.map(String)).toEqual(keys);
                const rate = (ms: number): string => `${Math.round(1e6 / ms)} a second`;
                process.stdout.write(
                    `KV: ${rate(between - begun)} written, ${rate(ended - between)} read\n`,
                );
            } finally {
                await plugin.close();
                await side.leaveTidy();
            }
        });
    });
} else {
    describe('the platform contract on a real server, through a plugin', () => {
        it.skip('skipped: MATTERMOST_URL, MATTERMOST_ADMIN_USER, MATTERMOST_ADMIN_PASSWORD name none', () => {});
    });
}
