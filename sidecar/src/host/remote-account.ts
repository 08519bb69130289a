import type {ResolvedAccount, Connection} from '../config/resolve.ts';
import type {ResolveSecret} from '../config/secrets.ts';
import type {Log} from '../contract/log.ts';
import {ROUTES} from '../contract/routes.ts';
import {createRestPlatform} from '../mattermost/rest/rest-platform.ts';
import type {Outbound} from '../net/outbound.ts';
import {createMarks} from '../session/marks.ts';
import type {Store} from '../store/store.ts';
import type {HostAccount} from './host.ts';

/** What every account over REST and WebSocket is made with. */
export interface RemoteAccountDeps {
    readonly store: Store;
    readonly log: Log;
    readonly resolveSecret: ResolveSecret;
    readonly outbound: Outbound;
    /** What to do where a server refuses a bot's token, for the log. */
    readonly tokenRemedy: string;
    /** Where servers reach this process when the account does not say; asked at each use. */
    readonly callbackBase: (connection: Connection) => string | undefined;
}

/** An account that is reached by REST and WebSocket with its bot's token. */
export function createRemoteAccount(
    {settings}: ResolvedAccount,
    connection: Connection,
    {store, log, resolveSecret, outbound, callbackBase, tokenRemedy}: RemoteAccountDeps,
): HostAccount {
    return {
        settings,
        listeners: 'one',
        connection: JSON.stringify([connection.baseUrl, connection.botToken, outbound.id]),
        get callbackUrl() {
            const base = connection.callbackBaseUrl ?? callbackBase(connection);
            return base === undefined
                ? undefined
                : `${base.replace(/\/+$/, '')}${ROUTES.interactions}/${settings.account}`;
        },
        open: () =>
            createRestPlatform({
                account: settings.account,
                baseUrl: connection.baseUrl,
                outbound,
                token: () => resolveSecret(connection.botToken),
                tokenRemedy,
                settings,
                marks: createMarks(store, settings.account),
                log,
            }),
    };
}
