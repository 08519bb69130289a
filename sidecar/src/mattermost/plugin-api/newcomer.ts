import type {PlatformEvent} from '../platform.ts';
import {isOwnJoin} from '../listening/missed-posts.ts';
import type {PluginApi} from './plugin-api.ts';

/** Posts of a channel that are looked through when the bot came into it. */
const NEWEST = 30;
/** How long before that posts may count, ms, where no line of the server's tells when it was. */
const JUST_NOW_MS = 2_000;

/**
 * The posts since the bot came into a channel, which must be just now: they may have come by before
 * the hook that told of its arrival, as those of a channel without the bot.
 */
export async function postsSinceJoin(
    api: Pick<PluginApi, 'getPostsForChannel'>,
    botId: string,
    channelId: string,
    now: number,
): Promise<PlatformEvent[]> {
    const {posts} = await api.getPostsForChannel(channelId, 0, NEWEST);
    const joinedAt = posts.findLast((post) => isOwnJoin(post, botId))?.createAt;
    return posts
        .filter((post) => post.createAt >= (joinedAt ?? now - JUST_NOW_MS))
        .map((post) => ({kind: 'posted', source: 'hook', post, mentionsBot: undefined}));
}
