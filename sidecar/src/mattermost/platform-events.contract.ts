import {listenTo, stopAllLogs, untilTrue, type EventLog} from './event-log.contract.ts';
import {connected, newKey, type Person, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform} from './platform.ts';

/** Events as they happen. */
export function describeEvents(world: () => PlatformWorld): void {
    describe('events', () => {
        let platform: Platform;
        let log: EventLog;
        let alice: Person;
        let channelId: string;

        beforeAll(async () => {
            platform = await connected(world().platform());
            log = await listenTo(platform);
            alice = await world().person();
            channelId = await world().channel([alice.userId, world().bot.userId]);
        });
        afterAll(stopAllLogs);

        it('[CON-01] tells of each post where the bot is a member, with what the server says of mentions', async () => {
            const {username} = world().bot;
            const told = world().untold?.includes('mentions') !== true;
            const plainId = await alice.post(channelId, 'no mention');
            await alice.post(channelId, `hey @${username}, hello`);
            const rootId = await alice.post(channelId, 'root post');
            await alice.post(channelId, 'reply post', {rootId});
            await log.message('reply post');
            expect(await log.message('no mention')).toMatchObject({
                kind: 'posted',
                mentionsBot: told ? false : undefined,
                post: {
                    id: plainId,
                    userId: alice.userId,
                    channelId,
                    rootId: '',
                    type: '',
                    editAt: 0,
                    deleteAt: 0,
                },
            });
            const mention = await log.message(`hey @${username}, hello`);
            expect(mention.mentionsBot).toBe(told ? true : undefined);
            expect((await log.message('reply post')).post.rootId).toBe(rootId);
        });

        it('tells of files of a post', async () => {
            const fileId = await alice.upload(channelId, 'f.txt', new Blob(['f']));
            await alice.post(channelId, 'with file', {fileIds: [fileId]});
            expect((await log.message('with file')).post.fileIds).toEqual([fileId]);
        });

        it("tells of the bot's own posts too", async () => {
            const post = await platform.createPost({channelId, message: 'mine'}, newKey());
            expect((await log.message('mine')).post.id).toBe(post.id);
        });

        it('does not tell of channels where the bot is no member', async () => {
            const elsewhere = await world().channel([alice.userId]);
            await alice.post(elsewhere, 'not for the bot');
            await alice.post(channelId, 'but this');
            await log.message('but this');
            expect(log.posts(elsewhere)).toEqual([]);
        });

        it('tells of direct and group messages that people open', async () => {
            const bob = await world().person();
            const dm = await alice.direct(world().bot.userId);
            await alice.post(dm, 'a direct message');
            const told = world().untold?.includes('mentions') !== true;
            const direct = await log.message('a direct message');
            expect(direct.mentionsBot).toBe(told ? true : undefined);
            const group = await alice.group([bob.userId, world().bot.userId]);
            await bob.post(group, 'a group message');
            expect((await log.message('a group message')).post.channelId).toBe(group);
        });

        it('[CON-01] keeps the order of a channel', async () => {
            const own = await world().channel([alice.userId, world().bot.userId]);
            const texts = Array.from({length: 30}, (_, n) => `ordered ${n}`);
            for (const text of texts) await alice.post(own, text);
            await log.message('ordered 29');
            const seen = log.posts(own).filter((post) => post.message.startsWith('ordered'));
            expect(seen.map((post) => post.message)).toEqual(texts);
        });

        it('tells of edits and deletions', async () => {
            const postId = await alice.post(channelId, 'first version');
            await alice.edit(postId, 'second version');
            const edited = await log.until((e) => e.kind === 'edited' && e.post.id === postId);
            expect(edited).toMatchObject({post: {message: 'second version', channelId}});
            await alice.delete(postId);
            await log.until((e) => e.kind === 'deleted' && e.post.id === postId);
        });

        it('tells of reactions', async () => {
            const postId = await alice.post(channelId, 'reactions please');
            const reaction = {postId, userId: alice.userId, emojiName: 'tada', channelId};
            await alice.react(postId, 'tada');
            expect(
                await log.until((e) => e.kind === 'reaction-added' && e.reaction.postId === postId),
            ).toMatchObject({reaction});
            await alice.unreact(postId, 'tada');
            expect(
                await log.until(
                    (e) => e.kind === 'reaction-removed' && e.reaction.postId === postId,
                ),
            ).toMatchObject({reaction});
        });

        it('tells who comes into a channel and who leaves it, the bot included', async () => {
            const bob = await world().person();
            const own = await world().channel([alice.userId]);
            const isAbout = (kind: 'joined' | 'left', userId: string) =>
                log.until((e) => e.kind === kind && e.channelId === own && e.userId === userId);
            await world().join(own, world().bot.userId);
            await isAbout('joined', world().bot.userId);
            await world().join(own, bob.userId);
            await isAbout('joined', bob.userId);
            await world().leave(own, bob.userId);
            await isAbout('left', bob.userId);
            await world().leave(own, world().bot.userId);
            await isAbout('left', world().bot.userId);
        });

        it('tells that the bot came into a team', async () => {
            const teamId = await world().joinOtherTeam();
            await log.until(
                (e) =>
                    e.kind === 'team-joined' &&
                    e.teamId === teamId &&
                    e.userId === world().bot.userId,
            );
            expect((await platform.teams()).map((team) => team.id)).toContain(teamId);
        });

        it('tells of changed channels and users, and forgets what it knew of them', async () => {
            const bob = await world().person();
            expect(await platform.channel(channelId)).toBeDefined();
            expect((await platform.user(bob.userId))?.displayName).not.toBe('Bobby');
            await world().renameChannel(channelId, 'Renamed');
            await log.until((e) => e.kind === 'channel-changed' && e.channelId === channelId);
            expect((await platform.channel(channelId))?.displayName).toBe('Renamed');
            await bob.rename('Bobby');
            if (world().untold?.includes('user-changes') !== true) {
                await log.until((e) => e.kind === 'user-changed' && e.userId === bob.userId);
                expect((await platform.user(bob.userId))?.displayName).toBe('Bobby');
            }
            // Nobody is remembered for long where nobody tells.
            await untilTrue(async () => (await platform.user(bob.userId))?.displayName === 'Bobby');
        });

        it('[CON-10] shows that it is ready, since when, and when it heard something last', async () => {
            await alice.post(channelId, 'for the status');
            await log.message('for the status');
            const {status} = platform;
            expect(status.state).toBe('ready');
            expect(status.since).toBeLessThanOrEqual(Date.now());
            expect(Date.now() - (status.lastEventAt ?? 0)).toBeLessThan(60_000);
            expect(status.reconnects).toBe(0);
        });

        it('has one consumer at a time', async () => {
            const second = platform.events(AbortSignal.timeout(60_000));
            await expect(second[Symbol.asyncIterator]().next()).rejects.toThrow(/one consumer/);
        });

        it('[CON-06] serves two accounts on one server independently', async () => {
            const other = await connected(await world().otherPlatform());
            await world().join(channelId, other.bot.userId);
            const otherLog = await listenTo(other);
            await alice.post(channelId, 'for both');
            await log.message('for both');
            await otherLog.message('for both');
            await otherLog.stop();
            await alice.post(channelId, 'for one');
            await log.message('for one');
            expect(platform.status.state).toBe('ready');
            expect(other.status.state).toBe('disabled');
        });
    });
}
