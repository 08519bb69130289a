import * as z from 'zod';
import {
    jsonOf,
    type PluginPlayground,
    startPluginPlayground,
} from '../../test/plugin-playground.ts';
import type {PluginCommand} from '../world/plugin-commands.ts';

let server: PluginPlayground;
let teamId: string;
let channelId: string;

const command: PluginCommand = {
    pluginId: 'test-plugin',
    teamId: '',
    trigger: 'test',
    autoComplete: true,
    autoCompleteDesc: 'Tests',
    autoCompleteHint: '[word]',
    displayName: 'Test',
    description: 'Tests',
    autocompleteData: undefined,
    autocompleteIconData: '',
};

beforeEach(async () => {
    server = await startPluginPlayground();
    const {playground, adminId} = server;
    teamId = playground.addTeam('harbor').id;
    channelId = playground.addChannel(teamId, 'deck').id;
    playground.joinTeam(teamId, adminId);
    playground.joinChannel(channelId, adminId);
    await server.start();
    playground.world.pluginCommands.register(command);
});
afterEach(() => server.playground.close());

const run = (text: string): Promise<Response> =>
    server.request('/api/v4/commands/execute', {
        method: 'POST',
        body: JSON.stringify({channel_id: channelId, team_id: teamId, command: text}),
    });

/** The ephemeral texts that were shown while `work` ran. */
async function shown(work: () => Promise<unknown>): Promise<string[]> {
    const texts: string[] = [];
    const tap = server.playground.tap((event) => {
        if (event.kind === 'published' && event.published.event === 'ephemeral_message') {
            texts.push(JSON.parse(String(event.published.data['post'])).message);
        }
    });
    await work();
    tap[Symbol.dispose]();
    return texts;
}

describe('a command of a plugin', () => {
    it("[CMD-01] is answered by the plugin, for its caller's eyes", async () => {
        server.playground.world.core.config.ServiceSettings.EnableCommands = false;
        const texts = await shown(async () => {
            const answer = await run('/TEST hello @admin');
            expect(answer.status).toBe(200);
            expect(await answer.json()).toMatchObject({response_type: 'ephemeral'});
        });
        expect(texts).toEqual(['/TEST hello @admin admin']);
    });

    it('[CMD-01] may be answered in the channel, with attachments', async () => {
        await run('/test tell');
        const {world} = server.playground;
        const post = world.posts.table.ofChannel(channelId).find(({message}) => message === 'told');
        expect(post).toMatchObject({user_id: server.adminId});
        expect(post?.props).toMatchObject({attachments: [{author_name: 'a', text: 't'}]});
        expect(post?.props).not.toHaveProperty('from_webhook');
    });

    it.each([
        ['fails', '/test fail', 404, 'api.command.execute_command.not_found.app_error'],
        ['refuses', '/test refuse', 500, 'plugin.refuses'],
        ['crashes', '/test crash', 500, 'model.plugin_command_crash.error.app_error'],
        ['is another word', '/test\nhello', 404, 'api.command.execute_command.not_found.app_error'],
    ])('[CMD-01] that %s', async (_name, text, status, id) => {
        const answer = await run(text);
        expect([answer.status, (await answer.json()).id]).toEqual([status, id]);
    });

    it('[CMD-01] is gone with its plugin', async () => {
        const post = {method: 'POST'};
        await server.request('/api/v4/plugins/test-plugin/disable', post);
        expect((await run('/test hello')).status).toBe(404);
    });
});

describe('suggestions', () => {
    const suggest = async (input: string, token?: string): Promise<unknown> => {
        const query = `user_input=${encodeURIComponent(input)}&channel_id=${channelId}`;
        const path = `/api/v4/teams/${teamId}/commands/autocomplete_suggestions?${query}`;
        const list = z.array(z.object({Complete: z.string()}));
        const answer = server.request(path, token === undefined ? {} : {token});
        return (await jsonOf(list, answer)).map(({Complete}) => Complete);
    };
    const node = (Trigger: string, RoleID: string, more = {}) => ({Trigger, RoleID, ...more});

    it('[CMD-01] follow the tree that the plugin registered, by the role of who types', async () => {
        const {playground} = server;
        const listed = [
            {Item: 'one', Hint: '', HelpText: ''},
            {Item: 'two', Hint: '', HelpText: ''},
        ];
        const list = {
            Name: '',
            Type: 'StaticList',
            Required: true,
            Data: {PossibleArguments: listed},
        };
        const text = {HelpText: 'say it', Type: 'TextInput', Data: {Hint: '[text]'}};
        const tree = node('test', 'system_user', {
            SubCommands: [
                node('help', 'system_user'),
                node('runner', 'system_admin', {SubCommands: [node('create', 'system_admin')]}),
                node('pick', 'system_user', {Arguments: [list, text]}),
            ],
        });
        playground.world.pluginCommands.register({...command, autocompleteData: tree});
        const {id} = playground.addUser('alice');
        playground.joinTeam(teamId, id);
        const alice = playground.login(id);
        expect(await suggest('/')).toEqual(['test']);
        expect(await suggest('/te', alice)).toEqual(['test']);
        expect(await suggest('/other')).toEqual([]);
        expect(await suggest('/test ')).toEqual(['test help', 'test pick', 'test runner']);
        expect(await suggest('/test ', alice)).toEqual(['test help', 'test pick']);
        expect(await suggest('/test RUN')).toEqual(['test runner']);
        expect(await suggest('/test runner c')).toEqual(['test runner create']);
        expect(await suggest('/test runner c', alice)).toEqual([]);
        expect(await suggest('/test pick t')).toEqual(['test pick two']);
        expect(await suggest('/test pick two wor')).toEqual(['test pick two wor']);
    });
});

describe('a button with the address of a plugin', () => {
    const press = async (url: string): Promise<{status: number; texts: string[]}> => {
        const {playground, adminId} = server;
        const integration = {url, context: {a: 1}};
        const actions = [{id: 'go', name: 'Go', type: 'button', integration}];
        const {id} = playground.post(adminId, channelId, 'press', {
            props: {attachments: [{actions}]},
        });
        let status = 0;
        const texts = await shown(async () => {
            const path = `/api/v4/posts/${id}/actions/go`;
            ({status} = await server.request(path, {method: 'POST', body: '{}'}));
        });
        return {status, texts};
    };

    it.each(['/plugins/test-plugin/twice', 'plugins/test-plugin/twice?x=1'])(
        '[BTN-09] is answered inside the server, by the last piece that the plugin wrote: %s',
        async (url) => {
            expect(await press(url)).toEqual({status: 200, texts: ['last']});
        },
    );

    it('[BTN-09] that fails, or is not there, is an error for the presser', async () => {
        expect((await press('/plugins/test-plugin/fail')).status).toBe(400);
        expect((await press('/plugins/no-plugin/x')).status).toBe(400);
    });
});
