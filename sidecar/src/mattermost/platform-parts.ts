import type {AbilitiesReader} from './abilities-reader.ts';
import type {StatusBoard} from './listening/status.ts';
import type {BotIdentity, Platform} from './platform.ts';
import {storable} from './storable.ts';

/** The part of the platform that reads and writes posts; see `Platform` for each method. */
export type Posts = Pick<
    Platform,
    | 'createPost'
    | 'updatePost'
    | 'deletePost'
    | 'getPost'
    | 'thread'
    | 'postsAfter'
    | 'ephemeral'
    | 'react'
    | 'unreact'
    | 'typing'
>;

/** The part of the platform that moves files. */
export type Files = Pick<Platform, 'fileInfo' | 'openFile' | 'uploadFile'>;

/** The part of the platform that knows users, channels, teams and what they permit. */
export type People = Pick<
    Platform,
    'user' | 'freshUser' | 'userByName' | 'usersWithRole' | 'channel' | 'isMember' | 'teams' | 'may'
>;

/** What a platform is put together from. */
export interface PlatformParts extends Pick<
    Platform,
    'account' | 'connect' | 'events' | 'directChannel' | 'ownPostRights'
> {
    /** Throws `not-connected` before `connect` has succeeded. */
    readonly bot: () => BotIdentity;
    readonly status: StatusBoard;
    readonly abilities: Pick<AbilitiesReader, 'current'>;
    readonly posts: Posts;
    readonly files: Files;
    readonly people: People;
}

/** Puts a platform together; it shows nothing of its parts but the port. */
export function assemblePlatform(parts: PlatformParts): Platform {
    const {account, connect, events, directChannel, ownPostRights, bot, status, abilities} = parts;
    const {posts, files, people} = parts;
    return {
        account,
        get bot() {
            return bot();
        },
        get status() {
            return status.current;
        },
        get abilities() {
            return abilities.current;
        },
        onStatus: (listener) => status.onChange(listener),
        connect,
        events,
        directChannel,
        ownPostRights,
        ...posts,
        createPost: (draft, key, signal) => posts.createPost(storable(draft), key, signal),
        updatePost: (postId, change, signal) => posts.updatePost(postId, storable(change), signal),
        ephemeral: (userId, draft, signal) => posts.ephemeral(userId, storable(draft), signal),
        ...files,
        user: (userId, signal) => people.user(userId, signal),
        freshUser: (userId, signal) => people.freshUser(userId, signal),
        userByName: (username, signal) => people.userByName(username, signal),
        usersWithRole: (role, limit, signal) => people.usersWithRole(role, limit, signal),
        channel: (channelId, signal) => people.channel(channelId, signal),
        isMember: (channelId, userId, signal) => people.isMember(channelId, userId, signal),
        teams: (signal) => people.teams(signal),
        may: (userId, permission, scope, signal) => people.may(userId, permission, scope, signal),
    };
}
