import express, {type Express, type RequestHandler} from 'express';
import type {Log} from '../../sidecar/src/contract/log.ts';
import {noSuchPage, notImitated} from './api-error.ts';
import {answerError, createRoute} from './http/handler.ts';
import {newId} from './identifiers.ts';
import type {Plugins} from './plugins/plugins.ts';
import {pluginWebRoutes} from './plugins/web-routes.ts';
import {actionRoutes} from './routes/actions.ts';
import {botRoutes} from './routes/bots.ts';
import {channelMemberRoutes} from './routes/channel-members.ts';
import {channelRoutes} from './routes/channels.ts';
import {suggestionRoutes} from './routes/command-suggestions.ts';
import {commandHooks, commandRoutes} from './routes/commands.ts';
import {configRoutes} from './routes/config.ts';
import {fileRoutes} from './routes/files.ts';
import {loginRoutes} from './routes/login.ts';
import {pluginRoutes} from './routes/plugins.ts';
import {postListRoutes} from './routes/post-lists.ts';
import {postRoutes} from './routes/posts.ts';
import {preferenceRoutes} from './routes/preferences.ts';
import {reactionRoutes} from './routes/reactions.ts';
import {roleRoutes} from './routes/roles.ts';
import type {RouteDeps, RouterFactory} from './routes/routes.ts';
import {statusRoutes} from './routes/statuses.ts';
import {systemRoutes} from './routes/system.ts';
import {teamRoutes} from './routes/teams.ts';
import {userSearchRoutes} from './routes/user-search.ts';
import {pictureRoutes} from './routes/pictures.ts';
import {userRoutes} from './routes/users.ts';
import type {World} from './world/world.ts';

const areas: readonly RouterFactory[] = [
    loginRoutes,
    botRoutes,
    statusRoutes,
    preferenceRoutes,
    userSearchRoutes,
    pictureRoutes,
    userRoutes,
    teamRoutes,
    channelRoutes,
    channelMemberRoutes,
    postRoutes,
    postListRoutes,
    reactionRoutes,
    fileRoutes,
    actionRoutes,
    commandRoutes,
    suggestionRoutes,
    roleRoutes,
    systemRoutes,
];

/** What the HTTP side of a playground is built from. */
export interface AppDeps {
    readonly world: World;
    readonly log: Log;
    readonly integrations: RouteDeps['integrations'];
    readonly plugins: Plugins;
    /** Comes before all else: faults and their control route. */
    readonly before: readonly RequestHandler[];
    /** Serves everything outside the API, for instance the web client; absent = 404. */
    readonly web: RequestHandler | undefined;
}

/** The express app: faults, the API, then the web client. */
export function createApp({world, log, integrations, plugins, before, web}: AppDeps): Express {
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    app.set('query parser', 'simple');
    for (const handler of before) {
        app.use(handler);
    }
    const route = createRoute(world, log);
    app.use('/api', (request, response, next) => {
        if (['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].includes(request.method)) {
            next();
        } else {
            const path = `${request.baseUrl}${request.path}`;
            answerError(log, request, response, newId(), noSuchPage(path));
        }
    });
    for (const area of [...areas, configRoutes(plugins), pluginRoutes(plugins)]) {
        app.use('/api/v4', area({world, route, integrations}));
    }
    app.use(commandHooks({world, route, integrations}));
    app.use(pluginWebRoutes(world, plugins, log));
    app.use('/api', (request, response) => {
        const name = `${request.method} ${request.baseUrl}${request.path}`;
        answerError(log, request, response, newId(), notImitated(name));
    });
    if (web !== undefined) {
        app.use(web);
    }
    app.use((request, response) => {
        answerError(log, request, response, newId(), noSuchPage(request.path));
    });
    return app;
}
