import {createBots, type Bots} from './bots.ts';
import {createChannels, type Channels} from './channels.ts';
import {createCommands, type Commands} from './commands.ts';
import type {ConfigOverrides} from './config.ts';
import {createCookieJar} from './cookie-jar.ts';
import {createCore, type Core} from './core.ts';
import {createDirectRules, type DirectRules} from './direct-rules.ts';
import {createEphemerals, type Ephemerals} from './ephemerals.ts';
import {createFiles, type Files} from './files.ts';
import {createMemberships, type Memberships} from './memberships.ts';
import {createNotifications} from './notifications.ts';
import {createPermissions, type Permissions} from './permissions.ts';
import {createPostProps, type PostProps} from './post-props.ts';
import {createPluginCommands, type PluginCommands} from './plugin-commands.ts';
import {createPluginKv, type PluginKv} from './plugin-kv.ts';
import {createPostTable} from './post-table.ts';
import {createPostViews, type PostViews} from './post-view.ts';
import {createPosts, type Posts} from './posts.ts';
import {createPreferences, type Preferences} from './preferences.ts';
import {createReactions, type Reactions} from './reactions.ts';
import {createSessions, type Sessions} from './sessions.ts';
import {createStatuses, type Statuses} from './statuses.ts';
import {createTeams, type Teams} from './teams.ts';
import {createThreads, type Threads} from './threads.ts';
import {createUsers, type Users} from './users.ts';

/** Everything the server knows. It outlives a restart of the playground. */
export interface World {
    readonly core: Core;
    readonly users: Users;
    readonly sessions: Sessions;
    readonly bots: Bots;
    readonly teams: Teams;
    readonly channels: Channels;
    readonly permissions: Permissions;
    readonly posts: Posts;
    readonly postViews: PostViews;
    readonly postProps: PostProps;
    readonly threads: Threads;
    readonly reactions: Reactions;
    readonly files: Files;
    readonly statuses: Statuses;
    readonly memberships: Memberships;
    readonly ephemerals: Ephemerals;
    readonly directRules: DirectRules;
    readonly commands: Commands;
    readonly preferences: Preferences;
    readonly pluginKv: PluginKv;
    readonly pluginCommands: PluginCommands;
}

/** Builds an empty world. */
export function createWorld(options: {
    now?: (() => number) | undefined;
    config?: ConfigOverrides | undefined;
    version?: string | undefined;
}): World {
    const core = createCore(options);
    const users = createUsers(core);
    const sessions = createSessions(core, (id) => users.get(id)?.delete_at === 0);
    const bots = createBots(core, users, sessions);
    const teams = createTeams(core);
    const channels = createChannels(core);
    const permissions = createPermissions({core, users, teams, channels});
    const table = createPostTable();
    const reactions = createReactions(core);
    const files = createFiles(core);
    const statuses = createStatuses(core);
    const postProps = createPostProps({core, users, teams, channels, permissions});
    const postViews = createPostViews({table, files, reactions, postProps});
    const threads = createThreads({core, users, channels, table, views: postViews});
    const ephemerals = createEphemerals(core, createCookieJar());
    const directRules = createDirectRules({core, users, teams, channels});
    const notifications = createNotifications({
        core,
        users,
        teams,
        ephemerals,
        channels,
        files,
        permissions,
        statuses,
        threads,
        postProps,
    });
    const posts = createPosts({
        core,
        users,
        channels,
        files,
        table,
        views: postViews,
        notifications,
        directRules,
        postProps,
    });
    const memberships = createMemberships({core, users, teams, channels, posts});
    return {
        core,
        users,
        sessions,
        bots,
        teams,
        channels,
        permissions,
        posts,
        postViews,
        postProps,
        threads,
        reactions,
        files,
        statuses,
        memberships,
        ephemerals,
        directRules,
        commands: createCommands(core),
        preferences: createPreferences(core),
        pluginKv: createPluginKv(core),
        pluginCommands: createPluginCommands(),
    };
}
