import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import {ApiError} from '../api-error.ts';
import type {JsonMap} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {ActivePlugin, ServePluginApi} from './active-plugin.ts';
import {type Bundle, unpackBundle} from './bundle.ts';
import {clientManifest, type Manifest} from './manifest.ts';
import {errorText, type PluginProcess, startProcess} from './plugin-process.ts';
import {createSupervisor, pluginState, type Supervisor} from './supervisor.ts';

/** How plugins are run. */
export interface PluginOptions {
    /** How often the health of each plugin is checked, ms; default 30 s as on the server. */
    readonly healthCheckMs?: number | undefined;
    /**
     * How long a plugin has until its handshake, ms; default 30 s. A server gives 3 s, but on a machine
     * that is busy with tests a plugin that is slow to start shall not look like a broken one.
     */
    readonly startTimeoutMs?: number | undefined;
    /** How long a plugin has from the goodbye to its end, ms; default 2 s as on the server. */
    readonly exitTimeoutMs?: number | undefined;
    /** What plugins find in their environment; default this process's own. */
    readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** What the plugin side stands on. */
export interface PluginDeps extends PluginOptions {
    readonly world: World;
    readonly log: Log;
    readonly serveApi: ServePluginApi;
}

/** The plugins of a server: installed, enabled, running. */
export interface Plugins {
    /**
     * Installs a `.tar.gz`; with `force` in the place of what has its id. What is enabled is activated.
     * @throws ApiError 400 for a bad bundle, or one whose id is taken; 500 where it was not activated
     */
    install(archive: Buffer, force: boolean): Promise<Manifest>;
    /** Resolves when it was activated, or failed to be: see `statuses`. @throws ApiError 404 */
    enable(id: string): Promise<void>;
    /** @throws ApiError 404 */
    disable(id: string): Promise<void>;
    /** Disables and forgets it; its configuration and rows stay. @throws ApiError 404 */
    remove(id: string): Promise<void>;
    find(id: string): Supervisor | undefined;
    all(): readonly Supervisor[];
    /** Those whose process runs. */
    running(): readonly PluginProcess[];
    /**
     * Starts the plugin on another node of a cluster, over the same rows: it hears of changes of the
     * configuration and (unless not `hinted`) of cluster events; all else goes to the first node. It is up to
     * the caller to stop it. @throws ApiError 404, ActivationError
     */
    joinNode(id: string, options?: {readonly hinted?: boolean}): Promise<PluginProcess>;
    /** The processes of a plugin on other nodes, as far as its cluster events reach them. */
    otherNodes(plugin: ActivePlugin): readonly ActivePlugin[];
    /** What `GET /plugins/statuses` says. */
    statuses(): readonly JsonMap[];
    /** What `GET /plugins/webapp` says. */
    webappManifests(): readonly JsonMap[];
    /** Resolves when all plugins have heard of the last change of the configuration. */
    configurationHeard(): Promise<void>;
    close(): Promise<void>;
}

/** How long a plugin may take over a change of the configuration, ms. */
const configurationLimitMs = 30_000;

const defaultHealthCheckMs = 30_000;
const defaultStartTimeoutMs = 30_000;

/** No plugins at first; the folder for bundles is made with the first one. */
export function createPlugins(deps: PluginDeps): Plugins {
    const {world, log} = deps;
    const {core} = world;
    const settings = core.config.PluginSettings;
    const installed = new Map<string, Supervisor>();
    let home: Promise<string> | undefined;
    let last: Promise<unknown> = Promise.resolve();

    /** Administration is one thing after the other. */
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
        const done = last.then(work);
        last = done.catch(() => undefined);
        return done;
    };
    const require = (id: string): Supervisor => {
        const found = installed.get(id.toLowerCase());
        if (found === undefined) {
            throw new ApiError(404, 'app.plugin.not_installed.app_error');
        }
        return found;
    };
    const tell = (event: string, {manifest, webappHash}: Bundle): void => {
        if (manifest.webapp !== undefined) {
            core.publish(event, {manifest: clientManifest(manifest, webappHash)}, {});
        }
    };
    const activate = async (supervisor: Supervisor): Promise<void> => {
        await supervisor.activate();
        if (supervisor.state() === pluginState.running) {
            tell('plugin_enabled', supervisor.bundle);
        }
    };
    const deactivate = async (supervisor: Supervisor): Promise<void> => {
        const wasRunning = supervisor.state() === pluginState.running;
        await supervisor.deactivate();
        world.pluginCommands.unregisterAll(supervisor.bundle.manifest.id);
        if (wasRunning) {
            tell('plugin_disabled', supervisor.bundle);
        }
    };
    const drop = async (supervisor: Supervisor): Promise<void> => {
        await deactivate(supervisor);
        installed.delete(supervisor.bundle.manifest.id);
        await supervisor.bundle.remove();
    };
    const supervise = (bundle: Bundle): Supervisor =>
        createSupervisor(bundle, {
            log,
            env: deps.env ?? process.env,
            serveApi: deps.serveApi,
            startTimeoutMs: deps.startTimeoutMs ?? defaultStartTimeoutMs,
            exitTimeoutMs: deps.exitTimeoutMs,
            now: () => core.now(),
            serverVersion: core.server.version,
            healthCheckMs: deps.healthCheckMs ?? defaultHealthCheckMs,
            onState: () => {
                const statuses = {plugin_statuses: plugins.statuses()};
                core.publish('plugin_statuses_changed', statuses, {secrecy: 'sensitive'});
            },
        });
    const setEnabled = async (id: string, enabled: boolean): Promise<void> => {
        const supervisor = require(id);
        settings.PluginStates[supervisor.bundle.manifest.id] = {Enable: enabled};
        await (enabled ? activate(supervisor) : deactivate(supervisor));
        core.emit({kind: 'config-changed'});
        await heard;
    };
    const nodes = new Map<PluginProcess, {readonly hinted: boolean}>();
    const everywhere = (): PluginProcess[] => [...plugins.running(), ...nodes.keys()];
    let heard: Promise<unknown> = Promise.resolve();
    const changes = core.subscribe((event) => {
        if (event.kind === 'config-changed') {
            heard = Promise.all(everywhere().map((plugin) => tellConfiguration(plugin, log)));
        }
    });

    const plugins: Plugins = {
        install: (archive, force) =>
            inTurn(async () => {
                home ??= mkdtemp(path.join(tmpdir(), 'playground-plugins-'));
                const bundle = await unpackBundle(archive, await home);
                const {id} = bundle.manifest;
                const before = installed.get(id);
                if (before !== undefined && !force) {
                    await bundle.remove();
                    throw new ApiError(400, 'app.plugin.install_id.app_error');
                }
                if (before !== undefined) {
                    await drop(before);
                }
                const supervisor = supervise(bundle);
                installed.set(id, supervisor);
                if (settings.PluginStates[id]?.Enable === true) {
                    await activate(supervisor);
                    // It stays installed, and its status says why it does not run.
                    if (supervisor.state() !== pluginState.running) {
                        throw new ApiError(500, 'app.plugin.restart.app_error');
                    }
                }
                return bundle.manifest;
            }),
        enable: (id) => inTurn(() => setEnabled(id, true)),
        disable: (id) => inTurn(() => setEnabled(id, false)),
        remove: (id) =>
            inTurn(async () => {
                const supervisor = require(id);
                await setEnabled(id, false);
                await drop(supervisor);
            }),
        find: (id) => installed.get(id.toLowerCase()),
        all: () => [...installed.values()],
        running: () =>
            plugins
                .all()
                .filter((supervisor) => supervisor.state() === pluginState.running)
                .flatMap((supervisor) => supervisor.process() ?? []),
        async joinNode(id, {hinted = true} = {}) {
            const node = await startProcess(require(id).bundle, {
                log,
                env: deps.env ?? process.env,
                serveApi: deps.serveApi,
                startTimeoutMs: deps.startTimeoutMs,
                exitTimeoutMs: deps.exitTimeoutMs,
            });
            nodes.set(node, {hinted});
            return {
                ...node,
                async stop() {
                    nodes.delete(node);
                    await node.stop();
                },
            };
        },
        otherNodes: (plugin) =>
            everywhere().filter(
                (other) =>
                    other.id === plugin.id &&
                    other.broker !== plugin.broker &&
                    nodes.get(other)?.hinted !== false,
            ),
        statuses: () => plugins.all().map(statusOf),
        webappManifests: () =>
            plugins
                .all()
                .filter((each) => each.state() === pluginState.running)
                .filter(({bundle}) => bundle.webappFolder !== undefined)
                .map(({bundle}) => clientManifest(bundle.manifest, bundle.webappHash)),
        async configurationHeard() {
            await heard;
        },
        async close() {
            changes[Symbol.dispose]();
            await inTurn(() => Promise.all(plugins.all().map((each) => each.deactivate())));
            if (home !== undefined) {
                await rm(await home, {recursive: true, force: true});
            }
        },
    };
    return plugins;
}

function statusOf(supervisor: Supervisor): JsonMap {
    const {manifest, folder} = supervisor.bundle;
    return {
        plugin_id: manifest.id,
        cluster_id: '',
        plugin_path: folder,
        state: supervisor.state(),
        error: supervisor.error(),
        name: manifest.name,
        description: manifest.description ?? '',
        version: manifest.version,
    };
}

async function tellConfiguration(plugin: PluginProcess, log: Log): Promise<void> {
    if (!plugin.has('OnConfigurationChange')) {
        return;
    }
    try {
        const {A: failure} = await plugin.call(
            hookMethods.onConfigurationChange,
            {},
            {timeoutMs: configurationLimitMs},
        );
        if (failure !== null) {
            log.error('OnConfigurationChange failed', {
                plugin_id: plugin.id,
                reason: errorText(failure),
            });
        }
    } catch (error) {
        log.error('RPC call to OnConfigurationChange plugin failed.', {
            plugin_id: plugin.id,
            error: errorOf(error),
        });
    }
}
