import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {until} from '../../test/plugin-playground.ts';

jest.setTimeout(60_000);

let gangway: GangwayAboard;
afterEach(() => gangway.server.playground.close());

const key = (letter: string): string => letter.repeat(43);
const withSecret = {
    agents: {smart: {kind: 'anthropic', model: 'm', apiKey: 'sk-very-secret'}},
    channels: {mattermost: {groupPolicy: 'open'}},
};
const nameOfBot = () => gangway.server.playground.world.users.require(gangway.botId).username;
const stored = (name: string): string =>
    gangway.server.playground.world.pluginKv.get('gangway', name)?.toString() ?? '';
const configured = () =>
    gangway.server.playground.world.core.config.PluginSettings.Plugins['gangway'] ?? {};
/** The second copy of the plugin's configuration, among the bot's preferences. */
const copy = (): string => {
    const rows = gangway.server.playground.world.preferences.ofUser(gangway.botId);
    return rows.find(({category}) => category === 'gangway')?.value ?? '';
};
const forgetCopy = (): void => {
    const {preferences} = gangway.server.playground.world;
    preferences.remove(gangway.botId, preferences.ofUser(gangway.botId));
};
const pid = () => gangway.server.playground.plugins.find('gangway')?.process()?.pid;

/** Writes stored bytes as another version of Gangway, or another hand, would. */
function store(name: string, value: unknown): void {
    const {pluginKv} = gangway.server.playground.world;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    pluginKv.set('gangway', name, Buffer.concat([Buffer.from([1]), Buffer.from(text)]));
}

describe('what an admin changes in the System Console, with the plugin running', () => {
    it('[SET-04] [INS-04] renames the bot, which is the same user with the same conversations', async () => {
        gangway = await startGangwayAboard();
        const {harbor, directId} = gangway;
        const before = pid();
        await gangway.save(0, {channels: {mattermost: {groupPolicy: 'open'}}});
        gangway.say(harbor.users.admin, directId, 'remember the tide turns at six');
        await until(() => gangway.botPosts(directId).length === 1);
        await gangway.configure({botusername: 'Helm'});
        await until(() => nameOfBot() === 'helm');
        gangway.say(harbor.users.alice, harbor.deckId, '@helm hello');
        await gangway.answered(harbor.deckId, /./);
        gangway.say(harbor.users.admin, directId, 'what did I say before?');
        await gangway.answered(directId, /tide/);
        gangway.say(harbor.users.alice, harbor.townSquareId, '@gangway hello');
        gangway.say(harbor.users.alice, harbor.townSquareId, '@helm are you there?');
        await gangway.answered(harbor.townSquareId, /./);
        expect(gangway.botPosts(harbor.townSquareId)).toHaveLength(1);
        expect(pid()).toBe(before);
    });

    it("[INS-04] refuses a person's name: the bot goes on, and log, status and admins are told once", async () => {
        gangway = await startGangwayAboard();
        const {harbor, directId, server} = gangway;
        const alice = server.playground.world.users.require(harbor.users.alice);
        await gangway.configure({botusername: 'alice'});
        await gangway.answered(directId, /@alice belongs to a person\. The bot stays @gangway/);
        expect(nameOfBot()).toBe('gangway');
        expect(alice.is_bot).toBe(false);
        expect((await gangway.settings()).troubles).toEqual([
            expect.stringContaining('@alice belongs to a person'),
        ]);
        expect(server.lines).toContainEqual(
            expect.objectContaining({
                level: 'error',
                message: expect.stringContaining('the name of the bot is refused'),
            }),
        );
        await server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
        await server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
        expect(await server.status()).toMatchObject({state: 2});
        await gangway.ready();
        gangway.say(harbor.users.admin, directId, 'hello');
        await gangway.answered(directId, /Welcome aboard, admin/);
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        const told = gangway.botPosts(directId).filter(({message}) => /@alice/.test(message));
        expect(told).toHaveLength(1);
        // Everybody who administers the server is told, nobody else.
        const rootId = server.playground.direct(server.adminId, gangway.botId).id;
        const aliceId = server.playground.direct(harbor.users.alice, gangway.botId).id;
        expect(gangway.botPosts(rootId)).toHaveLength(1);
        expect(gangway.botPosts(aliceId)).toEqual([]);
        await gangway.configure({botusername: 'gangway'});
        await until(async () => (await gangway.settings()).troubles.length === 0);
    });

    it('[SET-05] seals the stored secrets with a regenerated key, and loses none', async () => {
        gangway = await startGangwayAboard();
        await until(() => typeof configured()['encryptionkey'] === 'string');
        expect(await gangway.save(0, withSecret)).toBe(200);
        const sealed = stored('settings');
        await gangway.configure({encryptionkey: key('b')});
        await until(() => stored('settings') !== sealed);
        expect(await gangway.settings()).toMatchObject({revision: 1, troubles: []});
        await gangway.server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
        await gangway.server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
        await gangway.ready();
        expect(await gangway.settings()).toMatchObject({revision: 1, troubles: []});
    });

    it('[SET-05] puts a key back that was cleared', async () => {
        gangway = await startGangwayAboard();
        await until(() => typeof configured()['encryptionkey'] === 'string');
        const before = configured()['encryptionkey'];
        await gangway.save(0, withSecret);
        await gangway.configure({encryptionkey: ''});
        await until(() => configured()['encryptionkey'] !== '');
        expect(configured()['encryptionkey']).toBe(before);
        expect((await gangway.settings()).troubles).toEqual([]);
    });

    it('[SET-05] keeps its key and name when the settings of another plugin are saved while it is off', async () => {
        gangway = await startGangwayAboard();
        const {server} = gangway;
        await gangway.configure({botusername: 'helm'});
        await until(() => copy().includes('helm'));
        expect(await gangway.save(0, withSecret)).toBe(200);
        await server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
        const body = JSON.stringify({PluginSettings: {Plugins: {other: {colour: 'red'}}}});
        await server.request('/api/v4/config/patch', {method: 'PUT', body});
        expect(configured()).toEqual({});
        await server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
        await gangway.ready();
        expect(nameOfBot()).toBe('helm');
        expect(await gangway.settings()).toMatchObject({
            settings: {agents: {smart: {apiKey: '••••••••'}}},
            troubles: [],
        });
        await until(() => configured()['botusername'] === 'helm');
        expect(copy()).toContain(String(configured()['encryptionkey']));
    });

    it('[SET-05] takes a secret at once after it was enabled: the save waits for the key', async () => {
        gangway = await startGangwayAboard();
        expect(await gangway.save(0, withSecret)).toBe(200);
        expect(stored('settings')).not.toContain('sk-very-secret');
        expect((await gangway.settings()).troubles).toEqual([]);
    });

    it('[SET-05] opens its secrets after the key was changed while it was off', async () => {
        gangway = await startGangwayAboard();
        await gangway.configure({encryptionkey: key('a')});
        await gangway.save(0, withSecret);
        await until(() => copy().includes(key('a')));
        await gangway.server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
        await gangway.configure({encryptionkey: key('b')});
        await gangway.server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
        await gangway.ready();
        expect((await gangway.settings()).troubles).toEqual([]);
        await until(() => copy().includes(key('b')));
    });

    it('[SET-05] says which secrets cannot be read after a change that it did not see, and keeps them', async () => {
        gangway = await startGangwayAboard();
        const {directId} = gangway;
        await gangway.configure({encryptionkey: key('a')});
        await gangway.save(0, withSecret);
        const sealed = stored('settings');
        await gangway.server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
        await gangway.configure({encryptionkey: key('b')});
        forgetCopy();
        await gangway.server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
        await gangway.ready();
        await gangway.answered(directId, /agents\.smart\.apiKey cannot be decrypted/);
        const held = await gangway.settings();
        expect(held.troubles).toEqual([expect.stringContaining('agents.smart.apiKey')]);
        expect(held.settings).toMatchObject({
            agents: {smart: {apiKey: '•••••••• (cannot be decrypted)'}},
        });
        expect(stored('settings')).toBe(sealed);
        // What is sent back as it was shown stays, and can be read with the old key again.
        expect(await gangway.save(1, {...held.settings, queue: {max: 3}})).toBe(200);
        await gangway.configure({encryptionkey: key('a')});
        await until(async () => (await gangway.settings()).troubles.length === 0);
        expect(await gangway.settings()).toMatchObject({
            revision: 2,
            settings: {agents: {smart: {apiKey: '••••••••'}}, queue: {max: 3}},
        });
    });

    it('[SET-04] logs at the level of the settings from now on', async () => {
        gangway = await startGangwayAboard();
        const {server} = gangway;
        const debugLines = () => server.lines.filter(({level}) => level === 'debug');
        await gangway.save(0, {log: {level: 'debug'}});
        gangway.say(gangway.harbor.users.admin, gangway.directId, 'hello');
        await until(() => debugLines().length > 0);
        await gangway.save(1, {log: {level: 'error'}});
        const before = server.lines.length;
        gangway.say(gangway.harbor.users.admin, gangway.directId, 'hello');
        await until(() => gangway.botPosts(gangway.directId).length === 2);
        const later = server.lines.slice(before).filter(({level}) => level !== 'error');
        expect(later).toEqual([]);
    });

    it('[SET-04] lets the environment decide the level of the log', async () => {
        const env = {...process.env, MM_GANGWAY_LOG_LEVEL: 'error'};
        gangway = await startGangwayAboard({plugins: {env}});
        await gangway.save(0, {log: {level: 'debug'}});
        gangway.say(gangway.harbor.users.admin, gangway.directId, 'hello');
        await gangway.answered(gangway.directId, /Welcome/);
        expect(gangway.server.lines.filter(({level}) => level === 'debug')).toEqual([]);
    });

    it('[GATE-16] hints at an invitation as soon as the settings want it', async () => {
        gangway = await startGangwayAboard();
        const {harbor, server} = gangway;
        const whispers: unknown[] = [];
        server.playground.tap((event) => {
            if (event.kind === 'published' && event.published.event === 'ephemeral_message') {
                whispers.push(event.published.data);
            }
        });
        const {id: channelId} = server.playground.addChannel(harbor.teamId, 'elsewhere');
        server.playground.joinChannel(channelId, harbor.users.alice);
        gangway.say(harbor.users.alice, channelId, '@gangway hello');
        await gangway.save(0, {channels: {mattermost: {inviteHint: true}}});
        expect(whispers).toEqual([]);
        gangway.say(harbor.users.alice, channelId, '@gangway hello again');
        await until(() => whispers.length === 1);
        expect(JSON.stringify(whispers[0])).toContain('/invite @gangway');
        expect(gangway.botPosts(channelId)).toEqual([]);
    });
});

describe('stored settings that cannot be used', () => {
    it('[SET-01] are kept aside, and admins are told once, not at each start', async () => {
        gangway = await startGangwayAboard();
        const {directId, server} = gangway;
        const restart = async (): Promise<void> => {
            await server.request('/api/v4/plugins/gangway/disable', {method: 'POST'});
            await server.request('/api/v4/plugins/gangway/enable', {method: 'POST'});
            await gangway.ready();
        };
        store('settings', '{"v":1,"revision":');
        await restart();
        await gangway.answered(directId, /cannot be used.*kept as broken\/settings~/s);
        await restart();
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        const told = () =>
            gangway.botPosts(directId).filter(({message}) => /cannot be used/.test(message));
        expect(told()).toHaveLength(1);
        expect(await gangway.save(0, {queue: {max: 4}})).toBe(200);
        expect((await gangway.settings()).troubles).toEqual([]);
        await until(() => stored('told/settings') === '');
    });
});
