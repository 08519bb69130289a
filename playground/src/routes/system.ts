import {Router} from 'express';
import {ApiError, invalidUrlParam} from '../api-error.ts';
import {clientConfig} from '../world/client-config.ts';
import type {RouterFactory} from './routes.ts';

/** The server itself: ping, settings, licence. */
export const systemRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/system/ping',
        route(
            (context) => {
                context.json({
                    ActiveSearchBackend: 'database',
                    AndroidLatestVersion: '',
                    AndroidMinVersion: '',
                    IosLatestVersion: '',
                    IosMinVersion: '',
                    status: 'OK',
                });
            },
            {session: false},
        ),
    );

    router.get(
        '/websocket',
        route(
            (context) => {
                const error = new ApiError(400, 'api.web_socket.connect.upgrade.app_error', {
                    BlockedOrigin: context.request.headers.origin ?? '',
                });
                context.response.setHeader('Content-Type', 'text/plain; charset=utf-8');
                const body = JSON.stringify(error.toBody(context.requestId));
                context.response.statusCode = 400;
                context.response.end(`Bad Request\n${body}`);
            },
            {session: false, trusting: true},
        ),
    );

    router.get(
        '/config/client',
        route(
            (context) => {
                const format = context.query('format');
                if (format === '') {
                    throw new ApiError(400, 'api.config.client.old_format.app_error');
                }
                if (format !== 'old') {
                    throw invalidUrlParam('format');
                }
                context.json(clientConfig(world.core, context.session !== undefined));
            },
            {session: false},
        ),
    );

    router.get(
        '/license/client',
        route(
            (context) => {
                if (context.query('format') !== 'old') {
                    throw invalidUrlParam('format');
                }
                context.json({IsLicensed: 'false'});
            },
            {session: false},
        ),
    );
    return router;
};
