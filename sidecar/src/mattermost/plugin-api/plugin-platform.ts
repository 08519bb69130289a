import type {AccountSettings} from '../../contract/account-settings.ts';
import {GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import type {BotIdentity, Platform} from '../platform.ts';
import type {CatchUpServer} from '../listening/catch-up.ts';
import {throwIfCancelled} from '../deadline.ts';
import type {PostList} from '../listening/missed-posts.ts';
import {createListening} from '../listening/listening.ts';
import {assemblePlatform} from '../platform-parts.ts';
import {backoff} from '../retry.ts';
import {createStatusBoard} from '../listening/status.ts';
import type {WatermarkStore} from '../watermark.ts';
import {createAbilitiesReader} from '../abilities-reader.ts';
import {loadAbilities} from './abilities.ts';
import {createDirectChannels} from './direct-channel.ts';
import {createDirectory} from './directory.ts';
import {createFiles} from './files.ts';
import type {HookEvents} from './hook-events.ts';
import {createInbound} from './inbound.ts';
import {createListener} from './listener.ts';
import {createMembership, type Membership} from './membership.ts';
import type {PostPage} from './models.ts';
import {postsSince} from './newcomer.ts';
import {createOwnPosts} from './own-posts.ts';
import type {PluginApi} from './plugin-api.ts';
import {createPosts} from './posts.ts';
import {createPageReader} from './smaller-pages.ts';
import {DEFAULT_TUNING, type Tuning} from './tuning.ts';

/** What a plugin platform needs. */
export interface PluginPlatformDeps {
    /** The account's name in the settings. */
    readonly account: string;
    readonly api: PluginApi;
    /** The plugin's bot: it exists and is no person. */
    readonly bot: BotIdentity;
    /** What the plugin's hooks tell; heard while somebody takes the platform's events. */
    readonly hookEvents: HookEvents;
    readonly settings: Pick<AccountSettings, 'catchUp' | 'dmChannelRetry'>;
    readonly marks: WatermarkStore;
    readonly log: Log;
    /** Resolves when the connection for API calls has ended. */
    readonly closed?: Promise<unknown>;
    /** [Math.random] */
    readonly random?: () => number;
    /** The server's own clock, ms, which is this machine's [Date.now]. */
    readonly now?: () => number;
    readonly tuning?: Partial<Tuning>;
}

/**
 * A Platform over the plugin's hooks and API. It asks the server nothing about posts of channels that
 * the bot is not in, and makes a post or an edit with one call.
 */
export function createPluginPlatform(deps: PluginPlatformDeps): Platform {
    const {api, bot} = deps;
    const tuning = {...DEFAULT_TUNING, ...deps.tuning};
    const now = deps.now ?? Date.now;
    const random = deps.random ?? Math.random;
    const log = deps.log.child({account: deps.account});
    const botId = bot.userId;

    const status = createStatusBoard(now);
    const abilities = createAbilitiesReader({load: (signal) => loadAbilities(api, signal), log});
    let cluster = false;
    let hearing = false;
    let stopped = AbortSignal.abort();
    const membership = createMembership({api, botId, tuning, hears: () => hearing});
    const own = createOwnPosts({botId, tuning, hearsAll: () => hearing && !cluster});
    const directory = createDirectory({api, botId, membership, tuning});
    const posts = createPosts({
        api,
        botId,
        membership,
        own,
        directory,
        tuning,
        silentPosts: () => abilities.current.silentPosts,
    });
    const files = createFiles({api, botId, directory, membership, tuning});

    const directChannel = createDirectChannels({
        api,
        botId,
        retry: deps.settings.dmChannelRetry,
        membership,
        directory,
        tuning,
        random,
        now,
    });

    const listening = createListening({
        server: createCatchUpServer(api, membership, tuning.page, now),
        marks: deps.marks,
        botId: () => botId,
        maxAgeMinutes: deps.settings.catchUp.maxAgeMinutes,
        timings: tuning,
        limits: tuning,
        log,
    });
    const listener = createListener({listening, status, tuning, log, random});
    const inbound = createInbound({
        api,
        bot,
        membership,
        directory,
        tuning,
        give: (event) => listener.give(event),
        onJoined: (channelId, at) => void readJoined(channelId, at, stopped),
        onLost: (error) => {
            if (error !== undefined) log.warn('an event needed an answer', {error: errorOf(error)});
            listener.lost();
        },
    });

    const readJoined = async (
        channelId: string,
        at: number,
        signal: AbortSignal,
    ): Promise<void> => {
        inbound.hold(channelId);
        try {
            const found = await postsSince(api, channelId, at, signal);
            for (const event of found) listener.give(event);
        } catch (error) {
            log.debug('a new channel could not be read', {error: errorOf(error)});
            listener.lost();
        } finally {
            inbound.release(channelId);
        }
    };

    /** While it runs, hooks keep true what is remembered; before and after, nothing is. */
    const listen = async (signal: AbortSignal): Promise<void> => {
        hearing = true;
        stopped = signal;
        const subscription = deps.hookEvents.subscribe((event) => {
            status.heard();
            if (event.kind === 'server-changed') abilities.refresh(signal);
            own.observe(event);
            inbound.receive(event);
        });
        try {
            await listener.run(signal);
        } finally {
            subscription[Symbol.dispose]();
            hearing = false;
            membership.forget();
            own.forget();
        }
    };
    void deps.closed?.then(() => status.set('error', 'the connection to the server is gone'));

    let connected = false;
    const delayMs = backoff(tuning.backoffMinMs, tuning.backoffMaxMs, random);
    const identity = (): BotIdentity => {
        if (connected) return bot;
        throw new GangwayError('not-connected', 'await connect() before using the platform');
    };
    return assemblePlatform({
        account: deps.account,
        bot: identity,
        status,
        connect: async (signal) => {
            for (let n = 0; ; n++) {
                try {
                    cluster = (await api.getConfig(signal)).cluster;
                    await abilities.read(signal);
                    connected = true;
                    return bot;
                } catch (error) {
                    throwIfCancelled('connecting', signal, error);
                    status.set('error', 'the server does not answer');
                    log.warn('the server does not answer', {error: errorOf(error)});
                    await sleep(delayMs(n), signal);
                }
            }
        },
        abilities,
        events: listening.events({begin: () => void identity(), listen}),
        directChannel,
        // The server asks no permission of plugins.
        ownPostRights: async () => ({edit: true, delete: true}),
        posts,
        files,
        people: directory,
    });
}

function createCatchUpServer(
    api: PluginApi,
    membership: Membership,
    most: number,
    now: () => number,
): CatchUpServer {
    const readPage = createPageReader(most);
    // The server does not say what is beyond a page; one that is not full is the last.
    const list = async (read: (size: number) => Promise<PostPage>): Promise<PostList> => {
        const {page, size} = await readPage(read);
        return {posts: page.posts, hasOlder: page.counted >= size};
    };
    return {
        channels: (signal) => membership.load(signal),
        serverNow: now,
        newest: (channelId, signal) =>
            list((size) => api.getPostsForChannel(channelId, 0, size, signal)),
        before: (channelId, postId, signal) =>
            list((size) => api.getPostsBefore(channelId, postId, 0, size, signal)),
        after: (channelId, postId, signal) =>
            list((size) => api.getPostsAfter(channelId, postId, 0, size, signal)),
    };
}
