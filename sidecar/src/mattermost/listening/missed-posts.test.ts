import fc from 'fast-check';
import type {Post} from '../platform.ts';
import {readMissedPosts, type PostPages, type ReadFrom, type PostList} from './missed-posts.ts';
import {aPost} from '../../../test/a-post.ts';

const BOT = 'bot';

function post(id: string, createAt: number, fields: Partial<Post> = {}): Post {
    return aPost({id, createAt, channelId: 'c', ...fields});
}

/** A channel that pages as the server does: `before` and `after` compare times and leave out equal ones. */
function channelOf(posts: readonly Post[], size: number): PostPages & {requests: () => number} {
    const all = [...posts].sort((a, b) => a.createAt - b.createAt);
    let requests = 0;
    const page = (list: readonly Post[], hasOlder: boolean): PostList => {
        requests += 1;
        return {posts: [...list], hasOlder};
    };
    // An anchor that does not exist compares with nothing: no post at all.
    const timeOf = (id: string): number => all.find((one) => one.id === id)?.createAt ?? NaN;
    return {
        requests: () => requests,
        newest: async () => page(all.slice(-size), all.length > size),
        before: async (_channel, id) => {
            const older = all.filter((one) => one.createAt < timeOf(id));
            return page(older.slice(-size), older.length > size);
        },
        after: async (_channel, id) => {
            const newer = all.filter((one) => one.createAt > timeOf(id));
            return page(newer.slice(0, size), true);
        },
    };
}

async function read(pages: PostPages, start: ReadFrom): Promise<string[]> {
    const ids: string[] = [];
    const never = new AbortController().signal;
    for await (const step of readMissedPosts(pages, 'c', start, BOT, never)) {
        if (step.kind === 'post') ids.push(step.post.id);
    }
    return ids;
}

describe('reading missed posts', () => {
    it('[CON-04] gives every post from a time on, once and in order, whatever the pages are', async () => {
        await fc.assert(
            fc.asyncProperty(
                // Gaps of 0 make posts of one millisecond; fewer than a page of them.
                fc.array(fc.integer({min: 0, max: 3}), {minLength: 0, maxLength: 60}),
                fc.integer({min: 4, max: 12}),
                fc.integer({min: 0, max: 100}),
                fc.option(fc.integer({min: 0, max: 59}), {nil: undefined}),
                fc.boolean(),
                async (gaps, size, from, markIndex, markGone) => {
                    let time = 10;
                    let run = 0;
                    const posts = gaps.map((gap, n) => {
                        run = gap === 0 ? run + 1 : 0;
                        // A run of equal times that fills a page cannot be paged through.
                        if (run > size - 3) run = 0;
                        time += gap === 0 && run === 0 ? 1 : gap;
                        return post(`p${n}`, time);
                    });
                    const mark = markIndex === undefined ? undefined : posts[markIndex];
                    const postId = markGone ? 'purged' : mark?.id;
                    const start = mark === undefined ? from : mark.createAt;
                    const got = await read(channelOf(posts, size), {from: start, postId});
                    const want = posts.filter((one) => one.createAt >= start);
                    expect([...got].sort()).toEqual(want.map((one) => one.id).sort());
                    const times = got.map(
                        (id) => posts.find((one) => one.id === id)?.createAt ?? 0,
                    );
                    expect(times).toEqual([...times].sort((a, b) => a - b));
                },
            ),
            {numRuns: 3000},
        );
    });

    it('[CON-04] asks once where the newest page reaches back far enough', async () => {
        const posts = Array.from({length: 1_000}, (_, n) => post(`p${n}`, n));
        const pages = channelOf(posts, 200);
        expect(await read(pages, {from: 850, postId: 'p849'})).toHaveLength(150);
        expect(pages.requests()).toBe(1);
    });

    it('[CON-04] reads a long gap forwards from its mark, a page at a time', async () => {
        const posts = Array.from({length: 2_000}, (_, n) => post(`p${n}`, n));
        const pages = channelOf(posts, 200);
        expect(await read(pages, {from: 1_000, postId: 'p1001'})).toHaveLength(1_000);
        expect(pages.requests()).toBeLessThan(10);
    });

    it('[CON-04] begins where the bot became a member', async () => {
        const posts = [
            post('before', 10),
            post('added', 11, {type: 'system_add_to_channel', props: {addedUserId: BOT}}),
            post('after', 12),
        ];
        expect(await read(channelOf(posts, 200), {from: 1, postId: undefined})).toEqual([
            'added',
            'after',
        ]);
        const other = [post('before', 10), post('joined', 11, {type: 'system_join_channel'})];
        expect(await read(channelOf(other, 200), {from: 1, postId: undefined})).toEqual([
            'before',
            'joined',
        ]);
    });

    it('[CON-04] does not page through the history of a channel that the bot has just come into', async () => {
        const posts = Array.from({length: 5_000}, (_, n) => post(`p${n}`, n));
        posts[4_900] = post('join', 4_900, {type: 'system_join_channel', userId: BOT});
        const pages = channelOf(posts, 50);
        expect(await read(pages, {from: 1, postId: undefined})).toHaveLength(100);
        expect(pages.requests()).toBeLessThan(10);
    });
});
