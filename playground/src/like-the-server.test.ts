import {Agent, request} from 'node:http';
import {goMarshal} from './integrations/go-marshal.ts';
import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, type Call} from './test-client.ts';
import {openHook} from './test-hook.ts';

// What was once otherwise here than on a Mattermost 11.6, with the values that one gives.

let playground: Playground;
let harbor: Harbor;
let alice: Call;

beforeEach(async () => {
    playground = await createPlayground();
    harbor = seedHarbor(playground);
    alice = caller(playground, playground.login(harbor.users.alice));
});

afterEach(() => playground.close());

async function upload(channelId: string, name = 'map.txt'): Promise<string> {
    const form = new FormData();
    form.append('channel_id', channelId);
    form.append('files', new Blob(['treasure']), name);
    const {body} = await alice('POST', '/files', form);
    const [info] = body['file_infos'] as Record<string, unknown>[];
    return String(info?.['id']);
}

async function post(body: object): Promise<Record<string, unknown>> {
    const made = await alice('POST', '/posts', {channel_id: harbor.deckId, message: 'x', ...body});
    expect(made.status).toBe(201);
    return made.body;
}

describe('a connection', () => {
    it('[INS-14] goes on after a body that was too large', async () => {
        const agent = new Agent({keepAlive: true, maxSockets: 1});
        const ask = (method: string, path: string, body: string): Promise<number | undefined> =>
            new Promise((resolve, reject) => {
                const headers = {Authorization: `Bearer ${playground.login(harbor.users.alice)}`};
                const url = `${playground.url}/api/v4${path}`;
                const asked = request(url, {agent, method, headers}, (answer) => {
                    answer.resume().once('end', () => resolve(answer.statusCode));
                });
                asked.once('error', reject).end(body);
            });
        try {
            // Far more than what the two ends keep for a slow reader.
            const body = JSON.stringify({
                channel_id: harbor.deckId,
                message: 'x'.repeat(4_000_000),
            });
            expect(await ask('POST', '/posts', body)).toBe(413);
            expect(await ask('GET', '/users/me', '')).toBe(200);
        } finally {
            agent.destroy();
        }
    }, 10_000);
});

describe('posts', () => {
    it('[INS-14] hold no NUL', async () => {
        for (const bad of [{message: 'a\0b'}, {message: 'x', props: {deep: [{a: 'b\0'}]}}]) {
            const refused = await alice('POST', '/posts', {channel_id: harbor.deckId, ...bad});
            expect([refused.status, refused.body['id']]).toEqual([500, 'app.post.save.app_error']);
        }
        const {id} = await post({props: {written: '\\u0000'}});
        const refused = await alice('PUT', `/posts/${String(id)}/patch`, {message: 'a\0b'});
        expect([refused.status, refused.body['id']]).toEqual([500, 'app.post.update.app_error']);
    });

    it('[INS-14] ask for acknowledgement only with a licence', async () => {
        const priority = {priority: 'urgent', requested_ack: true};
        const body = {channel_id: harbor.deckId, message: 'x', metadata: {priority}};
        const refused = await alice('POST', '/posts', body);
        expect([refused.status, refused.body['id']]).toEqual([
            501,
            'license_error.feature_unavailable',
        ]);
    });

    it.each([
        ['POST', '/posts/search'],
        ['GET', '/emoji'],
        ['POST', '/users/me/posts/x/ack'],
    ])(
        '[INS-14] answers 501 with its name what it does not imitate: %s %s',
        async (method, path) => {
            const {status, body} = await alice(method, path, method === 'POST' ? {} : undefined);
            expect(status).toBe(501);
            expect(String(body['message'])).toContain(`${method} /api/v4${path}`);
        },
    );
});

describe('threads', () => {
    it('[INS-14] come in the order of the database without a direction, the post asked for first', async () => {
        const root = await post({message: 'root'});
        const replies: string[] = [];
        for (let n = 0; n < 6; n++) {
            replies.push(String((await post({root_id: root['id'], message: `r${n}`}))['id']));
        }
        const {body} = await alice('GET', `/posts/${replies[2]}/thread`);
        const order = body['order'] as string[];
        expect(order[0]).toBe(replies[2]);
        const rest = [String(root['id']), ...replies.filter((id) => id !== replies[2])];
        expect(order.slice(1)).toEqual(rest.toSorted());
        const page = await alice('GET', `/posts/${replies[2]}/thread?perPage=2&direction=down`);
        expect(page.body['order']).toEqual([replies[2], root['id'], replies[0]]);
        const up = await alice('GET', `/posts/${replies[5]}/thread?perPage=2&direction=up`);
        expect(up.body['order']).toEqual([replies[5], replies[4]]);
    });
});

describe('files', () => {
    it('[INS-14] may be of another channel, which is changed then', async () => {
        const id = await upload(harbor.deckId);
        const made = await post({channel_id: harbor.townSquareId, file_ids: [id]});
        expect(made['file_ids']).toEqual([id]);
        const info = await alice('GET', `/files/${id}/info`);
        expect(info.body['channel_id']).toBe(harbor.townSquareId);
    });

    it('[INS-14] are gone for good once they are taken from a post', async () => {
        const id = await upload(harbor.deckId);
        const made = await post({file_ids: [id]});
        const path = `/posts/${String(made['id'])}/patch`;
        expect((await alice('PUT', path, {file_ids: []})).body['file_ids']).toEqual([]);
        expect((await alice('GET', `/files/${id}/info`)).status).toBe(404);
        expect((await alice('PUT', path, {file_ids: [id]})).body['file_ids']).toEqual([]);
    });

    it('[INS-14] are gone also where the update is refused for another reason', async () => {
        const id = await upload(harbor.deckId);
        const made = await post({file_ids: [id]});
        const change = {file_ids: [], message: 'x'.repeat(16_384)};
        const refused = await alice('PUT', `/posts/${String(made['id'])}/patch`, change);
        expect(refused.body['id']).toBe('model.post.is_valid.message_length.app_error');
        const {body} = await alice('GET', `/posts/${String(made['id'])}`);
        expect(body['file_ids']).toEqual([id]);
        expect((await alice('GET', `/files/${id}/info`)).status).toBe(404);
    });

    it('[INS-14] are left out of an update when there are none of that id', async () => {
        const id = await upload(harbor.deckId);
        const made = await post({});
        const change = {file_ids: [id, 'a'.repeat(26)]};
        const {body} = await alice('PUT', `/posts/${String(made['id'])}/patch`, change);
        expect(body['file_ids']).toEqual([id]);
    });

    it('[INS-14] have a name of at most 255 bytes, without its folders', async () => {
        const form = new FormData();
        form.append('channel_id', harbor.deckId);
        form.append('files', new Blob(['x']), `${'あ'.repeat(84)}.txt`);
        const refused = await alice('POST', '/files', form);
        expect([refused.status, refused.body['id']]).toEqual([
            500,
            'api.file.write_file.app_error',
        ]);
        const id = await upload(harbor.deckId, 'a/b/c.txt');
        expect((await alice('GET', `/files/${id}/info`)).body['name']).toBe('c.txt');
    });
});

describe('presses', () => {
    it('[INS-14] send JSON as Go writes it: keys sorted by code point, HTML escaped', async () => {
        const hook = await openHook();
        const context = {'10': 1, '9': {b: '<a href="x">&</a>', a: '\u2028'}, '😀': 1, '｡': 2};
        const integration = {url: `${hook.url}/go`, context};
        const actions = [{id: 'go', name: 'Go', type: 'button', integration}];
        const {id} = await post({props: {attachments: [{text: 'choose', actions}]}});
        await alice('POST', `/posts/${String(id)}/actions/go`, {});
        const {body} = hook.last();
        await hook.close();
        expect(body).toContain(
            '"context":{"10":1,"9":{"a":"\\u2028","b":"\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e"},"｡":2,"😀":1}',
        );
        expect(body.startsWith('{"user_id":')).toBe(true);
    });

    it('[INS-14] writes lists, numbers and null as JSON does', () => {
        expect(goMarshal({b: [1, {z: null, a: [true]}], a: undefined, c: '"'})).toBe(
            '{"b":[1,{"a":[true],"z":null}],"c":"\\""}',
        );
    });

    it.each([
        ['11.6', 404],
        ['11.10', 200],
    ])(
        '[INS-14] take ids with dashes and underscores from 11.10 on: %s',
        async (version, status) => {
            const hook = await openHook();
            const other = await createPlayground({serverVersion: version});
            const there = seedHarbor(other);
            const bob = caller(other, other.login(there.users.bob));
            const actions = [{id: 'go-on_now', name: 'Go', integration: {url: hook.url}}];
            const props = {attachments: [{text: 'choose', actions}]};
            const {id} = other.post(there.users.alice, there.deckId, 'press', {props});
            const answer = await bob('POST', `/posts/${id}/actions/go-on_now`, {});
            expect(answer.status).toBe(status);
            await other.close();
            await hook.close();
        },
    );
});

describe('silent posts', () => {
    it('[DEL-19] are for bots on servers from 11.10 on', async () => {
        for (const [serverVersion, status] of [
            ['11.9', 201],
            ['11.10', 403],
        ] as const) {
            const other = await createPlayground({serverVersion});
            const there = seedHarbor(other);
            const bob = caller(other, other.login(there.users.bob));
            const body = {
                channel_id: there.deckId,
                message: 'hush',
                props: {silent_notification: true},
            };
            const made = await bob('POST', '/posts?silent=true', body);
            expect(made.status).toBe(status);
            const loud = await bob('POST', '/posts?silent=false', body);
            expect(loud.body['props']).toEqual(status === 403 ? {} : body.props);
            expect((await bob('POST', '/posts?silent=maybe', body)).status).toBe(
                status === 403 ? 400 : 201,
            );
            await other.close();
        }
    });

    it('[INS-14] take the names and pictures of others from what bots send, from 12.0 on', async () => {
        for (const [serverVersion, kept] of [
            ['11.10', true],
            ['12.0', false],
        ] as const) {
            const other = await createPlayground({serverVersion});
            const there = seedHarbor(other);
            const bob = caller(other, other.login(there.users.bob));
            const props = {override_username: 'admiral', from_webhook: 'true', own: 1};
            const body = {channel_id: there.deckId, message: 'x', props};
            const made = await bob('POST', '/posts', body);
            expect(made.body['props']).toEqual(kept ? props : {own: 1});
            await other.close();
        }
    });
});
