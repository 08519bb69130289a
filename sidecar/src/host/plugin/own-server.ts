import type {AccountSettings} from '../../contract/account-settings.ts';
import type {Log} from '../../contract/log.ts';
import type {PublishDelta} from '../../delivery/delta-sender.ts';
import {publishDelta} from '../../mattermost/plugin-api/deltas.ts';
import {
    createHookEvents,
    type EventHooks,
    type HookEvent,
    type HookEvents,
} from '../../mattermost/plugin-api/hook-events.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import {createPluginPlatform} from '../../mattermost/plugin-api/plugin-platform.ts';
import type {BotIdentity, Platform} from '../../mattermost/platform.ts';
import {createMarks} from '../../session/marks.ts';
import type {Store} from '../../store/store.ts';

/** The server that the plugin runs in. */
export interface OwnServer extends Disposable {
    /** What feeds its events. */
    readonly hooks: EventHooks;
    readonly publish: PublishDelta;
    /** The platform of an account. */
    open(account: string, settings: AccountSettings): Platform;
}

/** What an OwnServer needs. */
export interface OwnServerDeps {
    readonly api: PluginApi;
    readonly bot: BotIdentity;
    readonly store: Store;
    readonly log: Log;
    /** Resolves when the connection for calls has ended. */
    readonly closed: Promise<unknown>;
}

/** Events that are kept from the activation until the first platform listens. */
const EARLY = 1_000;

/** Makes what hooks, posts and deltas of the own server go through; hears events from now on. */
export function createOwnServer({api, bot, store, log, closed}: OwnServerDeps): OwnServer {
    const {hooks, events} = createHookEvents();
    const early: HookEvent[] = [];
    const hearing = events.subscribe((event) => {
        if (early.length < EARLY) early.push(event);
    });
    const replayed: HookEvents = {
        subscribe(listener) {
            hearing[Symbol.dispose]();
            const subscription = events.subscribe(listener);
            for (const event of early.splice(0)) listener(event);
            return subscription;
        },
    };
    return {
        hooks,
        publish: publishDelta(api, log),
        open: (account, settings) =>
            createPluginPlatform({
                account,
                api,
                bot,
                hookEvents: replayed,
                settings,
                marks: createMarks(store, account),
                log,
                closed,
            }),
        [Symbol.dispose]: () => hearing[Symbol.dispose](),
    };
}
