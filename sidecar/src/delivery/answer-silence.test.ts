import {LEAST_ABILITIES} from '../mattermost/abilities.ts';
import {isSilent} from '../mattermost/silent-posts.ts';
import {openBench} from './answer-harness.ts';
import {createFakePosts} from './fake-posts.ts';

const words = (count: number): string =>
    Array.from({length: count}, (_, index) => `word${index}`).join(' ');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('[DEL-19] notify "final" on a server that knows silent posts', () => {
    const quiet = (limit?: number) => {
        const fake = createFakePosts();
        fake.abilities = {...LEAST_ABILITIES, silentPosts: true};
        const bench = openBench({
            streaming: {notify: 'final'},
            fake,
            ...(limit === undefined ? {} : {limit}),
        });
        const created: boolean[] = [];
        const create = fake.createPost;
        fake.createPost = async (draft, key, signal) => {
            const post = await create(draft, key, signal);
            created.push(isSilent(post.props));
            return post;
        };
        return {...bench, fake, created};
    };

    it('makes a silent draft and one loud answer', async () => {
        const {answer, stream, texts, fake, created} = quiet();
        await stream(words(60), 10, 100);
        expect(fake.posts.map(({props}) => isSilent(props))).toEqual([true]);
        await answer.end({kind: 'done'});
        expect(created).toEqual([true, false]);
        expect(texts()).toEqual([words(60)]);
    });

    it('is heard once however many posts the answer has', async () => {
        const {answer, stream, texts, created} = quiet(200);
        await stream(words(100), 10, 100);
        await answer.end({kind: 'done'});
        expect(texts().length).toBeGreaterThan(2);
        expect(created.filter((silent) => !silent)).toHaveLength(1);
    });

    it('is heard when it fails and when there was no draft', async () => {
        const failed = quiet();
        await failed.stream(words(60), 10, 100);
        await failed.answer.end({kind: 'failed', message: 'No.', attachments: []});
        expect(failed.fake.posts.map(({props}) => isSilent(props))).toEqual([false]);

        const quick = quiet();
        quick.answer.write({kind: 'text', text: 'At once.'});
        await quick.answer.end({kind: 'done'});
        expect(quick.created).toEqual([false]);
    });

    it.each(['known', 'unknown'])(
        'never lets a silent draft of an earlier run become the answer, where it is %s',
        async (kind) => {
            const fake = createFakePosts();
            fake.abilities = {...LEAST_ABILITIES, silentPosts: true};
            const draft = {channelId: 'channel', message: 'Half', silent: true};
            const {id} = await fake.createPost(draft, 'turn-p0');
            const existing = kind === 'known' ? [id] : [];
            const {answer} = openBench({fake, existing, streaming: {notify: 'first'}});
            answer.write({kind: 'text', text: 'Half and whole.'});
            const ended = answer.end({kind: 'done'});
            await jest.advanceTimersByTimeAsync(60_000);
            expect((await ended).postIds).not.toContain(id);
            expect(fake.posts.map(({props}) => isSilent(props))).toEqual([false]);
            expect(fake.posts.map(({message}) => message)).toEqual(['Half and whole.']);
        },
    );
});

it('[DEL-19] notify "first" and older servers make no silent posts', async () => {
    for (const silentPosts of [true, false]) {
        const fake = createFakePosts();
        fake.abilities = {...LEAST_ABILITIES, silentPosts};
        const notify = silentPosts ? 'first' : 'final';
        const {stream} = openBench({streaming: {notify}, fake});
        await stream(words(60), 10, 100);
        expect(fake.posts.map(({props}) => isSilent(props))).toEqual([false]);
    }
});
