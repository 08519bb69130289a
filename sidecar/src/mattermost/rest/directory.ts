import {LRUCache} from 'lru-cache';
import * as z from 'zod';
import {PlatformError} from '../errors.ts';
import type {Channel, PermissionScope, User} from '../platform.ts';
import type {People} from '../platform-parts.ts';
import type {RestClient} from './rest-client.ts';
import type {Limits, Timings} from './timings.ts';
import {
    channelListSchema,
    channelSchema,
    memberSchema,
    roleSchema,
    teamSchema,
    userSchema,
    type EventFrame,
} from './wire.ts';

/** Users, channels, teams and what they permit, remembered for a while. */
export interface Directory extends People {
    channels(signal: AbortSignal): Promise<Channel[]>;
    /** Keeps a channel that another call brought. */
    learn(channel: Channel): void;
    /** Forgets what an event changes. */
    observe(frame: EventFrame): void;
    /** Forgets everything: events may have been lost. */
    forget(): void;
}

/** What a Directory needs. */
export interface DirectoryDeps {
    readonly rest: RestClient;
    readonly timings: Timings;
    readonly limits: Limits;
}

/** Makes the directory of one account. */
export function createDirectory(deps: DirectoryDeps): Directory {
    const {rest} = deps;
    const remembered = {max: deps.limits.directory, ttl: deps.timings.directoryMs};
    const shortly = {max: deps.limits.directory, ttl: deps.timings.rolesMs};
    const users = new LRUCache<string, User>(remembered);
    // Nobody tells a bot that another user's roles changed, so these are asked for more often.
    const holders = new LRUCache<string, User>(shortly);
    const idsByName = new LRUCache<string, string>(remembered);
    const channels = new LRUCache<string, Channel>(remembered);
    const members = new LRUCache<string, readonly string[]>(shortly);
    const roles = new LRUCache<string, ReadonlySet<string>>(shortly);

    const learnUser = (user: User): User => {
        users.set(user.id, user);
        idsByName.set(user.username, user.id);
        return user;
    };

    const fetchUser: Directory['user'] = async (userId, signal) => {
        const found = await orUndefined(
            rest.call('GET /users/{id}', userSchema, (api) => api.getUser(userId), {signal}),
        );
        return found === undefined ? undefined : learnUser(found);
    };

    const user: Directory['user'] = async (userId, signal) =>
        users.get(userId) ?? fetchUser(userId, signal);

    /** The rest of its time tells how old what is known is. */
    const freshUser: Directory['freshUser'] = async (userId, signal) => {
        const age = deps.timings.directoryMs - users.getRemainingTTL(userId);
        const known = age <= deps.timings.freshMs ? users.get(userId) : undefined;
        return known ?? fetchUser(userId, signal);
    };

    const holder: Directory['user'] = async (userId, signal) => {
        const found = holders.get(userId) ?? (await fetchUser(userId, signal));
        if (found !== undefined && !holders.has(userId)) holders.set(userId, found);
        return found;
    };

    const channel: Directory['channel'] = async (channelId, signal) => {
        const known = channels.get(channelId);
        if (known !== undefined) return known;
        const found = await orUndefined(
            rest.call('GET /channels/{id}', channelSchema, (api) => api.getChannel(channelId), {
                signal,
            }),
        );
        if (found !== undefined) channels.set(found.id, found);
        return found;
    };

    const rolesAsMember = async (
        kind: 'team' | 'channel',
        id: string,
        userId: string,
        signal: AbortSignal | undefined,
    ): Promise<readonly string[]> => {
        const key = `${id} ${userId}`;
        const known = members.get(key);
        if (known !== undefined) return known;
        const member = await orUndefined(
            rest.call(
                `GET /${kind}s/{id}/members/{user}`,
                memberSchema,
                (api) =>
                    kind === 'team'
                        ? api.getTeamMember(id, userId)
                        : api.getChannelMember(id, userId),
                {signal},
            ),
        );
        const held = member === undefined || member.deleteAt !== 0 ? [] : member.roles;
        members.set(key, held);
        return held;
    };

    const rolesIn = async (
        userId: string,
        scope: PermissionScope,
        signal: AbortSignal | undefined,
    ): Promise<readonly string[]> => {
        switch (scope.kind) {
            case 'system':
                return [];
            case 'team':
                return rolesAsMember('team', scope.teamId, userId, signal);
            case 'channel': {
                const own = await rolesAsMember('channel', scope.channelId, userId, signal);
                const where = await channel(scope.channelId, signal);
                // What a role in the team permits holds in its channels for their members only.
                if (own.length === 0 || where === undefined || where.teamId === '') return own;
                return [...own, ...(await rolesAsMember('team', where.teamId, userId, signal))];
            }
        }
    };

    const permits = async (
        names: readonly string[],
        permission: string,
        signal: AbortSignal | undefined,
    ): Promise<boolean> => {
        const missing = names.filter((name) => !roles.has(name));
        if (missing.length > 0) {
            const found = await rest.call(
                'POST /roles/names',
                z.array(roleSchema),
                (api) => api.getRolesByNames([...new Set(missing)]),
                {signal},
            );
            for (const role of found) {
                roles.set(role.name, new Set(role.delete_at === 0 ? role.permissions : []));
            }
        }
        return names.some((name) => roles.get(name)?.has(permission) === true);
    };

    return {
        user,
        freshUser,
        channel,
        usersWithRole: async (role, limit, signal) => {
            const found = await rest.call(
                'GET /users',
                z.array(userSchema),
                (api) => api.getProfiles(0, limit, {role, active: true}),
                {signal},
            );
            return found.filter(({isBot, deleteAt}) => !isBot && deleteAt === 0);
        },
        userByName: async (username, signal) => {
            const name = username.replace(/^@/, '').toLowerCase();
            const known = users.get(idsByName.get(name) ?? '');
            if (known?.username === name) return known;
            // A name that no user can have is answered with 400.
            if (!/^[a-z0-9._-]{1,64}$/.test(name)) return undefined;
            const found = await orUndefined(
                rest.call(
                    'GET /users/username/{name}',
                    userSchema,
                    (api) => api.getUserByUsername(name),
                    {
                        signal,
                    },
                ),
            );
            return found === undefined ? undefined : learnUser(found);
        },
        channels: (signal) =>
            rest
                .call(
                    'GET /users/me/channels',
                    channelListSchema,
                    (api) => api.getAllTeamsChannels(),
                    {signal},
                )
                .catch(noChannels),
        isMember: async (channelId, userId, signal) => {
            const member = await orUndefined(
                rest.call(
                    'GET /channels/{id}/members/{user}',
                    memberSchema,
                    (api) => api.getChannelMember(channelId, userId),
                    {signal},
                ),
            );
            return member !== undefined;
        },
        teams: async (signal) => {
            const found = await rest.call(
                'GET /users/me/teams',
                z.array(teamSchema),
                (api) => api.getMyTeams(),
                {signal},
            );
            return found
                .filter((team) => team.deleteAt === 0)
                .map(({id, name, displayName}) => ({id, name, displayName}));
        },
        may: async (userId, permission, scope, signal) => {
            const who = await holder(userId, signal);
            if (who === undefined || who.deleteAt !== 0) return false;
            const held = [...who.roles, ...(await rolesIn(userId, scope, signal))];
            return permits(held, permission, signal);
        },
        learn: (found) => {
            channels.set(found.id, found);
        },
        observe: (frame) => {
            if (frame.name.startsWith('channel_')) forgetChannel(frame);
            if (frame.name === 'user_updated') forgetUser(frame);
            if (frame.name === 'role_updated') roles.clear();
            if (MEMBER_EVENTS.has(frame.name)) members.clear();
        },
        forget: () => {
            for (const cache of [users, holders, idsByName, channels, members, roles])
                cache.clear();
        },
    };

    function forgetChannel(frame: EventFrame): void {
        const id = frame.fields['channel_id'];
        if (typeof id === 'string') channels.delete(id);
        if (frame.channelId !== '') channels.delete(frame.channelId);
        if (frame.channelId === '' && typeof id !== 'string') channels.clear();
    }

    function forgetUser(frame: EventFrame): void {
        const changed = userIdSchema.safeParse(frame.fields['user']);
        for (const cache of [users, holders]) {
            if (changed.success) cache.delete(changed.data.id);
            else cache.clear();
        }
    }
}

const userIdSchema = z.object({id: z.string()});

const MEMBER_EVENTS = new Set([
    'user_added',
    'user_removed',
    'added_to_team',
    'leave_team',
    'channel_member_updated',
    'memberrole_updated',
    'user_role_updated',
    'channel_scheme_updated',
]);

/** Undefined for what is not there or may not be seen. */
export async function orUndefined<T>(call: Promise<T>): Promise<T | undefined> {
    try {
        return await call;
    } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
    }
}

/** Whether Mattermost itself (not a proxy before it) said "not there" or "not for you". */
export function isGone(error: unknown): error is PlatformError {
    return (
        error instanceof PlatformError &&
        error.serverId !== '' &&
        (error.code === 'not-found' || error.code === 'forbidden')
    );
}

/** To a bot that is in no channel yet the server answers 404. */
function noChannels(error: unknown): Channel[] {
    if (error instanceof PlatformError && error.code === 'not-found') return [];
    throw error;
}
