import {untilTrue} from './event-log.contract.ts';
import {connected, newKey, type Person, type PlatformWorld} from './platform-world.contract.ts';
import type {Platform, PlatformEvent} from './platform.ts';
import {isSilent} from './silent-posts.ts';

/** Posts of which nobody is notified (DEL-19), on servers that know them and on others. */
export function describeSilence(world: () => PlatformWorld): void {
    describe('silent posts', () => {
        let platform: Platform;
        let alice: Person;
        let channelId: string;
        beforeAll(async () => {
            platform = await connected(world().platform());
            alice = await world().person();
            channelId = await world().channel([alice.userId, world().bot.userId]);
        });

        it('[DEL-19] are silent where the server knows them, and posts like others elsewhere', async () => {
            const draft = {channelId, message: `@${alice.username} hush`, silent: true};
            const made = await platform.createPost(draft, newKey());
            expect(made.message).toBe(draft.message);
            expect(isSilent(made.props)).toBe(platform.abilities.silentPosts);
            const stored = await platform.getPost(made.id);
            expect(stored && isSilent(stored.props)).toBe(platform.abilities.silentPosts);
        });

        it('[DEL-19] stay silent when they are edited, also with other props', async () => {
            const made = await platform.createPost(
                {channelId, message: 'a', silent: true},
                newKey(),
            );
            const edited = await platform.updatePost(made.id, {message: 'b', props: {own: 'x'}});
            expect(edited).toMatchObject({message: 'b', props: {own: 'x'}});
            expect(edited && isSilent(edited.props)).toBe(platform.abilities.silentPosts);
        });

        it('[DEL-19] are made once for each key', async () => {
            const key = newKey();
            const draft = {channelId, message: 'once', silent: true};
            const first = await platform.createPost(draft, key);
            expect((await platform.createPost(draft, key)).id).toBe(first.id);
        });

        it('[DEL-19] mention nobody where they are silent', async () => {
            const other = await world().otherPlatform();
            const me = await other.connect(AbortSignal.timeout(60_000));
            await world().join(channelId, me.userId);
            const stop = new AbortController();
            const heard: (PlatformEvent & {kind: 'posted'})[] = [];
            const listening = (async () => {
                for await (const event of other.events(stop.signal)) {
                    if (event.kind === 'posted') heard.push(event);
                }
            })();
            const texts = [`@${me.username} hush`, `@${me.username} hello`];
            const came = (): number =>
                heard.filter(({post}) => texts.includes(post.message)).length;
            try {
                await untilTrue(() => other.status.state === 'ready', 10_000);
                for (const [n, message] of texts.entries()) {
                    await platform.createPost({channelId, message, silent: n === 0}, newKey());
                }
                await untilTrue(() => came() >= 2, 10_000);
            } finally {
                stop.abort();
                await listening;
            }
            const [hush, hello] = texts.map((text) =>
                heard.find(({post}) => post.message === text),
            );
            if (world().untold?.includes('mentions') === true) return;
            expect(hello?.mentionsBot).toBe(true);
            // On a server without silent posts it is a mention as any other.
            expect(hush?.mentionsBot).toBe(!platform.abilities.silentPosts);
        });
    });
}
