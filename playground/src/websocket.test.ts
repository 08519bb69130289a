import {WebSocket} from 'ws';
import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, openLine, postOf, settle, textOf, type Line} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
const lines: Line[] = [];

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
});

afterEach(async () => {
    for (const line of lines.splice(0)) {
        line.end();
    }
    await playground.close();
});

function open(token?: string, query?: string): Line {
    const line = openLine(playground, token, query);
    lines.push(line);
    return line;
}

async function listen(userId: string): Promise<Line> {
    const line = open(playground.login(userId));
    await line.event('hello');
    // What comes with being online is over.
    await settle();
    return line;
}

const call = (userId: string) => caller(playground, playground.login(userId));

describe('coming in', () => {
    it('greets with an id and a version, numbered 0', async () => {
        const line = open(playground.login(harbor.users.alice));
        const hello = await line.event('hello');
        expect(hello.seq).toBe(0);
        expect(hello.data?.['connection_id']).toMatch(/^[a-z0-9]{26}$/);
        expect(hello.data?.['server_version']).toMatch(/^11\.6\.\d+\./);
    });

    it('takes a cookie instead of the header', async () => {
        const token = playground.login(harbor.users.alice);
        const url = `${playground.url.replace('http', 'ws')}/api/v4/websocket`;
        const socket = new WebSocket(url, {headers: {Cookie: `MMAUTHTOKEN=${token}`}});
        const first = await new Promise((resolve) => socket.once('message', resolve));
        expect(String(first)).toContain('"event": "hello"');
        socket.terminate();
    });

    it('takes a challenge: first the hello, then the reply', async () => {
        const line = open();
        line.socket.once('open', () => {
            const token = playground.login(harbor.users.alice);
            line.send({seq: 1, action: 'authentication_challenge', data: {token}});
        });
        await line.until((frame) => frame['seq_reply'] === 1);
        expect(line.names()).toEqual(['hello', 'answer']);
        expect(line.frames.find((frame) => 'status' in frame)).toEqual({
            status: 'OK',
            seq_reply: 1,
        });
    });

    it('drops a line with a wrong challenge', async () => {
        const line = open();
        line.socket.once('open', () => {
            line.send({seq: 1, action: 'authentication_challenge', data: {token: 'nonsense'}});
        });
        expect(await line.closed).toBe(1006);
        expect(line.frames).toEqual([]);
    });

    it('says nothing to who is not logged in, and hangs up after five seconds', async () => {
        const line = open('x'.repeat(26));
        const start = Date.now();
        line.socket.once('open', () => line.send({seq: 1, action: 'ping'}));
        playground.post(harbor.users.alice, harbor.deckId, 'hello');
        expect(await line.closed).toBe(1006);
        expect(Date.now() - start).toBeGreaterThan(4500);
        expect(line.frames).toEqual([]);
    });

    it('refuses a token in the address and pages of other sites', async () => {
        const url = `${playground.url.replace('http', 'ws')}/api/v4/websocket`;
        const statusOf = (socket: WebSocket) =>
            new Promise((resolve) => {
                socket.on('error', () => undefined);
                socket.once('unexpected-response', (request, response) => {
                    request.destroy();
                    resolve(response.statusCode);
                });
            });
        const token = playground.login(harbor.users.alice);
        expect(await statusOf(new WebSocket(`${url}?access_token=${token}`))).toBe(401);
        const headers = {Origin: 'http://evil.example', Cookie: `MMAUTHTOKEN=${token}`};
        expect(await statusOf(new WebSocket(url, {headers}))).toBe(403);
    });
});

describe('requests', () => {
    it('answers a ping with its number', async () => {
        const line = await listen(harbor.users.alice);
        line.send({seq: 7, action: 'ping'});
        const answer = await line.until((frame) => frame['seq_reply'] === 7);
        expect(answer).toMatchObject({status: 'OK', data: {text: 'pong', version: '11.6.0'}});
    });

    it('answers errors to requests that it does not know', async () => {
        const line = await listen(harbor.users.alice);
        line.send({seq: 2, action: 'dance'});
        const answer = await line.until((frame) => 'error' in frame);
        expect(answer).toMatchObject({
            status: 'FAIL',
            seq_reply: 2,
            error: {id: 'api.web_socket_router.bad_action.app_error', status_code: 500},
        });
    });

    it('tells others of typing, only those in the channel', async () => {
        const erin = playground.addUser('erin');
        playground.joinTeam(harbor.teamId, erin.id);
        const [alice, bob, outside] = [
            await listen(harbor.users.alice),
            await listen(harbor.users.bob),
            await listen(erin.id),
        ];
        const data = {channel_id: harbor.deckId, parent_id: 'p'};
        alice.send({seq: 1, action: 'user_typing', data});
        const typing = await bob.event('typing');
        expect(typing.data).toEqual({parent_id: 'p', user_id: harbor.users.alice});
        await settle();
        expect(alice.names()).not.toContain('typing');
        expect(outside.names()).not.toContain('typing');

        outside.send({seq: 1, action: 'user_typing', data});
        await settle();
        expect(bob.names().filter((name) => name === 'typing')).toHaveLength(1);
    });

    it('drops lines that send no JSON, or more than 8 KiB', async () => {
        const garbage = await listen(harbor.users.alice);
        garbage.send('not json');
        expect(await garbage.closed).toBe(1006);
        const long = await listen(harbor.users.alice);
        long.send({seq: 1, action: 'ping', data: {text: 'x'.repeat(8100)}});
        await long.until((frame) => frame['seq_reply'] === 1);
        long.send({seq: 2, action: 'ping', data: {text: 'x'.repeat(8200)}});
        expect(await long.closed).toBe(1009);
    });

    it('sends statuses that are asked for', async () => {
        const line = await listen(harbor.users.alice);
        const {bob} = harbor.users;
        line.send({seq: 1, action: 'get_statuses_by_ids', data: {user_ids: [bob]}});
        const answer = await line.until((frame) => frame['seq_reply'] === 1);
        expect(answer.data).toEqual({[bob]: 'offline'});
    });
});

describe('events', () => {
    it('sends a post as JSON in JSON, numbered per line, to members only', async () => {
        const erin = playground.addUser('erin');
        playground.joinTeam(harbor.teamId, erin.id);
        const [alice, bob, outside] = [
            await listen(harbor.users.alice),
            await listen(harbor.users.bob),
            await listen(erin.id),
        ];
        const post = playground.post(harbor.users.alice, harbor.deckId, 'ahoy @bob');
        const frame = await bob.event('posted');
        expect(postOf(frame)).toMatchObject({id: post.id, message: 'ahoy @bob'});
        expect(frame.data).toMatchObject({
            channel_type: 'O',
            channel_name: 'deck',
            sender_name: '@alice',
            team_id: harbor.teamId,
            mentions: JSON.stringify([harbor.users.bob]),
        });
        expect(frame['broadcast']).toMatchObject({channel_id: harbor.deckId, user_id: ''});
        const own = await alice.event('posted');
        expect(own.data).not.toHaveProperty('mentions');
        await settle();
        expect(outside.names()).toEqual(['hello']);
        for (const line of [alice, bob]) {
            expect(line.frames.map((one) => one.seq)).toEqual(line.frames.map((_, index) => index));
        }
    });

    it('tells who follows the thread', async () => {
        const bob = await listen(harbor.users.bob);
        const root = playground.post(harbor.users.bob, harbor.deckId, 'root');
        playground.post(harbor.users.alice, harbor.deckId, 'reply', {root_id: root.id});
        const reply = await bob.until(
            (frame) => frame.event === 'posted' && postOf(frame)['message'] === 'reply',
        );
        expect(reply.data?.['followers']).toBe(JSON.stringify([harbor.users.bob]));
    });

    it('leaves the team id of a direct channel empty', async () => {
        const bob = await listen(harbor.users.bob);
        const direct = playground.direct(harbor.users.alice, harbor.users.bob);
        playground.post(harbor.users.alice, direct.id, 'psst');
        const {data} = await bob.event('posted');
        expect(data).toMatchObject({channel_type: 'D', team_id: ''});
    });

    it('tells of edits, deletions and reactions', async () => {
        const bob = await listen(harbor.users.bob);
        const alice = call(harbor.users.alice);
        const post = playground.post(harbor.users.alice, harbor.deckId, 'first');
        await alice('PUT', `/posts/${post.id}/patch`, {message: 'second'});
        const edited = await bob.event('post_edited');
        expect(postOf(edited)).toMatchObject({id: post.id, message: 'second'});

        const reaction = {user_id: harbor.users.alice, post_id: post.id, emoji_name: '+1'};
        await alice('POST', '/reactions', reaction);
        const added = await bob.event('reaction_added');
        expect(JSON.parse(textOf(added.data ?? {}, 'reaction'))).toMatchObject(reaction);
        await alice('DELETE', `/users/me/posts/${post.id}/reactions/+1`);
        await bob.event('reaction_removed');

        await alice('DELETE', `/posts/${post.id}`);
        const deleted = await bob.event('post_deleted');
        expect(postOf(deleted)['id']).toBe(post.id);
        expect(deleted.data).not.toHaveProperty('delete_by');
    });

    it('shows an ephemeral post to one person only', async () => {
        const [alice, bob] = [await listen(harbor.users.alice), await listen(harbor.users.bob)];
        const body = {
            user_id: harbor.users.bob,
            post: {channel_id: harbor.deckId, message: 'for your eyes'},
        };
        expect((await call(harbor.users.alice)('POST', '/posts/ephemeral', body)).status).toBe(403);
        const shown = await call(harbor.users.admin)('POST', '/posts/ephemeral', body);
        expect(shown.status).toBe(201);
        const frame = await bob.event('ephemeral_message');
        expect(postOf(frame)).toMatchObject({message: 'for your eyes', type: 'system_ephemeral'});
        await settle();
        expect(alice.names()).not.toContain('ephemeral_message');
        expect(
            (await call(harbor.users.bob)('GET', `/posts/${textOf(shown.body, 'id')}`)).status,
        ).toBe(404);
    });

    it('tells a change of status to nobody but the one whose it is', async () => {
        const [alice, bob] = [await listen(harbor.users.alice), await listen(harbor.users.bob)];
        await call(harbor.users.alice)('PUT', '/users/me/status', {
            user_id: harbor.users.alice,
            status: 'dnd',
        });
        await alice.until(({data}) => data?.['status'] === 'dnd');
        await settle();
        expect(bob.frames.map((frame) => frame.data?.['user_id'])).not.toContain(
            harbor.users.alice,
        );
    });

    it('calls events of integrations by their own names', async () => {
        const bob = await listen(harbor.users.bob);
        playground.world.core.publish('custom_gangway_refresh', {a: 1}, {userId: harbor.users.bob});
        expect((await bob.event('custom_gangway_refresh')).data).toEqual({a: 1});
    });
});
