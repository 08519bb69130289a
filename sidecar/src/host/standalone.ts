import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Express} from 'express';
import type {AgentSettings} from '../agent/agent-settings.ts';
import {listAccounts, resolveAccount, serverSettings} from '../config/resolve.ts';
import type {Connection} from '../config/resolve.ts';
import type {ResolveSecret} from '../config/secrets.ts';
import {GangwayError} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Outbounds} from '../net/outbounds.ts';
import type {Settings} from '../contract/settings.ts';
import type {Store} from '../store/store.ts';
import {makeAgents} from './agents.ts';
import type {Host, HostState} from './host.ts';
import {createRemoteAccount} from './remote-account.ts';

/** Thrown where the HTTP port cannot be had. */
export class ListenError extends GangwayError {}

/** What a standalone host needs. */
export interface StandaloneOptions {
    readonly settings: Settings<AgentSettings>;
    readonly resolveSecret: ResolveSecret;
    readonly store: Store;
    readonly outbounds: Outbounds;
    readonly log: Log;
}

/** A host that reaches its servers by REST and WebSocket and listens on a port of its own. */
export interface StandaloneHost extends Host {
    /** Puts other settings in place; store and HTTP port stay as they were at the start. */
    replace(settings: Settings<AgentSettings>): void;
    /** The port that it listens on; 0 before `serve`. */
    readonly port: number;
}

/** Makes the host of `gangway serve`. */
export function createStandaloneHost(options: StandaloneOptions): StandaloneHost {
    const {store, log, resolveSecret, outbounds} = options;
    const {http} = serverSettings(options.settings);
    const listeners = new Set<() => void>();
    let port = 0;

    const remote = {
        store,
        log,
        resolveSecret,
        tokenRemedy:
            'check MATTERMOST_BOT_TOKEN, or botToken in the settings file; `gangway doctor` says more',
        callbackBase: (connection: Connection) => callbackBaseOf(connection, http, port)?.url,
    };
    const stateOf = (settings: Settings<AgentSettings>): HostState => ({
        agents: makeAgents(settings.agents, {
            resolveSecret,
            log,
            fetch: outbounds(settings.network).fetch,
        }),
        accounts: listAccounts(settings).flatMap((name) => {
            const account = resolveAccount(settings, name);
            if (account.connection !== undefined) {
                const outbound = outbounds(settings.network);
                return [createRemoteAccount(account, account.connection, {...remote, outbound})];
            }
            log.warn('account left out', {account: name, missing: account.missing.join(', ')});
            return [];
        }),
    });
    let state = stateOf(options.settings);

    return {
        kind: 'standalone',
        store,
        log,
        get port() {
            return port;
        },
        current: () => state,
        replace(settings) {
            state = stateOf(settings);
            for (const listener of listeners) listener();
        },
        onChange(listener) {
            listeners.add(listener);
            return {[Symbol.dispose]: () => void listeners.delete(listener)};
        },
        async serve(app) {
            const server = await listen(app, http.host, http.port);
            port = server.port;
            log.info('listening', {host: http.host, port});
            return server.close;
        },
    };
}

/** Where a server calls us for buttons. */
export interface CallbackBase {
    readonly url: string;
    /** Nobody said it: the server has an address of this machine. */
    readonly isGuess: boolean;
}

/**
 * Where a server reaches this process: as the settings say, else by loopback where the server itself has such an
 * address. The guess is wrong for a server in a container that is published at localhost, which cannot be told from
 * here; `doctor` and the log say that it is one.
 */
export function callbackBaseOf(
    {baseUrl, callbackBaseUrl}: Pick<Connection, 'baseUrl' | 'callbackBaseUrl'>,
    {host, publicUrl}: {readonly host: string; readonly publicUrl: string | undefined},
    port: number,
): CallbackBase | undefined {
    const said = callbackBaseUrl ?? publicUrl;
    if (said !== undefined) return {url: said.replace(/\/+$/, ''), isGuess: false};
    const {hostname} = new URL(baseUrl);
    const local = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
    if (!local || port === 0) return undefined;
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const name = reachable.includes(':') ? `[${reachable}]` : reachable;
    return {url: `http://${name}:${port}`, isGuess: true};
}

async function listen(
    app: Express,
    host: string,
    port: number,
): Promise<{readonly port: number; readonly close: () => Promise<void>}> {
    const server = createServer(app);
    await new Promise<void>((resolve, reject) => {
        server.once('error', (cause) => {
            reject(new ListenError('listen', `Cannot listen on ${host}:${port}`, {cause}));
        });
        server.listen(port, host, resolve);
    });
    const address: AddressInfo | string | null = server.address();
    return {
        port: typeof address === 'object' && address !== null ? address.port : port,
        async close() {
            server.closeAllConnections();
            await new Promise<void>((resolve) => server.close(() => resolve()));
        },
    };
}
