import {LRUCache} from 'lru-cache';
import type {PlatformEvent, Post} from '../platform.ts';
import type {Directory} from './directory.ts';
import type {HookEvent} from './hook-events.ts';
import type {Membership} from './membership.ts';
import type {PluginApi} from './plugin-api.ts';
import type {Tuning} from './tuning.ts';

/** Turns what hooks tell of the whole server into what happens where the bot is. */
export interface Inbound {
    /** Keeps the caches true and gives what the bot may know; most events end here at once. */
    receive(event: HookEvent): void;
    /** Until `release`, events of the channel wait: something may be missing before them. */
    hold(channelId: string): void;
    release(channelId: string): void;
}

/** What an Inbound needs. */
export interface InboundDeps {
    readonly api: Pick<PluginApi, 'getPost'>;
    readonly bot: {readonly userId: string; readonly username: string};
    readonly membership: Membership;
    readonly directory: Directory;
    readonly tuning: Pick<Tuning, 'remembered' | 'queue'>;
    /** Takes an event, in the order of its channel. */
    readonly give: (event: PlatformEvent) => void;
    /** The bot came into a channel: what was posted since may have come by before that was known. */
    readonly onJoined: (channelId: string, at: number) => void;
    /** Events were dropped, or may have been: catch-up must look. */
    readonly onLost: (cause: unknown) => void;
}

/** System posts that tell of a change of their channel. */
const ARCHIVED = 'system_channel_deleted';
const RESTORED = 'system_channel_restored';

const CHANNEL_CHANGES = new Set([
    'system_displayname_change',
    'system_header_change',
    'system_purpose_change',
    'system_convert_channel',
    'system_change_chan_privacy',
    ARCHIVED,
    RESTORED,
    'system_move_channel',
    'system_gm_to_channel',
]);

/** How long the answer of a channel without the bot stands although somebody mentions the bot, ms. */
const RECHECK_MS = 1_000;

/** Events of one channel that wait, and how many reasons they have to. */
interface Waiting {
    readonly events: PlatformEvent[];
    holders: number;
}

/** Makes the inbound side of one account. */
export function createInbound(deps: InboundDeps): Inbound {
    const {bot, membership, directory} = deps;
    const postChannels = new LRUCache<string, string>({max: deps.tuning.remembered});
    const waiting = new Map<string, Waiting>();
    const rechecked = new LRUCache<string, true>({max: deps.tuning.remembered, ttl: RECHECK_MS});

    const hold = (channelId: string): void => {
        const held = waiting.get(channelId);
        if (held === undefined) waiting.set(channelId, {events: [], holders: 1});
        else held.holders += 1;
    };

    const release = (channelId: string): void => {
        const held = waiting.get(channelId);
        if (held === undefined) return;
        held.holders -= 1;
        if (held.holders > 0) return;
        waiting.delete(channelId);
        for (const event of held.events) inChannel(channelId, event);
    };

    /** Asks the server; the event, and what comes after it, waits for the answer. */
    const ask = (channelId: string, event: PlatformEvent): void => {
        hold(channelId);
        waiting.get(channelId)?.events.push(event);
        membership
            .ask(channelId)
            .catch((error: unknown) => {
                // Without an answer nothing may be given; catch-up reads all of it again.
                waiting.get(channelId)?.events.splice(0);
                deps.onLost(error);
            })
            .finally(() => release(channelId));
    };

    /** Gives an event of a channel if the bot is a member, once that is known. */
    const inChannel = (channelId: string, event: PlatformEvent): void => {
        const held = waiting.get(channelId);
        if (held !== undefined) {
            if (held.events.length < deps.tuning.queue) held.events.push(event);
            else deps.onLost(undefined);
            return;
        }
        const isMember = membership.known(channelId);
        if (isMember === true) deps.give(event);
        else if (isMember === undefined) ask(channelId, event);
        else foreign(channelId, event);
    };

    /** A channel without the bot: nothing is done, unless somebody calls for it there. */
    const foreign = (channelId: string, event: PlatformEvent): void => {
        if (event.kind !== 'posted' || event.post.userId === bot.userId) return;
        // Japanese and Chinese input makes a wide at sign.
        const message = event.post.message.replaceAll('\uff20', '@');
        if (!message.includes('@')) return;
        if (!message.toLowerCase().includes(`@${bot.username.toLowerCase()}`)) return;
        if (rechecked.has(channelId)) {
            calledElsewhere(event.post);
            return;
        }
        // On a cluster the hook of the bot's arrival may have gone to another node.
        rechecked.set(channelId, true);
        membership.forget(channelId);
        ask(channelId, event);
    };

    /** It is no event of a channel of the bot's: no order holds for it, and nothing waits for it. */
    const calledElsewhere = (post: Post): void => {
        directory.typeOf(post.channelId).then(
            (channelType) => {
                if (channelType === undefined) return;
                deps.give({kind: 'called-elsewhere', post, channelType});
            },
            // It is a hint, and comes again with the next call.
            () => undefined,
        );
    };

    const onPost = (event: HookEvent & {kind: 'posted' | 'edited' | 'deleted'}): void => {
        const {kind, post} = event;
        const {channelId} = post;
        switch (kind) {
            case 'posted':
                postChannels.set(post.id, channelId);
                if (CHANNEL_CHANGES.has(post.type)) directory.forgetChannel(channelId);
                if (post.type === ARCHIVED) directory.noteArchived(channelId, true);
                if (post.type === RESTORED) directory.noteArchived(channelId, false);
                inChannel(channelId, {kind, source: 'hook', post, mentionsBot: undefined});
                if (CHANNEL_CHANGES.has(post.type)) {
                    inChannel(channelId, {kind: 'channel-changed', channelId});
                }
                break;
            case 'edited':
            case 'deleted':
                inChannel(channelId, {kind, source: 'hook', post});
                break;
        }
    };

    const onReaction = (event: HookEvent & {kind: 'reaction-added' | 'reaction-removed'}): void => {
        const {kind, reaction} = event;
        const channelId = reaction.channelId || postChannels.get(reaction.postId);
        if (channelId !== undefined) {
            postChannels.set(reaction.postId, channelId);
            inChannel(channelId, {kind, reaction: {...reaction, channelId}});
            return;
        }
        // Only the removal of a reaction from an old post comes here.
        deps.api.getPost(reaction.postId).then((post) => {
            if (post === undefined) return;
            postChannels.set(post.id, post.channelId);
            inChannel(post.channelId, {kind, reaction: {...reaction, channelId: post.channelId}});
        }, deps.onLost);
    };

    const onMember = (event: HookEvent & {kind: 'channel-joined' | 'channel-left'}): void => {
        const {channelId, userId} = event;
        const kind = event.kind === 'channel-joined' ? 'joined' : 'left';
        if (userId !== bot.userId) {
            inChannel(channelId, {kind, channelId, userId});
            return;
        }
        membership.set(channelId, kind === 'joined');
        deps.give({kind, channelId, userId});
        if (event.kind === 'channel-joined') deps.onJoined(channelId, event.at);
    };

    const onTeam = (event: HookEvent & {kind: 'team-joined' | 'team-left'}): void => {
        const {kind, teamId, userId} = event;
        if (userId !== bot.userId) return;
        directory.forgetTeams();
        // Its default channels are joined, and all are left, without a hook for each.
        membership.forget();
        deps.give({kind, teamId, userId});
    };

    const onCreated = (event: HookEvent & {kind: 'channel-created'}): void => {
        const {channel} = event;
        if (channel.type === 'D') {
            const isMember = channel.name.split('__').includes(bot.userId);
            membership.set(channel.id, isMember);
            if (isMember) deps.give({kind: 'joined', channelId: channel.id, userId: bot.userId});
        }
        if (channel.type === 'G') {
            inChannel(channel.id, {kind: 'joined', channelId: channel.id, userId: bot.userId});
        }
    };

    return {
        receive: (event) => {
            switch (event.kind) {
                case 'posted':
                case 'edited':
                case 'deleted':
                    onPost(event);
                    break;
                case 'reaction-added':
                case 'reaction-removed':
                    onReaction(event);
                    break;
                case 'channel-joined':
                case 'channel-left':
                    onMember(event);
                    break;
                case 'team-joined':
                case 'team-left':
                    onTeam(event);
                    break;
                case 'channel-created':
                    onCreated(event);
                    break;
                case 'server-changed':
                    break;
                case 'user-deactivated':
                    directory.forgetUser(event.userId);
                    deps.give({kind: 'user-changed', userId: event.userId});
                    break;
            }
        },
        hold,
        release,
    };
}
