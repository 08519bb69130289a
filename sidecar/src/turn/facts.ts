import type {AccountSettings} from '../contract/account-settings.ts';
import type {Channel, Platform, PlatformEvent, User} from '../mattermost/platform.ts';
import type {GateContext, GateEvent} from '../policy/decision.ts';
import {isBotSender} from '../policy/sender.ts';

/** A post that came, by whichever way. */
export type Posted = Extract<PlatformEvent, {kind: 'posted'}>;

/** All that the gate and the turn must know of a post; looked up once, through the platform's caches. */
export interface Facts {
    readonly event: GateEvent;
    readonly context: GateContext;
    readonly channel: Channel;
    readonly sender: User | undefined;
}

/** What looking up needs. */
export interface FactsDeps {
    readonly platform: Platform;
    readonly settings: () => AccountSettings;
    /** Whether a pairing grant stands for this person. */
    readonly paired: (userId: string) => Promise<boolean>;
    /** Whether the bot answered in that thread within seven days. */
    readonly participated: (rootId: string) => Promise<boolean>;
    /** Turns with this bot sender in this channel within the loop guard's window. */
    readonly botTurns: (channelId: string, userId: string) => number;
}

/** Undefined when the channel is gone: then there is nobody to answer. */
export async function lookUpFacts(
    deps: FactsDeps,
    posted: Posted,
    signal: AbortSignal,
): Promise<Facts | undefined> {
    const {post, mentionsBot} = posted;
    const {platform} = deps;
    const settings = deps.settings();
    const [channel, sender] = await Promise.all([
        platform.channel(post.channelId, signal),
        platform.user(post.userId, signal),
    ]);
    if (channel === undefined) return undefined;

    const direct = channel.type === 'D';
    const asksPairing = direct && settings.dmPolicy === 'pairing';
    // The bot's own posts are ignored whatever their thread is.
    const own = post.userId === platform.bot.userId;
    const asksThread = !own && post.rootId !== '' && settings.implicitMentions.threadParticipation;
    // Over REST and WebSocket only members get a channel's events; hooks tell of every post.
    const asksMember = posted.source === 'hook';
    const [paired, participated, member] = await Promise.all([
        asksPairing ? deps.paired(post.userId) : false,
        asksThread ? deps.participated(post.rootId) : false,
        asksMember ? platform.isMember(channel.id, platform.bot.userId, signal) : true,
    ]);
    return {
        event: {post, channelType: channel.type, sender, mentionsBot},
        context: {
            bot: platform.bot,
            settings,
            paired,
            participated,
            botTurns: isBotSender({post, sender}, platform.bot)
                ? deps.botTurns(channel.id, post.userId)
                : 0,
            member,
        },
        channel,
        sender,
    };
}
