import express from 'express';
import helmet from 'helmet';
import {ipKeyGenerator, rateLimit} from 'express-rate-limit';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {ANSWERS_ROUTE} from '../contract/events.ts';
import {RUNNER_ROUTES} from '../contract/runner-api.ts';
import type {PlatformStatus} from '../mattermost/platform.ts';
import {SETTINGS_ROUTE} from './settings-api.ts';
import {interactionsRouter, type PressHandler} from './interactions.ts';

/** What the HTTP side needs of the program. */
export interface HttpDeps {
    /** Each account, for `/readyz`; see `AccountStatus` of the app. */
    readonly accounts: () => readonly {
        readonly account: string;
        readonly status: PlatformStatus;
        readonly runner: string | undefined;
        readonly standby: boolean;
    }[];
    readonly press: PressHandler;
    /** Runners' routes: they know their callers, and count their own mistakes. */
    readonly runnerApi?: express.Router | undefined;
    /** Admins' routes to the settings. */
    readonly settingsApi?: express.Router | undefined;
    /** Viewers' route to answers that grow. */
    readonly answersApi?: express.Router | undefined;
    /** The server in front says who asks (`Mattermost-User-Id`), and nobody else can [false]. */
    readonly trustsUserHeader?: boolean;
    readonly log: Log;
}

/** Requests a minute from one user or address, over all routes. */
const REQUESTS_PER_MINUTE = 600;

/**
 * The express app of every host: `/healthz` (the process lives), `/readyz` (each enabled account is
 * connected, here or by another runner; 503 otherwise), `/mattermost/interactions/<account>` (buttons). All else is 404.
 */
export function createHttpApp(deps: HttpDeps): express.Express {
    const app = express();
    app.disable('x-powered-by');
    // Whether a host is for HTTPS only is for the server in front to say, not for one path of it.
    app.use(helmet({strictTransportSecurity: false}));
    if (deps.runnerApi !== undefined) app.use(RUNNER_ROUTES, deps.runnerApi);
    app.use(
        rateLimit({
            windowMs: 60_000,
            limit: REQUESTS_PER_MINUTE,
            standardHeaders: 'draft-8',
            legacyHeaders: false,
            keyGenerator: (request) => {
                const user = deps.trustsUserHeader === true && request.get('Mattermost-User-Id');
                return user || ipKeyGenerator(request.ip ?? '');
            },
            message: {error: {message: 'Too many requests.'}},
            // Its warnings go to the console, and about headers that anybody may send.
            validate: false,
        }),
    );

    app.get('/healthz', (_request, response) => {
        response.json({status: 'ok'});
    });
    app.get('/readyz', (_request, response) => {
        const accounts = deps.accounts().map(({account, status, runner, standby}) => ({
            account,
            state: status.state,
            since: status.since,
            reconnects: status.reconnects,
            runner,
            standby,
        }));
        const ready = accounts.every(
            ({state, standby}) => standby || state === 'ready' || state === 'polling',
        );
        response.status(ready ? 200 : 503).json({status: ready ? 'ready' : 'not ready', accounts});
    });
    if (deps.settingsApi !== undefined) app.use(SETTINGS_ROUTE, deps.settingsApi);
    if (deps.answersApi !== undefined) app.use(ANSWERS_ROUTE, deps.answersApi);
    app.use(
        '/mattermost/interactions',
        interactionsRouter(deps.press, {needsUser: deps.trustsUserHeader === true}),
    );

    app.use((_request, response) => {
        response.status(404).json({error: {message: 'There is nothing here.'}});
    });
    app.use(errorHandler(deps.log));
    return app;
}

/** The one place where an HTTP handler's error is caught: logged once, told in one plain sentence. */
function errorHandler(log: Log): express.ErrorRequestHandler {
    return (error: unknown, request, response, next) => {
        if (response.headersSent) {
            next(error);
            return;
        }
        const status = clientStatus(error);
        if (status === 500) {
            const cause = errorOf(error);
            log.error('request failed', {method: request.method, path: request.path, error: cause});
        }
        response.status(status).json({error: {message: SENTENCES[status]}});
    };
}

const SENTENCES = {
    400: 'The request could not be read.',
    413: 'The request is too large.',
    500: 'Something went wrong here.',
} as const;

function clientStatus(error: unknown): keyof typeof SENTENCES {
    if (typeof error !== 'object' || error === null || !('status' in error)) return 500;
    if (error.status === 413) return 413;
    return typeof error.status === 'number' && error.status >= 400 && error.status < 500
        ? 400
        : 500;
}
