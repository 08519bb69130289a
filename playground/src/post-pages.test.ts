import * as z from 'zod';
import {createPlayground, type Playground} from './playground.ts';
import {seedHarbor, type Harbor} from './seed-harbor.ts';
import {caller, type Call} from './test-client.ts';

const pageSchema = z.object({
    order: z.array(z.string()),
    posts: z.record(z.string(), z.looseObject({message: z.string(), delete_at: z.number()})),
    next_post_id: z.string(),
    prev_post_id: z.string(),
    has_next: z.boolean().optional(),
});

let playground: Playground;
let harbor: Harbor;
let alice: Call;
let time: number;

beforeEach(async () => {
    time = 1_800_000_000_000;
    playground = await createPlayground({now: () => time});
    harbor = seedHarbor(playground);
    alice = caller(playground, playground.login(harbor.users.alice));
    time += 1000;
});

afterEach(() => playground.close());

/** One post a second. */
function write(message: string, rootId = ''): string {
    time += 1000;
    return playground.post(harbor.users.bob, harbor.deckId, message, {root_id: rootId}).id;
}

function writeMany(count: number): string[] {
    return Array.from({length: count}, (_, index) => write(`m${index + 1}`));
}

async function page(query: string) {
    const answer = await alice('GET', `/channels/${harbor.deckId}/posts${query}`);
    expect(answer.status).toBe(200);
    const {order, posts, ...rest} = pageSchema.parse(answer.body);
    return {
        ...rest,
        order,
        posts,
        messages: order.map((id) => posts[id]?.message),
    };
}

describe('pages', () => {
    it('goes from new to old, with the ids beyond both ends', async () => {
        const ids = writeMany(7);
        const first = await page('?per_page=3');
        expect(first).toMatchObject({
            messages: ['m7', 'm6', 'm5'],
            prev_post_id: ids[3],
            next_post_id: '',
        });
        const second = await page('?per_page=3&page=1');
        expect(second).toMatchObject({
            messages: ['m4', 'm3', 'm2'],
            prev_post_id: ids[0],
            next_post_id: ids[4],
        });
        expect((await page('?per_page=3&page=2')).messages).toEqual(['m1']);
        expect((await page('?per_page=3&page=3')).messages).toEqual([]);
    });

    it('holds 60 posts by default and 200 at most', async () => {
        writeMany(230);
        expect((await page('')).order).toHaveLength(60);
        expect((await page('?per_page=500')).order).toHaveLength(200);
        expect((await page('?per_page=0')).order).toHaveLength(0);
    });

    it('takes the posts on one side of another', async () => {
        const ids = writeMany(7);
        const after = await page(`?after=${ids[1]}&per_page=3`);
        expect(after).toMatchObject({
            messages: ['m5', 'm4', 'm3'],
            prev_post_id: ids[1],
            next_post_id: ids[5],
        });
        const before = await page(`?before=${ids[5]}&per_page=3`);
        expect(before).toMatchObject({
            messages: ['m5', 'm4', 'm3'],
            prev_post_id: ids[1],
            next_post_id: ids[5],
        });
        expect((await page(`?after=${ids[6]}`)).messages).toEqual([]);
    });

    it('leaves out posts of the very millisecond, on both sides', async () => {
        const anchor = write('anchor');
        playground.post(harbor.users.bob, harbor.deckId, 'twin');
        write('later');
        expect((await page(`?after=${anchor}`)).messages).toEqual(['later']);
        expect((await page(`?before=${anchor}`)).messages).toEqual([]);
    });

    it('brings the threads of the posts on it, outside of the order', async () => {
        const root = write('root');
        const early = write('early reply', root);
        writeMany(3);
        const reply = write('reply', root);
        const {order, posts} = await page('?per_page=1');
        expect(order).toEqual([reply]);
        expect(Object.keys(posts).toSorted()).toEqual([early, reply, root].toSorted());
        const bare = await page('?per_page=1&skipFetchThreads=true');
        expect(Object.keys(bare.posts).toSorted()).toEqual([reply, root].toSorted());
        // Only this kind of page counts the replies.
        expect(posts[root]).toMatchObject({reply_count: 0});
        expect(bare.posts[root]).toMatchObject({reply_count: 2});
    });

    it('leaves out deleted posts, for all but admins who ask', async () => {
        const [first = '', second = ''] = writeMany(2);
        await caller(playground, playground.login(harbor.users.bob))('DELETE', `/posts/${second}`);
        expect((await page('')).order).toEqual([first]);
        const path = `/channels/${harbor.deckId}/posts?include_deleted=true`;
        expect((await alice('GET', path)).status).toBe(403);
    });

    it.each(['?since=x', '?before=short', '?after=short'])('refuses %s', async (query) => {
        const answer = await alice('GET', `/channels/${harbor.deckId}/posts${query}`);
        expect(answer.status).toBe(400);
    });
});

describe('since', () => {
    it('brings new, edited and deleted posts and the history rows of edits', async () => {
        const edited = write('before the edit');
        const deleted = write('to be deleted');
        write('untouched');
        const since = time;
        time += 1000;
        const bob = caller(playground, playground.login(harbor.users.bob));
        await bob('PUT', `/posts/${edited}/patch`, {message: 'after the edit'});
        time += 1000;
        await bob('DELETE', `/posts/${deleted}`);
        const fresh = write('new');

        const {posts, order, next_post_id, prev_post_id} = await page(`?since=${since + 1}`);
        expect([next_post_id, prev_post_id]).toEqual(['', '']);
        expect(posts[edited]).toMatchObject({message: 'after the edit', delete_at: 0});
        expect(posts[fresh]).toMatchObject({message: 'new'});
        // Nothing but the id is left of a deleted post.
        expect(posts[deleted]).toMatchObject({message: '', props: {}});
        expect(posts[deleted]?.delete_at).toBeGreaterThan(since);
        const history = Object.values(posts).filter((post) => post['original_id'] === edited);
        expect(history).toHaveLength(1);
        expect(history[0]?.delete_at).toBeGreaterThan(since);
        expect(order).toEqual(expect.arrayContaining([edited, fresh, deleted]));
        expect(order).toHaveLength(4);
    });

    it('counts from what was updated, the given millisecond not included', async () => {
        const id = write('here');
        const at = time;
        expect((await page(`?since=${at}`)).order).toEqual([]);
        expect((await page(`?since=${at - 1}`)).order).toEqual([id]);
    });

    it('brings the root of a new reply, which the reply has updated', async () => {
        const root = write('root');
        const since = time;
        const reply = write('reply', root);
        const {order, posts} = await page(`?since=${since}`);
        expect(order.toSorted()).toEqual([root, reply].toSorted());
        expect(posts[root]?.['update_at']).toBe(time);
    });

    it('stops at a thousand posts', async () => {
        const since = time;
        writeMany(1005);
        expect((await page(`?since=${since}`)).order).toHaveLength(1000);
    });
});

describe('threads', () => {
    const thread = async (id: string, query = '') => {
        const answer = await alice('GET', `/posts/${id}/thread${query}`);
        expect(answer.status).toBe(200);
        const {order, posts, has_next: hasNext} = pageSchema.parse(answer.body);
        return {order, hasNext, messages: order.map((id) => posts[id]?.message)};
    };

    function writeThread(): {root: string; replies: string[]} {
        const root = write('root');
        return {root, replies: ['r1', 'r2', 'r3', 'r4'].map((text) => write(text, root))};
    }

    it('is the same from every post in it', async () => {
        const {root, replies} = writeThread();
        const whole = await thread(root);
        expect(whole.messages.toSorted()).toEqual(['r1', 'r2', 'r3', 'r4', 'root']);
        expect(whole.hasNext).toBe(false);
        expect((await thread(replies[2] ?? '')).order.toSorted()).toEqual(whole.order.toSorted());
    });

    it('pages downwards from a reply', async () => {
        const {root, replies} = writeThread();
        const first = await thread(root, '?perPage=2&direction=down');
        expect(first).toMatchObject({hasNext: true});
        // The root is one of the two on the first page, and an extra on all others.
        expect(first.messages.toSorted()).toEqual(['r1', 'root']);
        const last = playground.world.posts.require(replies[1] ?? '');
        const next = await thread(
            root,
            `?perPage=2&direction=down&fromPost=${last.id}&fromCreateAt=${last.create_at}`,
        );
        expect(next.messages.toSorted()).toEqual(['r3', 'r4', 'root']);
        expect(next.hasNext).toBe(false);
    });

    it.each(['?fromPost=x', '?perPage=201', '?direction=sideways'])('refuses %s', async (query) => {
        expect((await alice('GET', `/posts/${write('root')}/thread${query}`)).status).toBe(400);
    });

    it('is gone with its root', async () => {
        const {root, replies} = writeThread();
        const bob = caller(playground, playground.login(harbor.users.bob));
        await bob('DELETE', `/posts/${root}`);
        expect((await alice('GET', `/posts/${root}/thread`)).status).toBe(404);
        expect((await alice('GET', `/posts/${replies[0]}`)).status).toBe(404);
    });
});
