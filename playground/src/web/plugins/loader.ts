import {ApiFailure} from '../api/api_failure.ts';
import type {Api} from '../api/client.ts';
import type {Manifest} from '../api/schemas.ts';
import {warn} from '../log.ts';
import type {ChatStore} from '../state/store.ts';
import {isFunction} from './arguments.ts';
import type {PluginEvents} from './plugin_events.ts';
import {createRegistry} from './registry.ts';

/** Loads the webapp halves of plugins, as the host does. */
export interface PluginLoader {
    /** Makes what is loaded the same as what the server has active. */
    sync(): Promise<void>;
}

interface Loaded {
    readonly manifest: Manifest;
    plugin: Plugin | undefined;
    readonly guard: StartGuard;
}

/** The limit on a plugin's start; a client that has none lets also one go on whose `initialize` failed. */
interface StartGuard {
    /** It failed, or took too long. */
    isOver(): boolean;
    started(): void;
    failed(): void;
}

function createStartGuard(limitMs: number | undefined, onLate: () => void): StartGuard {
    let over = false;
    const timer =
        limitMs === undefined
            ? undefined
            : setTimeout(() => {
                  over = true;
                  onLate();
              }, limitMs);
    return {
        isOver: () => over,
        started: () => clearTimeout(timer),
        failed() {
            clearTimeout(timer);
            over = limitMs !== undefined;
        },
    };
}

interface Plugin {
    initialize?(registry: unknown, store: unknown): unknown;
    uninitialize?(): unknown;
}

/** Creates the loader and the global function that bundles call. */
export function createPluginLoader(deps: {
    api: Api;
    store: ChatStore;
    events: PluginEvents;
    /** How long a plugin's script, registration and `initialize` may last together, ms; undefined = for ever. */
    startLimitMs: number | undefined;
}): PluginLoader {
    const {api, store, events} = deps;
    const loaded = new Map<string, Loaded>();
    const texts = createTexts(store);

    const registerPlugin = (id: string, plugin: Plugin): void => {
        const entry = loaded.get(id);
        if (entry === undefined) {
            warn('a plugin registered itself that the server did not name', {plugin: id});
            return;
        }
        entry.plugin = plugin;
        if (entry.guard.isOver()) {
            warn('a plugin registered itself too late and stays off', {plugin: id});
            return;
        }
        registered[id] = plugin;
        const registry = createRegistry(id, {
            store,
            events,
            onTexts: (plugin, source) => texts.set(plugin, source),
            isActive: () => !entry.guard.isOver(),
        });
        const start = async (): Promise<void> => {
            try {
                await plugin.initialize?.(registry, store.redux);
                entry.guard.started();
            } catch (cause) {
                warn('a plugin failed', {plugin: id, what: 'initialize'}, cause);
                entry.guard.failed();
            }
        };
        void start();
    };
    const registered: Record<string, Plugin> = {};
    Object.assign(window, {registerPlugin, plugins: registered});

    const unload = (id: string): void => {
        const entry = loaded.get(id);
        const plugin = entry?.plugin;
        entry?.guard.started();
        loaded.delete(id);
        Reflect.deleteProperty(registered, id);
        guarded(id, 'uninitialize', () => plugin?.uninitialize?.());
        events.drop(id);
        texts.drop(id);
        store.setReducer(`plugins-${id}`, undefined);
        store.dispatch({type: 'PLUGIN_REMOVED', pluginId: id});
        document.getElementById(`plugin_${id}`)?.remove();
    };
    const load = (manifest: Manifest): void => {
        const guard = createStartGuard(deps.startLimitMs, () =>
            warn('a plugin did not start in time and stays off', {plugin: manifest.id}),
        );
        loaded.set(manifest.id, {manifest, plugin: undefined, guard});
        const script = document.createElement('script');
        script.id = `plugin_${manifest.id}`;
        script.src = bundleAddress(manifest);
        script.onerror = () => warn('a plugin could not be loaded', {plugin: manifest.id});
        document.head.append(script);
    };
    return {
        async sync() {
            const manifests = await api.webappPlugins().catch((cause: unknown) => {
                // 501: a server without plugins.
                if (!(cause instanceof ApiFailure && cause.status === 501)) {
                    warn('the plugins could not be listed', {}, cause);
                }
                return undefined;
            });
            if (manifests === undefined) {
                return;
            }
            const wanted = new Map(manifests.map((manifest) => [manifest.id, manifest]));
            for (const [id, {manifest}] of loaded) {
                if (!isSame(manifest, wanted.get(id))) {
                    unload(id);
                }
            }
            store.dispatch({type: 'PLUGINS_RECEIVED', manifests});
            manifests
                .filter(({id, webapp}) => webapp !== undefined && !loaded.has(id))
                .forEach(load);
        },
    };
}

function isSame(one: Manifest, other: Manifest | undefined): boolean {
    return one.version === other?.version && one.webapp?.bundle_path === other.webapp?.bundle_path;
}

/** Manifests name the bundle as it was served by older hosts. */
function bundleAddress({webapp}: Manifest): string {
    const path = webapp?.bundle_path ?? '';
    return path.includes('/static/plugins/') ? path : path.replace('/static/', '/static/plugins/');
}

function guarded(pluginId: string, what: string, work: () => unknown): void {
    try {
        work();
    } catch (cause) {
        warn('a plugin failed', {plugin: pluginId, what}, cause);
    }
}

/** The texts of all plugins; their ids are prefixed by their makers. */
function createTexts(store: ChatStore) {
    const byPlugin = new Map<string, Record<string, string>>();
    const publish = (): void =>
        store.dispatch({
            type: 'PLUGIN_TEXTS_RECEIVED',
            texts: Object.assign({}, ...byPlugin.values()) as Record<string, string>,
        });
    return {
        set(pluginId: string, source: (locale: string) => unknown): void {
            guarded(pluginId, 'translations', () => {
                const found = isFunction(source) ? source('en') : undefined;
                const texts = Object.entries(found ?? {}).flatMap(
                    ([id, text]: [string, unknown]) =>
                        typeof text === 'string' ? [[id, text] satisfies [string, string]] : [],
                );
                byPlugin.set(pluginId, Object.fromEntries(texts));
                publish();
            });
        },
        drop(pluginId: string): void {
            if (byPlugin.delete(pluginId)) {
                publish();
            }
        },
    };
}
