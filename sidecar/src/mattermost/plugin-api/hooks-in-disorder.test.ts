import {listenTo, stopAllLogs, untilTrue} from '../event-log.contract.ts';
import {connected, type Person} from '../platform-world.contract.ts';
import {memoryMarks} from '../rest/rest-world.contract.ts';
import type {HookEvent} from './hook-events.ts';
import {createPluginPlatform, type PluginPlatformDeps} from './plugin-platform.ts';
import {makePluginWorld, pluginDeps, type PluginWorld} from './plugin-world.contract.ts';

let world: PluginWorld;
let alice: Person;
let channelId: string;

beforeEach(async () => {
    // Hooks come when and how a test says.
    world = await makePluginWorld({mute: true});
    alice = await world.person();
    channelId = await world.channel([alice.userId, world.bot.userId]);
});
afterEach(async () => {
    await stopAllLogs();
    await world.close();
});

async function start(deps: Partial<PluginPlatformDeps> = {}) {
    const base = pluginDeps(world.plugin, world.bot, memoryMarks());
    return connected(createPluginPlatform({...base, ...deps}));
}

async function posted(text: string, where = channelId): Promise<HookEvent> {
    const post = await world.plugin.api.getPost(await alice.post(where, text));
    return {kind: 'posted', post: post!};
}

describe('hooks in any order', () => {
    it('[CON-01] gives posts of a channel in their order when they come in one go', async () => {
        const log = await listenTo(await start());
        const events = [];
        for (const n of [1, 2, 3, 4, 5]) events.push(await posted(`${n}`));
        for (const event of events.toReversed()) world.plugin.emit(event);
        await log.message('5');
        expect(log.posts(channelId).map((post) => post.message)).toEqual(['1', '2', '3', '4', '5']);
    });

    it('[CON-04] gives a post once, whether by hook, by catch-up or by both', async () => {
        const missed = await posted('missed');
        const marks = memoryMarks();
        await (await listenTo(await start({marks}))).stop();
        const later = await posted('later');
        const log = await listenTo(await start({marks}));
        for (const event of [missed, later, later]) world.plugin.emit(event);
        const live = await posted('live');
        for (const event of [later, live, live]) world.plugin.emit(event);
        await log.message('live');
        // What was there before the very first start is given by its hook alone.
        expect(log.posts(channelId).map((post) => post.message)).toEqual([
            'later',
            'missed',
            'live',
        ]);
    });

    it('[GATE-16] finds the posts that came before the hook of the arrival', async () => {
        const log = await listenTo(await start());
        const elsewhere = await world.channel([alice.userId]);
        world.plugin.emit(await posted('before', elsewhere));
        world.plugin.emit(await posted('dealt with'));
        await log.message('dealt with');
        await world.join(elsewhere, world.bot.userId);
        const {channels} = world.playground.world;
        const at = channels.member(elsewhere, world.bot.userId)?.last_update_at ?? 0;
        const early = await posted('early', elsewhere);
        const next = await posted('next', elsewhere);
        world.plugin.emit(early);
        const userId = world.bot.userId;
        world.plugin.emit({kind: 'channel-joined', channelId: elsewhere, userId, at});
        world.plugin.emit(next);
        await log.message('next');
        expect(log.posts(elsewhere).map((post) => post.message)).toEqual(['early', 'next']);
    });

    it('[CON-04] loses and doubles no post when more come than anybody can take', async () => {
        const platform = await start({tuning: {queue: 20, saveMs: 5}});
        const seen: string[] = [];
        const controller = new AbortController();
        const consuming = (async () => {
            for await (const event of platform.events(controller.signal)) {
                if (event.kind !== 'posted' || event.post.channelId !== channelId) continue;
                seen.push(event.post.message);
                if (seen.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
            }
        })();
        await untilTrue(() => platform.status.state === 'ready');
        const events = [];
        const {posts, core} = world.playground.world;
        for (let n = 0; n < 500; n++) {
            const row = posts.createNow({
                user_id: alice.userId,
                channel_id: channelId,
                message: `flood ${n}`,
                create_at: core.now() + n,
            });
            events.push(await world.plugin.api.getPost(row.id));
        }
        for (const post of events) world.plugin.emit({kind: 'posted', post: post!});
        await untilTrue(() => seen.length >= 500);
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.abort();
        await consuming;
        const floods = seen.filter((text) => text.startsWith('flood'));
        expect(floods).toEqual(Array.from({length: 500}, (_, n) => `flood ${n}`));
    });

    it('[CON-04] gives what came while the server could not say whether the bot is a member', async () => {
        const {isChannelMember} = world.plugin.api;
        let failures = 1;
        const api = {
            ...world.plugin.api,
            isChannelMember: async (...args: Parameters<typeof isChannelMember>) => {
                if (failures-- > 0) throw new Error('the store is away');
                return isChannelMember(...args);
            },
        };
        const log = await listenTo(await start({api}));
        // The team's default channels are joined without a hook for each.
        world.plugin.emit({kind: 'team-joined', teamId: world.teamId, userId: world.bot.userId});
        world.plugin.emit(await posted('while it was away'));
        await log.message('while it was away');
        expect(log.posts(channelId)).toHaveLength(1);
    });

    it('tells of a reaction that was taken from a post it never saw', async () => {
        const postId = await alice.post(channelId, 'old');
        const log = await listenTo(await start());
        const reaction = {userId: alice.userId, postId, emojiName: 'eyes', channelId: ''};
        world.plugin.emit({kind: 'reaction-removed', reaction});
        expect(await log.until((event) => event.kind === 'reaction-removed')).toEqual({
            kind: 'reaction-removed',
            reaction: {...reaction, channelId},
        });
    });
});
