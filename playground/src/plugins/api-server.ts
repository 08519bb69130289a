import * as z from 'zod';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {apiMethods as api} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import type {
    autocompleteData,
    openDialogRequest,
} from '../../../sidecar/src/mattermost/plugin-api/wire/commands.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import type {websocketBroadcast} from '../../../sidecar/src/mattermost/plugin-api/wire/server.ts';
import {Named} from '../../../sidecar/src/rpc/gob/interface-value.ts';
import type {OutputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import {openDialog, openDialogSchema} from '../integrations/dialogs.ts';
import type {Outbound} from '../integrations/outbound.ts';
import type {Triggers} from '../integrations/triggers.ts';
import type {Audience} from '../world/events.ts';
import type {JsonMap} from '../world/records.ts';
import {publishTyping} from '../world/typing.ts';
import type {World} from '../world/world.ts';
import type {ActivePlugin} from './active-plugin.ts';
import {answer, done, doneOrGoError, GoTextError, pointer} from './api-answers.ts';
import {plainJson, snakeCasedStruct} from './go-json.ts';
import {pluginHttpCall} from './plugin-http.ts';
import {refuseBadSuggestions} from './suggestion-rules.ts';

/** The server's default; the playground cuts no answer off. */
const writeTimeoutSeconds = 300;

/** What the calls about the server work with. */
export interface ServerCallDeps {
    readonly world: World;
    readonly log: Log;
    readonly outbound: Outbound;
    readonly triggers: Triggers;
    /** Resolves when the plugins have heard of the last change of the configuration. */
    readonly configurationHeard?: () => Promise<void>;
    /** The plugins that requests from plugin to plugin go to. */
    readonly running?: () => readonly ActivePlugin[];
    /** The processes of the same plugin on other nodes of the cluster, as far as events reach them. */
    readonly otherNodes?: (plugin: ActivePlugin) => readonly ActivePlugin[];
}

/** The calls about keys and values, events, commands, dialogs, settings and the log. */
export function serverCalls(deps: ServerCallDeps, plugin: ActivePlugin): RpcHandler[] {
    return [
        ...kvCalls(deps.world, plugin.id),
        ...eventCalls(deps, plugin),
        pluginHttpCall(plugin, deps.running ?? (() => []), deps.log),
        ...commandCalls(deps, plugin.id),
        ...settingsCalls(deps, plugin),
        ...logCalls(deps.log, plugin.id),
    ];
}

function kvCalls({pluginKv}: World, pluginId: string): RpcHandler[] {
    return [
        answer(api.kvGet, ({A}) => pluginKv.get(pluginId, A)),
        answer(api.kvSetWithOptions, ({A, B, C}) =>
            pluginKv.set(pluginId, A, B, {
                atomic: C.Atomic,
                oldValue: C.OldValue,
                expireInSeconds: C.ExpireInSeconds,
            }),
        ),
        done(api.kvDelete, ({A}) => pluginKv.delete(pluginId, A)),
        answer(api.kvList, ({A, B}) => pluginKv.list(pluginId, A, B)),
    ];
}

function eventCalls(deps: ServerCallDeps, plugin: ActivePlugin): RpcHandler[] {
    const {core} = deps.world;
    const pluginId = plugin.id;
    return [
        handle(api.publishWebSocketEvent, ({A, B, C}) => {
            const data = Object.entries(B).map(([key, value]) => [key, plainJson(value)] as const);
            const audience = audienceOf(pointer(C));
            core.publish(`custom_${pluginId}_${A}`, Object.fromEntries(data), audience);
            return {};
        }),
        done(api.publishUserTyping, ({A, B, C}) => {
            publishTyping(core, A, B, C);
        }),
        doneOrGoError(api.publishPluginClusterEvent, ({A}) => {
            const event = {Id: A.Id, Data: A.Data};
            for (const other of deps.otherNodes?.(plugin) ?? []) {
                other.call(hookMethods.onPluginClusterEvent, {B: event}).catch((error: unknown) => {
                    deps.log.error('RPC call OnPluginClusterEvent to plugin failed.', {
                        plugin_id: pluginId,
                        ...(error instanceof Error ? {error} : {}),
                    });
                });
            }
        }),
    ];
}

function audienceOf(broadcast: OutputOf<typeof websocketBroadcast>): Audience {
    const omitted = Object.entries(broadcast.OmitUsers).filter(([, isOmitted]) => isOmitted);
    const ids = {
        userId: broadcast.UserId,
        channelId: broadcast.ChannelId,
        teamId: broadcast.TeamId,
        connectionId: broadcast.ConnectionId,
        omitConnectionId: broadcast.OmitConnectionId,
    };
    const filled = Object.entries(ids).filter(([, id]) => id !== '');
    return {...Object.fromEntries(filled), omitUsers: omitted.map(([id]) => id)};
}

function commandCalls(deps: ServerCallDeps, pluginId: string): RpcHandler[] {
    const {pluginCommands} = deps.world;
    return [
        doneOrGoError(api.registerCommand, ({A}) => {
            const given = pointer(A);
            if (given.Trigger === '') {
                throw new GoTextError('invalid command');
            }
            if (given.AutocompleteData !== undefined) {
                refuseBadSuggestions(given.AutocompleteData);
            }
            pluginCommands.register({
                pluginId,
                teamId: given.TeamId,
                trigger: given.Trigger,
                autoComplete: given.AutoComplete,
                autoCompleteDesc: given.AutoCompleteDesc,
                autoCompleteHint: given.AutoCompleteHint,
                displayName: given.DisplayName,
                description: given.Description,
                autocompleteData:
                    given.AutocompleteData && clientSuggestions(given.AutocompleteData),
                autocompleteIconData: given.AutocompleteIconData,
            });
        }),
        doneOrGoError(api.unregisterCommand, ({A, B}) => {
            pluginCommands.unregister(pluginId, A, B);
        }),
        done(api.openInteractiveDialog, ({A}) => {
            openDialog(deps, openDialogSchema.parse(dialogJson(A)));
        }),
    ];
}

/** The tree of suggestions, whose structs have no names of their own in JSON. */
function clientSuggestions(tree: OutputOf<typeof autocompleteData>): JsonMap {
    return {
        Trigger: tree.Trigger,
        Hint: tree.Hint,
        HelpText: tree.HelpText,
        RoleID: tree.RoleID,
        Arguments: tree.Arguments.map((argument) => ({
            ...argument,
            Data: plainJson(argument.Data instanceof Named ? argument.Data.value : argument.Data),
        })),
        SubCommands: tree.SubCommands.map(clientSuggestions),
    };
}

function dialogJson({TriggerId, URL, Dialog}: OutputOf<typeof openDialogRequest>): JsonMap {
    const elements = Dialog.Elements.map((element) => {
        const {SubType: subtype, MultiSelect: multiselect, ...rest} = element;
        return {...snakeCasedStruct(rest), subtype, multiselect};
    });
    return {
        trigger_id: TriggerId,
        url: URL,
        dialog: {...snakeCasedStruct({...Dialog, Elements: undefined}), elements},
    };
}

const defaultsSchema = z.object({
    settings: z
        .array(z.object({key: z.string(), default: z.unknown().optional()}))
        .nullish()
        .transform((list) => list ?? []),
});

function settingsCalls(deps: ServerCallDeps, plugin: ActivePlugin): RpcHandler[] {
    const {core} = deps.world;
    const {config} = core;
    const stored = (): JsonMap => config.PluginSettings.Plugins[plugin.id] ?? {};
    const installedAt = core.now();
    return [
        handle(api.getServerVersion, () => ({A: core.server.version})),
        // A team edition without a licence.
        handle(api.getLicense, () => ({A: undefined})),
        handle(api.getBundlePath, () => ({A: plugin.folder})),
        handle(api.getDiagnosticId, () => ({A: 'playgroundplaygroundplaygr'})),
        answer(api.getSystemInstallDate, () => installedAt),
        handle(api.getConfig, () => ({
            A: {
                ServiceSettings: {
                    SiteURL: config.ServiceSettings.SiteURL,
                    EnableUserAccessTokens: config.ServiceSettings.EnableUserAccessTokens,
                    EnableBotAccountCreation: config.ServiceSettings.EnableBotAccountCreation,
                    EnablePostUsernameOverride: config.ServiceSettings.EnablePostUsernameOverride,
                    EnablePostIconOverride: config.ServiceSettings.EnablePostIconOverride,
                    EnableCommands: config.ServiceSettings.EnableCommands,
                    EnableIncomingWebhooks: config.ServiceSettings.EnableIncomingWebhooks,
                    EnableOutgoingWebhooks: config.ServiceSettings.EnableOutgoingWebhooks,
                    EnableLatex: config.ServiceSettings.EnableLatex,
                    EnableInlineLatex: config.ServiceSettings.EnableInlineLatex,
                    PostEditTimeLimit: config.ServiceSettings.PostEditTimeLimit,
                    OutgoingIntegrationRequestsTimeout:
                        config.ServiceSettings.OutgoingIntegrationRequestsTimeout,
                    WriteTimeout: writeTimeoutSeconds,
                },
                FileSettings: {
                    EnableFileAttachments: config.FileSettings.EnableFileAttachments,
                    MaxFileSize: config.FileSettings.MaxFileSize,
                },
                FeatureFlags: {MmBlocksEnabled: core.server.blocks},
                ClusterSettings: {Enable: (deps.otherNodes?.(plugin) ?? []).length > 0},
            },
        })),
        done(api.savePluginConfig, async ({A}) => {
            const saved: JsonMap = {};
            for (const [key, value] of Object.entries(A)) {
                saved[key] = plainJson(value);
            }
            config.PluginSettings.Plugins[plugin.id] = saved;
            core.emit({kind: 'config-changed'});
            await deps.configurationHeard?.();
        }),
        handle(api.loadPluginConfiguration, () => {
            const defaults = defaultsSchema
                .catch({settings: []})
                .parse(plugin.manifest.settings_schema);
            const entries = [
                ...defaults.settings.map(({key, default: value}) => [key, value ?? null] as const),
                ...Object.entries(stored()),
            ].map(([key, value]) => [key.toLowerCase(), value] as const);
            return {A: Buffer.from(JSON.stringify(Object.fromEntries(entries)))};
        }),
    ];
}

const logLevels = [
    ['debug', api.logDebug],
    ['info', api.logInfo],
    ['warn', api.logWarn],
    ['error', api.logError],
] as const;

function logCalls(log: Log, pluginId: string): RpcHandler[] {
    return logLevels.map(([level, method]) =>
        handle(method, ({A, B}) => {
            const fields: Record<string, string> = {plugin_id: pluginId};
            for (let at = 0; at + 1 < B.length; at += 2) {
                fields[String(plainJson(B[at]))] = String(plainJson(B[at + 1]));
            }
            log[level](A, fields);
            if (B.length % 2 !== 0) {
                log.error('invalid key for key-value pair', {plugin_id: pluginId});
            }
            return {};
        }),
    );
}
