import {pickAgent} from '../agent/agents.ts';
import type {ChannelType} from '../mattermost/platform.ts';
import {channelSettings} from '../policy/channel-rules.ts';
import {replyRoot, sessionKey, type SessionKey} from '../session/session-key.ts';
import type {TurnDeps} from './deps.ts';
import type {Facts} from './facts.ts';
import {contextIdOf} from './prepare.ts';

/** Where a post is kept as context, if it is. */
export function contextOf(
    deps: TurnDeps,
    {event: {post, channelType}, channel}: Pick<Facts, 'event' | 'channel'>,
): string {
    return contextIdOf(deps, {
        agent: agentOf(deps, channelType, channel.id),
        channelType,
        channelId: channel.id,
        rootId: post.rootId,
        userId: post.userId,
    });
}

/** The id of the agent that answers in a channel. */
function agentOf(deps: TurnDeps, channelType: ChannelType, channelId: string): string {
    const wanted =
        channelType === 'D' ? undefined : channelSettings(deps.settings(), channelId).agent;
    return pickAgent(deps.agents(), wanted)?.id ?? '';
}

/** Where a post's answer goes, whose session it belongs to, and who answers. */
export function conversationOf(
    deps: TurnDeps,
    {event: {post, channelType}}: Pick<Facts, 'event'>,
): {readonly session: SessionKey; readonly rootId: string; readonly agent: string} {
    const settings = deps.settings();
    const group = channelType === 'D' ? undefined : channelSettings(settings, post.channelId);
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
