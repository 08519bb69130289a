import type {Log} from '../../contract/log.ts';
import {PlatformError} from '../errors.ts';
import type {Channel, EventSource, PlatformEvent, Post} from '../platform.ts';
import {readMissedPosts, type PostPages} from './missed-posts.ts';
import type {Progress} from './progress.ts';

/** What catch-up reads from. */
export interface CatchUpServer extends PostPages {
    /** All channels that the bot is a member of, direct and group messages included. */
    channels(signal: AbortSignal): Promise<Channel[]>;
    /** The server's clock. */
    serverNow(): number;
}

/** What a catch-up needs. */
export interface CatchUpDeps {
    readonly server: CatchUpServer;
    readonly progress: Progress;
    readonly botId: () => string;
    /** Posts that are older are counted, not given. */
    readonly maxAgeMinutes: number;
    /** How far a read goes back before the mark, ms: a post can become visible after a newer one. */
    readonly timings: {readonly overlapMs: number};
    readonly log: Log;
    /**
     * Hands an event on, once there is room for it; `handled` is called when the consumer is done
     * with it. Without an event, `handled` is called when everything before is done.
     */
    readonly give: (
        event: PlatformEvent | undefined,
        handled: () => void,
        signal: AbortSignal,
    ) => Promise<void>;
}

/** Reads what was missed, channel by channel. */
export interface CatchUp {
    /** One round over all channels; rejects when the server cannot be read (then nothing is lost). */
    run(source: EventSource, signal: AbortSignal): Promise<void>;
}

/** Makes the catch-up of one listener. */
export function createCatchUp(deps: CatchUpDeps): CatchUp {
    const {server, progress} = deps;
    // What the last round saw of each channel. A channel is read until a round finds it unchanged:
    // two posts of one millisecond have one `lastPostAt`.
    let settled = new Map<string, number>();
    let seen = new Map<string, number>();

    const isNews = (channel: Channel): boolean =>
        channel.lastPostAt >= progress.markOf(channel.id).createAt &&
        settled.get(channel.id) !== channel.lastPostAt;

    const readChannel = async (
        channel: Channel,
        source: EventSource,
        signal: AbortSignal,
    ): Promise<void> => {
        const oldest = server.serverNow() - deps.maxAgeMinutes * 60_000;
        const mark = progress.markOf(channel.id);
        const skipped = createSkipCounter(deps, channel.id, mark.createAt);
        const from = Math.max(progress.origin + 1, mark.createAt - deps.timings.overlapMs);
        const botId = deps.botId();
        for await (const step of readMissedPosts(
            server,
            channel.id,
            {...mark, from},
            botId,
            signal,
        )) {
            if (step.kind === 'joined') {
                skipped.forget();
                continue;
            }
            const {post} = step;
            if (progress.wasGiven(post.id)) continue;
            if (post.createAt < oldest) {
                skipped.count(post);
                continue;
            }
            await skipped.flush(signal);
            if (!progress.give(post.id)) continue;
            await deps.give(
                {kind: 'posted', source, post, mentionsBot: undefined},
                () => progress.handled(post, false),
                signal,
            );
        }
        await skipped.flush(signal);
    };

    const readOrSkip = async (
        channel: Channel,
        source: EventSource,
        signal: AbortSignal,
    ): Promise<void> => {
        try {
            await readChannel(channel, source, signal);
        } catch (error) {
            if (!(error instanceof PlatformError) || !isAboutChannel(error)) throw error;
            // One channel that cannot be read (the bot left it just now, or the server stumbles
            // over a post) must not keep the bot deaf for all the others.
            deps.log.warn('a channel could not be read for catch-up', {
                channel: channel.id,
                status: error.status,
                serverId: error.serverId,
            });
        }
    };

    return {
        run: async (source, signal) => {
            const channels = await server.channels(signal);
            const news = channels.filter(isNews).sort((a, b) => a.lastPostAt - b.lastPostAt);
            for (const channel of news) await readOrSkip(channel, source, signal);
            const now = new Map(channels.map((channel) => [channel.id, channel.lastPostAt]));
            settled = new Map([...now].filter(([id, time]) => seen.get(id) === time));
            seen = now;
            // The posts' own clock: the local one and a proxy's may run ahead of it.
            const upTo = Math.max(0, ...channels.map((channel) => channel.lastPostAt));
            await deps.give(undefined, () => progress.handledUpTo(upTo), signal);
        },
    };
}

function isAboutChannel(error: PlatformError): boolean {
    return [
        'forbidden',
        'not-found',
        'refused',
        'server-error',
        'too-large',
        'bad-response',
    ].includes(error.code);
}

interface SkipCounter {
    count(post: Post): void;
    forget(): void;
    flush(signal: AbortSignal): Promise<void>;
}

function createSkipCounter(deps: CatchUpDeps, channelId: string, markAt: number): SkipCounter {
    let count = 0;
    let last: Post | undefined;
    return {
        count: (post) => {
            last = post;
            // Old posts before the mark were counted by the round that set it.
            if (post.createAt <= markAt) return;
            if (post.userId !== deps.botId() && !post.type.startsWith('system_')) count += 1;
        },
        forget: () => {
            count = 0;
        },
        flush: async (signal) => {
            const upTo = last;
            if (upTo === undefined) return;
            const event = count === 0 ? undefined : ({kind: 'skipped', channelId, count} as const);
            count = 0;
            last = undefined;
            await deps.give(event, () => deps.progress.handled(upTo, false), signal);
        },
    };
}
