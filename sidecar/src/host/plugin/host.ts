import type {AgentSettings} from '../../agent/agent-settings.ts';
import {DEFAULT_ACCOUNT, listAccounts, resolveAccount} from '../../config/resolve.ts';
import type {ResolveSecret} from '../../config/secrets.ts';
import type {AccountSettings} from '../../contract/account-settings.ts';
import type {Log} from '../../contract/log.ts';
import {PLUGIN_ID} from '../../contract/plugin-id.ts';
import {ROUTES} from '../../contract/routes.ts';
import type {Settings} from '../../contract/settings.ts';
import type {PublishDelta} from '../../delivery/delta-sender.ts';
import {createInMemoryServer, type InMemoryServer} from '../../http/in-memory.ts';
import type {Platform} from '../../mattermost/platform.ts';
import type {Outbounds} from '../../net/outbounds.ts';
import type {Store} from '../../store/store.ts';
import {makeAgents} from '../agents.ts';
import type {Host, HostAccount, HostState} from '../host.ts';
import {createRemoteAccount} from '../remote-account.ts';
import type {BotWatch} from './bot-watch.ts';
import type {SettingsDocuments} from '../settings-document.ts';

/** What the plugin host is made of. */
export interface PluginHostDeps {
    readonly store: Store;
    readonly documents: SettingsDocuments;
    readonly resolveSecret: ResolveSecret;
    readonly outbounds: Outbounds;
    readonly log: Log;
    /** Whether its bot may answer. */
    readonly botWatch: Pick<BotWatch, 'off' | 'onChange'>;
    /** The plugin's own server: reached by hooks and calls. */
    readonly openOwn: (settings: AccountSettings) => Platform;
    readonly publish: PublishDelta;
    readonly routes: NonNullable<Host['routes']>;
    readonly canRead: NonNullable<Host['canRead']>;
}

/** The host inside a Mattermost server. */
export interface PluginHost extends Host {
    /** What answers HTTP requests of the server; undefined before the app serves. */
    readonly server: InMemoryServer | undefined;
    /** Stops following the settings. */
    close(): void;
}

/** Where the server finds the plugin's routes; the call stays inside it. */
const PLUGIN_ROUTES = `/plugins/${PLUGIN_ID}`;

/**
 * The plugin host: the account `default` is the plugin's own server, with the root's settings and neither
 * address nor token; every other account is reached by REST and WebSocket.
 */
export function createPluginHost(deps: PluginHostDeps): PluginHost {
    const {store, documents, log, resolveSecret, outbounds} = deps;
    const listeners = new Set<() => void>();
    let server: InMemoryServer | undefined;
    const remote = {
        store,
        log,
        resolveSecret,
        tokenRemedy: 'check its botToken in the System Console',
        callbackBase: () => undefined,
    };

    const ownAccount = (settings: Settings<AgentSettings>): HostAccount => {
        const own = resolveAccount(settings, DEFAULT_ACCOUNT).settings;
        return {
            settings: own,
            get off() {
                return deps.botWatch.off();
            },
            connection: 'own',
            listeners: 'every',
            callbackUrl: `${PLUGIN_ROUTES}${ROUTES.interactions}/${DEFAULT_ACCOUNT}`,
            open: () => deps.openOwn(own),
            publish: deps.publish,
        };
    };

    const stateOf = (settings: Settings<AgentSettings>): HostState => ({
        agents: makeAgents(settings.agents, {
            resolveSecret,
            log,
            fetch: outbounds(settings.network).fetch,
        }),
        accounts: [
            ownAccount(settings),
            ...listAccounts(settings)
                .filter((name) => name !== DEFAULT_ACCOUNT)
                .flatMap((name) => {
                    const account = resolveAccount(settings, name);
                    if (account.connection !== undefined) {
                        const outbound = outbounds(settings.network);
                        const all = {...remote, outbound};
                        return [createRemoteAccount(account, account.connection, all)];
                    }
                    const missing = account.missing.join(', ');
                    log.warn('account left out', {account: name, missing});
                    return [];
                }),
        ],
    });

    let state = stateOf(documents.current().settings);
    const tell = (): void => {
        for (const listener of [...listeners]) listener();
    };
    const following = documents.onChange(() => {
        state = stateOf(documents.current().settings);
        tell();
    });
    const watching = deps.botWatch.onChange(tell);

    return {
        kind: 'plugin',
        routes: deps.routes,
        canRead: deps.canRead,
        store,
        log,
        get server() {
            return server;
        },
        current: () => state,
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
        async serve(app) {
            const serving = createInMemoryServer(app);
            server = serving;
            return async () => {
                server = undefined;
                serving.close();
            };
        },
        close: () => {
            following[Symbol.dispose]();
            watching[Symbol.dispose]();
        },
    };
}
