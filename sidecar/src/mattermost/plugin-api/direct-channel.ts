import {LRUCache} from 'lru-cache';
import type {DmChannelRetry} from '../../contract/account-settings.ts';
import {PlatformError} from '../errors.ts';
import type {Channel} from '../platform.ts';
import {isTransient, retrying} from '../retry.ts';
import type {Directory} from './directory.ts';
import type {Membership} from './membership.ts';
import type {PluginApi} from './plugin-api.ts';
import type {Tuning} from './tuning.ts';

/** What making DM channels needs. */
export interface DirectChannelDeps {
    readonly api: Pick<PluginApi, 'getDirectChannel'>;
    readonly botId: string;
    readonly retry: DmChannelRetry;
    readonly membership: Membership;
    readonly directory: Directory;
    readonly tuning: Pick<Tuning, 'remembered'>;
    readonly random: () => number;
    readonly now: () => number;
}

/**
 * The DM channel with a person, made when missing. It has a retry rule of its own (`dmChannelRetry`):
 * any wait from 0 to the doubled delay, so that a burst of first messages spreads out.
 */
export function createDirectChannels(deps: DirectChannelDeps) {
    const {api, botId, retry, membership, directory} = deps;
    const known = new LRUCache<string, Channel>({max: deps.tuning.remembered});
    return async (userId: string, signal?: AbortSignal): Promise<Channel> => {
        const remembered = known.get(userId);
        if (remembered !== undefined) return remembered;
        const policy = {
            what: 'making a DM channel',
            tryMs: retry.timeoutMs,
            totalMs: (retry.maxRetries + 1) * (retry.timeoutMs + retry.maxDelayMs),
            maxRetries: retry.maxRetries,
            delayMs: (n: number) =>
                deps.random() * Math.min(retry.maxDelayMs, retry.initialDelayMs * 2 ** n),
            repeatable: (error: unknown) => isTransient(error) || isServerError(error),
            signal,
            now: deps.now,
        };
        const channel = await retrying(policy, (trySignal) =>
            api.getDirectChannel(botId, userId, trySignal),
        );
        if (channel === undefined) {
            throw new PlatformError('not-found', 'there is no such user', {status: 404});
        }
        known.set(userId, channel);
        directory.learn(channel);
        membership.set(channel.id, true);
        return channel;
    };
}

/** Over the plugin API a store that is away shows as 500. */
function isServerError(error: unknown): boolean {
    return error instanceof PlatformError && error.code === 'server-error';
}
