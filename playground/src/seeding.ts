import type {NewBot} from './world/bots.ts';
import type {NewChannel} from './world/channels.ts';
import type {NewPost} from './world/posts.ts';
import type {ChannelRow, PostRow, TeamRow, UserRow} from './world/records.ts';
import type {NewUser} from './world/users.ts';
import type {World} from './world/world.ts';

/** Short ways to put things into a world, for tests; nothing is asked for permission. */
export interface Seeding {
    /** A person; the password is `Playground1!` unless given. */
    addUser(username: string, user?: Partial<NewUser>): UserRow;
    addTeam(name: string, displayName?: string): TeamRow;
    /** A channel of a team; an open one unless given. */
    addChannel(teamId: string, name: string, channel?: Partial<NewChannel>): ChannelRow;
    /** A bot with an access token, in the teams and channels that are named by id. */
    addBot(
        username: string,
        bot?: Partial<NewBot> & {teams?: readonly string[]; channels?: readonly string[]},
    ): {userId: string; token: string};
    joinTeam(teamId: string, ...userIds: string[]): void;
    /** Joins without the posts that tell of it; the events are sent. */
    joinChannel(channelId: string, ...userIds: string[]): void;
    direct(userId: string, otherId: string): ChannelRow;
    group(...userIds: string[]): ChannelRow;
    /** A token for REST and WebSocket, as from a login. */
    login(userId: string): string;
    /** Posts as a user, with all that follows. */
    post(
        userId: string,
        channelId: string,
        message: string,
        post?: Partial<Omit<NewPost, 'user_id' | 'channel_id' | 'message'>>,
    ): PostRow;
}

/** The password of everybody who was given none. */
export const defaultPassword = 'Playground1!';

/** Seeding for a world. */
export function createSeeding(world: World): Seeding {
    const seeding: Seeding = {
        addUser: (username, user = {}) =>
            world.users.create({
                email: `${username}@example.com`,
                password: defaultPassword,
                ...user,
                username,
            }),
        addTeam: (name, displayName = name) =>
            world.memberships.createTeam({name, display_name: displayName}, undefined, [
                {name: 'town-square', display_name: 'Town Square'},
            ]),
        addChannel: (teamId, name, channel = {}) =>
            world.channels.create({
                type: 'O',
                display_name: name,
                ...channel,
                name,
                team_id: teamId,
            }),
        addBot(username, {teams = [], channels = [], ...bot} = {}) {
            const {user_id: userId} = world.bots.create({owner_id: '', ...bot, username});
            for (const id of teams) {
                seeding.joinTeam(id, userId);
            }
            for (const id of channels) {
                seeding.joinChannel(id, userId);
            }
            return {userId, token: world.sessions.createToken(userId, 'seeded').token};
        },
        joinTeam(teamId, ...userIds) {
            for (const id of userIds) {
                world.memberships.joinTeamQuietly(teamId, id);
            }
        },
        joinChannel(channelId, ...userIds) {
            for (const id of userIds) {
                world.memberships.joinChannelQuietly(channelId, id);
            }
        },
        direct: world.memberships.direct,
        group: (...userIds) => world.memberships.group(userIds),
        login: (userId) => world.sessions.login(userId).token,
        post: (userId, channelId, message, post = {}) =>
            world.posts.createNow({...post, user_id: userId, channel_id: channelId, message}),
    };
    return seeding;
}
