import path from 'node:path';
import * as z from 'zod';
import {
    jsonOf,
    type PluginPlayground,
    startPluginPlayground,
    until,
} from '../../test/plugin-playground.ts';
import {bringAboard} from '../aboard.ts';
import {createDevBundle} from '../dev-bundle.ts';
import {seedHarbor, type Harbor} from '../seed-harbor.ts';
import type {PostRow} from '../world/records.ts';

const root = path.join(__dirname, '../../..');
const post = {method: 'POST'};

let server: PluginPlayground;
let harbor: Harbor;
let botId: string;
let directId: string;

beforeEach(async () => {
    server = await startPluginPlayground({admin: 'root'});
    const {playground} = server;
    harbor = seedHarbor(playground);
    await bringAboard(playground, harbor, await createDevBundle(root));
    botId = playground.world.users.byUsername('gangway')!.id;
    directId = playground.direct(harbor.users.admin, botId).id;
});
afterEach(() => server.playground.close());

const postsOf = (channelId: string, userId: string): PostRow[] =>
    server.playground.world.posts.table
        .ofChannel(channelId)
        .filter((row) => row.user_id === userId && row.delete_at === 0);

const say = (userId: string, channelId: string, message: string): PostRow =>
    server.playground.post(userId, channelId, message);

const pid = () => server.playground.plugins.find('gangway')?.process()?.pid ?? 0;

/** Waits until the bot's only answer in a channel matches. */
async function answered(channelId: string, text: RegExp): Promise<void> {
    await until(() => postsOf(channelId, botId).some(({message}) => text.test(message)));
}

describe('Gangway as a plugin', () => {
    it('[INS-01] [INS-12] is uploaded and enabled, and answers an admin who writes to it', async () => {
        say(harbor.users.admin, directId, 'hello');
        await answered(directId, /Welcome aboard, admin/);
        expect(postsOf(directId, botId)).toHaveLength(1);
        const bundle = z.array(z.object({id: z.literal('gangway'), webapp: z.object({})}));
        await jsonOf(bundle, server.request('/api/v4/plugins/webapp', {token: ''}));
    });

    it('[INS-02] answers after it was disabled and enabled', async () => {
        await server.request('/api/v4/plugins/gangway/disable', post);
        await server.request('/api/v4/plugins/gangway/enable', post);
        say(harbor.users.admin, directId, 'hello');
        await answered(directId, /Welcome aboard, admin/);
        expect(postsOf(directId, botId)).toHaveLength(1);
    });

    it('[INS-04] keeps its state when it is replaced by force', async () => {
        const {pluginKv} = server.playground.world;
        say(harbor.users.admin, directId, 'hello');
        await answered(directId, /Welcome aboard, admin/);
        // Which process runs is all that may go.
        const keys = pluginKv.list('gangway', 0, 1000).filter((key) => !/^runner/.test(key));
        const newer = await server.upload(await createDevBundle(root, '9.9.9'), true);
        expect(await newer.json()).toMatchObject({version: '9.9.9'});
        expect(await server.status()).toMatchObject({state: 2, version: '9.9.9'});
        expect(pluginKv.list('gangway', 0, 1000)).toEqual(expect.arrayContaining([...keys]));
        expect(server.playground.world.users.byUsername('gangway')?.id).toBe(botId);
        say(harbor.users.admin, directId, 'table');
        await until(() => postsOf(directId, botId).length === 2);
    });

    it('[INS-06] comes back after kill -9, and its turn is finished or marked, once', async () => {
        const before = pid();
        say(harbor.users.admin, directId, 'stream');
        await until(() => postsOf(directId, botId).some(({message}) => message.length > 100));
        process.kill(before, 'SIGKILL');
        await server.playground.plugins.find('gangway')?.checkHealth();
        expect(pid()).not.toBe(before);
        await until(() =>
            postsOf(directId, botId).every(
                ({props}) => !JSON.stringify(props['gangway'] ?? {}).includes('streaming'),
            ),
        );
        say(harbor.users.admin, directId, 'hello');
        await answered(directId, /Welcome aboard, admin/);
        expect(postsOf(directId, botId).length).toBeLessThanOrEqual(3);
    });

    it('[CMD-01] answers its slash command, and suggests its words', async () => {
        const {playground} = server;
        const token = playground.login(harbor.users.admin);
        const type = async (channelId: string, command: string): Promise<unknown> => {
            const body = JSON.stringify({
                channel_id: channelId,
                team_id: harbor.teamId,
                command,
            });
            const answer = await server.request('/api/v4/commands/execute', {...post, token, body});
            expect(answer.status).toBe(200);
            return await answer.json();
        };
        expect(await type(directId, '/gangway help')).toMatchObject({
            response_type: 'ephemeral',
            text: expect.stringContaining('stop'),
        });
        // In a channel too, where posts must mention the bot.
        playground.joinTeam(harbor.teamId, botId);
        playground.joinChannel(harbor.deckId, botId);
        expect(await type(harbor.deckId, '/gangway status')).toMatchObject({
            response_type: 'ephemeral',
            text: expect.stringContaining('**Connection** ready'),
        });
        const at = `/api/v4/teams/${harbor.teamId}/commands/autocomplete_suggestions`;
        const words = await server.request(`${at}?user_input=${encodeURIComponent('/gangway st')}`);
        expect(await words.json()).toEqual(
            expect.arrayContaining([expect.objectContaining({Complete: 'gangway stop'})]),
        );
    });
});
