import express from 'express';
import helmet from 'helmet';
import {ipKeyGenerator} from 'express-rate-limit';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {ROUTES} from '../contract/routes.ts';
import type {PlatformStatus} from '../mattermost/platform.ts';
import {interactionsRouter, type PressHandler} from './interactions.ts';
import {limitRate} from './limits.ts';
import {refuse} from './refuse.ts';
import {userOf} from './require-user.ts';

/** Routes that a host or the app adds. */
export interface Routes {
    /** Where, below the app. */
    readonly path: string;
    readonly router: express.Router;
    /** It knows its callers and limits them by itself: the common limit does not count them [false]. */
    readonly limitsItself?: boolean;
}

/** What the HTTP side needs of the program. */
export interface HttpDeps {
    /** Each account, for `/readyz`; see `AccountStatus` of the app. */
    readonly accounts: () => readonly {
        readonly account: string;
        readonly status: PlatformStatus;
        readonly runner: string | undefined;
        readonly standby: boolean;
        readonly missedCalls: {readonly lastHour: number; readonly lastDay: number};
    }[];
    readonly press: PressHandler;
    readonly routes?: readonly Routes[];
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
    const routes = deps.routes ?? [];
    for (const {path, router} of routes.filter(({limitsItself}) => limitsItself === true)) {
        app.use(path, router);
    }
    app.use(
        limitRate(REQUESTS_PER_MINUTE, (request) => {
            const user = deps.trustsUserHeader === true && userOf(request);
            return user || ipKeyGenerator(request.ip ?? '');
        }),
    );

    app.get('/healthz', (_request, response) => {
        response.json({status: 'ok'});
    });
    app.get('/readyz', (_request, response) => {
        const accounts = deps.accounts().map(({account, status, runner, standby, missedCalls}) => ({
            account,
            state: status.state,
            since: status.since,
            reconnects: status.reconnects,
            tokenEndsAt: status.tokenEndsAt,
            missingPermissions: status.missingPermissions,
            runner,
            standby,
            mentionsElsewhere: missedCalls,
        }));
        const ready = accounts.every(
            ({state, standby}) => standby || state === 'ready' || state === 'polling',
        );
        response.status(ready ? 200 : 503).json({status: ready ? 'ready' : 'not ready', accounts});
    });
    for (const {path, router} of routes.filter(({limitsItself}) => limitsItself !== true)) {
        app.use(path, router);
    }
    app.use(
        ROUTES.interactions,
        interactionsRouter(deps.press, deps.log, {needsUser: deps.trustsUserHeader === true}),
    );

    app.use((_request, response) => {
        refuse(response, 404, 'There is nothing here.');
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
        refuse(response, status, SENTENCES[status]);
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
