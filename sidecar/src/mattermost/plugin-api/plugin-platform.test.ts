import {silentLog} from '../../contract/log.ts';
import {PlatformError} from '../errors.ts';
import {type EventLog, listenTo, stopAllLogs, untilTrue} from '../event-log.contract.ts';
import {connected, newKey, type Person} from '../platform-world.contract.ts';
import type {Platform, Post} from '../platform.ts';
import {memoryMarks} from '../rest/rest-world.contract.ts';
import {publishDelta} from './deltas.ts';
import type {PluginApi} from './plugin-api.ts';
import {createPluginApi} from './plugin-api.ts';
import {createPluginPlatform, type PluginPlatformDeps} from './plugin-platform.ts';
import {makePluginWorld, pluginDeps, type PluginWorld} from './plugin-world.contract.ts';

let world: PluginWorld;
let alice: Person;
let channelId: string;

beforeEach(async () => {
    world = await makePluginWorld();
    alice = await world.person();
    channelId = await world.channel([alice.userId, world.bot.userId]);
});
afterEach(async () => {
    await stopAllLogs();
    await world.close();
});

const signal = new AbortController().signal;

/** A platform of the world's bot; `api` replaces single calls. */
function platformWith(
    change: Partial<PluginPlatformDeps> & {calls?: Partial<PluginApi>} = {},
): Platform {
    const {calls, ...deps} = change;
    const base = pluginDeps(world.plugin, world.bot, memoryMarks());
    return createPluginPlatform({...base, api: {...base.api, ...calls}, ...deps});
}

async function listening(
    change: Parameters<typeof platformWith>[0] = {},
): Promise<{platform: Platform; log: EventLog}> {
    const platform = await connected(platformWith(change));
    return {platform, log: await listenTo(platform)};
}

/** The API calls that `work` makes. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = world.plugin.calls.length;
    await work();
    return world.plugin.calls.slice(before);
}

/** An event of the channel comes through, so that what was before it has been dealt with. */
async function settle(log: EventLog): Promise<void> {
    const text = `settle ${newKey()}`;
    await alice.post(channelId, text);
    await log.message(text);
}

describe('posts of channels without the bot', () => {
    it('[GATE-16] are told to nobody, and cost one call for the channel, not one each', async () => {
        const {log} = await listening();
        const elsewhere = await world.channel([alice.userId]);
        await alice.post(elsewhere, 'first');
        await settle(log);
        const calls = await callsOf(async () => {
            for (let n = 0; n < 20; n++) await alice.post(elsewhere, `ignored ${n}`);
            await settle(log);
        });
        expect(calls).toEqual([]);
        expect(log.posts(elsewhere)).toEqual([]);
    });

    it('[GATE-16] are told from the moment on at which the bot comes in', async () => {
        const {log} = await listening();
        const elsewhere = await world.channel([alice.userId]);
        await alice.post(elsewhere, 'before');
        await settle(log);
        await world.join(elsewhere, world.bot.userId);
        await alice.post(elsewhere, 'after');
        await log.message('after');
        await world.leave(elsewhere, world.bot.userId);
        await alice.post(elsewhere, 'gone again');
        await settle(log);
        expect(log.posts(elsewhere).map((post) => post.message)).toEqual(['after']);
    });

    it('[GATE-16][BR-32] are told as calls where they call for the bot, whatever the type of the channel', async () => {
        const {platform, log} = await listening();
        const bob = await world.person();
        const open = await world.channel([alice.userId]);
        const closed = await world.channel([alice.userId], 'P');
        const direct = await alice.direct(bob.userId);
        const shout = `hello @${world.bot.username.toUpperCase()}`;
        // As Japanese and Chinese input writes it (BR-33).
        const wide = `お願い＠${world.bot.username}`;
        for (const [elsewhere, call] of [
            [open, shout],
            [closed, wide],
            [direct, shout],
        ] as const) {
            await alice.post(elsewhere, 'hello all');
            await alice.post(elsewhere, call);
            const told = await log.until(
                (event) => event.kind === 'called-elsewhere' && event.post.channelId === elsewhere,
            );
            expect(told).toMatchObject({post: {message: call, userId: alice.userId}});
            expect(await platform.isMember(elsewhere, world.bot.userId)).toBe(false);
        }
        await settle(log);
        expect(log.events.filter(({kind}) => kind === 'called-elsewhere')).toMatchObject([
            {channelType: 'O'},
            {channelType: 'P'},
            {channelType: 'D'},
        ]);
        for (const elsewhere of [open, closed, direct]) expect(log.posts(elsewhere)).toEqual([]);
        expect(await platform.channel(closed)).toBeUndefined();
    });

    it('[GATE-16] are told when a mention shows that the bot came in unheard', async () => {
        const {log} = await listening();
        const elsewhere = await world.channel([alice.userId]);
        await alice.post(elsewhere, 'who is here?');
        await settle(log);
        // As the hook of another node of a cluster does, it comes by nowhere here.
        world.playground.world.channels.saveMember(elsewhere, world.bot.userId, false);
        await alice.post(elsewhere, 'not a mention');
        await alice.post(elsewhere, `@${world.bot.username} hello`);
        await log.message(`@${world.bot.username} hello`);
        await alice.post(elsewhere, 'and on');
        await log.message('and on');
    });

    it('cannot be read, by thread or id or page, where they are private', async () => {
        const {platform} = await listening();
        const closed = await world.channel([alice.userId], 'P');
        const fileId = await alice.upload(closed, 'secret.txt', new Blob(['secret']));
        const postId = await alice.post(closed, 'secret', {fileIds: [fileId]});
        expect(await platform.getPost(postId)).toBeUndefined();
        expect(await platform.thread(postId, 10)).toEqual([]);
        await expect(platform.postsAfter(closed, undefined)).rejects.toMatchObject({status: 403});
        expect(await platform.fileInfo(fileId)).toBeUndefined();
        await expect(platform.openFile(fileId)).rejects.toMatchObject({code: 'not-found'});
        await expect(platform.uploadFile(closed, 'x', new Blob(['x']))).rejects.toMatchObject({
            status: 403,
        });
    });
});

describe("the bot's posts", () => {
    it('[CON-07] cost one call each, to make and to edit', async () => {
        const {platform} = await listening();
        await platform.createPost({channelId, message: 'the first looks around'}, newKey());
        let post: Post | undefined;
        expect(
            await callsOf(async () => {
                post = await platform.createPost({channelId, message: 'one'}, newKey());
            }),
        ).toEqual(['CreatePost']);
        const calls = await callsOf(async () => {
            for (const message of ['two', 'three', 'four']) {
                await platform.updatePost(post?.id ?? '', {message});
            }
        });
        expect(calls).toEqual(['UpdatePost', 'UpdatePost', 'UpdatePost']);
        expect(await alice.seen(post?.id ?? '')).toMatchObject({message: 'four'});
    });

    it('keep pins, reactions and what admins changed, although nothing is read before an edit', async () => {
        const {platform, log} = await listening();
        const post = await platform.createPost({channelId, message: 'one'}, newKey());
        await alice.pin(post.id);
        await alice.react(post.id, 'tada');
        await log.until((event) => event.kind === 'reaction-added');
        expect(await callsOf(() => platform.updatePost(post.id, {message: 'two'}))).toEqual([
            'UpdatePost',
        ]);
        expect(await alice.seen(post.id)).toMatchObject({
            message: 'two',
            pinned: true,
            reactions: ['tada'],
        });
        // Without this mark, clients do not ask for the reactions.
        expect(world.playground.world.posts.require(post.id).has_reactions).toBe(true);
    });

    it('keep the addresses of their buttons when the text is edited', async () => {
        const {platform} = await listening();
        const attachments = [
            {text: 'a', actions: [{id: 'go', name: 'Go', integration: {url: '/plugins/x/y'}}]},
        ];
        const props = {attachments};
        const post = await platform.createPost({channelId, message: 'one', props}, newKey());
        await platform.updatePost(post.id, {message: 'two'});
        const stored = await world.plugin.api.getPost(post.id);
        expect(stored?.props['attachments']).toMatchObject(attachments);
        expect(stored?.props).toMatchObject({from_bot: 'true', from_plugin: 'true'});
        await platform.updatePost(post.id, {props: {other: 1}});
        const after = await world.plugin.api.getPost(post.id);
        expect(after?.props).toMatchObject({from_bot: 'true', from_plugin: 'true', other: 1});
        expect(after?.props).not.toHaveProperty('attachments');
    });

    it('are edited one after the other, each from what the one before left', async () => {
        const {platform} = await listening();
        const post = await platform.createPost({channelId, message: 'one'}, newKey());
        await Promise.all([
            platform.updatePost(post.id, {props: {state: 'done'}}),
            platform.updatePost(post.id, {message: 'two'}),
            platform.updatePost(post.id, {message: 'three'}),
        ]);
        expect(await platform.getPost(post.id)).toMatchObject({
            message: 'three',
            props: {state: 'done'},
        });
    });

    it('are read before each edit on a cluster, whose other nodes are not heard', async () => {
        const config = await world.plugin.api.getConfig();
        const {platform} = await listening({
            calls: {getConfig: async () => ({...config, cluster: true})},
        });
        const post = await platform.createPost({channelId, message: 'one'}, newKey());
        expect(await callsOf(() => platform.updatePost(post.id, {message: 'two'}))).toEqual([
            'GetPost',
            'UpdatePost',
        ]);
    });

    it("are the only ones that the bot changes, although the API would change anybody's", async () => {
        const {platform} = await listening();
        const postId = await alice.post(channelId, 'mine');
        expect(await platform.updatePost(postId, {message: 'yours'})).toBeUndefined();
        await expect(platform.deletePost(postId)).rejects.toMatchObject({status: 403});
        expect(await alice.seen(postId)).toMatchObject({message: 'mine'});
    });

    it('are said to be gone when somebody deletes them while they grow', async () => {
        const {platform, log} = await listening();
        const post = await platform.createPost({channelId, message: 'one'}, newKey());
        const admin = await world.admin();
        await admin.delete(post.id);
        expect(await platform.updatePost(post.id, {message: 'two'})).toBeUndefined();
        await log.until((event) => event.kind === 'deleted');
        expect(await platform.updatePost(post.id, {message: 'three'})).toBeUndefined();
        expect(await platform.deletePost(post.id)).toBe(false);
    });

    it('[CON-07] are not made twice when the answer to the first try never came', async () => {
        const {posts} = world.playground.world;
        const impatient = createPluginApi(world.plugin.client, {callMs: 60});
        let {createPost} = impatient;
        const calls: Partial<PluginApi> = {createPost: (...args) => createPost(...args)};
        const platform = await connected(platformWith({calls}));
        const given = Promise.withResolvers<undefined>();
        const slowness = async <T>(post: T): Promise<T> => {
            await given.promise;
            return post;
        };
        posts.interceptors.add(slowness);
        const key = newKey();
        const draft = {channelId, message: 'once only'};
        await expect(platform.createPost(draft, key)).rejects.toMatchObject({code: 'timeout'});
        posts.interceptors.delete(slowness);
        given.resolve(undefined);
        ({createPost} = world.plugin.api);
        await untilTrue(async () =>
            (await platform.postsAfter(channelId, undefined)).some(
                (post) => post.message === draft.message,
            ),
        );
        const post = await platform.createPost(draft, key);
        const all = await platform.postsAfter(channelId, undefined);
        expect(all.filter((one) => one.message === draft.message).map(({id}) => id)).toEqual([
            post.id,
        ]);
    });

    it('[CON-07] let the caller go at once, and are not lost by it', async () => {
        const platform = await connected(platformWith());
        const controller = new AbortController();
        const key = newKey();
        const draft = {channelId, message: 'left alone'};
        const leaving = platform.createPost(draft, key, controller.signal);
        controller.abort();
        await expect(leaving).rejects.toMatchObject({code: 'cancelled'});
        const post = await platform.createPost(draft, key);
        const all = await platform.postsAfter(channelId, undefined);
        expect(all.filter((one) => one.message === draft.message).map(({id}) => id)).toEqual([
            post.id,
        ]);
    });

    it('show a private line to one person, also where the bot is no member', async () => {
        const platform = await connected(platformWith());
        const elsewhere = await world.channel([alice.userId]);
        const told: string[] = [];
        using _tap = world.playground.tap((event) => {
            if (event.kind !== 'published' || event.published.event !== 'ephemeral_message') return;
            told.push(event.published.audience.userId ?? 'everybody');
        });
        expect(
            await platform.ephemeral(alice.userId, {channelId: elsewhere, message: 'psst'}),
        ).toBe(true);
        expect(told).toEqual([alice.userId]);
    });
});

describe('deltas', () => {
    it("[DEL-04] go to the members of the post's channel and to nobody else", async () => {
        const published: unknown[] = [];
        using _tap = world.playground.tap((event) => {
            if (event.kind === 'published') published.push(event.published);
        });
        const publish = publishDelta(world.plugin.api, silentLog);
        publish({stream: 'a1b', n: 37, text: 'héllo'}, channelId);
        await untilTrue(() => published.length > 0);
        expect(published).toEqual([
            {
                event: 'custom_gangway_d',
                data: {a1b11: 'héllo'},
                audience: {channelId, omitUsers: []},
            },
        ]);
    });

    it('[DEL-04] never throw, whatever the server says', async () => {
        const lines: unknown[] = [];
        const log = {...silentLog, debug: (message: string) => lines.push(message)};
        const failing = publishDelta(
            {publishWebSocketEvent: () => Promise.reject(new PlatformError('unreachable', 'x'))},
            log,
        );
        failing({stream: 'a1b', n: 1, text: ''}, channelId);
        publishDelta(world.plugin.api, log)({stream: 'a1b', n: 1, text: ''}, '');
        await untilTrue(() => lines.length === 2);
    });
});

describe('the connection', () => {
    it('[CON-10] is tried until the server answers', async () => {
        const {getConfig} = world.plugin.api;
        let failures = 2;
        const platform = platformWith({
            calls: {
                getConfig: async (callSignal) => {
                    if (failures-- > 0) throw new PlatformError('server-error', 'down');
                    return getConfig(callSignal);
                },
            },
        });
        const states: string[] = [];
        platform.onStatus(({state}) => states.push(state));
        expect(await platform.connect(signal)).toEqual(world.bot);
        expect(states).toEqual(['error']);
        const log = await listenTo(platform);
        expect(platform.status.state).toBe('ready');
        await log.stop();
    });

    it('[CON-10] shows that it is gone', async () => {
        const closed = Promise.withResolvers<undefined>();
        const {platform} = await listening({closed: closed.promise});
        expect(platform.status.state).toBe('ready');
        closed.resolve(undefined);
        await untilTrue(() => platform.status.state === 'error');
    });

    it('[CON-08] makes a DM channel by its own rule of retries', async () => {
        const {getDirectChannel} = world.plugin.api;
        let failures = 3;
        let tries = 0;
        const calls: Partial<PluginApi> = {
            getDirectChannel: async (one, other, callSignal) => {
                tries += 1;
                if (failures-- > 0) throw new PlatformError('server-error', 'down');
                return getDirectChannel(one, other, callSignal);
            },
        };
        const platform = await connected(platformWith({calls}));
        expect((await platform.directChannel(alice.userId)).type).toBe('D');
        expect(tries).toBe(4);
        expect((await platform.directChannel(alice.userId)).type).toBe('D');
        expect(tries).toBe(4);
        const bob = await world.person();
        failures = 4;
        await expect(platform.directChannel(bob.userId)).rejects.toMatchObject({
            code: 'server-error',
        });
        expect(tries).toBe(8);
    });

    it('refuses a file that would not fit through it', async () => {
        const tuning = {fileBytes: 10};
        const platform = await connected(platformWith({tuning}));
        await expect(
            platform.uploadFile(channelId, 'big.txt', new Blob(['12345678901'])),
        ).rejects.toMatchObject({code: 'too-large'});
        const fileId = await alice.upload(channelId, 'big.txt', new Blob(['12345678901']));
        await alice.post(channelId, 'here', {fileIds: [fileId]});
        await expect(platform.openFile(fileId)).rejects.toMatchObject({code: 'too-large'});
    });

    it('gives no permission to somebody who was deactivated', async () => {
        const {platform, log} = await listening();
        const scope = {kind: 'channel', channelId} as const;
        expect(await platform.may(alice.userId, 'create_post', scope)).toBe(true);
        world.playground.world.users.setActive(alice.userId, false);
        world.plugin.emit({kind: 'user-deactivated', userId: alice.userId});
        await log.until((event) => event.kind === 'user-changed');
        expect(await platform.may(alice.userId, 'create_post', scope)).toBe(false);
    });
});
