import {duplexPair} from 'node:stream';
import {createTriggers} from '../../../../playground/src/integrations/triggers.ts';
import {createPlayground, type Playground} from '../../../../playground/src/playground.ts';
import type {ActivePlugin} from '../../../../playground/src/plugins/active-plugin.ts';
import {callHooks} from '../../../../playground/src/plugins/hook-calls.ts';
import {createPluginApiServer} from '../../../../playground/src/plugins/plugin-api-server.ts';
import {silentLog} from '../../contract/log.ts';
import {createRpcClient, type RpcClient} from '../../rpc/net-rpc/client.ts';
import {serveRpc} from '../../rpc/net-rpc/server.ts';
import type {PlatformOptions, PlatformWorld} from '../platform-world.contract.ts';
import type {BotIdentity, Platform} from '../platform.ts';
import {
    freshName,
    joinTeam,
    makeServerSide,
    memoryMarks,
    QUICK,
    type ServerSide,
} from '../rest/rest-world.contract.ts';
import type {WatermarkStore} from '../watermark.ts';
import {createHookEvents, type HookEvent, type HookEvents} from './hook-events.ts';
import {hookHandlers} from './hooks.ts';
import {createPluginApi, type PluginApi} from './plugin-api.ts';
import {createPluginPlatform, type PluginPlatformDeps} from './plugin-platform.ts';
import {hookMethods} from './wire/hook-methods.ts';
import {pluginApiRegistry} from './wire/registry.ts';

/** A plugin on a playground, joined by streams in memory. */
export interface TestPlugin {
    readonly api: PluginApi;
    readonly client: RpcClient;
    readonly hookEvents: HookEvents;
    /** Tells the plugin's platforms of an event, as a hook would. */
    readonly emit: (event: HookEvent) => void;
    /** Calls of the API so far, by name without `Plugin.`. */
    readonly calls: readonly string[];
    /** What the server side knows it as. */
    readonly active: ActivePlugin;
}

/** Joins a plugin to a playground: API calls one way, hooks the other, both through net/rpc. */
export function joinPlugin(playground: Playground, id: string): TestPlugin {
    const {world, outbound} = playground;
    const calls: string[] = [];
    const source = createHookEvents();
    const [hooksHere, hooksThere] = duplexPair();
    const {handlers, implemented} = hookHandlers(source.hooks, silentLog);
    serveRpc(hooksHere, handlers, {registry: pluginApiRegistry});
    const hooks = createRpcClient(hooksThere, {registry: pluginApiRegistry});

    const active: ActivePlugin = {
        id,
        manifest: {id, name: id, version: '0.0.0'},
        folder: `/plugins/${id}`,
        get broker(): never {
            throw new Error('there is no broker in memory');
        },
        has: (hook) => implemented.includes(hook),
        call: (method, args, options) => hooks.call(method, args, options),
    };
    const [apiHere, apiThere] = duplexPair();
    createPluginApiServer({
        world,
        outbound,
        log: silentLog,
        triggers: createTriggers(world.core),
    })(apiThere, active);
    const client = createRpcClient(apiHere, {registry: pluginApiRegistry});
    const counted: RpcClient = {
        ...client,
        call: (method, args, options) => {
            calls.push(method.name.replace('Plugin.', ''));
            return client.call(method, args, options);
        },
    };
    return {
        api: createPluginApi(counted),
        client,
        hookEvents: source.events,
        emit: source.emit,
        calls,
        active,
    };
}

/** What a platform of a test plugin needs, with quick intervals. */
export function pluginDeps(
    plugin: Pick<TestPlugin, 'api' | 'hookEvents'>,
    bot: BotIdentity,
    marks: WatermarkStore,
    options: PlatformOptions = {},
): PluginPlatformDeps {
    return {
        account: 'contract',
        api: plugin.api,
        bot,
        hookEvents: plugin.hookEvents,
        settings: {
            catchUp: {maxAgeMinutes: options.maxAgeMinutes ?? 60},
            dmChannelRetry: {maxRetries: 3, initialDelayMs: 10, maxDelayMs: 100, timeoutMs: 5_000},
        },
        marks,
        log: silentLog,
        tuning: {
            saveMs: QUICK.saveMs ?? 20,
            backoffMinMs: 20,
            backoffMaxMs: 200,
            usersMs: 1_000,
            freshMs: -1,
        },
    };
}

/** Makes the plugin's bot and adds it to the team. */
export async function makePluginBot(
    plugin: Pick<TestPlugin, 'api'>,
    side: ServerSide,
): Promise<BotIdentity> {
    const username = freshName('bot');
    const userId = await plugin.api.ensureBotUser({username, displayName: '', description: ''});
    await joinTeam(side.adminUser, side.teamId, userId);
    return {userId, username};
}

/** A world with what its server and its plugin are. */
export interface PluginWorld extends PlatformWorld {
    readonly playground: Playground;
    readonly plugin: TestPlugin;
    readonly marks: WatermarkStore;
}

/** A playground with plugins; people use it over REST. `mute`: its hooks are not called. */
export async function makePluginWorld(
    options: {mute?: boolean; serverVersion?: string} = {},
): Promise<PluginWorld> {
    const {serverVersion} = options;
    const playground = await createPlayground(serverVersion === undefined ? {} : {serverVersion});
    playground.addUser('admin', {roles: 'system_admin system_user'});
    const side = await makeServerSide({
        url: playground.url,
        adminUser: 'admin',
        adminPassword: 'Playground1!',
    });
    const plugins: TestPlugin[] = [];
    const join = (id: string): TestPlugin => {
        const plugin = joinPlugin(playground, id);
        plugins.push(plugin);
        return plugin;
    };
    const hooks = callHooks({
        world: playground.world,
        log: silentLog,
        running: () => (options.mute === true ? [] : plugins.map(({active}) => active)),
    });
    const settings = playground.world.core.subscribe(({kind}) => {
        if (kind !== 'config-changed' || options.mute === true) return;
        for (const {active} of plugins) void active.call(hookMethods.onConfigurationChange, {});
    });
    const plugin = join('gangway');
    const bot = await makePluginBot(plugin, side);
    const marks = memoryMarks();
    return {
        ...side,
        playground,
        plugin,
        marks,
        bot,
        platform: (wishes): Platform =>
            createPluginPlatform(pluginDeps(plugin, bot, marks, wishes)),
        otherPlatform: async () => {
            const other = join(freshName('plugin'));
            return createPluginPlatform(
                pluginDeps(other, await makePluginBot(other, side), memoryMarks()),
            );
        },
        joinOtherTeam: () => side.teamWith(bot.userId),
        untold: ['mentions', 'user-changes'],
        line: undefined,
        close: async () => {
            hooks[Symbol.dispose]();
            settings[Symbol.dispose]();
            for (const {client} of plugins) client.close();
            await playground.close();
        },
    };
}
