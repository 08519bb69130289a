import {LRUCache} from 'lru-cache';
import type {ChannelType, Post} from '../mattermost/platform.ts';
import {findMentions} from '../policy/mention.ts';
import {isProgram} from '../policy/sender.ts';
import type {TurnDeps} from './deps.ts';
import type {Notices} from './notices.ts';

/** What becomes of calls for the bot in channels where it is no member. */
export interface Elsewhere {
    called(post: Post, channelType: ChannelType, signal: AbortSignal): Promise<void>;
}

/** A channel is named in the log once an hour, and so are twenty channels at most. */
const LOG_MS = 3_600_000;
const LOGGED_CHANNELS = 20;

/**
 * Makes it. Nothing of what was written is kept or shown to an agent: a call is counted, logged by its channel
 * alone, and with `inviteHint` answered by a line for its writer.
 */
export function createElsewhere(deps: TurnDeps, notices: Pick<Notices, 'invite'>): Elsewhere {
    const {platform, decisions, missedCalls, account, settings, log} = deps;
    const logged = new LRUCache<string, true>({max: LOGGED_CHANNELS, ttl: LOG_MS});

    return {
        async called(post, channelType, signal) {
            const {bot} = platform;
            if (post.userId === bot.userId || post.type !== '') return;
            if (findMentions(post.message, bot.username).length === 0) return;
            const sender = await platform.user(post.userId, signal);
            // People of other servers have their own bot.
            const isRemote = post.remoteId !== '' || (sender?.remoteId ?? '') !== '';
            if (isRemote || isProgram({post, sender}, bot)) return;
            missedCalls.record(account);
            decisions.record(account, post, {kind: 'ignore', reason: 'not_a_member'}, 'posted');
            logged.purgeStale();
            if (!logged.has(post.channelId) && logged.size < LOGGED_CHANNELS) {
                logged.set(post.channelId, true);
                log.info('mentioned in a channel where the bot is no member', {
                    channel: post.channelId,
                    type: channelType,
                });
            }
            if (settings().inviteHint) await notices.invite(post, channelType, signal);
        },
    };
}
