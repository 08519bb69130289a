import path from 'node:path';
import {createPlayground, type Playground} from '../../playground/src/playground.ts';
import {seedHarbor, type Harbor} from '../../playground/src/seed-harbor.ts';
import type {WorldEvent} from '../../playground/src/world/events.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {silentLog} from '../src/contract/log.ts';
import {createSqliteStore} from '../src/store/sqlite-store.ts';
import {createClock, gangwayOf} from './aboard.ts';
import {buttonsOf} from './people.ts';
import {openWorkshop, type Program, type Workshop} from './program.ts';
import {startSlowModel, type SlowModel} from './slow-model.ts';

const WORDS = ['Ten ', 'fathoms ', 'at ', 'the ', 'pier, ', 'and ', 'more ', 'further ', 'out.'];
const ANSWER = WORDS.join('');

/** A program over a playground that is killed without warning and started again over the same store. */
interface Wreck extends AsyncDisposable {
    readonly playground: Playground;
    readonly harbor: Harbor;
    readonly model: SlowModel;
    readonly botId: string;
    readonly directId: string;
    /** The deck, with alice's mention of the bot. */
    ask(text: string): PostRow;
    start(): Promise<Program>;
    /**
     * Kills the running program the moment something happens; resolves when it is dead. Until then the
     * model goes on and on, unless the `end` of an answer is waited for.
     */
    killWhen(happens: (event: WorldEvent) => boolean, end?: 'end'): Promise<void>;
    kill(): void;
    /** Resolves when the program that was killed is dead. */
    dead(): Promise<void>;
    /** What the bot has posted and not deleted. */
    posts(): PostRow[];
    /** Waits until the posts are answered and no turn is open in the store; the next start need not wait for a lease. */
    answered(...posts: readonly PostRow[]): Promise<void>;
}

async function build(): Promise<Wreck> {
    const playground = await createPlayground({now: createClock()});
    const harbor = seedHarbor(playground);
    const bot = playground.addBot('gangway', {teams: [harbor.teamId], channels: [harbor.deckId]});
    const model = await startSlowModel(WORDS, 60);
    const workshop: Workshop = await openWorkshop();
    const database = path.join(workshop.folder, 'gangway.db');
    const settings = await workshop.settings('gangway.json5', {
        channels: {
            mattermost: {
                baseUrl: playground.url,
                botToken: bot.token,
                dmPolicy: 'open',
                groupPolicy: 'open',
                allowFrom: ['*'],
                streaming: {minInitialChars: 1, throttleMs: 250},
                network: {dangerouslyAllowPrivateNetwork: true},
            },
        },
        agents: {main: {kind: 'openai-compatible', baseUrl: model.url, model: 'slow'}},
        store: {kind: 'sqlite', path: database},
        http: {port: 0},
    });
    let program: Program | undefined;
    const store = await createSqliteStore({path: database, log: silentLog});
    const wreck: Wreck = {
        playground,
        harbor,
        model,
        botId: bot.userId,
        directId: playground.direct(harbor.users.alice, bot.userId).id,
        ask: (text) => playground.post(harbor.users.alice, harbor.deckId, `@gangway ${text}`),
        async start() {
            program = workshop.start(['serve', '-c', settings]);
            await program.said('connected');
            return program;
        },
        async killWhen(happens, end) {
            // Else a slow machine might see the end of the answer before the moment comes.
            model.endless = end === undefined;
            await new Promise<void>((resolve) => {
                const tap = playground.tap((event) => {
                    if (!happens(event)) return;
                    wreck.kill();
                    model.endless = false;
                    tap[Symbol.dispose]();
                    resolve();
                });
            });
            await wreck.dead();
        },
        kill: () => program?.kill('SIGKILL'),
        async dead() {
            expect(await program?.ended).toEqual({code: null, signal: 'SIGKILL'});
        },
        posts: () =>
            [harbor.deckId, wreck.directId]
                .flatMap((id) => playground.world.posts.table.ofChannel(id))
                .filter((post) => post.user_id === bot.userId && post.delete_at === 0)
                .sort((a, b) => a.create_at - b.create_at),
        async answered(...posts) {
            const deadline = Date.now() + 60_000;
            const isAnswered = ({id}: PostRow): boolean =>
                wreck.posts().some((post) => {
                    const props = gangwayOf(post);
                    return props?.turn === id && props.state !== 'streaming';
                });
            while (!posts.every(isAnswered) || (await store.list('0turn/')).length > 0) {
                if (Date.now() > deadline) throw new Error(`not answered:\n${program?.stderr()}`);
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        },
        async [Symbol.asyncDispose]() {
            await store.close();
            await workshop[Symbol.asyncDispose]();
            await model[Symbol.asyncDispose]();
            await playground.close();
        },
    };
    return wreck;
}

/** Events of the bot's posts, for the moment of a kill. */
const isMade = (wreck: Wreck) => (event: WorldEvent) =>
    event.kind === 'post-created' && event.post.user_id === wreck.botId;
const isEdited = (wreck: Wreck, state: string) => (event: WorldEvent) =>
    event.kind === 'post-updated' &&
    event.post.user_id === wreck.botId &&
    gangwayOf(event.post)?.state === state;
const nth = (n: number, happens: (event: WorldEvent) => boolean) => {
    let seen = 0;
    return (event: WorldEvent): boolean => happens(event) && ++seen === n;
};

describe('a program that is killed', () => {
    type Crash = (wreck: Wreck) => Promise<void>;
    const steps: Record<string, Crash> = {
        'the moment the question is posted': async (wreck) => {
            wreck.kill();
            await wreck.dead();
        },
        'when typing is shown: accepted, nothing asked yet': (wreck) =>
            wreck.killWhen(
                (event) => event.kind === 'published' && event.published.event === 'typing',
            ),
        'when the agent is asked': async (wreck) => {
            await new Promise<void>((resolve) => {
                wreck.model.onQuestion = () => {
                    wreck.model.onQuestion = undefined;
                    wreck.kill();
                    resolve();
                };
            });
            await wreck.dead();
        },
        'when its draft was made, before it knew': (wreck) => wreck.killWhen(isMade(wreck)),
        'the same, and the server has forgotten the request': async (wreck) => {
            await wreck.killWhen(isMade(wreck));
            await wreck.playground.faults.inject({kind: 'shift-clock', ms: 60_000});
        },
        'at the first edit': (wreck) => wreck.killWhen(isEdited(wreck, 'streaming')),
        'at the second edit': (wreck) => wreck.killWhen(nth(2, isEdited(wreck, 'streaming'))),
        'at the final edit, before it knew': (wreck) =>
            wreck.killWhen(isEdited(wreck, 'done'), 'end'),
        'right after the final edit': async (wreck) => {
            await new Promise<void>((resolve) => {
                const isDone = isEdited(wreck, 'done');
                const tap = wreck.playground.tap((event) => {
                    if (!isDone(event)) return;
                    tap[Symbol.dispose]();
                    setTimeout(resolve, 6);
                });
            });
            wreck.kill();
            await wreck.dead();
        },
    };

    /** Crashes one program at each of these steps, one after the other, over one store. */
    async function crashAt(names: readonly string[]): Promise<void> {
        await using wreck = await build();
        await wreck.start();
        for (const name of names) {
            const crash = steps[name]!;
            const before = wreck.posts().length;
            // The trap is set before the question comes; the first step has none.
            const trapped = name.startsWith('the moment') ? undefined : crash(wreck);
            const post = wreck.ask(name);
            await (trapped ?? crash(wreck));
            const drafts = wreck.posts().slice(before);
            await wreck.start();
            await wreck.answered(post);
            const made = wreck.posts().slice(before);
            expect({name, answers: made.map(({message}) => message)}).toEqual({
                name,
                answers: [ANSWER],
            });
            expect(made.map((one) => gangwayOf(one)?.state)).toEqual(['done']);
            if (drafts[0] !== undefined) expect(made[0]?.id).toBe(drafts[0].id);
        }
    }

    it('[DEL-09] at any step of a turn finishes it after its restart, in the same post, once', async () => {
        const names = Object.keys(steps);
        // Side by side, since most of the time is spent waiting.
        const groups = [0, 1, 2].map((group) => names.filter((_, n) => n % 3 === group));
        await Promise.all(groups.map(crashAt));
    });

    it('[DEL-09][SES-09] with questions waiting answers all of them, in order, and runs its commands', async () => {
        await using wreck = await build();
        await wreck.start();
        const {playground, harbor} = wreck;
        const {alice, bob} = harbor.users;
        const crashed = wreck.killWhen(isEdited(wreck, 'streaming'));
        const posts = ['one', 'two', 'three'].map((text) => wreck.ask(text));
        posts.push(playground.post(bob, harbor.deckId, '@gangway four'));
        await crashed;
        // While it is away somebody asks on.
        posts.push(wreck.ask('five'), playground.post(alice, wreck.directId, 'status'));
        await wreck.start();
        await wreck.answered(...posts);
        const inDeck = wreck.posts().filter((post) => post.channel_id === harbor.deckId);
        expect(inDeck.map((post) => gangwayOf(post)?.turn)).toEqual(
            posts.slice(0, 5).map(({id}) => id),
        );
        expect(inDeck.map(({message}) => message)).toEqual(Array(5).fill(ANSWER));
        const direct = wreck.posts().filter((post) => post.channel_id === wreck.directId);
        expect(direct.map(({message}) => message)).toEqual([
            expect.stringContaining('**Conversation** idle'),
        ]);
    });

    it('[DEL-09] again and again at the same answer marks it in the end, and offers another try', async () => {
        await using wreck = await build();
        await wreck.start();
        const crashing = wreck.killWhen(isMade(wreck));
        const post = wreck.ask('the question that kills');
        await crashing;
        for (let n = 0; n < 2; n++) {
            const again = wreck.killWhen(isEdited(wreck, 'streaming'));
            void wreck.start().catch(() => undefined);
            await again;
        }
        await wreck.start();
        await wreck.answered(post);
        const [answer, ...others] = wreck.posts();
        expect(others).toEqual([]);
        expect(answer?.message).toMatch(/^Ten .*\n\n_Interrupted: /s);
        expect(gangwayOf(answer!)?.state).toBe('stopped');
        expect(buttonsOf(answer!).map(({name}) => name)).toEqual(['Try again']);
    });
});
