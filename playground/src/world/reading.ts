import type {Channels} from './channels.ts';
import type {Core} from './core.ts';

/**
 * Marks channels as read for a user and tells the user's other clients.
 * @returns when the last post of each channel was made
 */
export function markViewed(
    deps: {core: Core; channels: Channels},
    userId: string,
    channelIds: readonly string[],
): Record<string, number> {
    const times: Record<string, number> = {};
    let changed = false;
    for (const id of channelIds) {
        const channel = deps.channels.get(id);
        const member = deps.channels.member(id, userId);
        if (channel === undefined || member === undefined) {
            continue;
        }
        times[id] = channel.last_post_at;
        changed ||= member.msg_count < channel.total_msg_count || member.mention_count > 0;
        member.mention_count = 0;
        member.mention_count_root = 0;
        member.msg_count = Math.max(member.msg_count, channel.total_msg_count);
        member.msg_count_root = Math.max(member.msg_count_root, channel.total_msg_count_root);
        member.last_viewed_at = Math.max(member.last_viewed_at, channel.last_post_at);
        member.last_update_at = member.last_viewed_at;
    }
    if (changed) {
        deps.core.publish('multiple_channels_viewed', {channel_times: times}, {userId});
    }
    return times;
}
