import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, settle, textOf, type Call} from './test-client.ts';

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

async function makeBot(): Promise<{id: string; token: string; tokenId: string}> {
    const bot = await admin('POST', '/bots', {username: 'gull', display_name: 'Gull'});
    expect(bot.status).toBe(201);
    const id = textOf(bot.body, 'user_id');
    const token = await admin('POST', `/users/${id}/tokens`, {description: 'for tests'});
    expect(token.status).toBe(200);
    return {id, token: textOf(token.body, 'token'), tokenId: textOf(token.body, 'id')};
}

it('makes a bot with a token, which is a user in its own right', async () => {
    const {id, token} = await makeBot();
    const me = await caller(playground, token)('GET', '/users/me');
    expect(me.body).toMatchObject({
        id,
        username: 'gull',
        is_bot: true,
        roles: 'system_user',
    });
});

it('tells its owner in a direct channel that it wants to be added', async () => {
    const line = openLine(playground, playground.login(harbor.users.admin));
    await line.event('hello');
    await makeBot();
    const frame = await line.event('posted');
    expect(String(frame.data?.['post'])).toContain('Please add me to teams and channels');
    line.end();
});

it('leaves bots to admins', async () => {
    const {id} = await makeBot();
    expect((await alice('POST', '/bots', {username: 'tern'})).status).toBe(403);
    expect((await alice('GET', `/bots/${id}`)).status).toBe(404);
    expect((await alice('POST', `/bots/${id}/disable`)).status).toBe(404);
    expect((await alice('POST', `/users/${id}/tokens`, {description: 'x'})).status).toBe(403);
    expect((await admin('POST', '/bots', {username: 'A b'})).status).toBe(400);
    expect((await admin('POST', '/bots', {username: 'alice'})).status).toBe(400);
});

it('shows a token once, and never again', async () => {
    const {id, token} = await makeBot();
    const list = await admin('GET', `/users/${id}/tokens`);
    expect(list.list).toHaveLength(1);
    expect(list.text).not.toContain(token);
});

it('turns a disabled bot deaf: 401, and a line that stays open but says nothing', async () => {
    const {id, token} = await makeBot();
    const bot = caller(playground, token);
    playground.joinTeam(harbor.teamId, id);
    playground.joinChannel(harbor.deckId, id);
    const line = openLine(playground, token);
    await line.event('hello');

    expect((await admin('POST', `/bots/${id}/disable`)).status).toBe(200);
    expect((await bot('GET', '/users/me')).status).toBe(401);
    const heard = line.frames.length;
    playground.post(harbor.users.alice, harbor.deckId, 'hello @gull');
    await settle();
    expect(line.frames.slice(heard).map((frame) => frame.event)).not.toContain('posted');
    expect(line.socket.readyState).toBe(line.socket.OPEN);
    line.end();

    expect((await admin('POST', `/bots/${id}/enable`)).status).toBe(200);
    expect((await bot('GET', '/users/me')).status).toBe(200);
});

it('disables, enables and revokes tokens', async () => {
    const {token, tokenId} = await makeBot();
    const status = async () => (await caller(playground, token)('GET', '/users/me')).status;
    const change = (what: string) => admin('POST', `/users/tokens/${what}`, {token_id: tokenId});
    expect(await status()).toBe(200);
    await change('disable');
    expect(await status()).toBe(401);
    await change('enable');
    expect(await status()).toBe(200);
    await change('revoke');
    expect(await status()).toBe(401);
    expect((await change('enable')).status).toBe(404);
});

it('lets a bot neither write nor read where it is no member', async () => {
    const {token} = await makeBot();
    const bot = caller(playground, token);
    const post = {channel_id: harbor.deckId, message: 'x'};
    expect((await bot('POST', '/posts', post)).status).toBe(403);
    expect((await bot('GET', `/channels/${harbor.deckId}/posts`)).status).toBe(403);
});

it('lists and changes bots', async () => {
    const {id} = await makeBot();
    const changed = await admin('PUT', `/bots/${id}`, {display_name: 'Sea gull'});
    expect(changed.body['display_name']).toBe('Sea gull');
    await admin('POST', `/bots/${id}/disable`);
    const ids = async (query: string) =>
        (await admin('GET', `/bots${query}`)).list.map((bot) => bot['user_id']);
    expect(await ids('')).toEqual([]);
    expect(await ids('?include_deleted=true')).toEqual([id]);
});
