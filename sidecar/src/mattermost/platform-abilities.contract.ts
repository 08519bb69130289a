import {longestMessage} from './abilities.ts';
import {untilTrue} from './event-log.contract.ts';
import {connected, newKey, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform} from './platform.ts';

/** What the server allows (INS-14), by what it says itself. */
export function describeAbilities(world: () => PlatformWorld): void {
    describe('what the server allows', () => {
        let platform: Platform;
        let channelId: string;
        beforeAll(async () => {
            platform = await connected(world().platform());
            channelId = await world().channel([world().bot.userId]);
        });

        it('[INS-14] is the least that any server does before connecting, and read then', async () => {
            const fresh = world().platform();
            expect(fresh.abilities).toMatchObject({
                version: '',
                longestPost: 16_383,
                silentPosts: false,
                blocks: false,
                channelSettingsTabs: false,
            });
            const said = await world().clientConfig();
            await fresh.connect(AbortSignal.timeout(60_000));
            expect(fresh.abilities).toMatchObject({
                version: said['Version'],
                longestPost: Number(said['MaxPostSize']),
                longestFile: Number(said['MaxFileSize']),
                integrations: {commands: said['EnableCommands'] === 'true'},
                latex: {
                    blocks: said['EnableLatex'] === 'true',
                    inline: said['EnableLatex'] === 'true' && said['EnableInlineLatex'] === 'true',
                },
                licence: '',
            });
            const [major, minor] = fresh.abilities.version.split('.').map(Number);
            const isFrom11m10 = (major ?? 0) * 100 + (minor ?? 0) >= 1110;
            expect(fresh.abilities.silentPosts).toBe(isFrom11m10);
        });

        it('[INS-14] is as long a post as the server takes, and no longer', async () => {
            const longest = longestMessage(platform.abilities);
            const draft = {channelId, message: '☃'.repeat(longest)};
            expect((await platform.createPost(draft, newKey())).message).toHaveLength(longest);
            const longer = {channelId, message: '☃'.repeat(platform.abilities.longestPost + 1)};
            await expect(platform.createPost(longer, newKey())).rejects.toMatchObject({
                code: expect.stringMatching(/^(refused|too-large)$/),
            });
        });

        it('[INS-14] is read again when the settings of the server change', async () => {
            const stop = new AbortController();
            const events = platform.events(stop.signal)[Symbol.asyncIterator]();
            const next = events.next();
            const until = (seconds: number | undefined): Promise<void> =>
                untilTrue(() => platform.abilities.editLimitSeconds === seconds, 10_000);
            try {
                await untilTrue(() => platform.status.state === 'ready', 10_000);
                try {
                    await world().configure({ServiceSettings: {PostEditTimeLimit: 7200}});
                    await until(7200);
                } finally {
                    await world().configure({ServiceSettings: {PostEditTimeLimit: -1}});
                }
                await until(undefined);
            } finally {
                stop.abort();
                await next;
            }
        });
    });
}
