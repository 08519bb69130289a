import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, settle, textOf, type Call} from './test-client.ts';

let playground: Playground;
let harbor: Harbor;
let alice: Call;
let bob: Call;
let admin: Call;
let time: number;

beforeEach(async () => {
    time = 1_800_000_000_000;
    playground = await createPlayground({now: () => time++});
    harbor = seedHarbor(playground);
    const as = (id: string): Call => caller(playground, playground.login(id));
    alice = as(harbor.users.alice);
    bob = as(harbor.users.bob);
    admin = as(harbor.users.admin);
});

afterEach(() => playground.close());

const create = (call: Call, post: Record<string, unknown>) =>
    call('POST', '/posts', {channel_id: harbor.deckId, ...post});
const created = async (call: Call, post: Record<string, unknown>): Promise<string> => {
    const answer = await create(call, post);
    expect(answer.status).toBe(201);
    return textOf(answer.body, 'id');
};

describe('creating', () => {
    it('answers with the post and its pending id', async () => {
        const {status, body} = await create(alice, {
            message: 'hello #tag',
            pending_post_id: 'p1',
            props: {a: 1},
        });
        expect(status).toBe(201);
        expect(body).toMatchObject({
            user_id: harbor.users.alice,
            channel_id: harbor.deckId,
            message: 'hello #tag',
            hashtags: '#tag',
            props: {a: 1},
            pending_post_id: 'p1',
            edit_at: 0,
            file_ids: [],
            reply_count: 0,
            metadata: {},
        });
    });

    it('makes one post of a repeated pending id, for half a minute', async () => {
        const first = await created(alice, {message: 'once', pending_post_id: 'same'});
        const second = await create(alice, {message: 'twice', pending_post_id: 'same'});
        expect(second.status).toBe(201);
        expect(second.body).toMatchObject({id: first, message: 'once', pending_post_id: ''});
        time += 30_001;
        expect(await created(alice, {message: 'thrice', pending_post_id: 'same'})).not.toBe(first);
    });

    it('answers 500 to a repeat while the first is in work', async () => {
        await playground.faults.inject({kind: 'slow-posts', ms: 150});
        const first = create(alice, {message: 'slow', pending_post_id: 'same'});
        await settle();
        const second = await create(alice, {message: 'slow', pending_post_id: 'same'});
        expect(second.status).toBe(500);
        expect(second.body['id']).toBe('api.post.deduplicate_create_post.pending');
        expect((await first).status).toBe(201);
    });

    it('forgets the pending id of a post that failed', async () => {
        const tooLong = 'x'.repeat(16_384);
        expect((await create(alice, {message: tooLong, pending_post_id: 'p'})).status).toBe(400);
        expect((await create(alice, {message: 'short', pending_post_id: 'p'})).status).toBe(201);
    });

    it.each([
        [
            'a message of 16,384 code points',
            {message: '😀'.repeat(16_384)},
            400,
            'model.post.is_valid.message_length.app_error',
        ],
        ["a type that is nobody's", {type: 'odd'}, 400, 'model.post.is_valid.type.app_error'],
        ['a system type', {type: 'system_generic'}, 400, 'api.context.invalid_param.app_error'],
        [
            'a type that does not fit the column',
            {type: `custom_${'x'.repeat(20)}`},
            500,
            'app.post.save.app_error',
        ],
        [
            'a root that is none',
            {root_id: 'a'.repeat(26)},
            400,
            'api.post.create_post.root_id.app_error',
        ],
        ['a given id', {id: 'a'.repeat(26)}, 400, 'app.post.save.existing.app_error'],
        ['props that are a list', {props: []}, 400, 'api.context.invalid_body_param.app_error'],
        [
            'too many files',
            {file_ids: Array.from({length: 12}, (_, i) => String(i).padStart(26, '0'))},
            400,
            'model.post.is_valid.file_ids.app_error',
        ],
    ])('refuses %s', async (_what, post, status, id) => {
        const answer = await create(alice, {message: 'x', ...post});
        expect([answer.status, answer.body['id']]).toEqual([status, id]);
    });

    it('takes 16,383 code points and 26 characters of type', async () => {
        await created(alice, {message: '😀'.repeat(16_383), type: `custom_${'x'.repeat(19)}`});
    });

    it('wants a root of the same channel that is no reply', async () => {
        const root = await created(alice, {message: 'root'});
        const reply = await created(alice, {message: 'reply', root_id: root});
        expect((await create(alice, {message: 'x', root_id: reply})).status).toBe(400);
        const elsewhere = await create(alice, {
            channel_id: harbor.townSquareId,
            message: 'x',
            root_id: root,
        });
        expect(elsewhere.body['id']).toBe('api.post.create_post.channel_root_id.app_error');
    });

    it('honours a time of creation from system admins only', async () => {
        const mine = await create(alice, {message: 'x', create_at: 1_600_000_000_000});
        expect(mine.body['create_at']).not.toBe(1_600_000_000_000);
        const theirs = await create(admin, {message: 'x', create_at: 1_600_000_000_000});
        expect(theirs.body['create_at']).toBe(1_600_000_000_000);
    });

    it('is for members, in open channels too', async () => {
        const {id} = playground.addChannel(harbor.teamId, 'hold');
        expect((await create(bob, {channel_id: id, message: 'x'})).status).toBe(403);
        expect((await bob('GET', `/channels/${id}/posts`)).status).toBe(200);
        const closed = playground.addChannel(harbor.teamId, 'safe', {type: 'P'});
        expect((await bob('GET', `/channels/${closed.id}/posts`)).status).toBe(403);
    });

    it('drops what only the server may set and marks bots', async () => {
        const bot = playground.addBot('gull', {teams: [harbor.teamId], channels: [harbor.deckId]});
        const {body} = await create(caller(playground, bot.token), {
            message: 'x',
            props: {add_channel_member: {}, force_notification: 'x', own: 1},
        });
        expect(body['props']).toEqual({own: 1, from_bot: 'true'});
    });
});

describe('editing', () => {
    it('keeps the old version under a new id and marks the post as edited', async () => {
        const id = await created(alice, {message: 'one'});
        const edited = await alice('PUT', `/posts/${id}/patch`, {message: 'two'});
        expect(edited.body).toMatchObject({id, message: 'two'});
        expect(edited.body['edit_at']).toBe(edited.body['update_at']);
        const history = await alice('GET', `/posts/${id}/edit_history`);
        expect(history.list).toMatchObject([{message: 'one', original_id: id}]);
        expect(history.list[0]!['delete_at']).toBe(edited.body['update_at']);
    });

    it('sets no mark when only other props change, yet keeps a version', async () => {
        const id = await created(alice, {message: 'one'});
        const edited = await alice('PUT', `/posts/${id}/patch`, {props: {x: 1}});
        expect(edited.body).toMatchObject({edit_at: 0, props: {x: 1}});
        await alice('PUT', `/posts/${id}/patch`, {});
        expect((await alice('GET', `/posts/${id}/edit_history`)).list).toHaveLength(2);
    });

    it('replaces with PUT, but for files and props that are not given', async () => {
        const id = await created(alice, {message: 'one', props: {a: 1}});
        await alice('POST', `/posts/${id}/pin`);
        const {body} = await alice('PUT', `/posts/${id}`, {id, message: ''});
        expect(body).toMatchObject({message: '', props: {a: 1}, is_pinned: false});
    });

    it('is for the author, and for admins', async () => {
        const id = await created(alice, {message: 'one'});
        expect((await bob('PUT', `/posts/${id}/patch`, {message: 'x'})).status).toBe(403);
        expect((await bob('PUT', `/posts/${id}`, {id, message: 'x'})).status).toBe(403);
        expect((await admin('PUT', `/posts/${id}/patch`, {message: 'x'})).status).toBe(200);
        expect((await bob('GET', `/posts/${id}/edit_history`)).status).toBe(403);
    });

    it('bumps the root of the thread', async () => {
        const root = await created(alice, {message: 'root'});
        const reply = await created(alice, {message: 'reply', root_id: root});
        const before = (await alice('GET', `/posts/${root}`)).body['update_at'];
        await alice('PUT', `/posts/${reply}/patch`, {message: 'changed'});
        const after = (await alice('GET', `/posts/${root}`)).body['update_at'];
        expect(Number(after)).toBeGreaterThan(Number(before));
    });

    it('ends after the time limit for all that would change something', async () => {
        playground.world.core.config.ServiceSettings.PostEditTimeLimit = 60;
        const id = await created(alice, {message: 'one', props: {a: 1}});
        time += 61_000;
        const late = 'api.post.update_post.permissions_time_limit.app_error';
        const same = {id, message: 'one', props: {a: 1}};
        expect((await alice('PUT', `/posts/${id}`, same)).status).toBe(200);
        expect((await alice('PUT', `/posts/${id}`, {...same, message: 'x'})).body['id']).toBe(late);
        expect((await alice('PUT', `/posts/${id}/patch`, {message: 'one'})).body['id']).toBe(late);
        expect((await alice('PUT', `/posts/${id}/patch`, {props: {}})).body['id']).toBe(late);
        expect((await alice('PUT', `/posts/${id}/patch`, {})).status).toBe(200);
    });
});

describe('deleting', () => {
    it('hides the post and takes its replies along', async () => {
        const root = await created(alice, {message: 'root'});
        const reply = await created(bob, {message: 'reply', root_id: root});
        expect((await bob('DELETE', `/posts/${root}`)).status).toBe(403);
        expect((await alice('DELETE', `/posts/${root}`)).body).toEqual({status: 'OK'});
        for (const id of [root, reply]) {
            expect((await alice('GET', `/posts/${id}`)).status).toBe(404);
            const seen = await admin('GET', `/posts/${id}?include_deleted=true`);
            expect(seen.body).toMatchObject({message: '', props: {deleteBy: harbor.users.alice}});
        }
        expect((await alice('GET', `/posts/${root}?include_deleted=true`)).status).toBe(403);
        expect((await alice('DELETE', `/posts/${root}`)).status).toBe(404);
        expect((await alice('PUT', `/posts/${root}/patch`, {message: 'x'})).status).toBe(403);
    });

    it('counts the replies that are left', async () => {
        const root = await created(alice, {message: 'root'});
        await created(bob, {message: 'one', root_id: root});
        const second = await created(bob, {message: 'two', root_id: root});
        await bob('DELETE', `/posts/${second}`);
        expect((await alice('GET', `/posts/${root}`)).body['reply_count']).toBe(1);
    });
});

describe('attachments', () => {
    const attachment = {
        text: 'choose',
        unknown: 'dropped',
        actions: [{name: 'Go', integration: {url: 'http://127.0.0.1:1/', context: {secret: 1}}}],
    };

    it('come back without integrations, with ids for the actions', async () => {
        const {body} = await create(alice, {message: 'x', props: {attachments: [attachment]}});
        const {text} = await alice('GET', `/posts/${textOf(body, 'id')}`);
        expect(text).not.toContain('secret');
        expect(text).not.toContain('dropped');
        expect(text).toMatch(/"actions":\[\{"id":"[a-z0-9]{26}","name":"Go"\}\]/);
        expect(body['metadata']).toEqual({embeds: [{type: 'message_attachment'}]});
    });

    it('are not shown by a post whose links are unsafe', async () => {
        const props = {attachments: [attachment], unsafe_links: 'true'};
        const {body} = await create(alice, {message: 'x', props});
        expect(body['metadata']).toEqual({});
    });

    it('keep the server from previewing links, be it a list of none', async () => {
        const message = 'see https://example.com';
        const plain = await create(alice, {message});
        expect(plain.body['metadata']).toEqual({
            embeds: [{type: 'link', url: 'https://example.com'}],
        });
        const {body} = await create(alice, {message, props: {attachments: []}});
        expect(body['metadata']).toEqual({embeds: [{type: 'message_attachment'}]});
    });
});

describe('reactions', () => {
    it('are kept once for each person and emoji', async () => {
        const id = await created(alice, {message: 'x'});
        const add = {user_id: harbor.users.bob, post_id: id, emoji_name: '+1'};
        expect((await bob('POST', '/reactions', add)).status).toBe(200);
        expect((await bob('POST', '/reactions', add)).status).toBe(200);
        expect((await bob('GET', `/posts/${id}/reactions`)).list).toHaveLength(1);
        expect((await bob('DELETE', `/users/me/posts/${id}/reactions/+1`)).status).toBe(200);
        expect((await alice('GET', `/posts/${id}`)).body).not.toHaveProperty('has_reactions');
    });

    it('are refused for others and for emojis that do not exist', async () => {
        const id = await created(alice, {message: 'x'});
        const forOther = {user_id: harbor.users.alice, post_id: id, emoji_name: '+1'};
        expect((await bob('POST', '/reactions', forOther)).status).toBe(403);
        const odd = {user_id: harbor.users.bob, post_id: id, emoji_name: 'no_such'};
        expect((await bob('POST', '/reactions', odd)).body['id']).toBe(
            'app.emoji.get_by_name.no_result',
        );
    });

    it('disappear from the post with a PUT that does not name them', async () => {
        const id = await created(alice, {message: 'x'});
        const add = {user_id: harbor.users.bob, post_id: id, emoji_name: '+1'};
        await bob('POST', '/reactions', add);
        const {body} = await alice('PUT', `/posts/${id}`, {id, message: 'y'});
        expect(body).not.toHaveProperty('has_reactions');
    });
});

it('lets only system admins post ephemerally', async () => {
    const body = {user_id: harbor.users.bob, post: {channel_id: harbor.deckId, message: 'psst'}};
    expect((await alice('POST', '/posts/ephemeral', body)).status).toBe(403);
    const sent = await admin('POST', '/posts/ephemeral', body);
    expect([sent.status, sent.body['type']]).toEqual([201, 'system_ephemeral']);
    expect((await bob('GET', `/posts/${textOf(sent.body, 'id')}`)).status).toBe(404);
});
