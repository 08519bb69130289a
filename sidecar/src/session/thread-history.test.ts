import type {Post, User} from '../mattermost/platform.ts';
import {threadContext} from './thread-history.ts';
import type {ThreadContextOptions} from './thread-history.ts';
import {aPost} from '../../test/a-post.ts';

const bot = {userId: 'bot', username: 'gangway'};
const post = (id: string, createAt: number, change: Partial<Post> = {}): Post =>
    aPost({
        id,
        createAt,
        rootId: id === 'root' ? '' : 'root',
        message: `text of ${id}`,
        ...change,
    });
const user = (id: string): User => ({
    id,
    username: `${id}-name`,
    displayName: '',
    isBot: false,
    roles: [],
    timeZone: '',
    remoteId: '',
    updateAt: 0,
    deleteAt: 0,
});

/** The platform's promise for `thread`: the newest `limit`, oldest first, and always the root. */
function serving(posts: readonly Post[], known: readonly string[] = ['alice', 'bob']) {
    const asked: string[] = [];
    return {
        asked,
        platform: {
            thread: async (rootId: string, limit: number) => [
                ...posts.filter(({id}) => id === rootId),
                ...posts.filter(({id}) => id !== rootId).slice(-(limit - 1)),
            ],
            user: async (id: string) => {
                asked.push(id);
                return known.includes(id) ? user(id) : undefined;
            },
            fileInfo: async (id: string) =>
                id === 'f1' ? {id, name: 'f1.png', mimeType: 'image/png', size: 2050} : undefined,
        },
    };
}

describe('the context of a thread', () => {
    const question = post('question', 100, {userId: 'bob'});
    const read = async (posts: readonly Post[], change: Partial<ThreadContextOptions> = {}) =>
        (await aboveOf(posts, change)).lines;
    const aboveOf = async (posts: readonly Post[], change: Partial<ThreadContextOptions> = {}) =>
        await threadContext({
            platform: serving(posts).platform,
            bot,
            rootId: 'root',
            before: question,
            limit: 50,
            allow: () => true,
            ...change,
        });

    it('[SES-04] is what was said above the question, in order, with names', async () => {
        const lines = await read([
            post('root', 1),
            post('answer', 2, {userId: 'bot'}),
            post('r1', 3, {userId: 'bob', message: '', fileIds: ['f1', 'f2']}),
            question,
        ]);
        const line = {role: 'user', userId: 'alice', username: 'alice-name'};
        expect(lines).toEqual([
            {...line, postId: 'root', text: 'text of root', at: 1},
            {
                ...line,
                postId: 'answer',
                text: 'text of answer',
                at: 2,
                role: 'assistant',
                userId: 'bot',
                username: 'gangway',
            },
            {
                ...line,
                postId: 'r1',
                text:
                    '[Attached file "f1.png" (image/png, 2 KB). Its content cannot be read yet.]\n' +
                    '[An attached file of which nothing is known. It cannot be read yet.]',
                at: 3,
                userId: 'bob',
                username: 'bob-name',
            },
        ]);
    });

    it('[SES-04] leaves out the question, later, deleted and system posts', async () => {
        const lines = await read([
            post('root', 1),
            post('joined', 2, {type: 'system_join_channel'}),
            post('gone', 3, {deleteAt: 4}),
            post('r1', 5, {type: 'custom_poll'}),
            question,
            post('later', 101),
        ]);
        expect(lines.map(({postId}) => postId)).toEqual(['root', 'r1']);
    });

    it('[SES-04] asks the sender policy again for each post, the root too, but not for its own', async () => {
        const posts = [
            post('root', 1, {userId: 'bob'}),
            post('r1', 2),
            post('r2', 3, {userId: 'bot'}),
            post('r3', 4, {userId: 'stranger'}),
            question,
        ];
        const asked: (string | undefined)[] = [];
        const lines = await read(posts, {
            allow: (one, sender) => {
                asked.push(sender?.username);
                return one.userId === 'alice' && sender?.id === 'alice';
            },
        });
        expect(lines.map(({postId}) => postId)).toEqual(['r1', 'r2']);
        expect((await aboveOf(posts, {allow: () => false})).unshown).toEqual([1, 2, 4]);
        expect(asked).toEqual(['bob-name', 'alice-name', undefined]);
    });

    it('[SES-04] is the root and the newest replies up to historyLimit', async () => {
        const replies = Array.from({length: 80}, (_, i) => post(`r${i}`, 2 + i));
        const ids = async (limit: number) =>
            (await read([post('root', 1), ...replies, question], {limit})).map(
                ({postId}) => postId,
            );
        expect(await ids(3)).toEqual(['root', 'r77', 'r78', 'r79']);
        expect(await ids(50)).toHaveLength(51);
        expect(await ids(0)).toEqual([]);
    });

    it('[SES-04] is whole although the thread went on while the question waited', async () => {
        const later = Array.from({length: 40}, (_, i) => post(`later${i}`, 101 + i));
        const above = [post('r1', 2), post('r2', 3), post('r3', 4)];
        const lines = await read([post('root', 1), ...above, question, ...later], {limit: 2});
        expect(lines.map(({postId}) => postId)).toEqual(['root', 'r2', 'r3']);
    });

    it('looks each writer up once, and names one who is gone by the id', async () => {
        const {platform, asked} = serving([
            post('root', 1),
            post('r1', 2),
            post('r2', 3, {userId: 'gone'}),
        ]);
        const lines = await read([], {platform});
        expect(asked).toEqual(['alice', 'gone']);
        expect(lines.at(-1)?.username).toBe('gone');
    });
});
