import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createPlayground, type Playground} from '../../playground/src/playground.ts';
import {seedHarbor, type Harbor} from '../../playground/src/seed-harbor.ts';
import type {PostRow} from '../../playground/src/world/records.ts';
import {startApp, type App} from '../src/app.ts';
import type {Agent, AgentEvent, AgentTurn} from '../src/agent/agent.ts';
import type {NamedAgent} from '../src/agent/agents.ts';
import type {AccountSettings} from '../src/contract/account-settings.ts';
import {silentLog, type Log} from '../src/contract/log.ts';
import type {GangwayProps} from '../src/contract/post-props.ts';
import type {Host} from '../src/host/host.ts';
import type {Platform, PlatformEvent} from '../src/mattermost/platform.ts';
import {createRestPlatform} from '../src/mattermost/rest/rest-platform.ts';
import type {Timings} from '../src/mattermost/rest/timings.ts';
import {createMarks} from '../src/session/marks.ts';
import {createMemoryStore} from '../src/store/memory-store.ts';
import type {Store} from '../src/store/store.ts';
import {accountDefaults} from './account-defaults.ts';
import {peopleOf, type People} from './people.ts';
import {directOutbound} from '../src/net/direct.fixture.ts';

/** Gangway aboard a playground, for tests that look at it as its users do. */
export interface Aboard extends AsyncDisposable {
    readonly playground: Playground;
    readonly harbor: Harbor;
    readonly bot: {readonly userId: string; readonly username: string};
    readonly store: Store;
    readonly app: App;
    readonly people: People;
    /** What the agent was asked, oldest first. */
    readonly asked: readonly AgentTurn[];
    /** Where the app answers HTTP requests. */
    readonly httpUrl: string;
    /** Replaces the settings of the running app. */
    configure(change: Partial<AccountSettings>): void;
    /** Ends the app as a clean stop does. */
    stop(): Promise<void>;
    /** Starts an app over the same store. */
    start(): Promise<void>;
    /** Starts a further app beside the first one, over the same store; it ends with the aboard. */
    startAnother(): Promise<{readonly app: App; readonly httpUrl: string}>;
    /** Events that come while the first app is muted do not reach it. */
    muteFirst(muted: boolean): void;
    /** The posts of the answers to a post, oldest first. */
    answersTo(post: PostRow): PostRow[];
    /** Someone writes in a channel and mentions the bot. */
    mention(who: Person, text: string, options?: Place): PostRow;
    /** Someone writes in a channel. */
    say(who: Person, text: string, options?: Place): PostRow;
    /** Someone writes to the bot. */
    direct(who: Person, text: string): PostRow;
    directChannel(who: Person): string;
    /** What the bot has posted in a channel (deck) and not deleted, oldest first. */
    answers(channelId?: string): PostRow[];
    /** A post as it stands now. */
    now(post: PostRow): PostRow;
    /** Waits (30 s at most) until `condition` gives something. */
    until<T>(what: string, condition: () => T | undefined | false, ms?: number): Promise<T>;
    /** Waits for the finished answer to a post: its last post in state done, failed or stopped. */
    answerTo(post: PostRow, ms?: number): Promise<PostRow>;
    /** Waits for the first post of the answer to a post, whatever its state. */
    draftOf(post: PostRow): Promise<PostRow>;
    /** Waits until no turn is open any more. */
    settled(ms?: number): Promise<void>;
    /** Waits until all that happened before was handled: what an owner says now is handled after it. */
    handled(): Promise<void>;
    /** Fails when a post was answered; a later message of an owner, who always may, is the proof of it. */
    expectIgnored(...posts: readonly PostRow[]): Promise<void>;
    /** Fails unless each post has one finished answer, no draft is left and no turn is open. */
    expectAnsweredOnce(posts: readonly PostRow[], ms?: number): Promise<void>;
}

export type Person = 'admin' | 'alice' | 'bob' | 'carol';

/** Where a post stands: in deck, outside a thread, unless said. */
export interface Place {
    readonly rootId?: string;
    readonly channelId?: string;
}

/** What an aboard is made of; by default everybody may speak to an agent that repeats the question. */
export interface AboardOptions {
    readonly settings?: Partial<AccountSettings>;
    readonly agent?: Agent;
    readonly store?: Store;
    readonly log?: Log;
    readonly timings?: Partial<Timings>;
    readonly playground?: Playground;
    /** Called before the app is started. */
    readonly prepare?: (playground: Playground, harbor: Harbor) => void;
    /** Which apps listen where several run [every]. */
    readonly listeners?: 'one' | 'every';
    /** How long running answers may go on after a stop, ms [200]. */
    readonly graceMs?: number;
}

/** An agent made of a function. */
export function agentOf(
    run: (turn: AgentTurn, signal: AbortSignal) => AsyncIterable<AgentEvent>,
): Agent {
    return {kind: 'test', run};
}

/** The last message of what an agent was asked, without context blocks. */
export function questionOf(turn: AgentTurn): string {
    const last = turn.messages.at(-1)?.text ?? '';
    return last.replace(/<context[^]*<\/context>\s*/, '');
}

/** Repeats the question: `You said: …`. */
export const echo = agentOf(async function* (turn) {
    yield {kind: 'text', text: `You said: ${questionOf(turn)}`};
    yield {kind: 'done', reason: 'stop'};
});

/** The props by which Gangway knows its posts. */
export function gangwayOf(post: PostRow): GangwayProps | undefined {
    return post.props['gangway'] as GangwayProps | undefined;
}

/** Times for tests: what is a second there is some milliseconds here. */
const QUICK: Partial<Timings> = {
    backoffMinMs: 20,
    backoffMaxMs: 200,
    retryMinMs: 10,
    retryMaxMs: 100,
    saveMs: 20,
};

/** A platform that can be made to hear nothing. */
function mutable(platform: Platform, isMuted: () => boolean): Platform {
    async function* events(signal: AbortSignal): AsyncGenerator<PlatformEvent> {
        for await (const event of platform.events(signal)) if (!isMuted()) yield event;
    }
    return Object.create(platform, {events: {value: events}}) as Platform;
}

/** When a test stops waiting; it ends a hang only, whatever the machine is busy with. */
const LIMIT_MS = 30_000;

/** The machine's clock, but no two times are equal: posts of one millisecond have no order. */
export function createClock(): () => number {
    let last = 0;
    return () => {
        last = Math.max(Date.now(), last + 1);
        return last;
    };
}

/** Starts a playground with its harbor, a bot in all channels, and Gangway over REST and WebSocket. */
export async function comeAboard(options: AboardOptions = {}): Promise<Aboard> {
    const playground = options.playground ?? (await createPlayground({now: createClock()}));
    const harbor = seedHarbor(playground);
    const {userId, token} = playground.addBot('gangway', {
        teams: [harbor.teamId],
        channels: [harbor.townSquareId, harbor.deckId],
    });
    options.prepare?.(playground, harbor);
    const store = options.store ?? createMemoryStore();
    const log = options.log ?? silentLog;
    let settings: AccountSettings = {...accountDefaults(), ...options.settings};
    const asked: AgentTurn[] = [];
    const agent = options.agent ?? echo;
    const agents: NamedAgent[] = [
        {
            id: 'main',
            agent: {
                kind: agent.kind,
                run(turn, signal) {
                    asked.push(turn);
                    return agent.run(turn, signal);
                },
            },
        },
    ];
    const listeners = new Set<() => void>();
    const others: App[] = [];
    let firstIsMuted = false;

    /** Each app has an HTTP server of its own, as each process has. */
    const createHost = (isMuted: () => boolean, port = 0): Host & {url(): string} => {
        let url = '';
        return {
            kind: 'standalone',
            store,
            log,
            url: () => url,
            current: () => ({
                agents,
                accounts: [
                    {
                        settings,
                        connection: 'one',
                        listeners: options.listeners ?? 'every',
                        callbackUrl: `${url}/mattermost/interactions/default`,
                        open: () =>
                            mutable(
                                createRestPlatform({
                                    account: 'default',
                                    baseUrl: playground.url,
                                    outbound: directOutbound,
                                    token: () => Promise.resolve(token),
                                    settings,
                                    marks: createMarks(store, 'default'),
                                    log,
                                    timings: {...QUICK, ...options.timings},
                                }),
                                isMuted,
                            ),
                    },
                ],
            }),
            onChange(listener) {
                listeners.add(listener);
                return {[Symbol.dispose]: () => void listeners.delete(listener)};
            },
            async serve(app) {
                const server = createServer(app);
                await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
                url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
                return async () => {
                    server.closeAllConnections();
                    await new Promise((resolve) => server.close(resolve));
                };
            },
        };
    };
    let host = createHost(() => firstIsMuted);
    const startOne = async (): Promise<App> => {
        const started = await startApp(host, {graceMs: options.graceMs ?? 200});
        await until('the bot to be ready', () =>
            started
                .accounts()
                .some(
                    ({status, standby}) => standby || ['ready', 'polling'].includes(status.state),
                ),
        );
        return started;
    };

    const until: Aboard['until'] = async (what, condition, ms = LIMIT_MS) => {
        const deadline = Date.now() + ms;
        for (;;) {
            const found = condition();
            if (found !== undefined && found !== false) return found;
            if (Date.now() > deadline) throw new Error(`waited ${ms} ms for: ${what}`);
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    };
    const answers = (channelId = harbor.deckId): PostRow[] =>
        playground.world.posts.table
            .ofChannel(channelId)
            .filter((post) => post.user_id === userId && post.delete_at === 0 && post.type === '')
            .sort((a, b) => a.create_at - b.create_at);
    const postsFor = (post: PostRow): PostRow[] =>
        answers(post.channel_id).filter((answer) => gangwayOf(answer)?.turn.startsWith(post.id));
    const settled: Aboard['settled'] = async (ms = LIMIT_MS) => {
        const deadline = Date.now() + ms;
        for (;;) {
            const open = await store.list('0turn/');
            if (open.length === 0) return;
            if (Date.now() > deadline) throw new Error(`still open: ${open.join(', ')}`);
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    };
    let app = await startOne();
    let running = true;

    const aboard: Aboard = {
        playground,
        harbor,
        bot: {userId, username: 'gangway'},
        store,
        asked,
        people: peopleOf(playground),
        get app() {
            return app;
        },
        get httpUrl() {
            return host.url();
        },
        configure(change) {
            settings = {...settings, ...change};
            for (const listener of listeners) listener();
        },
        async stop() {
            if (running) await app.stop();
            running = false;
        },
        async start() {
            // Buttons that were made before shall still find it.
            host = createHost(() => firstIsMuted, Number(new URL(host.url()).port));
            app = await startOne();
            running = true;
        },
        async startAnother() {
            const first = host;
            const second = createHost(() => false);
            host = second;
            const another = await startOne();
            host = first;
            others.push(another);
            return {app: another, httpUrl: second.url()};
        },
        muteFirst(muted) {
            firstIsMuted = muted;
        },
        mention: (who, text, place) => aboard.say(who, `@gangway ${text}`, place),
        say: (who, text, {rootId = '', channelId = harbor.deckId} = {}) =>
            playground.post(harbor.users[who], channelId, text, {root_id: rootId}),
        direct: (who, text) => playground.post(harbor.users[who], aboard.directChannel(who), text),
        directChannel: (who) => playground.direct(harbor.users[who], userId).id,
        answers,
        answersTo: postsFor,
        now: (post) => playground.world.posts.table.get(post.id) ?? post,
        until,
        answerTo: (post, ms) =>
            until(
                `an answer to ${post.id}`,
                () => {
                    const posts = postsFor(post);
                    const open = posts.some((one) => gangwayOf(one)?.state === 'streaming');
                    return open ? undefined : posts.at(-1);
                },
                ms,
            ),
        draftOf: (post) => until(`a draft for ${post.id}`, () => postsFor(post)[0]),
        settled,
        async handled() {
            await aboard.answerTo(aboard.direct('admin', '!status'));
        },
        async expectIgnored(...posts) {
            await aboard.answerTo(aboard.direct('admin', 'Is anybody there?'));
            await settled();
            expect(posts.flatMap(postsFor).map(({message}) => message)).toEqual([]);
            const ids = posts.map(({id}) => id);
            expect(asked.filter(({turnId}) => ids.includes(turnId))).toEqual([]);
        },
        async expectAnsweredOnce(posts, ms) {
            for (const post of posts) await aboard.answerTo(post, ms);
            await settled(ms);
            for (const post of posts) {
                const found = postsFor(post).map((answer) => ({
                    part: gangwayOf(answer)?.part,
                    finished: gangwayOf(answer)?.state !== 'streaming',
                }));
                expect(found).toEqual(found.map((_, part) => ({part, finished: true})));
            }
            const channels = new Set(posts.map((post) => post.channel_id));
            const drafts = [...channels]
                .flatMap((channelId) => answers(channelId))
                .filter((post) => gangwayOf(post)?.state === 'streaming');
            expect(drafts.map(({message}) => message)).toEqual([]);
        },
        async [Symbol.asyncDispose]() {
            await Promise.all(others.map((other) => other.stop()));
            await aboard.stop();
            await store.close();
            if (options.playground === undefined) await playground.close();
        },
    };
    return aboard;
}
