import type {DmChannelRetry} from '../../contract/account-settings.ts';
import {LRUCache} from 'lru-cache';
import type {Channel} from '../platform.ts';
import type {RestClient} from './rest-client.ts';
import type {Limits, Timings} from './timings.ts';
import {channelSchema} from './wire.ts';

/** What making DM channels needs. */
export interface DirectChannelDeps {
    readonly rest: RestClient;
    readonly botId: () => string;
    readonly retry: DmChannelRetry;
    readonly learn: (channel: Channel) => void;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly random: () => number;
}

/**
 * The DM channel with a person, made when missing. It has a retry rule of its own (`dmChannelRetry`):
 * any wait from 0 to the doubled delay, so that a burst of first messages spreads out.
 */
export function createDirectChannels(deps: DirectChannelDeps) {
    const {retry} = deps;
    const known = new LRUCache<string, Channel>({
        max: deps.limits.directory,
        ttl: deps.timings.directoryMs,
    });
    return async (userId: string, signal?: AbortSignal): Promise<Channel> => {
        const remembered = known.get(userId);
        if (remembered !== undefined) return remembered;
        const channel = await deps.rest.call(
            'POST /channels/direct',
            channelSchema,
            (api) => api.createDirectChannel([deps.botId(), userId]),
            {
                signal,
                tryMs: retry.timeoutMs,
                totalMs: (retry.maxRetries + 1) * (retry.timeoutMs + retry.maxDelayMs),
                maxRetries: retry.maxRetries,
                delayMs: (n) =>
                    deps.random() * Math.min(retry.maxDelayMs, retry.initialDelayMs * 2 ** n),
            },
        );
        known.set(userId, channel);
        deps.learn(channel);
        return channel;
    };
}
