import * as z from 'zod';
import type {InputOf} from '../../../rpc/gob/schema.ts';
import {PlatformError} from '../../errors.ts';
import {writeProps} from '../props.ts';
import {fromGoError} from '../plugin-api-error.ts';
import {apiMethods} from '../wire/api-methods.ts';
import type {command, openDialogRequest} from '../wire/commands.ts';
import type {httpRequest} from '../wire/server.ts';
import type {Caller} from './caller.ts';

/** Who gets a WebSocket event: never everybody. */
export type Audience =
    | {readonly channelId: string; readonly omitUserIds?: readonly string[]}
    | {readonly userId: string}
    | {readonly connectionId: string; readonly userId: string};

/** The server's settings that matter to us; undefined = the server did not say. */
export interface ServerConfig {
    readonly siteUrl: string | undefined;
    /** Whether several nodes run, each with a process of this plugin. */
    readonly cluster: boolean;
    readonly userAccessTokens: boolean | undefined;
    readonly fileAttachments: boolean | undefined;
    /** Bytes. */
    readonly maxFileSize: number | undefined;
    /** How long posts may be edited, s; below 0 = for ever. */
    readonly postEditTimeLimit: number | undefined;
    readonly commands: boolean | undefined;
    readonly incomingWebhooks: boolean | undefined;
    readonly outgoingWebhooks: boolean | undefined;
    /** Formulas in fences, and between dollar signs. */
    readonly latex: boolean | undefined;
    readonly inlineLatex: boolean | undefined;
    /** The feature flag of Mattermost Blocks; servers that have it always say. */
    readonly blocksFlag: boolean | undefined;
    /** How long a dialog's trigger lives, s. */
    readonly integrationTimeoutSeconds: number | undefined;
    /** After which a response is cut off, streams included, s. */
    readonly writeTimeoutSeconds: number | undefined;
}

/** Levels of the server's own log. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Events, commands, dialogs, settings, logs and the server itself. */
export interface ServerCalls {
    /** Clients get it as `custom_<plugin id>_<event>`; the payload is JSON-like. */
    publishWebSocketEvent(
        event: string,
        payload: Readonly<Record<string, unknown>>,
        audience: Audience,
        signal?: AbortSignal,
    ): Promise<void>;
    /** Shown for about five seconds; `rootId` '' outside a thread. */
    publishUserTyping(
        userId: string,
        channelId: string,
        rootId: string,
        signal?: AbortSignal,
    ): Promise<void>;
    /** To this plugin on the cluster's other nodes; nothing happens where there are none. */
    publishPluginClusterEvent(
        id: string,
        payload: Uint8Array,
        sendType: 'reliable' | 'best_effort',
        signal?: AbortSignal,
    ): Promise<void>;
    /** Replaces the command of the same trigger. @throws PlatformError for an invalid tree */
    registerCommand(one: InputOf<typeof command>, signal?: AbortSignal): Promise<void>;
    /** `teamId` '' for a command of all teams. */
    unregisterCommand(teamId: string, trigger: string, signal?: AbortSignal): Promise<void>;
    openInteractiveDialog(
        request: InputOf<typeof openDialogRequest>,
        signal?: AbortSignal,
    ): Promise<void>;

    /** For instance `11.6.0`. */
    getServerVersion(signal?: AbortSignal): Promise<string>;
    /** Where the bundle was unpacked: an absolute path. */
    getBundlePath(signal?: AbortSignal): Promise<string>;
    getConfig(signal?: AbortSignal): Promise<ServerConfig>;
    /** The edition of the server's licence, for instance `enterprise`; '' without one. */
    getLicence(signal?: AbortSignal): Promise<string>;
    /** The plugin's settings, secrets in clear; the server makes all keys lower case. */
    loadPluginConfiguration(signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
    /**
     * Replaces all of the plugin's settings. Hooks of all plugins run before it answers, ours too: never
     * from `onConfigurationChange`.
     */
    savePluginConfig(
        values: Readonly<Record<string, unknown>>,
        signal?: AbortSignal,
    ): Promise<void>;
    /** An id that the server keeps for its whole life. */
    getDiagnosticId(signal?: AbortSignal): Promise<string>;
    /** Ms since 1970. */
    getSystemInstallDate(signal?: AbortSignal): Promise<number>;
    /** A line in the server's log. */
    log(
        level: LogLevel,
        message: string,
        fields: Readonly<Record<string, string>>,
        signal?: AbortSignal,
    ): Promise<void>;
    /**
     * An HTTP request from plugin to plugin (`/<plugin id>/…`) over streams of ours: the broker ids
     * of the answer's body and of the request's (0 for none).
     */
    pluginHttpStream(
        request: InputOf<typeof httpRequest>,
        responseBodyStream: number,
        requestBodyStream: number,
        signal?: AbortSignal,
    ): Promise<{
        readonly status: number;
        readonly headers: Readonly<Record<string, readonly string[]>>;
    }>;
}

/** Makes the calls about the server. */
export function createServerCalls(caller: Caller): ServerCalls {
    return {...createPublishingCalls(caller), ...createReadingCalls(caller)};
}

type PublishingCalls = Pick<
    ServerCalls,
    | 'publishWebSocketEvent'
    | 'publishUserTyping'
    | 'publishPluginClusterEvent'
    | 'registerCommand'
    | 'unregisterCommand'
    | 'openInteractiveDialog'
    | 'savePluginConfig'
    | 'log'
>;

const LOG_METHODS = {
    debug: apiMethods.logDebug,
    info: apiMethods.logInfo,
    warn: apiMethods.logWarn,
    error: apiMethods.logError,
} as const;

function createPublishingCalls({raw, done, doneOrGoError}: Caller): PublishingCalls {
    return {
        publishWebSocketEvent: async (event, payload, audience, signal) => {
            const args = {A: event, B: writeProps(payload), C: broadcastTo(audience)};
            await raw(apiMethods.publishWebSocketEvent, args, signal);
        },
        publishUserTyping: (userId, channelId, rootId, signal) =>
            done(apiMethods.publishUserTyping, {A: userId, B: channelId, C: rootId}, signal),
        publishPluginClusterEvent: (id, payload, sendType, signal) => {
            const args = {A: {Id: id, Data: payload}, B: {SendType: sendType}};
            return doneOrGoError(apiMethods.publishPluginClusterEvent, args, signal);
        },
        registerCommand: (one, signal) =>
            doneOrGoError(apiMethods.registerCommand, {A: one}, signal),
        unregisterCommand: (teamId, trigger, signal) =>
            doneOrGoError(apiMethods.unregisterCommand, {A: teamId, B: trigger}, signal),
        openInteractiveDialog: (request, signal) =>
            done(apiMethods.openInteractiveDialog, {A: request}, signal),
        savePluginConfig: (values, signal) =>
            done(apiMethods.savePluginConfig, {A: writeProps(values)}, signal),
        log: async (level, message, fields, signal) => {
            const pairs = Object.entries(fields).flat();
            await raw(LOG_METHODS[level], {A: message, B: pairs}, signal);
        },
    };
}

/** An empty broadcast would go to every user of the server, so an empty id is refused. */
function broadcastTo(audience: Audience) {
    const ids = Object.values(audience).filter((id) => typeof id === 'string');
    if (ids.some((id) => id === '')) {
        throw new PlatformError('refused', 'a WebSocket event needs an audience');
    }
    if ('channelId' in audience) {
        const omitted = (audience.omitUserIds ?? []).map((id) => [id, true] as const);
        return {ChannelId: audience.channelId, OmitUsers: Object.fromEntries(omitted)};
    }
    if ('connectionId' in audience) {
        return {ConnectionId: audience.connectionId, UserId: audience.userId};
    }
    return {UserId: audience.userId};
}

type ReadingCalls = Omit<ServerCalls, keyof PublishingCalls>;

const pluginConfiguration = z.record(z.string(), z.unknown());

function createReadingCalls({raw, result}: Caller): ReadingCalls {
    return {
        getServerVersion: async (signal) => (await raw(apiMethods.getServerVersion, {}, signal)).A,
        getBundlePath: async (signal) => {
            const method = apiMethods.getBundlePath;
            const reply = await raw(method, {}, signal);
            const error = fromGoError(method.name, reply.B);
            if (error !== undefined) throw error;
            return reply.A;
        },
        getConfig: async (signal) => {
            const {A: config} = await raw(apiMethods.getConfig, {}, signal);
            const service = config?.ServiceSettings;
            return {
                siteUrl: service?.SiteURL,
                cluster: config?.ClusterSettings.Enable ?? false,
                userAccessTokens: service?.EnableUserAccessTokens,
                fileAttachments: config?.FileSettings.EnableFileAttachments,
                maxFileSize: config?.FileSettings.MaxFileSize,
                postEditTimeLimit: service?.PostEditTimeLimit,
                commands: service?.EnableCommands,
                incomingWebhooks: service?.EnableIncomingWebhooks,
                outgoingWebhooks: service?.EnableOutgoingWebhooks,
                latex: service?.EnableLatex,
                inlineLatex: service?.EnableInlineLatex,
                blocksFlag: config?.FeatureFlags?.MmBlocksEnabled,
                integrationTimeoutSeconds: service?.OutgoingIntegrationRequestsTimeout,
                writeTimeoutSeconds: service?.WriteTimeout,
            };
        },
        getLicence: async (signal) =>
            (await raw(apiMethods.getLicense, {}, signal)).A?.SkuShortName ?? '',
        loadPluginConfiguration: async (signal) => {
            const method = apiMethods.loadPluginConfiguration;
            const {A: json} = await raw(method, {}, signal);
            return json.length === 0 ? {} : parseConfiguration(method.name, json);
        },
        getDiagnosticId: async (signal) => (await raw(apiMethods.getDiagnosticId, {}, signal)).A,
        getSystemInstallDate: (signal) => result(apiMethods.getSystemInstallDate, {}, signal),
        pluginHttpStream: async (request, responseBodyStream, requestBodyStream, signal) => {
            // The server writes into the header's map, which is nil for it when nothing is in it.
            const Header = {'User-Agent': ['Gangway'], ...request.Header};
            const args = {
                ResponseBodyStream: responseBodyStream,
                Request: {...request, Header},
                RequestBodyStream: requestBodyStream,
            };
            const reply = await raw(apiMethods.pluginHTTPStream, args, signal);
            return {status: reply.StatusCode, headers: reply.Header};
        },
    };
}

function parseConfiguration(method: string, json: Buffer): Readonly<Record<string, unknown>> {
    try {
        const parsed: unknown = JSON.parse(json.toString());
        return parsed === null ? {} : pluginConfiguration.parse(parsed);
    } catch (cause) {
        throw new PlatformError('bad-response', `${method}: no JSON object`, {cause});
    }
}
