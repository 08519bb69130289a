import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import {pluginApiRegistry} from '../../../sidecar/src/mattermost/plugin-api/wire/registry.ts';
import {serveRpc} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import type {ServePluginApi} from './active-plugin.ts';
import {peopleCalls} from './api-people.ts';
import {postCalls} from './api-posts.ts';
import {spareCalls} from './api-spare.ts';
import {serverCalls, type ServerCallDeps} from './api-server.ts';

/**
 * Answers the plugin API from the world, in the shapes of the real server. As there, nobody is asked
 * for a permission; a call that it does not know gets net/rpc's own answer.
 */
export function createPluginApiServer(deps: ServerCallDeps): ServePluginApi {
    const {world, log} = deps;
    return (stream, plugin) => {
        const handlers = [
            ...postCalls(world, plugin.id),
            ...peopleCalls(world, plugin.id, log),
            ...serverCalls(deps, plugin),
            ...spareCalls(world, plugin.id),
        ];
        serveRpc(stream, handlers, {
            registry: pluginApiRegistry,
            onProblem: ({kind, method, error}) => {
                log.error('a call of the plugin API went wrong', {
                    plugin_id: plugin.id,
                    kind,
                    method,
                    error: errorOf(error),
                });
            },
        });
    };
}
