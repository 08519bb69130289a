import {silentLog} from '../contract/log.ts';
import {createDelivery} from '../delivery/create-delivery.ts';
import {createFakePosts, type FakePosts} from '../delivery/fake-posts.ts';
import {PlatformError} from '../mattermost/errors.ts';
import type {Post} from '../mattermost/platform.ts';
import {createPendingContext} from '../session/context.ts';
import {createJournal, type Journal, type TurnEntry} from '../session/journal.ts';
import {createParticipation} from '../session/participation.ts';
import {createTranscripts} from '../session/transcript.ts';
import {createMemoryStore} from '../store/memory-store.ts';
import {accountDefaults} from '../../test/account-defaults.ts';
import type {TurnDeps} from './deps.ts';
import {recoverTurns} from './recovery.ts';
import {aPost} from '../../test/a-post.ts';
import {aTurn} from '../../test/a-turn.ts';

/** A runner that finds what a dead one left. */
class Bench {
    readonly store = createMemoryStore();
    readonly fake: FakePosts = createFakePosts();
    readonly resumed: TurnEntry[] = [];
    settings = accountDefaults();
    serverIsAway = false;
    threadIsTooLarge = false;
    questionIsGone = false;
    isArchived = false;
    isRemoved = false;
    readonly dead = this.#journal('dead');
    readonly journal = this.#journal('living');
    readonly transcripts = createTranscripts({store: this.store});

    #journal(id: string): Journal {
        return createJournal({
            store: this.store,
            runner: {
                id,
                held: () => true,
                isAlive: (other) => Promise.resolve(other === 'living'),
            },
            log: silentLog,
        });
    }

    readonly #ask = async <T>(answer: T): Promise<T> => {
        if (this.serverIsAway) throw new Error('the server is away');
        return answer;
    };

    /** A question that the dead runner had accepted, and how far it was. */
    async left(turnId: string, progress: Partial<TurnEntry> = {}, postedAt = 1): Promise<void> {
        await this.dead.accept(aTurn({turnId, postedAt}));
        await this.dead.progress(turnId, () => progress);
    }

    async recover(): Promise<void> {
        const posts = (): Post[] => [...this.fake.posts];
        const question = (id: string): Post | undefined =>
            this.questionIsGone ? undefined : aPost({id, message: 'how deep?'});
        // Only what recovery asks for.
        const deps = {
            account: 'default',
            platform: {
                bot: {userId: 'bot', username: 'gangway'},
                channel: () => this.#ask({deleteAt: this.isArchived ? 1 : 0}),
                isMember: () => this.#ask(!this.isRemoved),
                getPost: (id: string) => this.#ask(question(id)),
                postsAfter: () => this.#ask(posts()),
                thread: async () => {
                    if (this.threadIsTooLarge) throw new PlatformError('too-large', 'gob: value');
                    return await this.#ask(posts());
                },
            },
            settings: () => this.settings,
            journal: this.journal,
            transcripts: this.transcripts,
            participation: createParticipation({store: this.store}),
            pending: createPendingContext({store: this.store, log: silentLog}),
            delivery: createDelivery({platform: this.fake, log: silentLog}),
            buttons: {attachments: () => []},
            log: silentLog,
        } as unknown as TurnDeps;
        const resume = async (entry: TurnEntry): Promise<void> => {
            this.resumed.push(entry);
        };
        await recoverTurns(deps, resume, AbortSignal.timeout(60_000));
    }

    async open(): Promise<string[]> {
        return (await this.journal.open()).map(({turnId}) => turnId);
    }
}

describe('what a dead runner left', () => {
    let bench: Bench;
    beforeEach(() => {
        bench = new Bench();
    });

    it.each(['isArchived', 'isRemoved'] as const)(
        '[DEL-08] is closed without a word where the channel %s, and not answered later',
        async (way) => {
            const post = await bench.fake.createPost({channelId: 'c', message: 'Half an'}, 'k');
            await bench.left('a', {state: 'running', drafts: [post.id]});
            await bench.left('b');
            bench[way] = true;
            await bench.recover();
            bench[way] = false;
            await bench.recover();
            expect(bench.resumed).toEqual([]);
            expect(await bench.open()).toEqual([]);
            expect(bench.fake.calls.map(({kind}) => kind)).toEqual(['create']);
        },
    );

    it('[DEL-09] is run again in the order in which it was asked', async () => {
        await bench.left('a', {}, 3);
        await bench.left('b', {}, 1);
        await bench.left('c', {}, 2);
        await bench.recover();
        expect(bench.resumed.map(({turnId}) => turnId)).toEqual(['b', 'c', 'a']);
        await bench.recover();
        expect(bench.resumed).toHaveLength(3);
    });

    it('[DEL-09] comes with all posts that were made for it, those that only their props tell of included', async () => {
        const props = (turn: string, part: number) => ({
            gangway: {turn, agent: 'main', state: 'streaming', part},
        });
        for (const [key, turn, part] of [
            ['x', 'other', 0],
            ['two', 'a', 1],
            ['one', 'a', 0],
        ] as const) {
            const draft = {channelId: 'deck', message: key, props: props(turn, part)};
            await bench.fake.createPost(draft, key);
        }
        const ids = Object.fromEntries(bench.fake.posts.map(({message, id}) => [message, id]));
        await bench.left('a', {state: 'running'});
        await bench.recover();
        expect(bench.resumed[0]?.drafts).toEqual([ids['one'], ids['two']]);
    });

    it('[DEL-09] waits for the server without using up its tries', async () => {
        await bench.left('a', {state: 'running'});
        bench.serverIsAway = true;
        for (let n = 0; n < 5; n++) await expect(bench.recover()).rejects.toThrow('away');
        expect(bench.resumed).toEqual([]);
        bench.serverIsAway = false;
        await bench.recover();
        expect(bench.resumed).toMatchObject([{turnId: 'a', attempts: 2}]);
    });

    it('[DEL-09] is run although somebody made its thread too large to be read, and so are those after it', async () => {
        const bench = new Bench();
        await bench.dead.accept(aTurn({turnId: 'q1', rootId: 'large', postedAt: 1}));
        await bench.left('q2', {}, 2);
        bench.threadIsTooLarge = true;
        await bench.recover();
        expect(bench.resumed.map(({turnId}) => turnId)).toEqual(['q1', 'q2']);
    });

    it('[DEL-09] is only closed when its answer is remembered already, also as part of another turn', async () => {
        await bench.left('a');
        await bench.left('b', {state: 'delivering'});
        const said = ['a', 'b'].map((id) => ({
            role: 'user' as const,
            text: 'how deep?',
            postIds: [id],
            userId: 'alice',
            at: 1,
        }));
        await bench.transcripts.append('s', 'main', 'b', said);
        await bench.recover();
        expect(bench.resumed).toEqual([]);
        expect(await bench.open()).toEqual([]);
    });

    it('[DEL-09] is marked when it shall not go on by itself, but what had not begun is run', async () => {
        bench.settings = {...bench.settings, recovery: 'mark'};
        await bench.left('a', {state: 'running'});
        await bench.left('b');
        await bench.recover();
        expect(bench.resumed.map(({turnId}) => turnId)).toEqual(['b']);
        expect(await bench.open()).toEqual(['b']);
        expect(bench.fake.posts.map(({message}) => message)).toEqual([
            expect.stringMatching(/^_Interrupted: .*_ React with 🔁 to try again\.$/),
        ]);
    });

    it('[DEL-09] is marked when it ran a tool that must not be run twice', async () => {
        await bench.left('a', {state: 'running', sideEffects: true});
        await bench.recover();
        expect(bench.resumed).toEqual([]);
        expect(bench.fake.posts).toHaveLength(1);
        expect(await bench.open()).toEqual([]);
    });

    it('[BR-09] is remembered as broken off, with what had been said', async () => {
        bench.settings = {...bench.settings, recovery: 'mark'};
        const gangway = {turn: 'a', agent: 'main', state: 'streaming', part: 0};
        const draft = {channelId: 'deck', message: 'ten fath', props: {gangway}};
        await bench.fake.createPost(draft, 'one');
        await bench.left('a', {state: 'running'});
        await bench.recover();
        expect((await bench.transcripts.load('s')).messages).toMatchObject([
            {role: 'user', text: 'how deep?'},
            {role: 'assistant', text: 'ten fath', broken: 'failed'},
        ]);
    });

    it('is not answered when its question was deleted', async () => {
        await bench.left('a');
        bench.questionIsGone = true;
        await bench.recover();
        expect(bench.resumed).toEqual([]);
        expect(bench.fake.posts).toEqual([]);
        expect(await bench.open()).toEqual([]);
    });

    it('of other accounts is left to them', async () => {
        await bench.left('a');
        const others = {...(await bench.journal.open())[0], account: 'other'};
        const key = '0turn/a';
        const bytes = await bench.store.get(key);
        const text = JSON.stringify({...JSON.parse(new TextDecoder().decode(bytes)), ...others});
        await bench.store.compareAndSet(key, bytes, new TextEncoder().encode(text));
        await bench.recover();
        expect(bench.resumed).toEqual([]);
        expect(await bench.open()).toEqual(['a']);
    });
});
