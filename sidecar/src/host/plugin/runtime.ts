import {errorOf} from '../../contract/errors.ts';
import {hookHandlers, type Hooks} from '../../mattermost/plugin-api/hooks.ts';
import {createPluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import {pluginApiRegistry} from '../../mattermost/plugin-api/wire/registry.ts';
import {createLiveLevel} from '../../ops/log-level.ts';
import {createLog} from '../../ops/log.ts';
import {createRedactor} from '../../ops/redact.ts';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {createRpcClient} from '../../rpc/net-rpc/client.ts';
import {serveRpc, type RpcProblem} from '../../rpc/net-rpc/server.ts';
import {activate, type Activation} from './activation.ts';
import {serveHttp} from './serve-http.ts';
import {probeOurselves, watchHooks} from './watchdog.ts';
import type {PluginProcess, PluginRuntime} from './process.ts';

/** How long answers may go on after the plugin was switched off; the server waits for us. */
const DEACTIVATE_GRACE_MS = 2_000;

/** Makes what does the plugin's work in this process. */
export function createPluginRuntime({env, err, watchEveryMs}: PluginProcess): PluginRuntime {
    const redactor = createRedactor();
    const level = createLiveLevel(env);
    const log = createLog({level: level.current, format: 'hclog', redactor, write: err});
    const broken = new AbortController();
    let activation: Activation | undefined;
    let isEnding = false;
    let lastHookAt = 0;
    const watching = new AbortController();

    /** What only a new process repairs: the server's health check starts one. */
    const fail = (reason: string): void => {
        if (isEnding || broken.signal.aborted) return;
        log.error(reason);
        broken.abort(reason);
    };
    const onProblem = ({kind, method, error}: RpcProblem): void => {
        log.error('a call of the server went wrong', {kind, method, error: errorOf(error)});
    };

    const hooksOver = (broker: MuxBroker): Partial<Hooks> => ({
        async onActivate({apiMuxId, driverMuxId}) {
            const [stream, driver] = await Promise.all([
                broker.dial(apiMuxId),
                broker.dial(driverMuxId),
            ]);
            // The way to the database is not used, but the server wants it taken.
            driver.resume();
            const client = createRpcClient(stream, {registry: pluginApiRegistry});
            void client.closed.then(() => fail('the connection for calls to the server is lost'));
            const api = createPluginApi(client);
            activation = await activate({
                api,
                closed: client.closed,
                broker,
                env,
                log,
                redactor,
                setLogLevel: level.follow,
            });
            void watchHooks(
                {
                    probe: probeOurselves(api, broker),
                    lastHookAt: () => lastHookAt,
                    onDeaf: () => fail('the hooks of the server do not come through any more'),
                    log,
                    ...(watchEveryMs === undefined ? {} : {everyMs: watchEveryMs}),
                },
                watching.signal,
            );
        },
        async onDeactivate() {
            isEnding = true;
            watching.abort();
            await activation?.stop(DEACTIVATE_GRACE_MS);
            activation = undefined;
        },
        async serveHttp(call) {
            lastHookAt = Date.now();
            if (activation === undefined) await serveHttp(call, broker, undefined);
            else await activation.serveHttp(call);
        },
        executeCommand: async (call) =>
            activation === undefined
                ? {ResponseType: 'ephemeral', Text: 'I am still starting.'}
                : await activation.executeCommand(call),
        // The server waits for it within each save of its configuration, and ours.
        onConfigurationChange: () => activation?.configurationChanged(),
        onPluginClusterEvent: (id, payload) => activation?.clusterEvent(id, payload),
        messageHasBeenPosted(post) {
            lastHookAt = Date.now();
            return activation?.hooks.messageHasBeenPosted?.(post);
        },
        messageHasBeenUpdated: (post) => activation?.hooks.messageHasBeenUpdated?.(post),
        messageHasBeenDeleted: (post) => activation?.hooks.messageHasBeenDeleted?.(post),
        reactionHasBeenAdded: (reaction) => activation?.hooks.reactionHasBeenAdded?.(reaction),
        reactionHasBeenRemoved: (reaction) => activation?.hooks.reactionHasBeenRemoved?.(reaction),
        userHasJoinedChannel: (channelId, userId, joinedAt) =>
            activation?.hooks.userHasJoinedChannel?.(channelId, userId, joinedAt),
        userHasLeftChannel: (channelId, userId) =>
            activation?.hooks.userHasLeftChannel?.(channelId, userId),
        userHasJoinedTeam: (teamId, userId) =>
            activation?.hooks.userHasJoinedTeam?.(teamId, userId),
        userHasLeftTeam: (teamId, userId) => activation?.hooks.userHasLeftTeam?.(teamId, userId),
        channelHasBeenCreated: (channel) => activation?.hooks.channelHasBeenCreated?.(channel),
        userHasBeenDeactivated: (user) => activation?.hooks.userHasBeenDeactivated?.(user),
    });

    let ended: Promise<void> | undefined;
    const end = async (): Promise<void> => {
        isEnding = true;
        watching.abort();
        try {
            await activation?.stop(0);
        } catch (error) {
            // Without the server the lease cannot be given back: it runs out by itself.
            log.debug('the end was not clean', {error: errorOf(error)});
        }
        activation = undefined;
    };

    return {
        broken: broken.signal,
        serve(stream, broker) {
            const {handlers} = hookHandlers(hooksOver(broker), log);
            const server = serveRpc(stream, handlers, {registry: pluginApiRegistry, onProblem});
            void server.closed.then(() => fail("the connection for the server's hooks is lost"));
        },
        end: () => (ended ??= end()),
    };
}
