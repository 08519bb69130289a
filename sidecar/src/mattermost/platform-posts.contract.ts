import {CancelledError} from '../contract/errors.ts';
import {PlatformError} from './errors.ts';
import {connected, newKey, type Person, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform} from './platform.ts';

const UNKNOWN_ID = 'aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** Posts, files, reactions: what the bot does on the server. */
export function describePosts(world: () => PlatformWorld): void {
    let platform: Platform;
    let alice: Person;
    let channelId: string;

    beforeAll(async () => {
        platform = await connected(world().platform());
        alice = await world().person();
        channelId = await world().channel([alice.userId, world().bot.userId]);
    });

    describe('creating posts', () => {
        it('[CON-07] gives the post as the server stored it', async () => {
            const post = await platform.createPost(
                {channelId, message: '**hi** :)', props: {gangway: {turn: 't', part: 0}}},
                newKey(),
            );
            expect(post).toMatchObject({
                channelId,
                message: '**hi** :)',
                userId: world().bot.userId,
                rootId: '',
                type: '',
                editAt: 0,
                deleteAt: 0,
                fileIds: [],
            });
            expect(post.props['gangway']).toEqual({turn: 't', part: 0});
            expect(post.createAt).toBeGreaterThan(0);
            expect(await alice.seen(post.id)).toMatchObject({message: '**hi** :)'});
        });

        it('[DEL-08] writes and edits nothing where the bot was removed', async () => {
            const left = await world().channel([alice.userId, world().bot.userId]);
            const {id} = await platform.createPost({channelId: left, message: 'before'}, newKey());
            await world().leave(left, world().bot.userId);
            expect(await platform.updatePost(id, {message: 'after'})).toBeUndefined();
            await expect(
                platform.createPost({channelId: left, message: 'after'}, newKey()),
            ).rejects.toMatchObject({code: 'forbidden'});
            expect((await alice.seen(id))?.message).toBe('before');
        });

        it('[DEL-08] writes and edits nothing in an archived channel', async () => {
            const closed = await world().channel([alice.userId, world().bot.userId]);
            const draft = {channelId: closed, message: 'before'};
            const {id} = await platform.createPost(draft, newKey());
            await world().archive(closed);
            expect(await platform.updatePost(id, {message: 'after'})).toBeUndefined();
            await expect(platform.createPost(draft, newKey())).rejects.toMatchObject({
                code: expect.stringMatching(/^(refused|forbidden)$/),
            });
        });

        it('[CON-06] is refused for good with a root in another channel', async () => {
            const elsewhere = await world().channel([alice.userId, world().bot.userId]);
            const rootId = await alice.post(elsewhere, 'a root elsewhere');
            await expect(
                platform.createPost({channelId, rootId, message: 'lost'}, newKey()),
            ).rejects.toMatchObject({code: 'refused'});
        });

        it('[DEL-17] stores U+0000 as U+FFFD, in the text and in props, names of buttons and contexts', async () => {
            const made = {
                channelId,
                message: 'a\0b',
                props: {
                    gangway: {turn: 't', part: 0},
                    note: {'k\0': ['x\0']},
                    attachments: [
                        {
                            text: 'c\0',
                            actions: [
                                {
                                    id: 'go',
                                    type: 'button',
                                    name: 'G\0',
                                    integration: {url: 'http://127.0.0.1:1/', context: {a: '\0'}},
                                },
                            ],
                        },
                    ],
                },
            };
            const post = await platform.createPost(made, newKey());
            expect(post.message).toBe('a\ufffdb');
            expect(post.props['note']).toEqual({'k\ufffd': ['x\ufffd']});
            const edited = await platform.updatePost(post.id, {
                message: 'd\0',
                props: {note: 'e\0', attachments: made.props.attachments},
            });
            expect(edited?.message).toBe('d\ufffd');
            const seen = await alice.seen(post.id);
            expect(seen?.props['note']).toBe('e\ufffd');
            expect(JSON.stringify(seen?.props['attachments'])).toContain('G\ufffd');
        });

        it('[CON-07] makes one post for one key, however often and quickly it is asked', async () => {
            const key = newKey();
            const draft = {channelId, message: `once ${key}`};
            const posts = await Promise.all(
                Array.from({length: 5}, () => platform.createPost(draft, key)),
            );
            posts.push(await platform.createPost(draft, key));
            expect(new Set(posts.map((post) => post.id)).size).toBe(1);
            const all = await platform.postsAfter(channelId, undefined);
            expect(all.filter((post) => post.message === draft.message)).toHaveLength(1);
        });

        it('[CON-07] knows the key again in another process', async () => {
            const key = newKey();
            const first = await platform.createPost({channelId, message: `again ${key}`}, key);
            const other = await connected(world().platform());
            const second = await other.createPost({channelId, message: `again ${key}`}, key);
            expect(second.id).toBe(first.id);
        });

        it('refuses a key that the server could not keep', async () => {
            const draft = {channelId, message: 'x'};
            await expect(platform.createPost(draft, 'a:b')).rejects.toThrow(/key/);
            await expect(platform.createPost(draft, 'k'.repeat(61))).rejects.toThrow(/key/);
        });

        it('answers in a thread', async () => {
            const rootId = await alice.post(channelId, 'a root');
            const post = await platform.createPost({channelId, rootId, message: 'r'}, newKey());
            expect(post.rootId).toBe(rootId);
        });

        it('[CON-07] says with the status why the server refuses', async () => {
            const closed = await world().channel([alice.userId], 'P');
            const refusal = await platform
                .createPost({channelId: closed, message: 'x'}, newKey())
                .catch((error: unknown) => error);
            expect(refusal).toBeInstanceOf(PlatformError);
            expect(refusal).toMatchObject({code: 'forbidden', status: 403});
            expect(refusal).toHaveProperty('serverId', expect.stringMatching(/./));
        });

        it('[CON-07] gives up at once when it is cancelled', async () => {
            const draft = {channelId, message: 'never'};
            await expect(
                platform.createPost(draft, newKey(), AbortSignal.abort()),
            ).rejects.toBeInstanceOf(CancelledError);
            await expect(platform.getPost(UNKNOWN_ID, AbortSignal.abort())).rejects.toBeInstanceOf(
                CancelledError,
            );
        });
    });

    describe('editing and deleting posts', () => {
        it('changes the text and keeps props, files, pins and reactions', async () => {
            const file = await platform.uploadFile(channelId, 'a.txt', new Blob(['a']));
            const post = await platform.createPost(
                {channelId, message: 'one', props: {gangway: {turn: 't'}}, fileIds: [file.id]},
                newKey(),
            );
            await alice.pin(post.id);
            await alice.react(post.id, 'tada');
            const edited = await platform.updatePost(post.id, {message: 'two'});
            expect(edited).toMatchObject({id: post.id, message: 'two', fileIds: [file.id]});
            expect(edited?.props['gangway']).toEqual({turn: 't'});
            expect(edited?.editAt).toBeGreaterThan(0);
            expect(await alice.seen(post.id)).toMatchObject({
                message: 'two',
                fileIds: [file.id],
                pinned: true,
                reactions: ['tada'],
            });
        });

        it('replaces the whole map of props and keeps the text', async () => {
            const post = await platform.createPost(
                {channelId, message: 'text', props: {one: 1, two: 2}},
                newKey(),
            );
            const edited = await platform.updatePost(post.id, {props: {two: 3}});
            expect(edited?.message).toBe('text');
            expect(edited?.props).toMatchObject({two: 3});
            expect(edited?.props).not.toHaveProperty('one');
        });

        it('says with undefined that a post is gone', async () => {
            const post = await platform.createPost({channelId, message: 'gone'}, newKey());
            await platform.deletePost(post.id);
            expect(await platform.updatePost(post.id, {message: 'new'})).toBeUndefined();
            expect(await platform.updatePost(UNKNOWN_ID, {message: 'new'})).toBeUndefined();
            expect(await platform.getPost(post.id)).toBeUndefined();
            expect(await platform.getPost(UNKNOWN_ID)).toBeUndefined();
        });

        it('says whether there was something to delete', async () => {
            const post = await platform.createPost({channelId, message: 'soon gone'}, newKey());
            expect(await platform.deletePost(post.id)).toBe(true);
            expect(await platform.deletePost(post.id)).toBe(false);
            expect(await alice.seen(post.id)).toBeUndefined();
        });
    });

    describe('reading posts', () => {
        it('gives a thread oldest first, with its root and without deleted posts', async () => {
            const rootId = await alice.post(channelId, 'root');
            const replies = [];
            for (const n of [1, 2, 3, 4])
                replies.push(await alice.post(channelId, `${n}`, {rootId}));
            await alice.delete(replies[1]!);
            const messages = async (limit: number): Promise<string[]> =>
                (await platform.thread(rootId, limit)).map((post) => post.message);
            expect(await messages(50)).toEqual(['root', '1', '3', '4']);
            expect(await messages(3)).toEqual(['root', '3', '4']);
            expect(await messages(1)).toEqual(['root']);
            expect(await platform.thread(UNKNOWN_ID, 10)).toEqual([]);
        });

        it('gives a thread that is longer than a page', async () => {
            const rootId = await alice.post(channelId, 'long');
            for (let n = 0; n < 230; n++) await alice.post(channelId, `reply ${n}`, {rootId});
            const all = await platform.thread(rootId, 500);
            expect(all).toHaveLength(231);
            expect(all.map((post) => post.message).slice(1)).toEqual(
                Array.from({length: 230}, (_, n) => `reply ${n}`),
            );
            const some = await platform.thread(rootId, 210);
            expect(some).toHaveLength(210);
            expect(some[0]?.id).toBe(rootId);
            expect(some.at(-1)?.message).toBe('reply 229');
        });

        it('gives the posts after another one, oldest first', async () => {
            const own = await world().channel([alice.userId, world().bot.userId]);
            const ids = [];
            for (const n of [1, 2, 3]) ids.push(await alice.post(own, `${n}`));
            const after = await platform.postsAfter(own, ids[0]);
            expect(after.map((post) => post.message)).toEqual(['2', '3']);
            expect((await platform.postsAfter(own, undefined)).slice(-3).map(({id}) => id)).toEqual(
                ids,
            );
            expect(await platform.postsAfter(own, ids[2])).toEqual([]);
        });
    });

    describe('reactions, typing, ephemeral posts', () => {
        it('adds and takes back a reaction', async () => {
            const postId = await alice.post(channelId, 'react to me');
            await platform.react(postId, 'eyes');
            await platform.react(postId, 'eyes');
            expect(await alice.seen(postId)).toMatchObject({reactions: ['eyes']});
            await platform.unreact(postId, 'eyes');
            await platform.unreact(postId, 'eyes');
            expect(await alice.seen(postId)).toMatchObject({reactions: []});
        });

        it('[DEL-13] shows typing, and never fails for a refusal', async () => {
            await platform.typing(channelId, '');
            await platform.typing(UNKNOWN_ID, '');
        });

        it('says whether an ephemeral post could be shown', async () => {
            const shown = await platform.ephemeral(
                alice.userId,
                {channelId, message: 'psst'},
                undefined,
            );
            expect(typeof shown).toBe('boolean');
            const posts = await platform.postsAfter(channelId, undefined);
            expect(posts.some((post) => post.message === 'psst')).toBe(false);
        });
    });

    describe('files', () => {
        it('stores a file and gives back the same bytes', async () => {
            const bytes = Uint8Array.from({length: 300_000}, (_, n) => (n * 7) % 251);
            const info = await platform.uploadFile(channelId, 'größe.bin', new Blob([bytes]));
            expect(info).toMatchObject({name: 'größe.bin', size: bytes.length});
            const stream = await platform.openFile(info.id);
            const read = new Uint8Array(await new Response(stream).arrayBuffer());
            expect(Buffer.compare(read, bytes)).toBe(0);
        });

        it("opens another person's file by a post's file id", async () => {
            const fileId = await alice.upload(channelId, 'note.txt', new Blob(['a note']));
            const postId = await alice.post(channelId, 'see file', {fileIds: [fileId]});
            expect((await platform.getPost(postId))?.fileIds).toEqual([fileId]);
            expect(await platform.fileInfo(fileId)).toMatchObject({name: 'note.txt', size: 6});
            expect(await new Response(await platform.openFile(fileId)).text()).toBe('a note');
        });

        it('says with undefined that a file is not there', async () => {
            expect(await platform.fileInfo(UNKNOWN_ID)).toBeUndefined();
            await expect(platform.openFile(UNKNOWN_ID)).rejects.toBeInstanceOf(PlatformError);
        });
    });
}
