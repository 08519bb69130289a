import type {AgentSettings} from '../agent/agent-settings.ts';
import {DEFAULT_ACCOUNT, listAccounts, resolveAccount} from '../config/resolve.ts';
import type {ResolveSecret} from '../config/secrets.ts';
import type {Log} from '../contract/log.ts';
import {PLUGIN_ID} from '../contract/plugin-id.ts';
import {ROUTES} from '../contract/routes.ts';
import type {Settings} from '../contract/settings.ts';
import {createRestPlatform} from '../mattermost/rest/rest-platform.ts';
import type {Outbound} from '../net/outbound.ts';
import {createMarks} from '../session/marks.ts';
import type {Store} from '../store/store.ts';
import {makeAgents} from './agents.ts';
import type {Host, HostAccount, HostState} from './host.ts';
import {createRemoteAccount} from './remote-account.ts';
import type {SettingsDocuments} from './settings-document.ts';

/** What an attached runner is made of. */
export interface AttachedOptions {
    /** The Mattermost server whose plugin it belongs to. */
    readonly serverUrl: string;
    /** The bot's token, as the plugin gave it; asked for at the start and after it was refused. */
    readonly botToken: () => Promise<string>;
    readonly store: Store;
    readonly documents: SettingsDocuments;
    readonly resolveSecret: ResolveSecret;
    /** By the environment of this machine: `network` of the settings is that of the plugin's. */
    readonly outbound: Outbound;
    readonly log: Log;
}

/**
 * The host of `gangway serve --attach`: state and settings are the plugin's; its server is reached by REST
 * and WebSocket. Buttons go to the plugin, which finds the turn by the shared state. That plugin and
 * runner both see a message is no harm: one of them claims it.
 */
export function createAttachedHost(options: AttachedOptions): Host & Disposable {
    const {serverUrl, store, documents, log, resolveSecret, outbound} = options;
    const listeners = new Set<() => void>();
    const remote = {
        store,
        log,
        resolveSecret,
        outbound,
        tokenRemedy: 'check its botToken in the settings of the plugin',
        callbackBase: () => undefined,
    };

    const ownAccount = (all: Settings<AgentSettings>): HostAccount => {
        const {settings} = resolveAccount(all, DEFAULT_ACCOUNT);
        return {
            settings,
            connection: 'own',
            listeners: 'every',
            callbackUrl: `/plugins/${PLUGIN_ID}${ROUTES.interactions}/${DEFAULT_ACCOUNT}`,
            open: () =>
                createRestPlatform({
                    account: DEFAULT_ACCOUNT,
                    baseUrl: serverUrl,
                    outbound,
                    token: options.botToken,
                    tokenRemedy: 'make this runner a new token with /gangway runner create',
                    settings,
                    marks: createMarks(store, DEFAULT_ACCOUNT),
                    log,
                }),
        };
    };
    const stateOf = (all: Settings<AgentSettings>): HostState => ({
        agents: makeAgents(all.agents, {resolveSecret, log, fetch: outbound.fetch}),
        accounts: [
            ownAccount(all),
            ...listAccounts(all)
                .filter((name) => name !== DEFAULT_ACCOUNT)
                .map((name) => resolveAccount(all, name))
                .flatMap((account) =>
                    account.connection === undefined
                        ? []
                        : [createRemoteAccount(account, account.connection, remote)],
                ),
        ],
    });

    let state = stateOf(documents.current().settings);
    const following = documents.onChange(() => {
        state = stateOf(documents.current().settings);
        for (const listener of [...listeners]) listener();
    });
    return {
        kind: 'attached',
        store,
        log,
        current: () => state,
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
        // Nobody has to reach it: what comes by HTTP comes to the plugin.
        serve: async () => async () => undefined,
        [Symbol.dispose]: () => following[Symbol.dispose](),
    };
}
