import {errorOf} from '../contract/errors.ts';
import {withoutPings} from '../delivery/pings.ts';
import type {ChannelType, Post} from '../mattermost/platform.ts';
import type {TurnEntry} from '../session/journal.ts';
import type {TurnDeps} from './deps.ts';
import type {Facts} from './facts.ts';

/** The few things that Gangway says by itself, each at most once in a while. */
export interface Notices {
    /** To a person in a DM who is not known: at most one in ten minutes. */
    askAdmin(facts: Facts, signal: AbortSignal): Promise<void>;
    /**
     * To a person who mentions the bot in a channel where it is no member, for that person alone: at most
     * one for each channel in ten minutes (GATE-16, `inviteHint`).
     */
    invite(post: Post, channelType: ChannelType, signal: AbortSignal): Promise<void>;
    /** To a session in which too many messages wait; the message is settled by this. */
    queueFull(entry: TurnEntry): Promise<void>;
    /** To a channel in which missed posts are too old to be answered. */
    skipped(channelId: string, count: number, signal: AbortSignal): Promise<void>;
}

const PAIR_SECONDS = 600;
const SKIPPED_SECONDS = 60;

/** Makes the notices of one account. */
export function createNotices(deps: TurnDeps): Notices {
    const {platform, store, account, journal, log} = deps;

    /** Says something when it is the first time within `seconds`, over all runners. */
    const sayOnce = async (
        name: string,
        seconds: number,
        say: () => Promise<unknown>,
    ): Promise<void> => {
        const key = `notice/${account}/${name}`;
        const mark = new TextEncoder().encode('{"v":1}');
        if (!(await store.compareAndSet(key, undefined, mark, {ttlSeconds: seconds}))) return;
        try {
            await say();
        } catch (error) {
            // It was not said: the next try must be able to.
            await store.compareAndSet(key, mark, undefined);
            throw error;
        }
    };

    return {
        async askAdmin({event: {post}}, signal) {
            const message =
                'I only talk to people I know. Please ask an admin of this server to let you in; ' +
                `your user id is \`${post.userId}\`.`;
            await sayOnce(`pair/${post.userId}`, PAIR_SECONDS, () =>
                platform.createPost(
                    {channelId: post.channelId, message},
                    `${post.id}-pair`,
                    signal,
                ),
            );
        },
        async invite(post, channelType, signal) {
            const message = inviteText(channelType, platform.bot.username);
            await sayOnce(`invite/${post.channelId}/${post.userId}`, PAIR_SECONDS, () =>
                platform.ephemeral(
                    post.userId,
                    {channelId: post.channelId, rootId: post.rootId, message},
                    signal,
                ),
            );
        },
        async queueFull(entry) {
            try {
                await platform.createPost(
                    {
                        channelId: entry.channelId,
                        rootId: entry.rootId,
                        message: `Too many messages are waiting here; this one is not answered: ${excerpt(entry.text)}`,
                        // With attachments, be it none, the server previews no link.
                        props: {disable_mentions: true, attachments: []},
                    },
                    `${entry.turnId}-full`,
                );
                await journal.close(entry.turnId);
            } catch (error) {
                journal.release(entry.turnId);
                log.warn('a full queue could not be told', {
                    turn: entry.turnId,
                    error: errorOf(error),
                });
            }
        },
        async skipped(channelId, count, signal) {
            const what =
                count === 1
                    ? 'One message that was written while I was away is'
                    : `${count} messages that were written while I was away are`;
            const message = `${what} too old to be answered now. Please write again what still matters.`;
            const minute = Math.floor((deps.now ?? Date.now)() / 60_000);
            await sayOnce(`skip/${channelId}`, SKIPPED_SECONDS, () =>
                platform.createPost({channelId, message}, `${channelId}-skip-${minute}`, signal),
            );
        },
    };
}

/** The first words of a message, so that its writer knows which one is meant; they call nobody again. */
function excerpt(text: string): string {
    const line = text.replace(/\s+/g, ' ').trim();
    return withoutPings(line.length > 60 ? `"${line.slice(0, 60)}…"` : `"${line}"`);
}

/** How the bot comes into a channel, or why it cannot. */
function inviteText(channelType: ChannelType, botName: string): string {
    switch (channelType) {
        case 'O':
        case 'P':
            return `I am not in this channel. To bring me in, write \`/invite @${botName}\`.`;
        case 'D':
            return 'I cannot read this: nobody can be added to a direct message. Please write to me directly, or mention me in a channel that I am in.';
        case 'G':
            return 'I am not in this group message, and nobody can be added to it. Begin a new one with me in it, or write to me directly.';
    }
}
