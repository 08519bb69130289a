import {LRUCache} from 'lru-cache';
import type {Channel} from '../platform.ts';
import type {PluginApi} from './plugin-api.ts';
import type {Tuning} from './tuning.ts';

/**
 * In which channels the bot is a member. Hooks tell of every post of the server, so this is asked
 * for each of them, and mostly answered without a call.
 */
export interface Membership {
    /** What is known now; undefined = the server must be asked. */
    known(channelId: string): boolean | undefined;
    /** What is known, else what the server says. Many may ask at once; one call is made. */
    ask(channelId: string): Promise<boolean>;
    /** What a hook tells. */
    set(channelId: string, isMember: boolean): void;
    /** Forgets one channel, or all. */
    forget(channelId?: string): void;
    /** Reads all channels of the bot; its list counts more than what was known before. */
    load(signal: AbortSignal): Promise<Channel[]>;
}

/** What a Membership needs. */
export interface MembershipDeps {
    readonly api: Pick<PluginApi, 'isChannelMember' | 'getChannelsForTeamForUser'>;
    readonly botId: string;
    readonly tuning: Pick<Tuning, 'foreignMs' | 'remembered'>;
    /** Whether hooks are heard: only then is anything remembered. */
    readonly hears: () => boolean;
}

/** Makes the membership of one bot, empty at first. */
export function createMembership({api, botId, tuning, hears}: MembershipDeps): Membership {
    const joined = new Set<string>();
    // When a hook told of a channel: a list that was asked for before does not know it yet.
    const told = new LRUCache<string, number>({max: tuning.remembered});
    let moment = 0;
    const foreign = new LRUCache<string, true>({max: tuning.remembered, ttl: tuning.foreignMs});
    const asking = new Map<string, Promise<boolean>>();

    const note = (channelId: string, isMember: boolean): void => {
        if (!hears()) return;
        if (isMember) {
            foreign.delete(channelId);
            joined.add(channelId);
        } else {
            joined.delete(channelId);
            foreign.set(channelId, true);
        }
    };

    const known: Membership['known'] = (channelId) => {
        if (joined.has(channelId)) return true;
        return foreign.has(channelId) ? false : undefined;
    };

    /** An answer that a hook has overtaken does not count. */
    const askServer = (channelId: string): Promise<boolean> => {
        const asked = api
            .isChannelMember(channelId, botId)
            .then((isMember) => {
                if (asking.get(channelId) !== asked) return known(channelId) ?? isMember;
                note(channelId, isMember);
                return isMember;
            })
            .finally(() => {
                if (asking.get(channelId) === asked) asking.delete(channelId);
            });
        asking.set(channelId, asked);
        return asked;
    };

    return {
        known,
        ask: async (channelId) => known(channelId) ?? asking.get(channelId) ?? askServer(channelId),
        set: (channelId, isMember) => {
            moment += 1;
            told.set(channelId, moment);
            asking.delete(channelId);
            note(channelId, isMember);
        },
        forget: (channelId) => {
            if (channelId === undefined) {
                asking.clear();
                joined.clear();
                foreign.clear();
            } else {
                asking.delete(channelId);
                joined.delete(channelId);
                foreign.delete(channelId);
            }
        },
        load: async (signal) => {
            const asked = moment;
            const channels = await api.getChannelsForTeamForUser('', botId, signal);
            const listed = new Set(channels.map(({id}) => id));
            for (const id of [...listed, ...joined]) {
                if ((told.get(id) ?? 0) <= asked) note(id, listed.has(id));
            }
            return channels;
        },
    };
}
