import path from 'node:path';
import * as z from 'zod';
import {bringAboard} from '../src/aboard.ts';
import {createDevBundle} from '../src/dev-bundle.ts';
import type {PluginOptions} from '../src/plugins/plugins.ts';
import {type Harbor, seedHarbor} from '../src/seed-harbor.ts';
import type {PostRow} from '../src/world/records.ts';
import {type PluginPlayground, startPluginPlayground, until} from './plugin-playground.ts';

const root = path.join(__dirname, '../..');

const heldSchema = z.object({
    revision: z.number(),
    settings: z.record(z.string(), z.unknown()),
    troubles: z.array(z.string()),
});

/** The settings as an admin reads them. */
export type HeldSettings = z.infer<typeof heldSchema>;

/** Gangway as a plugin of a playground, for tests of what admins do with it. */
export interface GangwayAboard {
    readonly server: PluginPlayground;
    readonly harbor: Harbor;
    readonly botId: string;
    /** The admin's direct channel with the bot. */
    readonly directId: string;
    /** Gangway's bundle, whose manifest says this version. */
    bundle(version: string): Promise<Buffer>;
    say(userId: string, channelId: string, message: string): PostRow;
    /** The bot's posts of a channel that are not deleted, oldest first. */
    botPosts(channelId: string): PostRow[];
    /** Waits for a post of the bot that matches. */
    answered(channelId: string, text: RegExp, limitMs?: number): Promise<void>;
    settings(): Promise<HeldSettings>;
    /** Saves settings as an admin; gives the status. */
    save(revision: number, settings: object): Promise<number>;
    /** Changes the plugin's values in the System Console. */
    configure(values: Record<string, unknown>): Promise<void>;
    /** Waits until the plugin says that it is ready. */
    ready(): Promise<void>;
}

/** Starts a playground and enables Gangway there, from `main` of the sources. */
export async function startGangwayAboard(
    options: {
        readonly main?: string;
        readonly plugins?: PluginOptions;
        /** Called before the plugin is uploaded. */
        readonly prepare?: (server: PluginPlayground, harbor: Harbor) => void;
    } = {},
): Promise<GangwayAboard> {
    const server = await startPluginPlayground({admin: 'root', plugins: options.plugins ?? {}});
    const {playground} = server;
    const harbor = seedHarbor(playground);
    options.prepare?.(server, harbor);
    const bundle = (version?: string) => createDevBundle(root, version, options.main);
    await bringAboard(playground, harbor, await bundle());
    const botId = playground.world.users.byUsername('gangway')?.id ?? '';
    const directId = playground.direct(harbor.users.admin, botId).id;
    const token = playground.login(harbor.users.admin);
    const botPosts = (channelId: string): PostRow[] =>
        playground.world.posts.table
            .ofChannel(channelId)
            .filter((row) => row.user_id === botId && row.delete_at === 0);
    const url = '/plugins/gangway/api/v1/settings';
    return {
        server,
        harbor,
        botId,
        directId,
        bundle,
        botPosts,
        say: (userId, channelId, message) => playground.post(userId, channelId, message),
        answered: (channelId, text, limitMs) =>
            until(() => botPosts(channelId).some(({message}) => text.test(message)), limitMs),
        settings: async () => heldSchema.parse(await (await server.request(url, {token})).json()),
        async save(revision, settings) {
            const answer = await server.request(url, {
                method: 'PUT',
                token,
                headers: {'Content-Type': 'application/json'},
                body: JSON.stringify({revision, settings}),
            });
            return answer.status;
        },
        async configure(values) {
            const {Plugins} = playground.world.core.config.PluginSettings;
            const gangway = {...Plugins['gangway'], ...values};
            const body = JSON.stringify({PluginSettings: {Plugins: {...Plugins, gangway}}});
            const answer = await server.request('/api/v4/config/patch', {method: 'PUT', body});
            expect(answer.status).toBe(200);
        },
        ready: () =>
            until(async () => (await server.request('/plugins/gangway/readyz')).status === 200),
    };
}
