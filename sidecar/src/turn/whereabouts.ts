import {errorOf} from '../contract/errors.ts';
import type {PlatformEvent} from '../mattermost/platform.ts';
import type {TurnControl} from './control.ts';
import type {TurnDeps} from './deps.ts';

/** Whether the bot may post in a channel as far as the channel goes: it is a member, and there is no archive. */
export async function hasPlace(
    {platform}: Pick<TurnDeps, 'platform'>,
    channelId: string,
    signal?: AbortSignal,
): Promise<boolean> {
    const [channel, member] = await Promise.all([
        platform.channel(channelId, signal),
        platform.isMember(channelId, platform.bot.userId, signal),
    ]);
    return channel?.deleteAt === 0 && member;
}

/** What may have taken a channel's place away. */
export type PlaceEvent = Extract<PlatformEvent, {kind: 'left' | 'team-left' | 'channel-changed'}>;

/**
 * Ends what runs and waits in a channel that the bot has left or that was archived (DEL-08): nothing is posted
 * or edited there any more, and nothing is answered should it come back.
 */
export async function leavePlaces(
    deps: TurnDeps,
    control: Pick<TurnControl, 'withdrawFrom' | 'channels'>,
    event: PlaceEvent,
    signal: AbortSignal,
): Promise<void> {
    const {platform, log} = deps;
    const leave = async (channelId: string): Promise<void> => {
        const count = await control.withdrawFrom(channelId);
        if (count > 0)
            log.info('no answers in a channel that is closed to the bot', {channelId, count});
    };
    if (event.kind === 'left') {
        if (event.userId === platform.bot.userId) await leave(event.channelId);
        return;
    }
    if (event.kind === 'team-left' && event.userId !== platform.bot.userId) return;
    const wanted = event.kind === 'channel-changed' ? [event.channelId] : control.channels();
    for (const channelId of control.channels().filter((id) => wanted.includes(id))) {
        try {
            if (!(await hasPlace(deps, channelId, signal))) await leave(channelId);
        } catch (error) {
            // The server refuses what is written there in any case.
            log.debug('a channel could not be looked up', {channelId, error: errorOf(error)});
        }
    }
}
