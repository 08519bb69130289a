import {refusal, startHttpStub, stubClient, type HttpStub} from './http-stub.contract.ts';
import type {Posts} from '../platform-parts.ts';
import {createPosts} from './posts.ts';
import type {Timings} from './timings.ts';

const BOT = 'botbotbotbotbotbotbotbotbo';
const CHANNEL = 'channelchannelchannelchann';
const PENDING = 'api.post.deduplicate_create_post.pending';

const wirePost = (id: string, fields: Record<string, unknown> = {}) => ({
    id,
    create_at: Date.now(),
    user_id: BOT,
    channel_id: CHANNEL,
    message: 'hello',
    ...fields,
});
const page = (...posts: {id: string}[]) => ({
    status: 200,
    body: {
        order: posts.map((post) => post.id),
        posts: Object.fromEntries(posts.map((post) => [post.id, post])),
    },
});

describe('creating a post with an unknown outcome', () => {
    let stub: HttpStub;
    beforeEach(async () => {
        stub = await startHttpStub();
    });
    afterEach(() => stub.close());

    const make = (timings: Partial<Timings> = {}): Posts => {
        const client = stubClient(stub.url, {timings});
        return createPosts({...client, botId: () => BOT, now: Date.now});
    };
    /** A server that may have forgotten a key by the time of the next try. */
    const FORGETFUL: Partial<Timings> = {dedupeMs: 5, retryMinMs: 40, retryMaxMs: 40};
    const paths = (): string[] =>
        stub.requests.map((request) => `${request.method} ${request.path.split('?')[0]}`);
    const draft = {channelId: CHANNEL, message: 'hello', props: {gangway: {turn: 't1', part: 0}}};

    it('[CON-07] sends the bot id and the key as pending_post_id, each time the same', async () => {
        stub.answer('reset', refusal(503), {status: 201, body: wirePost('p1')});
        await make().createPost(draft, 'key-1');
        const bodies = stub.requests.map((request): unknown => JSON.parse(request.body));
        expect(bodies).toMatchObject(Array(3).fill({pending_post_id: `${BOT}:key-1`}));
    });

    it('[CON-07] waits for the first create when the server says that it is still at it', async () => {
        stub.answer('reset', refusal(500, PENDING), refusal(500, PENDING), {
            status: 201,
            body: wirePost('p1'),
        });
        const post = await make().createPost(draft, 'key-1');
        expect(post.id).toBe('p1');
        expect(paths()).toEqual(Array(4).fill('POST /api/v4/posts'));
    });

    it('[CON-07] takes another 500 as final', async () => {
        stub.answer(refusal(500, 'api.other'), {status: 201, body: wirePost('p1')});
        await expect(make().createPost(draft, 'key-1')).rejects.toMatchObject({status: 500});
        expect(stub.requests).toHaveLength(1);
    });

    it('[CON-07] looks for the post before it creates again, once the server may have forgotten the key', async () => {
        const made = wirePost('p1', {props: {from_bot: 'true', gangway: {part: 0, turn: 't1'}}});
        stub.answer('reset', page(made));
        const post = await make(FORGETFUL).createPost(draft, 'key-1');
        expect(post.id).toBe('p1');
        expect(paths()).toEqual(['POST /api/v4/posts', `GET /api/v4/channels/${CHANNEL}/posts`]);
    });

    it("[CON-07] does not take somebody else's, another turn's, an edited or an old post for it", async () => {
        const props = {gangway: {turn: 't1', part: 0}};
        stub.answer(
            'reset',
            page(
                wirePost('other-user', {user_id: 'x', props}),
                wirePost('other-turn', {props: {gangway: {turn: 't2', part: 0}}}),
                wirePost('other-text', {message: 'bye', props}),
                wirePost('other-root', {root_id: 'r', props}),
                wirePost('old', {create_at: Date.now() - 60_000, props}),
            ),
            {status: 201, body: wirePost('p1')},
        );
        const post = await make(FORGETFUL).createPost(draft, 'key-1');
        expect(post.id).toBe('p1');
        expect(paths()).toHaveLength(3);
    });

    it('[CON-07] does not take the post of another key for it', async () => {
        const twin = wirePost('twin', {props: draft.props});
        stub.answer({status: 201, body: twin}, 'reset', page(twin), {
            status: 201,
            body: wirePost('p2'),
        });
        const posts = make(FORGETFUL);
        await posts.createPost(draft, 'key-1');
        expect((await posts.createPost(draft, 'key-2')).id).toBe('p2');
    });

    it('[CON-07] remembers the doubt over calls: a later try with the key looks first', async () => {
        const controller = new AbortController();
        stub.answer(() => controller.abort());
        const posts = make(FORGETFUL);
        await expect(posts.createPost(draft, 'key-1', controller.signal)).rejects.toThrow();
        const before = stub.requests.length;
        expect(before).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20));
        stub.answer(page(wirePost('p1', {props: draft.props})));
        expect((await posts.createPost(draft, 'key-1')).id).toBe('p1');
        expect(paths().slice(before)).toEqual([`GET /api/v4/channels/${CHANNEL}/posts`]);
    });

    it('[CON-07] gives the same post for a key long after it was made', async () => {
        stub.answer(
            {status: 201, body: wirePost('p1')},
            {
                status: 200,
                body: wirePost('p1', {message: 'edited since'}),
            },
        );
        const posts = make();
        await posts.createPost(draft, 'key-1');
        expect(await posts.createPost(draft, 'key-1')).toMatchObject({
            id: 'p1',
            message: 'edited since',
        });
        expect(paths()).toEqual(['POST /api/v4/posts', 'GET /api/v4/posts/p1']);
    });

    it('[CON-07] does not repeat an ephemeral post whose outcome is unknown', async () => {
        stub.answer('reset', {status: 201, body: wirePost('e1')});
        await expect(make().ephemeral('someone', draft)).rejects.toMatchObject({
            code: 'unreachable',
        });
        expect(stub.requests).toHaveLength(1);
    });
});

describe('editing a post', () => {
    let stub: HttpStub;
    beforeEach(async () => {
        stub = await startHttpStub();
    });
    afterEach(() => stub.close());
    const edit = () => {
        const client = stubClient(stub.url);
        return createPosts({...client, botId: () => BOT, now: Date.now}).updatePost('p1', {
            message: 'new',
        });
    };

    it.each([
        [400, 'api.post.update_post.permissions_time_limit.app_error'],
        [400, 'api.post.update_post.permissions_details.app_error'],
        [400, 'api.post.update_post.can_not_update_post_in_deleted.error'],
        [403, 'api.context.permissions.app_error'],
        [404, 'app.post.get.app_error'],
    ])('says with undefined that it may not be edited any more: %d %s', async (status, id) => {
        stub.answer(refusal(status, id));
        expect(await edit()).toBeUndefined();
    });

    it.each([
        [400, 'model.post.is_valid.message_length.app_error'],
        [403, ''],
    ])('throws for other refusals: %d %s', async (status, id) => {
        stub.answer(refusal(status, id));
        await expect(edit()).rejects.toMatchObject({status});
    });

    it('sends only what changes', async () => {
        stub.answer({status: 200, body: wirePost('p1')});
        await edit();
        expect(stub.requests[0]).toMatchObject({method: 'PUT', path: '/api/v4/posts/p1/patch'});
        expect(JSON.parse(stub.requests[0]?.body ?? '')).toEqual({id: 'p1', message: 'new'});
    });
});

describe('typing', () => {
    it('[DEL-13] is one quick call whose failure nobody sees', async () => {
        const stub = await startHttpStub();
        stub.answer(refusal(503));
        const client = stubClient(stub.url);
        const posts = createPosts({...client, botId: () => BOT, now: Date.now});
        await posts.typing(CHANNEL, 'root');
        expect(stub.requests).toHaveLength(1);
        expect(stub.requests[0]).toMatchObject({method: 'POST', path: '/api/v4/users/me/typing'});
        expect(JSON.parse(stub.requests[0]?.body ?? '')).toEqual({
            channel_id: CHANNEL,
            parent_id: 'root',
        });
        await stub.close();
    });
});
