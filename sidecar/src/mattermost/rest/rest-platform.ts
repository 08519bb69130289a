import type {AccountSettings} from '../../contract/account-settings.ts';
import {GangwayError} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import type {Outbound} from '../../net/outbound.ts';
import type {Platform} from '../platform.ts';
import type {WatermarkStore} from '../watermark.ts';
import {createAbilitiesReader} from '../abilities-reader.ts';
import {loadAbilities} from './abilities.ts';
import {createDirectChannels} from './direct-channel.ts';
import {createDirectory} from './directory.ts';
import {createFiles} from './files.ts';
import {createIdentity} from './identity.ts';
import {createLine} from './line.ts';
import {createListener} from './listener.ts';
import {createPostRights} from './post-rights.ts';
import {createPosts} from './posts.ts';
import {createListening} from '../listening/listening.ts';
import {assemblePlatform} from '../platform-parts.ts';
import {createRestClient} from './rest-client.ts';
import {createSession} from './session.ts';
import {createStatusBoard} from '../listening/status.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS, type Limits, type Timings} from './timings.ts';
import {createTokenLife} from './token-life.ts';
import {createTransport} from './transport.ts';
import {postListSchema} from './wire.ts';

/** What a REST platform needs. */
export interface RestPlatformDeps {
    /** The account's name in the settings. */
    readonly account: string;
    /** The server's address, with its path if it has one: `https://chat.example.com`. */
    readonly baseUrl: string;
    /** Requests and WebSocket leave by it. */
    readonly outbound: Outbound;
    /** Asked for at the start and again after the server refused the last one. */
    readonly token: () => Promise<string>;
    /** What a person can do where the server refuses the token, for the log [give the bot a new one]. */
    readonly tokenRemedy?: string;
    readonly settings: Pick<AccountSettings, 'catchUp' | 'dmChannelRetry'>;
    readonly marks: WatermarkStore;
    readonly log: Log;
    /** [Math.random] */
    readonly random?: () => number;
    /** Our own clock, ms [Date.now]. */
    readonly now?: () => number;
    readonly timings?: Partial<Timings>;
    readonly limits?: Partial<Limits>;
}

/**
 * A Platform over Mattermost's REST API and WebSocket, with the bot's token. It listens while
 * `events` runs and holds nothing but memory otherwise; nothing is shared between two of them.
 * @throws GangwayError `bad-url` when `baseUrl` is no http(s) address.
 */
export function createRestPlatform(deps: RestPlatformDeps): Platform {
    const timings = {...DEFAULT_TIMINGS, ...deps.timings};
    const limits = {...DEFAULT_LIMITS, ...deps.limits};
    const random = deps.random ?? Math.random;
    const now = deps.now ?? Date.now;
    const log = deps.log.child({account: deps.account});
    const baseUrl = cleanUrl(deps.baseUrl);

    const status = createStatusBoard(now);
    const transport = createTransport({
        fetch: deps.outbound.fetch,
        token: deps.token,
        timings,
        limits,
        log,
        now,
    });
    const rest = createRestClient({baseUrl, transport, timings, random, now});
    const line = createLine({
        ping: (signal) => transport.ping(`${baseUrl}/api/v4/system/ping`, signal),
        timings,
        random,
    });
    const identity = createIdentity({
        rest,
        line,
        status,
        timings,
        log,
        random,
        onChanged: () => session.forget(),
        account: deps.account,
        tokenRemedy: deps.tokenRemedy ?? 'give it a new token of the bot, and enable the bot',
    });
    const abilities = createAbilitiesReader({
        load: (signal) => loadAbilities(rest, timings, signal),
        log,
    });
    const tokenLife = createTokenLife({rest, status, log, now});
    /** Whether the connection that is about to be made was asked for already. */
    let isFresh = false;
    /** Ends when nobody listens any more. */
    let hearing = AbortSignal.abort();
    const botId = (): string => identity.bot().userId;
    const directory = createDirectory({rest, timings, limits});
    const rights = createPostRights({
        people: directory,
        botId,
        status,
        log,
        max: limits.directory,
    });
    const posts = createPosts({
        rest,
        botId,
        timings,
        limits,
        now,
        silentPosts: () => abilities.current.silentPosts,
        onRefused: (permission, channelId, signal) => rights.refused(permission, channelId, signal),
    });
    const files = createFiles({rest, timings, baseUrl});
    const directChannel = createDirectChannels({
        rest,
        botId,
        retry: deps.settings.dmChannelRetry,
        learn: (channel) => directory.learn(channel),
        timings,
        limits,
        random,
    });

    const listening = createListening({
        server: {
            channels: (signal) => directory.channels(signal),
            serverNow: () => transport.serverNow(),
            ...postPages(rest, limits.page),
        },
        marks: deps.marks,
        botId,
        maxAgeMinutes: deps.settings.catchUp.maxAgeMinutes,
        timings,
        limits,
        log,
    });
    const session = createSession({
        baseUrl,
        outbound: deps.outbound,
        token: () => transport.token(),
        botId,
        checkHealth: (signal) => {
            void tokenLife.look(signal);
            return identity.checkHealth(signal);
        },
        observe: (frame) => {
            directory.observe(frame);
            rights.observe(frame);
            if (frame.name === 'config_changed' || frame.name === 'license_changed') {
                abilities.refresh(hearing);
            }
        },
        onGap: () => {
            directory.forget();
            rights.forget();
        },
        listening,
        status,
        timings,
        limits,
        log,
        now,
    });
    const listen = createListener({
        identify: async (signal) => {
            const wasAway = await identity.identify(signal);
            hearing = signal;
            void tokenLife.look(signal);
            if (!isFresh) abilities.refresh(signal);
            isFresh = false;
            return wasAway;
        },
        session: session.run,
        listening,
        status,
        timings,
        limits,
        log,
        random,
        now,
    });

    return assemblePlatform({
        account: deps.account,
        bot: () => identity.bot(),
        status,
        abilities,
        connect: async (signal) => {
            await identity.identify(signal);
            await abilities.read(signal);
            isFresh = true;
            return identity.bot();
        },
        events: listening.events({begin: () => void identity.bot(), listen}),
        directChannel,
        ownPostRights: (channelId, signal) => rights.in(channelId, signal),
        posts,
        files,
        people: directory,
    });
}

function postPages(rest: ReturnType<typeof createRestClient>, page: number) {
    const what = 'GET /channels/{id}/posts';
    return {
        newest: (channelId: string, signal: AbortSignal) =>
            rest.call(what, postListSchema, (api) => api.getPosts(channelId, 0, page, false), {
                signal,
            }),
        before: (channelId: string, postId: string, signal: AbortSignal) =>
            rest.call(
                what,
                postListSchema,
                (api) => api.getPostsBefore(channelId, postId, 0, page, false),
                {signal},
            ),
        after: (channelId: string, postId: string, signal: AbortSignal) =>
            rest.call(
                what,
                postListSchema,
                (api) => api.getPostsAfter(channelId, postId, 0, page, false),
                {signal},
            ),
    };
}

function cleanUrl(baseUrl: string): string {
    const url = URL.parse(baseUrl);
    if (url === null || !['http:', 'https:'].includes(url.protocol)) {
        throw new GangwayError(
            'bad-url',
            'the address of a Mattermost server begins with http(s)://',
        );
    }
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
