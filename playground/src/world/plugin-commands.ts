import {ApiError} from '../api-error.ts';
import type {JsonMap} from './records.ts';

/** A slash command that a plugin answers by its ExecuteCommand hook. */
export interface PluginCommand {
    readonly pluginId: string;
    /** '' = all teams. */
    readonly teamId: string;
    /** Lower case. */
    readonly trigger: string;
    readonly autoComplete: boolean;
    readonly autoCompleteDesc: string;
    readonly autoCompleteHint: string;
    readonly displayName: string;
    readonly description: string;
    /** The tree of suggestions with Go's field names (`Trigger`, `SubCommands` …); undefined = none. */
    readonly autocompleteData: JsonMap | undefined;
    readonly autocompleteIconData: string;
}

/** What the plugins have registered since they were activated. */
export interface PluginCommands {
    /** Replaces the same plugin's command of this trigger. @throws ApiError 400 */
    register(command: PluginCommand): void;
    unregister(pluginId: string, teamId: string, trigger: string): void;
    unregisterAll(pluginId: string): void;
    /** The command of a team by its trigger. */
    find(teamId: string, trigger: string): PluginCommand | undefined;
    ofTeam(teamId: string): readonly PluginCommand[];
}

/** Keeps commands in the order in which they came. */
export function createPluginCommands(): PluginCommands {
    let all: readonly PluginCommand[] = [];
    const drop = (isDropped: (command: PluginCommand) => boolean): void => {
        all = all.filter((command) => !isDropped(command));
    };
    const inTeam = (command: PluginCommand, teamId: string): boolean =>
        command.teamId === '' || command.teamId === teamId;
    return {
        register(given) {
            const command = {...given, trigger: given.trigger.trim().toLowerCase()};
            if (command.trigger === '' || command.trigger.startsWith('/')) {
                throw new ApiError(400, 'model.command.is_valid.trigger.app_error');
            }
            const {trigger, teamId, pluginId} = command;
            drop(
                (other) =>
                    other.trigger === trigger &&
                    other.pluginId === pluginId &&
                    other.teamId === teamId,
            );
            all = [...all, command];
        },
        unregister(pluginId, teamId, trigger) {
            drop(
                (command) =>
                    command.pluginId === pluginId &&
                    command.teamId === teamId &&
                    command.trigger === trigger.toLowerCase(),
            );
        },
        unregisterAll: (pluginId) => drop((command) => command.pluginId === pluginId),
        find: (teamId, trigger) =>
            all.find((command) => command.trigger === trigger && inTeam(command, teamId)),
        ofTeam: (teamId) => all.filter((command) => inTeam(command, teamId)),
    };
}
