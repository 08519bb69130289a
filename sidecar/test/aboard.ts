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
import type {Host, HostState} from '../src/host/host.ts';
import {createRestPlatform} from '../src/mattermost/rest/rest-platform.ts';
import {createMarks} from '../src/session/marks.ts';
import type {Timings} from '../src/mattermost/rest/timings.ts';
import {createMemoryStore} from '../src/store/memory-store.ts';
import type {Store} from '../src/store/store.ts';
import {accountDefaults} from './account-defaults.ts';

/** Gangway aboard a playground, for tests that look at it as its users do. */
export interface Aboard extends AsyncDisposable {
    readonly playground: Playground;
    readonly harbor: Harbor;
    readonly bot: {readonly userId: string; readonly username: string};
    readonly store: Store;
    readonly app: App;
    /** Replaces the settings of the running app. */
    configure(change: Partial<AccountSettings>): void;
    /** Ends the app as a clean stop does, and starts another one over the same store. */
    restart(): Promise<void>;
    /** Someone writes in a channel and mentions the bot. */
    mention(who: Person, text: string, options?: {rootId?: string; channelId?: string}): PostRow;
    /** Someone writes to the bot. */
    direct(who: Person, text: string): PostRow;
    directChannel(who: Person): string;
    /** What the bot has posted in a channel (deck) and not deleted, oldest first. */
    answers(channelId?: string): PostRow[];
    /** Waits (2 s at most) until `condition` gives something. */
    until<T>(what: string, condition: () => T | undefined | false, ms?: number): Promise<T>;
    /** Waits for the finished answer to a post: its last post in state done, failed or stopped. */
    answerTo(post: PostRow, ms?: number): Promise<PostRow>;
}

export type Person = 'admin' | 'alice' | 'bob' | 'carol';

/** What an aboard is made of; by default everybody may speak to an agent that repeats the question. */
export interface AboardOptions {
    readonly settings?: Partial<AccountSettings>;
    readonly agent?: Agent;
    readonly store?: Store;
    readonly log?: Log;
    readonly timings?: Partial<Timings>;
    readonly playground?: Playground;
}

/** An agent made of a function. */
export function agentOf(
    run: (turn: AgentTurn, signal: AbortSignal) => AsyncIterable<AgentEvent>,
): Agent {
    return {kind: 'test', run};
}

/** Repeats the question: `You said: …`. */
export const echo = agentOf(async function* (turn) {
    yield {kind: 'text', text: `You said: ${turn.messages.at(-1)?.text ?? ''}`};
    yield {kind: 'done', reason: 'stop'};
});

/** Times for tests: what is a second there is some milliseconds here. */
const QUICK: Partial<Timings> = {
    backoffMinMs: 20,
    backoffMaxMs: 200,
    retryMinMs: 10,
    retryMaxMs: 100,
    saveMs: 20,
};

/** Starts a playground with its harbor, a bot in all channels, and Gangway over REST and WebSocket. */
export async function comeAboard(options: AboardOptions = {}): Promise<Aboard> {
    const playground = options.playground ?? (await createPlayground());
    const harbor = seedHarbor(playground);
    const {userId, token} = playground.addBot('gangway', {
        teams: [harbor.teamId],
        channels: [harbor.townSquareId, harbor.deckId],
    });
    const store = options.store ?? createMemoryStore();
    let settings: AccountSettings = {...accountDefaults(), ...options.settings};
    const agents: NamedAgent[] = [{id: 'main', agent: options.agent ?? echo}];
    const listeners = new Set<() => void>();
    let httpPort = 0;

    const state = (): HostState => ({
        agents,
        accounts: [
            {
                settings,
                connection: 'one',
                callbackUrl: `http://127.0.0.1:${httpPort}/mattermost/interactions/default`,
                open: () =>
                    createRestPlatform({
                        account: 'default',
                        baseUrl: playground.url,
                        token: () => Promise.resolve(token),
                        settings,
                        marks: createMarks(store, 'default'),
                        log: options.log ?? silentLog,
                        timings: {...QUICK, ...options.timings},
                    }),
            },
        ],
    });
    const host: Host = {
        kind: 'standalone',
        store,
        log: options.log ?? silentLog,
        current: state,
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => listeners.delete(listener)};
        },
        async serve(app) {
            const server = createServer(app);
            await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
            httpPort = (server.address() as AddressInfo).port;
            return async () => {
                server.closeAllConnections();
                await new Promise((resolve) => server.close(resolve));
            };
        },
    };
    let app = await startApp(host, {graceMs: 200});

    const until: Aboard['until'] = async (what, condition, ms = 5_000) => {
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
            .filter((post) => post.user_id === userId && post.delete_at === 0 && post.type === '');
    await until('the bot to be ready', () => app.accounts()[0]?.status.state === 'ready');

    return {
        playground,
        harbor,
        bot: {userId, username: 'gangway'},
        store,
        get app() {
            return app;
        },
        configure(change) {
            settings = {...settings, ...change};
            for (const listener of listeners) listener();
        },
        async restart() {
            await app.stop();
            app = await startApp(host, {graceMs: 200});
            await until('the bot to be ready', () => app.accounts()[0]?.status.state === 'ready');
        },
        mention: (who, text, {rootId = '', channelId = harbor.deckId} = {}) =>
            playground.post(harbor.users[who], channelId, `@gangway ${text}`, {root_id: rootId}),
        direct: (who, text) =>
            playground.post(
                harbor.users[who],
                playground.direct(harbor.users[who], userId).id,
                text,
            ),
        directChannel: (who) => playground.direct(harbor.users[who], userId).id,
        answers,
        until,
        answerTo: (post, ms) =>
            until(
                `an answer to ${post.id}`,
                () =>
                    answers(post.channel_id).findLast((answer) => {
                        const props = answer.props['gangway'] as
                            {turn: string; state: string} | undefined;
                        return props?.turn.startsWith(post.id) && props.state !== 'streaming';
                    }),
                ms,
            ),
        async [Symbol.asyncDispose]() {
            await app.stop();
            await store.close();
            if (options.playground === undefined) await playground.close();
        },
    };
}
