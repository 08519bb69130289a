import {LRUCache} from 'lru-cache';
import type {Channel, ChannelType, Team, User} from '../platform.ts';
import type {People} from '../platform-parts.ts';
import type {Membership} from './membership.ts';
import type {PluginApi} from './plugin-api.ts';
import type {Tuning} from './tuning.ts';

/**
 * Users, channels, teams and what they permit, remembered for a while. The plugin API shows
 * everything to everybody; what a bot over REST could not see is not there here either.
 */
export interface Directory extends People {
    /** Whether the bot may read a channel's posts. */
    mayRead(channelId: string, signal?: AbortSignal): Promise<boolean>;
    /** The type of any channel of the server; nothing else of it is told where the bot may not look. */
    typeOf(channelId: string, signal?: AbortSignal): Promise<ChannelType | undefined>;
    /** Keeps a channel that another call brought. */
    learn(channel: Channel): void;
    forgetChannel(channelId: string): void;
    /**
     * What a system post tells: the server writes it before it archives the channel, so that a channel read
     * then does not say so yet.
     */
    noteArchived(channelId: string, isArchived: boolean): void;
    forgetUser(userId: string): void;
    forgetTeams(): void;
}

/** What a Directory needs. */
export interface DirectoryDeps {
    readonly api: PluginApi;
    readonly botId: string;
    readonly membership: Membership;
    readonly tuning: Pick<Tuning, 'usersMs' | 'freshMs' | 'channelsMs' | 'remembered'>;
}

/** Longest that archiving a channel takes after its system post, ms. */
const ARCHIVING_MS = 60_000;

/** Makes the directory of one account. */
export function createDirectory(deps: DirectoryDeps): Directory {
    const {api, botId, membership, tuning} = deps;
    const max = tuning.remembered;
    const users = new LRUCache<string, User>({max, ttl: tuning.usersMs});
    const idsByName = new LRUCache<string, string>({max, ttl: tuning.usersMs});
    const channels = new LRUCache<string, Channel>({max, ttl: tuning.channelsMs});
    const archived = new LRUCache<string, true>({max, ttl: ARCHIVING_MS});
    const ownTeams = new LRUCache<'own', readonly Team[]>({max: 1, ttl: tuning.channelsMs});

    const learnUser = (user: User | undefined): User | undefined => {
        if (user !== undefined) {
            users.set(user.id, user);
            idsByName.set(user.username, user.id);
        }
        return user;
    };

    const user: Directory['user'] = async (userId, signal) =>
        users.get(userId) ?? learnUser(await api.getUser(userId, signal));

    /** The rest of its time tells how old what is known is. */
    const freshUser: Directory['freshUser'] = async (userId, signal) => {
        const age = tuning.usersMs - users.getRemainingTTL(userId);
        const known = age <= tuning.freshMs ? users.get(userId) : undefined;
        return known ?? learnUser(await api.getUser(userId, signal));
    };

    const teams: Directory['teams'] = async (signal) => {
        const known = ownTeams.get('own') ?? (await api.getTeamsForUser(botId, signal));
        ownTeams.set('own', known);
        return [...known];
    };

    const find = async (channelId: string, signal?: AbortSignal): Promise<Channel | undefined> => {
        const known = channels.get(channelId) ?? (await api.getChannel(channelId, signal));
        if (known?.deleteAt === 0 && archived.has(channelId)) return {...known, deleteAt: 1};
        if (known !== undefined && !channels.has(channelId)) channels.set(channelId, known);
        return known;
    };

    const sees = async (channel: Channel, signal?: AbortSignal): Promise<boolean> => {
        if (await membership.ask(channel.id)) return true;
        if (channel.type !== 'O') return false;
        return (await teams(signal)).some(({id}) => id === channel.teamId);
    };

    const channel: Directory['channel'] = async (channelId, signal) => {
        const found = await find(channelId, signal);
        return found !== undefined && (await sees(found, signal)) ? found : undefined;
    };

    return {
        user,
        freshUser,
        teams,
        channel,
        typeOf: async (channelId, signal) => (await find(channelId, signal))?.type,
        mayRead: async (channelId, signal) =>
            membership.known(channelId) === true ||
            (await channel(channelId, signal)) !== undefined,
        userByName: async (username, signal) => {
            const name = username.replace(/^@/, '').toLowerCase();
            const known = users.get(idsByName.get(name) ?? '');
            if (known?.username === name) return known;
            if (!/^[a-z0-9._-]{1,64}$/.test(name)) return undefined;
            return learnUser(await api.getUserByUsername(name, signal));
        },
        usersWithRole: (role, limit, signal) => api.getUsersWithRole(role, limit, signal),
        isMember: (channelId, userId, signal) =>
            userId === botId
                ? membership.ask(channelId)
                : api.isChannelMember(channelId, userId, signal),
        may: async (userId, permission, scope, signal) => {
            // The server asks a deactivated user's roles as anybody's.
            const who = await user(userId, signal);
            if (who === undefined || who.deleteAt !== 0) return false;
            switch (scope.kind) {
                case 'system':
                    return api.hasPermissionTo(userId, permission, signal);
                case 'team':
                    return api.hasPermissionToTeam(userId, scope.teamId, permission, signal);
                case 'channel':
                    return api.hasPermissionToChannel(userId, scope.channelId, permission, signal);
            }
        },
        learn: (found) => {
            channels.set(found.id, found);
        },
        noteArchived: (channelId, isArchived) => {
            channels.delete(channelId);
            if (isArchived) archived.set(channelId, true);
            else archived.delete(channelId);
        },
        forgetChannel: (channelId) => {
            channels.delete(channelId);
        },
        forgetUser: (userId) => {
            users.delete(userId);
        },
        forgetTeams: () => {
            ownTeams.clear();
        },
    };
}
