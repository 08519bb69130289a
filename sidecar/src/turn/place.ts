import {pickAgent} from '../agent/agents.ts';
import type {AccountSettings, GroupSettings} from '../contract/account-settings.ts';
import type {ChannelType} from '../mattermost/platform.ts';
import {answersRootsOnly, channelSettings} from '../policy/channel-rules.ts';
import {replyRoot, sessionKey, type SessionKey} from '../session/session-key.ts';
import type {TurnDeps} from './deps.ts';
import type {Facts} from './facts.ts';
import {contextIdOf} from './prepare.ts';

/** Where a post is kept as context, if it is. */
export function contextOf(
    deps: TurnDeps,
    {event: {post, channelType}, channel}: Pick<Facts, 'event' | 'channel'>,
    rootId = post.rootId,
): string {
    return contextIdOf(deps, {
        agent: agentOf(deps, channelType, channel.id),
        channelType,
        channelId: channel.id,
        rootId,
        userId: post.userId,
    });
}

/** Sessions that may hold a post: as what was said to the bot, or quoted to its agent. */
export async function holdersOf(deps: TurnDeps, facts: Facts): Promise<ReadonlySet<string>> {
    const {post, channelType} = facts.event;
    const own = conversationOf(deps, facts).session.id;
    if (channelType === 'D') return new Set([own]);
    // What stands in the channel may be the root of a thread.
    const roots = post.rootId === '' ? ['', post.id] : [post.rootId];
    const found = await Promise.all(
        roots.map((root) => deps.quotes.holders(contextOf(deps, facts, root), post.createAt)),
    );
    return new Set([own, ...found.flat()]);
}

/** The id of the agent that answers in a channel. */
function agentOf(deps: TurnDeps, channelType: ChannelType, channelId: string): string {
    const wanted =
        channelType === 'D' ? undefined : channelSettings(deps.settings(), channelId).agent;
    return pickAgent(deps.agents(), wanted)?.id ?? '';
}

/** What holds for a channel; one that answers top-level posts only does it in a thread, whatever `replyToMode` says. */
function groupOf(settings: AccountSettings, channelId: string): GroupSettings {
    const group = channelSettings(settings, channelId);
    return answersRootsOnly(settings, channelId) ? {...group, replyToMode: 'all'} : group;
}

/** Where a post's answer goes, whose session it belongs to, and who answers. */
export function conversationOf(
    deps: TurnDeps,
    {event: {post, channelType}}: Pick<Facts, 'event'>,
): {readonly session: SessionKey; readonly rootId: string; readonly agent: string} {
    const settings = deps.settings();
    const group = channelType === 'D' ? undefined : groupOf(settings, post.channelId);
    const agent = agentOf(deps, channelType, post.channelId);
    const {rootId, threadRootId} = replyRoot(post, channelType, settings, group);
    const conversation = {
        account: deps.account,
        agent,
        channelType,
        channelId: post.channelId,
        threadRootId,
        userId: post.userId,
    };
    return {session: sessionKey(conversation, settings.session), rootId, agent};
}
