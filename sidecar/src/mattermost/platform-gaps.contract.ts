import {listenTo, stopAllLogs, untilTrue} from './event-log.contract.ts';
import {connected, newKey, type Person, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform} from './platform.ts';

/** What happened while nobody listened. */
export function describeCatchUp(world: () => PlatformWorld): void {
    describe('gaps', () => {
        let alice: Person;
        let channelId: string;
        const start = async (maxAgeMinutes?: number): Promise<Platform> =>
            connected(world().platform(maxAgeMinutes === undefined ? {} : {maxAgeMinutes}));

        beforeEach(async () => {
            alice = await world().person();
            channelId = await world().channel([alice.userId, world().bot.userId]);
            await (await listenTo(await start())).stop();
        });

        afterEach(stopAllLogs);

        it('[CON-04] gives what was posted before the very first start to nobody', async () => {
            const other = await connected(await world().otherPlatform());
            await world().join(channelId, other.bot.userId);
            await alice.post(channelId, 'long ago');
            const log = await listenTo(other);
            await alice.post(channelId, 'just now');
            await log.message('just now');
            expect(log.posts(channelId).map((post) => post.message)).toEqual(['just now']);
            await log.stop();
        });

        it('[CON-04] gives each missed post once and in order after a restart', async () => {
            const texts = Array.from({length: 12}, (_, n) => `missed ${n}`);
            const ids = [];
            for (const text of texts) ids.push(await alice.post(channelId, text));
            await alice.delete(ids[5]!);
            await alice.edit(ids[6]!, 'missed 6, edited');
            const platform = await start();
            const log = await listenTo(platform);
            await log.message('missed 11');
            await alice.post(channelId, 'live again');
            await log.message('live again');
            expect(log.posts(channelId).map((post) => post.message)).toEqual([
                ...texts.slice(0, 5),
                'missed 6, edited',
                ...texts.slice(7),
                'live again',
            ]);
            expect(log.posted(channelId)[0]?.source).toBe('catch-up');
            await log.stop();

            const again = await listenTo(await start());
            await alice.post(channelId, 'after a second restart');
            await again.message('after a second restart');
            expect(again.posts(channelId).map((post) => post.message)).toEqual([
                'after a second restart',
            ]);
            await again.stop();
        });

        it('[CON-04] gives a post again that was not handled, and none that was', async () => {
            const log = await listenTo(await start(), {
                hold: (event) => event.kind === 'posted' && event.post.message === 'in hand',
            });
            for (const text of ['done', 'in hand', 'waiting']) await alice.post(channelId, text);
            await log.message('in hand');
            await log.stop();
            const again = await listenTo(await start());
            await again.message('waiting');
            expect(again.posts(channelId).map((post) => post.message)).toEqual([
                'in hand',
                'waiting',
            ]);
            await again.stop();
        });

        it('[CON-04] finds direct messages and channels that are new since the gap began', async () => {
            const bob = await world().person();
            const dm = await bob.direct(world().bot.userId);
            await bob.post(dm, 'a missed direct message');
            const joined = await world().channel([bob.userId]);
            await bob.post(joined, 'before the bot came');
            await world().join(joined, world().bot.userId);
            await bob.post(joined, 'after the bot came');
            const log = await listenTo(await start());
            await log.message('a missed direct message');
            await log.message('after the bot came');
            expect(log.posts(joined).map((post) => post.message)).not.toContain(
                'before the bot came',
            );
            await log.stop();
        });

        it('[CON-04] pages through a gap of more posts than one page holds', async () => {
            const texts = Array.from({length: 430}, (_, n) => `of many ${n}`);
            for (const text of texts) await alice.post(channelId, text);
            const log = await listenTo(await start());
            await log.message('of many 429');
            expect(log.posts(channelId).map((post) => post.message)).toEqual(texts);
            await log.stop();
        });

        it('[CON-04] counts posts that are too old to be answered, without its own', async () => {
            const platform = await start();
            for (const text of ['old 1', 'old 2', 'old 3']) await alice.post(channelId, text);
            await platform.createPost({channelId, message: 'own'}, newKey());
            await new Promise((resolve) => setTimeout(resolve, 11_000));
            await alice.post(channelId, 'young');
            const log = await listenTo(await start(10 / 60));
            await log.message('young');
            const events = log.events.filter(
                (event) => event.kind === 'skipped' && event.channelId === channelId,
            );
            expect(events).toEqual([{kind: 'skipped', channelId, count: 3}]);
            expect(log.posts(channelId).map((post) => post.message)).toEqual(['young']);
            await log.stop();
            await alice.post(channelId, 'end');
            const again = await listenTo(await start(10 / 60));
            await again.message('end');
            expect(again.events.filter((event) => event.kind === 'skipped')).toEqual([]);
            await again.stop();
        });

        it('[CON-04] loses and doubles nothing when the line is cut, and keeps the order', async () => {
            const {line} = world();
            if (line === undefined) return;
            const platform = await start();
            const log = await listenTo(platform);
            await alice.post(channelId, 'before the cut');
            await log.message('before the cut');
            for (const round of ['first', 'second']) {
                line.cut();
                await untilTrue(() => platform.status.state !== 'ready');
                const mention = `@${world().bot.username} ${round}`;
                for (let n = 0; n < 20; n++) await alice.post(channelId, `${mention} ${n}`);
                line.mend();
                await log.message(`${mention} 19`);
                const seen = log.posts(channelId).map((post) => post.message);
                expect(seen.filter((text) => text.startsWith(mention))).toEqual(
                    Array.from({length: 20}, (_, n) => `${mention} ${n}`),
                );
            }
            expect(platform.status.reconnects).toBeGreaterThanOrEqual(2);
            await log.stop();
        });

        it('[CON-04] gives the event in hand again to the next consumer of the same process', async () => {
            const platform = await start();
            const log = await listenTo(platform, {
                hold: (event) => event.kind === 'posted' && event.post.message === 'in hand',
            });
            await alice.post(channelId, 'in hand');
            await log.message('in hand');
            await log.stop();
            const again = await listenTo(platform);
            await alice.post(channelId, 'next');
            await again.message('next');
            expect(again.posts(channelId).map((post) => post.message)).toEqual(['in hand', 'next']);
            await again.stop();
        });

        it('ends the events at once when it is told to, and can begin again', async () => {
            const platform = await start();
            const first = await listenTo(platform);
            await first.stop();
            expect(platform.status.state).toBe('disabled');
            await alice.post(channelId, 'meanwhile');
            const second = await listenTo(platform);
            await second.message('meanwhile');
            await second.stop();
        });
    });
}
