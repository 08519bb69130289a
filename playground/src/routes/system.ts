import {Router} from 'express';
import {ApiError, invalidUrlParam} from '../api-error.ts';
import {serverVersion} from '../http/handler.ts';
import type {RouterFactory} from './routes.ts';

/** The server itself: ping, settings, licence. */
export const systemRoutes: RouterFactory = ({world, route}) => {
    const router = Router();
    const {config} = world.core;

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
                context.json(clientConfig(config, context.session !== undefined));
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

function clientConfig(
    config: Parameters<RouterFactory>[0]['world']['core']['config'],
    loggedIn: boolean,
): Record<string, string> {
    const service = config.ServiceSettings;
    const open = {
        BuildNumber: serverVersion,
        DefaultClientLocale: 'en',
        EnableCustomEmoji: 'false',
        EnableSignInWithEmail: 'true',
        EnableSignInWithUsername: 'true',
        EnableUserCreation: String(config.TeamSettings.EnableUserCreation),
        SiteName: config.TeamSettings.SiteName,
        SiteURL: service.SiteURL,
        Version: serverVersion,
    };
    return loggedIn
        ? {
              ...open,
              CollapsedThreads: service.CollapsedThreads,
              EnableBotAccountCreation: String(service.EnableBotAccountCreation),
              EnableCommands: String(service.EnableCommands),
              EnableFileAttachments: String(config.FileSettings.EnableFileAttachments),
              EnablePostIconOverride: String(service.EnablePostIconOverride),
              EnablePostUsernameOverride: String(service.EnablePostUsernameOverride),
              EnableUserAccessTokens: String(service.EnableUserAccessTokens),
              EnableUserTypingMessages: String(service.EnableUserTypingMessages),
              MaxFileSize: String(config.FileSettings.MaxFileSize),
              MaxPostSize: '16383',
              PluginsEnabled: String(config.PluginSettings.Enable),
              PostEditTimeLimit: String(service.PostEditTimeLimit),
              PostPriority: String(service.PostPriority),
              RestrictDirectMessage: config.TeamSettings.RestrictDirectMessage,
              TeammateNameDisplay: config.TeamSettings.TeammateNameDisplay,
              ThreadAutoFollow: String(service.ThreadAutoFollow),
              TimeBetweenUserTypingUpdatesMilliseconds: String(
                  service.TimeBetweenUserTypingUpdatesMilliseconds,
              ),
          }
        : open;
}
