import {type GangwayAboard, startGangwayAboard} from '../../test/gangway-aboard.ts';
import {jsonOf, until} from '../../test/plugin-playground.ts';
import * as z from 'zod';
import type {PostRow} from '../world/records.ts';

jest.setTimeout(60_000);

let gangway: GangwayAboard;
afterEach(() => gangway.server.playground.close());

const answersTo = (post: PostRow): PostRow[] =>
    gangway.botPosts(post.channel_id).filter(({props}) => {
        const ours = props['gangway'] as {turn?: string} | undefined;
        return ours?.turn === post.id;
    });

const save = (revision: number, mattermost: object): Promise<number> =>
    gangway.save(revision, {channels: {mattermost}});

/** What came before is decided once an admin, who always may, was answered. */
async function decided(): Promise<void> {
    const asked = gangway.say(gangway.harbor.users.admin, gangway.directId, '!status');
    await until(() => answersTo(asked).length === 1);
}

/** What the plugin remembers of conversations. */
function sessions(): string {
    const {pluginKv} = gangway.server.playground.world;
    return pluginKv
        .list('gangway', 0, 1000)
        .filter((key) => key.startsWith('session/'))
        .map((key) => pluginKv.get('gangway', key)?.toString())
        .join('\n');
}

/** A person's post with a file. */
function send(userId: string, channelId: string, message: string, name: string): PostRow {
    const {playground} = gangway.server;
    const bytes = Buffer.from('x'.repeat(26));
    const file = playground.world.files.create({userId, channelId, name, bytes});
    return playground.post(userId, channelId, message, {file_ids: [file.id]});
}

describe('what reaches Gangway as a plugin', () => {
    it('[MED-01][BR-02] names files, which hooks give by their ids only, and asks no agent about files alone', async () => {
        gangway = await startGangwayAboard();
        const {harbor, directId} = gangway;
        const alone = send(harbor.users.admin, directId, '', 'photo.png');
        await until(() => answersTo(alone).length === 1);
        expect(answersTo(alone)[0]?.message).toMatch(/^I cannot read files yet: `photo\.png`\./);
        const asked = send(harbor.users.admin, directId, 'Summarise this', 'notes.txt');
        await until(() => answersTo(asked).some(({message}) => message.includes('Summarise this')));
        await until(() => sessions().includes('Summarise this'));
        expect(sessions()).toContain('[Attached file \\"notes.txt\\" (text/plain, 26 bytes).');
        // What the agent reads of a file are not the person's words.
        expect(answersTo(asked)[0]?.message).not.toContain('Attached');
    });

    it('[GATE-23][BR-45] does not include somebody who was made a guest just now, and no hook tells of it', async () => {
        gangway = await startGangwayAboard();
        const {harbor, server} = gangway;
        const {alice} = harbor.users;
        await save(0, {groupPolicy: 'open', allowFrom: ['role:system_user']});
        const before = gangway.say(alice, harbor.deckId, '@gangway hello');
        await until(() => answersTo(before).length === 1);
        server.playground.world.users.require(alice).roles = 'system_guest';
        // The plugin takes what it knows of a person for a second.
        await new Promise((resolve) => setTimeout(resolve, 1_100));
        const after = gangway.say(alice, harbor.deckId, '@gangway hello again');
        await decided();
        expect(answersTo(after)).toEqual([]);
    });

    it('[GATE-13][BR-21] answers a mention that an edit adds, once', async () => {
        gangway = await startGangwayAboard();
        const {harbor, server} = gangway;
        await save(0, {groupPolicy: 'open'});
        const post = gangway.say(harbor.users.alice, harbor.deckId, 'where is the wifi key?');
        await decided();
        const edit = (message: string) =>
            server.request(`/api/v4/posts/${post.id}/patch`, {
                method: 'PUT',
                token: server.playground.login(harbor.users.alice),
                body: JSON.stringify({message}),
            });
        await edit('@gangway where is the wifi key?');
        await until(() => answersTo(post).length === 1);
        await edit('@gangway where is the WiFi key?');
        await decided();
        expect(answersTo(post)).toHaveLength(1);
    });

    it('[GATE-16][BR-32] leaves a trace where it is no member, and says in private channels how to bring it in', async () => {
        gangway = await startGangwayAboard();
        const {harbor, server, directId} = gangway;
        const {alice, bob} = harbor.users;
        const {playground} = server;
        const whispers: string[] = [];
        playground.tap((event) => {
            if (event.kind !== 'published' || event.published.event !== 'ephemeral_message') return;
            whispers.push(String(event.published.data['post']));
        });
        const {id: closed} = playground.addChannel(harbor.teamId, 'closed', {type: 'P'});
        playground.joinChannel(closed, alice);
        const direct = playground.direct(alice, bob).id;
        gangway.say(alice, closed, '@gangway the secret');
        const ready = z.object({
            accounts: z.array(z.object({mentionsElsewhere: z.object({lastDay: z.number()})})),
        });
        const missed = async (): Promise<number | undefined> => {
            const body = await jsonOf(ready, server.request('/plugins/gangway/readyz'));
            return body.accounts[0]?.mentionsElsewhere.lastDay;
        };
        await until(async () => (await missed()) === 1);
        const asked = gangway.say(harbor.users.admin, directId, '!status');
        await until(() => answersTo(asked).length === 1);
        expect(answersTo(asked)[0]?.message).toContain('mentioned once in the last day');
        expect(whispers).toEqual([]);

        await save(0, {inviteHint: true});
        gangway.say(alice, closed, '@gangway the secret');
        gangway.say(alice, direct, '@gangway the secret');
        await until(() => whispers.length === 2);
        expect(whispers.join('\n')).toContain('/invite @gangway');
        expect(whispers.join('\n')).toContain('nobody can be added to a direct message');
        const lines = server.lines.map((line) => JSON.stringify(line)).join('\n');
        expect(lines).toContain('mentioned in a channel where the bot is no member');
        expect(lines).not.toContain('secret');
        expect(gangway.botPosts(closed)).toEqual([]);
        expect(gangway.botPosts(direct)).toEqual([]);
    });
});
