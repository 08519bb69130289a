import type {Express} from 'express';
import type {NamedAgent} from '../agent/agents.ts';
import type {AccountSettings} from '../contract/account-settings.ts';
import type {Log} from '../contract/log.ts';
import type {PublishDelta} from '../delivery/delta-sender.ts';
import type {Routes} from '../http/app.ts';
import type {Platform} from '../mattermost/platform.ts';
import type {Store} from '../store/store.ts';

/** One account as the host offers it. */
export interface HostAccount {
    readonly settings: AccountSettings;
    /** Since when and why it is off whatever the settings say; undefined = it is not. */
    readonly off?: {readonly since: number; readonly reason: string} | undefined;
    /** Changes when the account must be connected anew (URL, token); other settings are read live. */
    readonly connection: string;
    /** The URL that the account's server is to call for buttons; undefined = it cannot reach us. */
    readonly callbackUrl: string | undefined;
    /**
     * Which runners listen: `one` of those that share the store; or `every` one, where what one hears may
     * be less than what all hear (the hooks of one node). Claims decide who answers then.
     */
    readonly listeners: 'one' | 'every';
    /** Makes the platform; nothing is connected before its `connect`. */
    open(): Platform;
    /** On the plugin host: sends a piece of a growing answer to those who see the channel. */
    readonly publish?: PublishDelta;
}

/** What the settings say now; immutable, replaced whole. */
export interface HostState {
    readonly accounts: readonly HostAccount[];
    /** The first one answers where nothing else is said. */
    readonly agents: readonly NamedAgent[];
}

/** The way a runner is run: what differs between plugin, attached and standalone, and nothing else. */
export interface Host {
    readonly kind: 'plugin' | 'attached' | 'standalone';
    readonly store: Store;
    readonly log: Log;
    current(): HostState;
    /** Called after each change of `current()`. */
    onChange(listener: () => void): Disposable;
    /** What it serves beside what every host does. */
    readonly routes?: readonly Routes[];
    /** Where answers grow by deltas: whether the server lets a user read a channel's posts. */
    readonly canRead?: (userId: string, channelId: string) => Promise<boolean>;
    /** Lets the app answer HTTP requests, until the returned function is called. */
    serve(app: Express): Promise<() => Promise<void>>;
}
