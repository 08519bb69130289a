import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {startApp, type App} from '../../app.ts';
import type {Environment} from '../../config/environment.ts';
import {DEFAULT_ACCOUNT} from '../../config/resolve.ts';
import {createSecretResolver} from '../../config/secrets.ts';
import {GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import type {
    CommandAnswer,
    CommandCall,
    Hooks,
    HttpCall,
} from '../../mattermost/plugin-api/hooks.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import type {BotIdentity} from '../../mattermost/platform.ts';
import type {Redactor} from '../../ops/redact.ts';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {createPluginKvStore, type PluginKv} from '../../store/plugin-kv-store.ts';
import {createSettingsDocuments, SETTINGS_KEY} from '../settings-document.ts';
import {settingsParser} from '../settings-parser.ts';
import {ensureBot} from './bot.ts';
import {createSettingsKey, readConfiguration} from './configuration.ts';
import {createPluginHost} from './host.ts';
import {createSettingsApi} from '../../http/settings-api.ts';
import {createRunners} from './runners.ts';
import {createOwnServer} from './own-server.ts';
import {serveHttp} from './serve-http.ts';
import {answerSlash, GANGWAY_COMMAND} from './slash-command.ts';

/** What an activated plugin works with. */
export interface ActivationDeps {
    readonly api: PluginApi;
    /** Resolves when the connection for calls has ended. */
    readonly closed: Promise<unknown>;
    readonly broker: MuxBroker;
    readonly env: Environment;
    readonly log: Log;
    readonly redactor: Redactor;
}

/** The plugin between its activation and its deactivation. */
export interface Activation {
    /** Events of the server, for the account on it. */
    readonly hooks: Partial<Hooks>;
    serveHttp(call: HttpCall): Promise<void>;
    executeCommand(call: CommandCall): Promise<CommandAnswer>;
    /** Another node tells of a change. */
    clusterEvent(id: string, payload: Buffer): void;
    /** Lets running answers end for `graceMs`, leaves the rest to the next runner. */
    stop(graceMs: number): Promise<void>;
}

/** How soon a start that failed (the KV store is away) is tried again, ms. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

/** Cluster event: a key of the store changed. */
const CHANGED = 'changed';

/** Keys whose changes other nodes should see at once; all others can wait for their readers. */
const URGENT = [SETTINGS_KEY, 'stop/'];

/**
 * Activates the plugin: bot and command, quickly, since the server waits. Everything else begins after it.
 * @throws GangwayError with a sentence for the System Console when there can be no bot
 */
export async function activate(deps: ActivationDeps): Promise<Activation> {
    const {api, log} = deps;
    const {botUsername} = readConfiguration(await api.loadPluginConfiguration());
    const outcome = await ensureBot(
        {
            userIdByName: async (name) => (await api.getUserByUsername(name))?.id,
            bot: (userId) => api.getBot(userId, true),
            ensureBot: (profile) => api.ensureBotUser(profile),
        },
        botUsername,
    );
    if (outcome.kind === 'refused') throw new GangwayError('bot-name', outcome.reason);
    if (!outcome.isActive) log.warn('the bot is switched off; an admin can enable it again');
    await api.registerCommand(GANGWAY_COMMAND);
    return run(deps, outcome.bot);
}

function run(
    {api, closed, broker, env, log, redactor}: ActivationDeps,
    bot: BotIdentity,
): Activation {
    const stopping = new AbortController();
    const {signal} = stopping;
    const store = createPluginKvStore(kvOf(api));
    const key = createSettingsKey(
        {load: () => api.loadPluginConfiguration(), save: (all) => api.savePluginConfig(all)},
        store,
        env,
    );
    const documents = createSettingsDocuments({
        store,
        parser: settingsParser(),
        sealer: () => key.sealer(),
        log,
    });
    const runners = createRunners({api, bot, store, key});
    const resolve = createSecretResolver(env);
    const isAdmin = (userId: string): Promise<boolean> =>
        api.hasPermissionTo(userId, 'manage_system');
    const own = createOwnServer({api, bot, store, log, closed});
    const host = createPluginHost({
        store,
        documents,
        log,
        async resolveSecret(input, callSignal) {
            const secret = await resolve(input, callSignal);
            redactor.add(secret);
            return secret;
        },
        openOwn: (settings) => own.open(DEFAULT_ACCOUNT, settings),
        publish: own.publish,
        runnerApi: runners.router,
        settingsApi: createSettingsApi({documents, isAdmin}),
        canRead: (userId, channelId) =>
            api.hasPermissionToChannel(userId, channelId, 'read_channel_content'),
    });

    let app: App | undefined;
    const begin = async (): Promise<void> => {
        await documents.refresh();
        signal.throwIfAborted();
        app = await startApp(host);
        log.info('gangway is running', {bot: bot.username});
    };
    const begun = untilDone('start', begin, log, signal);
    const following = begun.then(() => documents.follow(signal));
    const later = begun
        .then(() => key.make(signal))
        .then(() => showFace(api, bot))
        .catch((error: unknown) => {
            if (!signal.aborted) log.warn('not all of the start worked', {error: errorOf(error)});
        });
    const telling = URGENT.map((prefix) =>
        store.watch(prefix, (changed) => {
            void api
                .publishPluginClusterEvent(CHANGED, Buffer.from(changed), 'best_effort')
                // A hint: the others look by themselves a little later.
                .catch(() => undefined);
        }),
    );

    return {
        hooks: own.hooks,
        serveHttp: (call) => serveHttp(call, broker, host.server),
        executeCommand: (call) =>
            answerSlash(call, {
                slash: async (typed) =>
                    app === undefined
                        ? 'I am still starting. Try again in a moment.'
                        : await app.slash(DEFAULT_ACCOUNT, typed, signal),
                runner: (text) => runners.command(text, call.UserId, call.SiteURL, signal),
                troubles: () => documents.current().troubles,
                isAdmin,
                log,
            }),
        clusterEvent(id, payload) {
            if (id === CHANGED) store.changedElsewhere(payload.toString());
        },
        async stop(graceMs) {
            stopping.abort();
            await Promise.allSettled([begun, following, later]);
            for (const watch of telling) watch[Symbol.dispose]();
            host.close();
            await app?.stop(graceMs);
            own[Symbol.dispose]();
            await store.close();
        },
    };
}

/** The calls of the KV store, as the store wants them. */
export function kvOf(api: PluginApi): PluginKv {
    return {
        get: (key) => api.kvGet(key),
        setAtomically: (key, oldValue, value, expireInSeconds) =>
            api.kvSetWithOptions(key, value, {atomic: true, oldValue, expireInSeconds}),
        list: (page, perPage) => api.kvList(page, perPage),
    };
}

/** Tries until it works: a store that is away for a minute must not need a restart. */
async function untilDone(
    what: string,
    work: () => Promise<void>,
    log: Log,
    signal: AbortSignal,
): Promise<void> {
    for (let delay = RETRY_MIN_MS; !signal.aborted; delay = Math.min(RETRY_MAX_MS, delay * 2)) {
        try {
            await work();
            return;
        } catch (error) {
            if (isAborted(signal)) return;
            log.error(`${what} failed, trying again`, {error: errorOf(error)});
        }
        await sleep(delay, signal).catch(() => undefined);
    }
}

/** The bot's picture; not where somebody gave it another one. */
async function showFace(api: PluginApi, bot: BotIdentity): Promise<void> {
    const record = await api.getBot(bot.userId, true);
    if (record === undefined || record.lastIconUpdate !== 0) return;
    const image = await readFile(path.join(await api.getBundlePath(), 'assets/avatar.png'));
    await api.setProfileImage(bot.userId, image);
}

/** Asked anew each time: it changes while others are awaited. */
function isAborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
