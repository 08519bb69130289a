import {Readable} from 'node:stream';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {newId} from '../identifiers.ts';
import type {PluginCall} from '../integrations/outbound.ts';
import type {World} from '../world/world.ts';
import type {Plugins} from './plugins.ts';
import {pluginUrl} from './request-headers.ts';
import {createLocalWriter} from './response-writer.ts';
import {serveHttp} from './serve-http.ts';

/**
 * Calls of buttons and dialogs whose address begins with `/plugins/`: they never leave the server. The
 * status of the answer does not count, and of its body only the last piece that was written.
 */
export function createPluginCall(world: World, plugins: Plugins, log: Log): PluginCall {
    return async ({pluginId, path, userId, token, body}) => {
        const plugin = plugins.running().find(({id}) => id === pluginId);
        if (plugin?.has('ServeHTTP') !== true) {
            return '404 page not found\n';
        }
        const requestUri = `/plugins/${pluginId}${path}`;
        const writer = createLocalWriter();
        const done = await serveHttp(
            plugin,
            {
                method: 'POST',
                url: pluginUrl(requestUri, pluginId) ?? '/',
                requestUri,
                headers: {'Mattermost-User-Id': [userId]},
                host: new URL(world.core.config.ServiceSettings.SiteURL).host,
                remoteAddress: '',
                sessionId: world.sessions.byToken(token)?.id ?? '',
                requestId: newId(),
                body: Readable.from([Buffer.from(body)]),
            },
            writer,
            log,
        );
        return done ? writer.answer().body.toString('utf8') : '500 internal server error\n';
    };
}
