import type {PlatformEvent} from '../platform.ts';
import type {PluginApi} from './plugin-api.ts';

/** Posts of a channel that are looked through when the bot came into it. */
const NEWEST = 30;

/**
 * The posts since the bot came into a channel, which must be just now: they may have come by before
 * the hook that told of its arrival, as those of a channel without the bot.
 */
export async function postsSince(
    api: Pick<PluginApi, 'getPostsForChannel'>,
    channelId: string,
    joinedAt: number,
    signal: AbortSignal,
): Promise<PlatformEvent[]> {
    const {posts} = await api.getPostsForChannel(channelId, 0, NEWEST, signal);
    return posts
        .filter((post) => post.createAt >= joinedAt)
        .map((post) => ({kind: 'posted', source: 'hook', post, mentionsBot: undefined}));
}
