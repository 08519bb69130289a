import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {startApp, type AccountStatus, type App} from '../../app.ts';
import type {AgentDeps} from '../../agent/agent-settings.ts';
import {createAgent} from '../../agent/create-agent.ts';
import {listModels} from '../../agent/list-models.ts';
import type {Environment} from '../../config/environment.ts';
import {DEFAULT_ACCOUNT, serverSettings} from '../../config/resolve.ts';
import {createSecretResolver, type ResolveSecret} from '../../config/secrets.ts';
import {GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {ROUTES} from '../../contract/routes.ts';
import type {
    CommandAnswer,
    CommandCall,
    Hooks,
    HttpCall,
} from '../../mattermost/plugin-api/hooks.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import {createOutbounds} from '../../net/outbounds.ts';
import type {LogLevel} from '../../ops/log.ts';
import type {Redactor} from '../../ops/redact.ts';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {createPluginKvStore, type PluginKv} from '../../store/plugin-kv-store.ts';
import {agentTroubles} from '../agents.ts';
import {createSettingsDocuments} from '../settings-document.ts';
import {settingsParser} from '../settings-parser.ts';
import {createAdminNotices, type NoticeCalls, type Trouble} from './admin-notices.ts';
import {createLiveBot, ensureBot, type BotCalls, type BotOutcome, type LiveBot} from './bot.ts';
import {createBotWatch} from './bot-watch.ts';
import {createClusterHints, hintedKey} from './cluster-hints.ts';
import {BOT_KEY, createConfigurationCopy} from './configuration-copy.ts';
import {createConfiguration, type Configuration} from './configuration.ts';
import {createConsoleChanges} from './console-changes.ts';
import {createPluginHost} from './host.ts';
import {createAgentsApi} from '../../http/agents-api.ts';
import {createSettingsApi} from '../../http/settings-api.ts';
import {createRunners} from './runners.ts';
import {createOwnServer} from './own-server.ts';
import {createSettingsKey} from './settings-key.ts';
import {serveHttp} from './serve-http.ts';
import {answerSlash, GANGWAY_COMMAND} from './slash-command.ts';
import {untilDone} from './until-done.ts';

/** What an activated plugin works with. */
export interface ActivationDeps {
    readonly api: PluginApi;
    /** Resolves when the connection for calls has ended. */
    readonly closed: Promise<unknown>;
    readonly broker: MuxBroker;
    readonly env: Environment;
    readonly log: Log;
    readonly redactor: Redactor;
    /** What the settings say of the log. */
    readonly setLogLevel: (level: LogLevel) => void;
}

/** The plugin between its activation and its deactivation. */
export interface Activation {
    /** Events of the server, for the account on it. */
    readonly hooks: Partial<Hooks>;
    serveHttp(call: HttpCall): Promise<void>;
    executeCommand(call: CommandCall): Promise<CommandAnswer>;
    /** The server's configuration changed; returns at once. */
    configurationChanged(): void;
    /** Another node tells of a change. */
    clusterEvent(id: string, payload: Buffer): void;
    /** Lets running answers end for `graceMs`, leaves the rest to the next runner. */
    stop(graceMs: number): Promise<void>;
}

/**
 * Activates the plugin: bot and command, quickly, since the server waits. Everything else begins after it.
 * @throws GangwayError with a sentence for the System Console when there can be no bot
 */
export async function activate(deps: ActivationDeps): Promise<Activation> {
    const {api, env, log} = deps;
    const configuration = createConfiguration(
        {load: () => api.loadPluginConfiguration(), save: (all) => api.savePluginConfig(all)},
        createConfigurationCopy(api),
        env,
    );
    const {botUsername} = await configuration.read();
    const outcome = await ensureBot(botCallsOf(api), botUsername);
    if (outcome.kind === 'refused') throw new GangwayError('bot-name', outcome.reason);
    if (outcome.refused !== undefined)
        log.error('the name of the bot is refused', {reason: outcome.refused});
    await api.registerCommand(GANGWAY_COMMAND);
    return run(deps, configuration, outcome);
}

function run(
    {api, closed, broker, env, log, redactor, setLogLevel}: ActivationDeps,
    configuration: Configuration,
    {bot: found, isActive, refused: refusedName}: Extract<BotOutcome, {kind: 'ready'}>,
): Activation {
    const bot = createLiveBot(found);
    const stopping = new AbortController();
    const {signal} = stopping;
    const store = createPluginKvStore(kvOf(api), createClusterHints(api));
    const key = createSettingsKey(configuration, store, signal);
    const parser = settingsParser();
    const documents = createSettingsDocuments({
        store,
        parser,
        sealer: () => key.ring(),
        makeKey: () => key.make(),
        log,
    });
    const runners = createRunners({api, bot, store, key});
    const resolve = createSecretResolver(env);
    const isAdmin = (userId: string): Promise<boolean> =>
        api.hasPermissionTo(userId, 'manage_system');
    const own = createOwnServer({
        api,
        bot,
        store,
        log,
        closed,
    });
    const botWatch = createBotWatch(
        {
            bot,
            isActive,
            record: (userId) => api.getBot(userId, true),
            log,
            now: Date.now,
            random: Math.random,
        },
        signal,
    );
    const notices = createAdminNotices(noticeCallsOf(api, bot), store, log, signal);
    const changes = createConsoleChanges(
        {
            configuration,
            botCalls: botCallsOf(api),
            bot,
            refusedName,
            key,
            async reseal(ring) {
                await documents.reseal((sealed) => ring.renew(sealed));
                await runners.reseal((sealed) => ring.renew(sealed));
            },
            onName: () => tellAdmins(),
            log,
        },
        signal,
    );
    const troubles = (): readonly string[] => {
        const others = [changes.refusedName(), botWatch.off()?.reason];
        return [
            ...documents.current().troubles,
            ...others.filter((sentence) => sentence !== undefined),
            ...agentTroubles(host.current().agents),
        ];
    };
    const tellAdmins = (): void => {
        const {troubles: sentences, troubleId} = documents.current();
        notices.about('settings', noticeOf(troubleId, sentences));
        const refused = changes.refusedName();
        notices.about('bot-name', noticeOf(refused ?? '', [refused ?? '']));
    };
    const resolveSecret: ResolveSecret = async (input, callSignal) => {
        const secret = await resolve(input, callSignal);
        redactor.add(secret);
        return secret;
    };
    const outbounds = createOutbounds({env, resolveSecret, log});
    const agentDeps = (): AgentDeps => ({
        resolveSecret,
        log,
        fetch: outbounds(documents.current().settings.network).fetch,
    });
    const host = createPluginHost({
        store,
        documents,
        log,
        resolveSecret,
        outbounds,
        botWatch,
        openOwn: (settings) => own.open(DEFAULT_ACCOUNT, settings),
        publish: own.publish,
        routes: [
            {path: ROUTES.runner, router: runners.router, limitsItself: true},
            {
                path: ROUTES.settings,
                router: createSettingsApi({
                    documents,
                    schema: parser.jsonSchema(),
                    troubles,
                    isAdmin,
                }),
            },
            {
                path: `${ROUTES.admin}/agents`,
                router: createAgentsApi({
                    documents,
                    createAgent: (settings) => createAgent(settings, agentDeps()),
                    listModels: (settings, asked) => listModels(settings, agentDeps(), asked),
                    isAdmin,
                }),
            },
        ],
        canRead: (userId, channelId) =>
            api.hasPermissionToChannel(userId, channelId, 'read_channel_content'),
    });

    /** What the settings say beside the accounts. */
    const takeOver = (): void => {
        setLogLevel(serverSettings(documents.current().settings).log.level);
        tellAdmins();
    };
    const takingOver = documents.onChange(takeOver);

    let app: App | undefined;
    const begin = async (): Promise<void> => {
        await documents.refresh();
        takeOver();
        signal.throwIfAborted();
        app = await startApp(host);
        log.info('gangway is running', {bot: bot.username});
    };
    const begun = untilDone('start', begin, log, signal);
    const following = begun.then(() => documents.follow(signal));
    const later = begun
        .then(() => {
            changes.changed();
        })
        .then(() => showFace(api, bot))
        .catch((error: unknown) => {
            if (!signal.aborted) log.warn('not all of the start worked', {error: errorOf(error)});
        });

    return {
        hooks: {
            ...own.hooks,
            userHasBeenDeactivated: async (user) => {
                botWatch.deactivated(user.id);
                await own.hooks.userHasBeenDeactivated(user);
            },
        },
        serveHttp: (call) => serveHttp(call, broker, host.server),
        executeCommand: (call) =>
            answerSlash(call, {
                slash: async (typed) =>
                    app === undefined
                        ? 'I am still starting. Try again in a moment.'
                        : await app.slash(DEFAULT_ACCOUNT, typed, signal),
                runner: (text) => runners.command(text, call.UserId, call.SiteURL),
                accounts: () => (app?.accounts() ?? []).map(describeAccount),
                troubles,
                isAdmin,
                log,
            }),
        configurationChanged() {
            void own.hooks.onConfigurationChange();
            changes.changed();
        },
        clusterEvent(id, payload) {
            const changed = hintedKey(id, payload);
            if (changed !== undefined) store.changedElsewhere(changed);
        },
        async stop(graceMs) {
            stopping.abort();
            await Promise.allSettled([begun, following, later]);
            takingOver[Symbol.dispose]();
            await Promise.allSettled([changes.idle(), notices.idle()]);
            host.close();
            await app?.stop(graceMs);
            own[Symbol.dispose]();
            await store.close();
        },
    };
}

/** An account as admins see it in `/gangway status` (CON-10). */
function describeAccount({account, status, runner, standby}: AccountStatus): string {
    const since = new Date(status.since).toISOString();
    if (standby) return `\`${account}\` is listened to by runner ${runner}`;
    const error = status.lastError === undefined ? '' : `: ${status.lastError}`;
    const end = status.tokenEndsAt;
    const token = end === undefined ? '' : `, its token ends ${new Date(end).toISOString()}`;
    const missing = status.missingPermissions ?? [];
    const lacks = missing.length === 0 ? '' : `, its bot lacks ${missing.join(' and ')}`;
    return `\`${account}\` ${status.state} since ${since}${error}, on this runner${token}${lacks}`;
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

function botCallsOf(api: PluginApi): BotCalls {
    return {
        ownId: async () => (await api.kvGet(BOT_KEY))?.toString(),
        userIdByName: async (name) => (await api.getUserByUsername(name))?.id,
        bot: (userId) => api.getBot(userId, true),
        ensureBot: (profile) => api.ensureBotUser(profile),
    };
}

function noticeCallsOf(api: PluginApi, bot: LiveBot): NoticeCalls {
    return {
        admins: async (limit) =>
            (await api.getUsersWithRole('system_admin', limit)).map(({id}) => id),
        async write(userId, message) {
            const channel = await api.getDirectChannel(bot.userId, userId);
            if (channel === undefined) return;
            await api.createPost({userId: bot.userId, channelId: channel.id, rootId: '', message});
        },
    };
}

function noticeOf(id: string, sentences: readonly string[]): Trouble | undefined {
    if (id === '') return undefined;
    const lines = sentences.length === 1 ? sentences : sentences.map((one) => `- ${one}`);
    return {id, text: ['**Gangway needs a system admin.**', ...lines].join('\n')};
}

/** The bot's picture; not where somebody gave it another one. */
async function showFace(api: PluginApi, bot: LiveBot): Promise<void> {
    const record = await api.getBot(bot.userId, true);
    if (record === undefined || record.lastIconUpdate !== 0) return;
    const image = await readFile(path.join(await api.getBundlePath(), 'assets/avatar.png'));
    await api.setProfileImage(bot.userId, image);
}
