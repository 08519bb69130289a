import type {Channel, Team, User} from '../../platform.ts';
import {type Bot, rolesIn, type SessionInfo, toBot, toChannel, toTeam, toUser} from '../models.ts';
import {fromGoError} from '../plugin-api-error.ts';
import {apiMethods} from '../wire/api-methods.ts';
import type {Caller} from './caller.ts';

/** What a bot is to be called. */
export interface BotProfile {
    readonly username: string;
    readonly displayName: string;
    readonly description: string;
}

/** A preference of a user: text of at most 20,000 characters, under a category and a name of at most 32 each. */
export interface Preference {
    readonly category: string;
    readonly name: string;
    readonly value: string;
}

/** Users, bots, teams, channels, permissions. What is not there is undefined. */
export interface PeopleCalls {
    /**
     * Makes the plugin's bot, or takes it over and renames it; gives its user id. A person of that
     * name is not refused by the server but answered with the person's id: `getBot` tells.
     */
    ensureBotUser(profile: BotProfile, signal?: AbortSignal): Promise<string>;
    getBot(userId: string, includeDeleted: boolean, signal?: AbortSignal): Promise<Bot | undefined>;
    createBot(profile: BotProfile, signal?: AbortSignal): Promise<Bot>;
    updateBotActive(userId: string, active: boolean, signal?: AbortSignal): Promise<Bot>;
    /** PNG or JPEG. */
    setProfileImage(userId: string, image: Uint8Array, signal?: AbortSignal): Promise<void>;
    /** The token's id and the token itself, which nobody can read again. */
    createUserAccessToken(
        userId: string,
        description: string,
        signal?: AbortSignal,
    ): Promise<{readonly id: string; readonly token: string}>;
    revokeUserAccessToken(tokenId: string, signal?: AbortSignal): Promise<void>;

    getUser(userId: string, signal?: AbortSignal): Promise<User | undefined>;
    getUserByUsername(username: string, signal?: AbortSignal): Promise<User | undefined>;
    /** People (no bots) with this role of the system who are active, at most `limit`. */
    getUsersWithRole(role: string, limit: number, signal?: AbortSignal): Promise<User[]>;
    getSession(sessionId: string, signal?: AbortSignal): Promise<SessionInfo | undefined>;
    /** All preferences of a user; only they and system admins can read them from outside. */
    getPreferencesForUser(userId: string, signal?: AbortSignal): Promise<Preference[]>;
    /** Sets one preference of a user. */
    updatePreferenceForUser(
        userId: string,
        preference: Preference,
        signal?: AbortSignal,
    ): Promise<void>;
    hasPermissionTo(userId: string, permission: string, signal?: AbortSignal): Promise<boolean>;
    hasPermissionToTeam(
        userId: string,
        teamId: string,
        permission: string,
        signal?: AbortSignal,
    ): Promise<boolean>;
    hasPermissionToChannel(
        userId: string,
        channelId: string,
        permission: string,
        signal?: AbortSignal,
    ): Promise<boolean>;

    /** Without teams that were deleted. */
    getTeamsForUser(userId: string, signal?: AbortSignal): Promise<Team[]>;
    createTeamMember(teamId: string, userId: string, signal?: AbortSignal): Promise<void>;
    getChannel(channelId: string, signal?: AbortSignal): Promise<Channel | undefined>;
    /** All channels that a user is a member of, archived ones left out; '' = of all teams. */
    getChannelsForTeamForUser(
        teamId: string,
        userId: string,
        signal?: AbortSignal,
    ): Promise<Channel[]>;
    /** Made when missing; undefined when one of the two does not exist. */
    getDirectChannel(
        userId: string,
        otherId: string,
        signal?: AbortSignal,
    ): Promise<Channel | undefined>;
    isChannelMember(channelId: string, userId: string, signal?: AbortSignal): Promise<boolean>;
    addChannelMember(channelId: string, userId: string, signal?: AbortSignal): Promise<void>;
}

/** Makes the calls about people. */
export function createPeopleCalls(caller: Caller): PeopleCalls {
    return {...createBotCalls(caller), ...createUserCalls(caller), ...createChannelCalls(caller)};
}

function fromProfile({username, displayName, description}: BotProfile) {
    return {Username: username, DisplayName: displayName, Description: description};
}

type BotCalls = Pick<
    PeopleCalls,
    | 'ensureBotUser'
    | 'getBot'
    | 'createBot'
    | 'updateBotActive'
    | 'setProfileImage'
    | 'createUserAccessToken'
    | 'revokeUserAccessToken'
>;

function createBotCalls({raw, present, found, done}: Caller): BotCalls {
    return {
        ensureBotUser: async (profile, signal) => {
            const method = apiMethods.ensureBotUser;
            const reply = await raw(method, {A: fromProfile(profile)}, signal);
            const error = fromGoError(method.name, reply.B);
            if (error !== undefined) throw error;
            return reply.A;
        },
        getBot: async (userId, includeDeleted, signal) => {
            const bot = await found(apiMethods.getBot, {A: userId, B: includeDeleted}, signal);
            return bot === undefined ? undefined : toBot(bot);
        },
        createBot: async (profile, signal) =>
            toBot(await present(apiMethods.createBot, {A: fromProfile(profile)}, signal)),
        updateBotActive: async (userId, active, signal) =>
            toBot(await present(apiMethods.updateBotActive, {A: userId, B: active}, signal)),
        setProfileImage: (userId, image, signal) =>
            done(apiMethods.setProfileImage, {A: userId, B: image}, signal),
        createUserAccessToken: async (userId, description, signal) => {
            const A = {UserId: userId, Description: description};
            const {Id, Token} = await present(apiMethods.createUserAccessToken, {A}, signal);
            return {id: Id, token: Token};
        },
        revokeUserAccessToken: (tokenId, signal) =>
            done(apiMethods.revokeUserAccessToken, {A: tokenId}, signal),
    };
}

type UserCalls = Pick<
    PeopleCalls,
    | 'getUser'
    | 'getUserByUsername'
    | 'getUsersWithRole'
    | 'getSession'
    | 'getPreferencesForUser'
    | 'updatePreferenceForUser'
    | 'hasPermissionTo'
    | 'hasPermissionToTeam'
    | 'hasPermissionToChannel'
>;

function createUserCalls({raw, result, found, done}: Caller): UserCalls {
    return {
        getUser: async (userId, signal) => {
            const user = await found(apiMethods.getUser, {A: userId}, signal);
            return user === undefined ? undefined : toUser(user);
        },
        getUserByUsername: async (username, signal) => {
            const user = await found(apiMethods.getUserByUsername, {A: username}, signal);
            return user === undefined ? undefined : toUser(user);
        },
        getUsersWithRole: async (role, limit, signal) => {
            const A = {Role: role, Active: true, Page: 0, PerPage: limit};
            const users = await result(apiMethods.getUsers, {A}, signal);
            return users.filter(({IsBot}) => !IsBot).map(toUser);
        },
        getSession: async (sessionId, signal) => {
            const session = await found(apiMethods.getSession, {A: sessionId}, signal);
            if (session === undefined) return undefined;
            return {
                id: session.Id,
                userId: session.UserId,
                roles: rolesIn(session.Roles),
                expiresAt: session.ExpiresAt,
                isOAuth: session.IsOAuth,
            };
        },
        getPreferencesForUser: async (userId, signal) => {
            const all = await result(apiMethods.getPreferencesForUser, {A: userId}, signal);
            return all.map(({Category, Name, Value}) => ({
                category: Category,
                name: Name,
                value: Value,
            }));
        },
        updatePreferenceForUser: (userId, {category, name, value}, signal) => {
            const B = [{UserId: userId, Category: category, Name: name, Value: value}];
            return done(apiMethods.updatePreferencesForUser, {A: userId, B}, signal);
        },
        hasPermissionTo: async (userId, permission, signal) => {
            const args = {A: userId, B: {Id: permission}};
            return (await raw(apiMethods.hasPermissionTo, args, signal)).A;
        },
        hasPermissionToTeam: async (userId, teamId, permission, signal) => {
            const args = {A: userId, B: teamId, C: {Id: permission}};
            return (await raw(apiMethods.hasPermissionToTeam, args, signal)).A;
        },
        hasPermissionToChannel: async (userId, channelId, permission, signal) => {
            const args = {A: userId, B: channelId, C: {Id: permission}};
            return (await raw(apiMethods.hasPermissionToChannel, args, signal)).A;
        },
    };
}

type ChannelCalls = Omit<PeopleCalls, keyof BotCalls | keyof UserCalls>;

function createChannelCalls({result, present, found}: Caller): ChannelCalls {
    return {
        getTeamsForUser: async (userId, signal) => {
            const teams = await result(apiMethods.getTeamsForUser, {A: userId}, signal);
            return teams
                .map(toTeam)
                .filter((team) => team.deleteAt === 0)
                .map(({id, name, displayName}) => ({id, name, displayName}));
        },
        createTeamMember: async (teamId, userId, signal) => {
            await present(apiMethods.createTeamMember, {A: teamId, B: userId}, signal);
        },
        getChannel: async (channelId, signal) => {
            const channel = await found(apiMethods.getChannel, {A: channelId}, signal);
            return channel === undefined ? undefined : toChannel(channel);
        },
        getChannelsForTeamForUser: async (teamId, userId, signal) => {
            const method = apiMethods.getChannelsForTeamForUser;
            // A user without any channel is answered with 404.
            const channels = await found(method, {A: teamId, B: userId, C: false}, signal);
            return (channels ?? []).flatMap((channel) => toChannel(channel) ?? []);
        },
        getDirectChannel: async (userId, otherId, signal) => {
            const args = {A: userId, B: otherId};
            // Its caller has a limit of its own (`dmChannelRetry`), which may be the longer one.
            const channel = await found(apiMethods.getDirectChannel, args, signal, 'transfer');
            return channel === undefined ? undefined : toChannel(channel);
        },
        isChannelMember: async (channelId, userId, signal) => {
            const args = {A: channelId, B: userId};
            return (await found(apiMethods.getChannelMember, args, signal)) !== undefined;
        },
        addChannelMember: async (channelId, userId, signal) => {
            await present(apiMethods.addChannelMember, {A: channelId, B: userId}, signal);
        },
    };
}
