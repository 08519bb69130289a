import {errorOf} from '../../../sidecar/src/contract/errors.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {hookMethods} from '../../../sidecar/src/mattermost/plugin-api/wire/hook-methods.ts';
import type {OutputOf} from '../../../sidecar/src/rpc/gob/schema.ts';
import {ApiError} from '../api-error.ts';
import {newId} from '../identifiers.ts';
import type {CommandResponse, PluginCommandCall} from '../integrations/slash-commands.ts';
import type {World} from '../world/world.ts';
import {plainJson, snakeCasedStruct} from './go-json.ts';
import type {PluginProcess} from './plugin-process.ts';
import type {Plugins} from './plugins.ts';

type Answer = OutputOf<(typeof hookMethods)['executeCommand']['reply']>;

/**
 * Runs commands that plugins have registered, which go before all others. Undefined when nobody has, and
 * also when the plugin's answer is empty: the user then reads that there is no such command.
 */
export function createPluginCommandCall(
    world: World,
    plugins: Plugins,
    log: Log,
): PluginCommandCall {
    return async (call) => {
        // Only a space ends the trigger here; after a newline it is another word.
        const trigger = (call.command.split(' ')[0] ?? '').slice(1).toLowerCase();
        const command = world.pluginCommands.find(call.teamId, trigger);
        if (command === undefined) {
            return undefined;
        }
        const plugin = plugins.running().find(({id}) => id === command.pluginId);
        if (plugin === undefined || !(await isHealthy(plugin))) {
            const values = {Command: trigger};
            throw new ApiError(500, 'model.plugin_command_error.error.app_error', values);
        }
        const answer = await plugin
            .call(hookMethods.executeCommand, {
                A: {SessionId: call.sessionId, RequestId: newId()},
                B: {
                    UserId: call.userId,
                    ChannelId: call.channelId,
                    TeamId: call.teamId,
                    RootId: call.rootId,
                    TriggerId: call.triggerId,
                    Command: call.command,
                    SiteURL: world.core.config.ServiceSettings.SiteURL,
                    UserMentions: Object.fromEntries(call.userMentions),
                    ChannelMentions: Object.fromEntries(call.channelMentions),
                },
            })
            .catch((error: unknown) => {
                log.error('RPC call ExecuteCommand to plugin failed.', {
                    plugin_id: plugin.id,
                    error: errorOf(error),
                });
            });
        if (!(await isHealthy(plugin))) {
            throw new ApiError(500, 'model.plugin_command_crash.error.app_error', {
                Command: trigger,
                PluginId: plugin.id,
            });
        }
        return answer === undefined ? undefined : responseOf(answer);
    };
}

async function isHealthy(plugin: PluginProcess): Promise<boolean> {
    return plugin.ping().then(
        () => true,
        () => false,
    );
}

/** @throws ApiError for the plugin's own; its status is 500 where it is none */
function responseOf({A: response, B: failure}: Answer): CommandResponse | undefined {
    if (failure !== undefined) {
        const {Id: id, StatusCode: status} = failure;
        throw new ApiError(status < 100 || status > 999 ? 500 : status, id);
    }
    if (response === undefined) {
        return undefined;
    }
    const attachments = response.Attachments.map((attachment) => snakeCasedStruct(attachment));
    return {
        response_type: response.ResponseType,
        text: response.Text,
        username: response.Username,
        channel_id: response.ChannelId,
        icon_url: response.IconURL,
        type: response.Type,
        props: Object.fromEntries(
            Object.entries(response.Props).map(([key, value]) => [key, plainJson(value)]),
        ),
        goto_location: response.GotoLocation,
        trigger_id: response.TriggerId,
        skip_slack_parsing: response.SkipSlackParsing,
        attachments: attachments.length === 0 ? null : attachments,
        extra_responses: null,
    };
}
