import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, settle, textOf, type Call, type Line} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let admin: Call;
let alice: Call;
let bob: Call;

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    const as = (id: string): Call => caller(playground, playground.login(id));
    admin = as(harbor.users.admin);
    alice = as(harbor.users.alice);
    bob = as(harbor.users.bob);
});

afterEach(() => playground.close());

async function listen(userId: string): Promise<Line> {
    const line = openLine(playground, playground.login(userId));
    await line.event('hello');
    return line;
}

describe('channels of a team', () => {
    it('makes one, with its maker as its first member and admin', async () => {
        const line = await listen(harbor.users.alice);
        const made = await alice('POST', '/channels', {
            team_id: harbor.teamId,
            name: 'galley',
            display_name: 'Galley',
            type: 'P',
        });
        expect(made.status).toBe(201);
        const id = textOf(made.body, 'id');
        expect((await line.event('channel_created')).data).toMatchObject({channel_id: id});
        line.end();
        const member = await alice('GET', `/channels/${id}/members/me`);
        expect(member.body).toMatchObject({
            user_id: harbor.users.alice,
            roles: 'channel_user channel_admin',
        });
        const byName = await alice('GET', `/teams/${harbor.teamId}/channels/name/galley`);
        expect(byName.body['id']).toBe(id);
        expect((await bob('GET', `/channels/${id}`)).status).toBe(403);
        expect((await bob('GET', `/teams/${harbor.teamId}/channels/name/galley`)).status).toBe(404);
    });

    it.each([
        [{name: 'deck', type: 'O'}, 400, 'store.sql_channel.save_channel.exists.app_error'],
        [{name: 'a b', type: 'O'}, 400, 'model.channel.is_valid.1_or_more.app_error'],
        [{name: 'plank', type: 'D'}, 400, 'api.channel.create_channel.direct_channel.app_error'],
    ])('refuses the channel %j', async (channel, status, id) => {
        const answer = await alice('POST', '/channels', {
            team_id: harbor.teamId,
            display_name: 'x',
            ...channel,
        });
        expect([answer.status, answer.body['id']]).toEqual([status, id]);
    });

    it('is found by the names of team and channel', async () => {
        const {body} = await alice('GET', '/teams/name/harbor/channels/name/deck');
        expect(body).toMatchObject({id: harbor.deckId, type: 'O', team_id: harbor.teamId});
        expect((await alice('GET', '/teams/name/harbor/channels/name/nope')).status).toBe(404);
    });

    it('lists the channels that one is in', async () => {
        playground.addChannel(harbor.teamId, 'secret', {type: 'P'});
        const direct = playground.direct(harbor.users.alice, harbor.users.bob);
        const list = await alice('GET', `/users/me/teams/${harbor.teamId}/channels`);
        expect(list.list.map((channel) => channel['id']).toSorted()).toEqual(
            [harbor.deckId, harbor.townSquareId, direct.id].toSorted(),
        );
        const all = await alice('GET', '/users/me/channels');
        expect(all.list).toHaveLength(3);
        const members = await alice('GET', '/users/me/channel_members');
        expect(members.list).toHaveLength(3);
    });

    it('changes the header with a post that tells of it', async () => {
        const line = await listen(harbor.users.bob);
        const path = `/channels/${harbor.deckId}/patch`;
        expect((await alice('PUT', path, {header: 'Ahoy'})).body['header']).toBe('Ahoy');
        await line.event('channel_updated');
        const posted = await line.event('posted');
        expect(String(posted.data?.['post'])).toContain('system_header_change');
        line.end();
    });

    it('archives it: readable, but closed for posts', async () => {
        const line = await listen(harbor.users.bob);
        expect((await alice('DELETE', `/channels/${harbor.deckId}`)).status).toBe(200);
        await line.event('channel_deleted');
        line.end();
        const post = await bob('POST', '/posts', {channel_id: harbor.deckId, message: 'x'});
        expect(post.body['id']).toBe('api.post.create_post.can_not_post_to_deleted.error');
        expect((await bob('GET', `/channels/${harbor.deckId}/posts`)).status).toBe(200);
    });
});

describe('direct and group channels', () => {
    it('opens the same direct channel from both sides', async () => {
        const line = await listen(harbor.users.bob);
        const {alice: a, bob: b} = harbor.users;
        const first = await alice('POST', '/channels/direct', [a, b]);
        expect(first.status).toBe(201);
        expect(first.body).toMatchObject({
            type: 'D',
            team_id: '',
            display_name: '',
            name: [a, b].toSorted().join('__'),
        });
        await line.event('direct_added');
        line.end();
        const again = await bob('POST', '/channels/direct', [b, a]);
        expect(again.body['id']).toBe(first.body['id']);
        expect((await alice('POST', '/channels/direct', [b, harbor.users.carol])).status).toBe(403);
        expect((await alice('POST', '/channels/direct', [])).status).toBe(400);
        const self = await alice('POST', '/channels/direct', [a]);
        expect(self.body['name']).toBe(`${a}__${a}`);
    });

    it('opens group channels of three to eight', async () => {
        const {alice: a, bob: b, carol: c} = harbor.users;
        const line = await listen(c);
        const group = await alice('POST', '/channels/group', [a, b, c]);
        expect(group.status).toBe(201);
        expect(group.body).toMatchObject({type: 'G', display_name: 'alice, bob, carol'});
        await line.event('group_added');
        line.end();
        const again = await bob('POST', '/channels/group', [c, a, b]);
        expect(again.body['id']).toBe(group.body['id']);
        expect((await alice('POST', '/channels/group', [a, b])).status).toBe(400);
    });

    it('keeps outsiders from reading them', async () => {
        const {id} = playground.direct(harbor.users.alice, harbor.users.bob);
        const carol = caller(playground, playground.login(harbor.users.carol));
        expect((await carol('GET', `/channels/${id}`)).status).toBe(403);
        expect((await carol('GET', `/channels/${id}/posts`)).status).toBe(403);
        const post = await carol('POST', '/posts', {channel_id: id, message: 'x'});
        expect(post.status).toBe(403);
    });
});

describe('members', () => {
    it('adds and removes, with posts and events', async () => {
        const erin = playground.addUser('erin');
        playground.joinTeam(harbor.teamId, erin.id);
        const line = await listen(erin.id);
        const path = `/channels/${harbor.deckId}/members`;
        const added = await alice('POST', path, {user_id: erin.id});
        expect(added.status).toBe(201);
        expect(added.body).toMatchObject({channel_id: harbor.deckId, user_id: erin.id});
        const event = await line.event('user_added');
        expect(event.data).toMatchObject({user_id: erin.id, team_id: harbor.teamId});
        const told = await line.until(({data}) =>
            String(data?.['post']).includes('system_add_to_channel'),
        );
        expect(told.event).toBe('posted');

        expect((await alice('DELETE', `${path}/${erin.id}`)).status).toBe(200);
        const removed = await line.event('user_removed');
        expect(removed.data).toMatchObject({
            channel_id: harbor.deckId,
            remover_id: harbor.users.alice,
        });
        const before = line.frames.length;
        playground.post(harbor.users.alice, harbor.deckId, 'not for erin');
        await settle();
        expect(line.frames.slice(before).map((frame) => frame.event)).not.toContain('posted');
        line.end();
    });

    it('adds nobody from outside of the team', async () => {
        const erin = playground.addUser('erin');
        const path = `/channels/${harbor.deckId}/members`;
        const {status, body} = await alice('POST', path, {user_id: erin.id});
        expect([status, body['id']]).toEqual([404, 'app.team.get_member.missing.app_error']);
    });

    it('keeps everybody in town square', async () => {
        const path = `/channels/${harbor.townSquareId}/members/${harbor.users.bob}`;
        const {status, body} = await admin('DELETE', path);
        expect([status, body['id']]).toEqual([400, 'api.channel.remove.default.app_error']);
    });

    it('counts what one has not read, until it is viewed', async () => {
        playground.post(harbor.users.alice, harbor.deckId, 'one @bob');
        playground.post(harbor.users.alice, harbor.deckId, 'two');
        const member = async () => (await bob('GET', `/channels/${harbor.deckId}/members/me`)).body;
        const channel = async () => (await bob('GET', `/channels/${harbor.deckId}`)).body;
        expect(Number((await channel())['total_msg_count'])).toBe(2);
        expect(await member()).toMatchObject({msg_count: 0, mention_count: 1});
        await bob('POST', '/channels/members/me/view', {channel_id: harbor.deckId});
        expect(await member()).toMatchObject({msg_count: 2, mention_count: 0});
    });
});

describe('teams', () => {
    it('lists those that one is in', async () => {
        playground.addTeam('island');
        const list = await alice('GET', '/users/me/teams');
        expect(list.list).toMatchObject([{id: harbor.teamId, name: 'harbor', type: 'O'}]);
        const byName = await alice('GET', '/teams/name/harbor');
        expect(byName.body['id']).toBe(harbor.teamId);
        expect((await alice('GET', '/teams/name/atlantis')).status).toBe(404);
    });

    it('adds and removes members, with their channels', async () => {
        const erin = playground.addUser('erin');
        const line = await listen(erin.id);
        const path = `/teams/${harbor.teamId}/members`;
        const body = {team_id: harbor.teamId, user_id: erin.id};
        expect((await admin('POST', path, body)).status).toBe(201);
        await line.event('added_to_team');
        expect((await alice('GET', `${path}/${erin.id}`)).body).toMatchObject(body);
        const erins = caller(playground, playground.login(erin.id));
        const list = await erins('GET', `/users/me/teams/${harbor.teamId}/channels`);
        expect(list.list.map((channel) => channel['name'])).toContain('town-square');
        expect((await admin('DELETE', `${path}/${erin.id}`)).status).toBe(200);
        await line.event('leave_team');
        line.end();
        expect((await erins('GET', '/users/me/teams')).list).toEqual([]);
    });
});

it('answers 501 with the name of a route that it does not know', async () => {
    const {status, body} = await alice('GET', '/trains/express');
    expect(status).toBe(501);
    expect(String(body['message'])).toContain('GET /api/v4/trains/express');
});
