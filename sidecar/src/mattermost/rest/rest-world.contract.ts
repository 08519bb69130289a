import {silentLog} from '../../contract/log.ts';
import type {Person, PlatformOptions, PlatformWorld, SeenPost} from '../platform-world.contract.ts';
import type {BotIdentity, Platform} from '../platform.ts';
import type {Watermark, WatermarkStore} from '../watermark.ts';
import {createRestPlatform, type RestPlatformDeps} from './rest-platform.ts';
import {openTcpLine} from './tcp-line.contract.ts';
import type {Timings} from './timings.ts';
import {directOutbound} from '../../net/direct.fixture.ts';

/** A server that allows bots, with a system admin. */
export interface ServerAddress {
    readonly url: string;
    readonly adminUser: string;
    readonly adminPassword: string;
}

/** The server that the environment names for tests; undefined = they are skipped. */
export function namedServer(): ServerAddress | undefined {
    const {
        MATTERMOST_URL: url,
        MATTERMOST_ADMIN_USER: adminUser,
        MATTERMOST_ADMIN_PASSWORD: adminPassword,
    } = process.env;
    if (url === undefined || adminUser === undefined || adminPassword === undefined)
        return undefined;
    return {url, adminUser, adminPassword};
}

/** Intervals that let a test see a reconnect within a second. */
export const QUICK: Partial<Timings> = {
    freshMs: -1,
    backoffMinMs: 50,
    backoffMaxMs: 500,
    saveMs: 20,
    retryMinMs: 20,
    retryMaxMs: 200,
};

/** A watermark store in memory that goes through JSON, as a real one does. */
export function memoryMarks(): WatermarkStore & {readonly saved: () => Watermark | undefined} {
    let text: string | undefined;
    const read = (): Watermark | undefined =>
        text === undefined ? undefined : (JSON.parse(text) as Watermark);
    return {
        load: async () => read(),
        save: async (mark) => {
            text = JSON.stringify(mark);
        },
        saved: read,
    };
}

/** Plain REST calls of one user. */
export class RestUser {
    readonly url: string;
    readonly token: string;

    constructor(url: string, token: string) {
        this.url = url;
        this.token = token;
    }

    static async login(url: string, user: string, password: string): Promise<RestUser> {
        const response = await fetch(`${url}/api/v4/users/login`, {
            method: 'POST',
            body: JSON.stringify({login_id: user, password}),
        });
        if (!response.ok) throw new Error(`login of ${user}: ${response.status}`);
        await response.arrayBuffer();
        return new RestUser(url, response.headers.get('token') ?? '');
    }

    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    async call(method: string, path: string, body?: unknown): Promise<any> {
        const response = await fetch(`${this.url}/api/v4${path}`, {
            method,
            headers: {Authorization: `Bearer ${this.token}`},
            ...(body === undefined
                ? {}
                : {body: body instanceof FormData ? body : JSON.stringify(body)}),
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
        return text === '' ? undefined : JSON.parse(text);
    }
}

/** One person over REST; `me` is logged in. */
export async function restPerson(me: RestUser): Promise<Person> {
    const {id: userId, username} = await me.call('GET', '/users/me');
    return {
        userId,
        username,
        post: async (channelId, message, options = {}) => {
            const post = await me.call('POST', '/posts', {
                channel_id: channelId,
                message,
                root_id: options.rootId ?? '',
                ...(options.fileIds === undefined ? {} : {file_ids: options.fileIds}),
            });
            // Two posts of one millisecond have no order on any server.
            await new Promise((resolve) => setTimeout(resolve, 2));
            return post.id as string;
        },
        edit: (postId, message) => me.call('PUT', `/posts/${postId}/patch`, {message}),
        delete: (postId) => me.call('DELETE', `/posts/${postId}`),
        pin: (postId) => me.call('POST', `/posts/${postId}/pin`),
        react: (postId, emojiName) =>
            me.call('POST', '/reactions', {
                user_id: userId,
                post_id: postId,
                emoji_name: emojiName,
            }),
        unreact: (postId, emojiName) =>
            me.call('DELETE', `/users/me/posts/${postId}/reactions/${emojiName}`),
        direct: async (other) =>
            (await me.call('POST', '/channels/direct', [userId, other])).id as string,
        group: async (others) =>
            (await me.call('POST', '/channels/group', [userId, ...others])).id as string,
        upload: async (channelId, name, content) => {
            const form = new FormData();
            form.append('channel_id', channelId);
            form.append('files', content, name);
            return (await me.call('POST', '/files', form)).file_infos[0].id as string;
        },
        rename: (nickname) => me.call('PUT', '/users/me/patch', {nickname}),
        live: (timezone) => me.call('PUT', '/users/me/patch', {timezone}),
        seen: (postId) => seenPost(me, postId),
    };
}

async function seenPost(me: RestUser, postId: string): Promise<SeenPost | undefined> {
    const post = await me.call('GET', `/posts/${postId}`).catch(() => undefined);
    if (post === undefined) return undefined;
    const reactions = (await me.call('GET', `/posts/${postId}/reactions`)) as
        {emoji_name: string}[] | null;
    return {
        message: post.message,
        props: post.props,
        fileIds: post.file_ids ?? [],
        pinned: post.is_pinned,
        reactions: (reactions ?? []).map((reaction) => reaction.emoji_name).sort(),
    };
}

let counter = 0;
/** A name that no server has seen. */
export const freshName = (prefix: string): string =>
    `${prefix}-${Date.now().toString(36)}${(counter++).toString(36)}`;

/** The part of a world that is made over REST, whatever the platform under test speaks. */
export interface ServerSide extends Pick<
    PlatformWorld,
    | 'teamId'
    | 'person'
    | 'admin'
    | 'channel'
    | 'renameChannel'
    | 'archive'
    | 'giveRoles'
    | 'join'
    | 'leave'
    | 'clientConfig'
    | 'configure'
> {
    readonly adminUser: RestUser;
    /** A new team with this member. */
    teamWith(userId: string): Promise<string>;
    /** Archives the teams and switches off the people, so that a server that stays is not filled up. */
    leaveTidy(): Promise<void>;
}

/** Makes a team on a server, and all that happens there by other means than the platform's. */
export async function makeServerSide(server: ServerAddress): Promise<ServerSide> {
    const admin = await RestUser.login(server.url, server.adminUser, server.adminPassword);
    const made: string[] = [];
    const newTeam = async (): Promise<string> => {
        const name = freshName('team');
        const team = await admin.call('POST', '/teams', {
            name,
            display_name: 'Contract',
            type: 'O',
        });
        made.push(`/teams/${team.id}`);
        return team.id as string;
    };
    const teamId = await newTeam();
    return {
        adminUser: admin,
        teamId,
        person: async () => {
            const name = freshName('user');
            const user = await admin.call('POST', '/users', {
                username: name,
                email: `${name}@example.com`,
                password: 'Contract-Pass1!',
            });
            made.push(`/users/${user.id}`);
            await joinTeam(admin, teamId, user.id);
            return restPerson(await RestUser.login(server.url, name, 'Contract-Pass1!'));
        },
        admin: () => restPerson(admin),
        channel: async (memberIds, type = 'O') => {
            const channel = await admin.call('POST', '/channels', {
                team_id: teamId,
                name: freshName('channel'),
                display_name: 'A channel',
                type,
            });
            for (const userId of memberIds) await join(admin, channel.id, userId);
            return channel.id as string;
        },
        renameChannel: (channelId, displayName) =>
            admin.call('PUT', `/channels/${channelId}/patch`, {display_name: displayName}),
        archive: (channelId) => admin.call('DELETE', `/channels/${channelId}`),
        giveRoles: (userId, roles) => admin.call('PUT', `/users/${userId}/roles`, {roles}),
        join: (channelId, userId) => join(admin, channelId, userId),
        leave: (channelId, userId) =>
            admin.call('DELETE', `/channels/${channelId}/members/${userId}`),
        clientConfig: () => admin.call('GET', '/config/client?format=old'),
        configure: (patch) => admin.call('PUT', '/config/patch', patch),
        teamWith: async (userId) => {
            const id = await newTeam();
            await joinTeam(admin, id, userId);
            return id;
        },
        async leaveTidy() {
            for (const path of made.splice(0)) await admin.call('DELETE', path);
        },
    };
}

/** A world on any server that speaks Mattermost's REST API; platforms reach it over a line. */
export async function makeRestWorld(
    server: ServerAddress,
): Promise<PlatformWorld & Pick<ServerSide, 'leaveTidy'>> {
    const side = await makeServerSide(server);
    const {adminUser, teamId} = side;
    const line = await openTcpLine(server.url);
    const bot = await makeBot(adminUser, teamId);
    const marks = memoryMarks();

    const platformOf = (
        one: {token: string},
        memory: WatermarkStore,
        options: PlatformOptions = {},
    ): Platform =>
        createRestPlatform({
            ...restDeps(line.url, one.token, memory, options),
            account: 'contract',
        });

    return {
        ...side,
        bot: bot.identity,
        platform: (options) => platformOf(bot, marks, options),
        otherPlatform: async () => platformOf(await makeBot(adminUser, teamId), memoryMarks()),
        joinOtherTeam: () => side.teamWith(bot.identity.userId),
        line,
        close: () => line.close(),
    };
}

/** What a platform needs on a test server, with quick intervals. */
export function restDeps(
    baseUrl: string,
    token: string,
    marks: WatermarkStore,
    options: PlatformOptions = {},
): RestPlatformDeps {
    return {
        account: 'test',
        baseUrl,
        outbound: directOutbound,
        token: async () => token,
        settings: {
            catchUp: {maxAgeMinutes: options.maxAgeMinutes ?? 60},
            dmChannelRetry: {
                maxRetries: 3,
                initialDelayMs: 10,
                maxDelayMs: 100,
                timeoutMs: 5_000,
            },
        },
        marks,
        log: silentLog,
        timings: QUICK,
    };
}

async function makeBot(
    admin: RestUser,
    teamId: string,
): Promise<{identity: BotIdentity; token: string}> {
    const bot = await admin.call('POST', '/bots', {username: freshName('bot')});
    const {token} = await admin.call('POST', `/users/${bot.user_id}/tokens`, {
        description: 'contract',
    });
    await joinTeam(admin, teamId, bot.user_id);
    return {identity: {userId: bot.user_id, username: bot.username}, token};
}

/** Adds a user to a team. */
export async function joinTeam(admin: RestUser, teamId: string, userId: string): Promise<void> {
    await admin.call('POST', `/teams/${teamId}/members`, {team_id: teamId, user_id: userId});
}

async function join(admin: RestUser, channelId: string, userId: string): Promise<void> {
    await admin.call('POST', `/channels/${channelId}/members`, {user_id: userId});
}
