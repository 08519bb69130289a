import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, textOf, type Call} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let admin: Call;
let alice: Call;

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    admin = caller(playground, playground.login(harbor.users.admin));
    alice = caller(playground, playground.login(harbor.users.alice));
});

afterEach(() => playground.close());

const names = (list: readonly Record<string, unknown>[]) => list.map((user) => user['username']);

describe('looking up', () => {
    it('finds by id, by name and itself, and never shows a password', async () => {
        const {bob} = harbor.users;
        for (const path of [`/users/${bob}`, '/users/username/bob', '/users/username/BOB']) {
            const {status, body, text} = await alice('GET', path);
            expect([status, body['id']]).toEqual([200, bob]);
            expect(text).not.toContain('assword');
        }
        const me = await alice('GET', '/users/me');
        expect(me.body).toMatchObject({username: 'alice', roles: 'system_user'});
        expect(me.body).toHaveProperty('notify_props');
        expect((await alice('GET', `/users/${bob}`)).body).not.toHaveProperty('notify_props');
    });

    it('answers 404 for strangers and 400 for ids that are none', async () => {
        const missing = await alice('GET', `/users/${'a'.repeat(26)}`);
        expect([missing.status, missing.body['id']]).toEqual([
            404,
            'app.user.missing_account.const',
        ]);
        const wrong = await alice('GET', '/users/xyz');
        expect([wrong.status, wrong.body['id']]).toEqual([
            400,
            'api.context.invalid_url_param.app_error',
        ]);
        expect((await alice('GET', '/users/username/nobody')).status).toBe(404);
    });

    it('answers lists of ids and of names, leaving out who is not there', async () => {
        const {alice: aliceId, bob} = harbor.users;
        const byId = await alice('POST', '/users/ids', [bob, aliceId, 'a'.repeat(26)]);
        expect(names(byId.list).toSorted()).toEqual(['alice', 'bob']);
        const byName = await alice('POST', '/users/usernames', ['carol', 'nobody']);
        expect(names(byName.list)).toEqual(['carol']);
        expect((await alice('POST', '/users/ids', [])).status).toBe(400);
    });

    it('pages through those of a team or channel', async () => {
        const inTeam = await alice('GET', `/users?in_team=${harbor.teamId}&per_page=2&page=1`);
        expect(names(inTeam.list)).toEqual(['bob', 'carol']);
        const secret = playground.addChannel(harbor.teamId, 'secret', {type: 'P'});
        expect((await alice('GET', `/users?in_channel=${secret.id}`)).status).toBe(403);
    });

    it('searches by beginnings of names', async () => {
        const search = (props: object) => alice('POST', '/users/search', props);
        expect(names((await search({term: 'ca'})).list)).toEqual(['carol']);
        expect((await search({term: ''})).status).toBe(400);
        expect((await search({term: 'x', limit: 1001})).status).toBe(400);
        const outside = playground.addUser('cabinboy');
        const inTeam = {term: 'ca', team_id: harbor.teamId};
        expect(names((await search(inTeam)).list)).toEqual(['carol']);
        playground.joinTeam(harbor.teamId, outside.id);
        const missing = {...inTeam, not_in_channel_id: harbor.deckId};
        expect(names((await search(missing)).list)).toEqual(['cabinboy']);
    });

    it('completes names, inside of the channel and outside of it', async () => {
        playground.joinTeam(harbor.teamId, playground.addUser('cabinboy').id);
        const {body} = await alice(
            'GET',
            `/users/autocomplete?in_team=${harbor.teamId}&in_channel=${harbor.deckId}&name=ca`,
        );
        expect(body).toMatchObject({
            users: [{username: 'carol'}],
            out_of_channel: [{username: 'cabinboy'}],
        });
    });
});

describe('changing', () => {
    it('changes oneself, and tells others', async () => {
        const line = openLine(playground, playground.login(harbor.users.bob));
        await line.event('hello');
        const patched = await alice('PUT', '/users/me/patch', {nickname: 'Ali'});
        expect(patched.body).toMatchObject({nickname: 'Ali', username: 'alice'});
        expect((await line.event('user_updated')).data).toMatchObject({user: {nickname: 'Ali'}});
        line.end();
        const other = await alice('PUT', `/users/${harbor.users.bob}/patch`, {nickname: 'x'});
        expect(other.status).toBe(403);
    });

    it('ends all sessions of somebody who is deactivated', async () => {
        const line = openLine(playground, playground.login(harbor.users.alice));
        await line.event('hello');
        const off = await admin('PUT', `/users/${harbor.users.alice}/active`, {active: false});
        expect(off.status).toBe(200);
        expect((await alice('GET', '/users/me')).status).toBe(401);
        line.end();
        expect((await alice('PUT', `/users/me/active`, {active: true})).status).toBe(401);
    });

    it('lets only admins give roles', async () => {
        const path = `/users/${harbor.users.alice}/roles`;
        const roles = {roles: 'system_user system_admin'};
        expect((await alice('PUT', path, roles)).status).toBe(403);
        expect((await admin('PUT', path, {roles: 'captain'})).status).toBe(400);
        expect((await admin('PUT', path, roles)).status).toBe(200);
        expect((await alice('GET', '/users/me')).body['roles']).toBe(roles.roles);
    });

    it('signs up with a name, an address and a password that are good', async () => {
        const anybody = caller(playground);
        const dora = {username: 'dora', email: 'dora@example.com', password: 'Playground1!'};
        const made = await anybody('POST', '/users', dora);
        expect(made.status).toBe(201);
        expect(made.body['roles']).toBe('system_user');
        expect((await anybody('POST', '/users', dora)).status).toBe(400);
        expect((await anybody('POST', '/users', {...dora, username: '1'})).status).toBe(400);
    });
});

describe('roles', () => {
    it('lists permissions by role names', async () => {
        const {status, list} = await alice('POST', '/roles/names', [
            'system_admin',
            'channel_user',
            'nonsense',
        ]);
        expect(status).toBe(200);
        expect(list.map((role) => role['name']).toSorted()).toEqual([
            'channel_user',
            'system_admin',
        ]);
        const ofChannel = list.find((role) => role['name'] === 'channel_user');
        expect(ofChannel?.['permissions']).toContain('create_post');
        const ofSystem = list.find((role) => role['name'] === 'system_admin');
        expect(ofSystem?.['permissions']).toContain('create_post_ephemeral');
    });
});

describe('statuses', () => {
    it('is online while a line is open, and says so to those who share a channel', async () => {
        const {alice: aliceId, bob} = harbor.users;
        const status = async (id: string) =>
            (await alice('GET', `/users/${id}/status`)).body['status'];
        expect(await status(bob)).toBe('offline');
        const line = openLine(playground, playground.login(bob));
        await line.event('hello');
        expect(await status(bob)).toBe('online');
        line.end();
        const set = await alice('PUT', '/users/me/status', {user_id: aliceId, status: 'dnd'});
        expect(set.body).toMatchObject({user_id: aliceId, status: 'dnd', manual: true});
        const many = await alice('POST', '/users/status/ids', [aliceId, 'a'.repeat(26)]);
        expect(many.list).toMatchObject([{user_id: aliceId, status: 'dnd'}]);
    });

    it('is set by oneself only, and to words that are known', async () => {
        const {alice: aliceId, bob} = harbor.users;
        const put = (id: string, status: string) =>
            alice('PUT', `/users/${id}/status`, {user_id: id, status});
        expect((await put(bob, 'away')).status).toBe(403);
        expect((await put(aliceId, 'asleep')).status).toBe(400);
    });
});

describe('preferences', () => {
    it('keeps them, tells the other clients, and forgets them', async () => {
        const {alice: aliceId, bob} = harbor.users;
        const line = openLine(playground, playground.login(aliceId));
        await line.event('hello');
        const row = {user_id: aliceId, category: 'theme', name: 'dark', value: 'yes'};
        expect((await alice('PUT', '/users/me/preferences', [row])).status).toBe(200);
        const frame = await line.event('preferences_changed');
        expect(JSON.parse(textOf(frame.data ?? {}, 'preferences'))).toEqual([row]);
        const one = '/users/me/preferences/theme/name/dark';
        expect((await alice('GET', one)).body).toEqual(row);
        expect((await alice('GET', '/users/me/preferences')).list).toContainEqual(row);
        expect((await alice('POST', '/users/me/preferences/delete', [row])).status).toBe(200);
        expect((await alice('GET', one)).status).toBe(404);
        await line.event('preferences_deleted');
        line.end();
        const foreign = [{...row, user_id: bob}];
        expect((await alice('PUT', '/users/me/preferences', foreign)).status).toBe(403);
    });
});
