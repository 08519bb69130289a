import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import type {CommandRow} from './records.ts';

/** What a command may be given; `trigger` is made lower case. */
export type CommandFields = Pick<
    CommandRow,
    | 'team_id'
    | 'trigger'
    | 'method'
    | 'username'
    | 'icon_url'
    | 'auto_complete'
    | 'auto_complete_desc'
    | 'auto_complete_hint'
    | 'display_name'
    | 'description'
    | 'url'
>;

/** Where later answers to one call of a command go; good for five uses in half an hour. */
export interface CommandHook {
    readonly id: string;
    readonly commandId: string;
    readonly userId: string;
    readonly channelId: string;
    readonly rootId: string;
    readonly createAt: number;
    uses: number;
}

/** Custom slash commands. */
export interface Commands {
    create(fields: CommandFields, creatorId: string): CommandRow;
    get(id: string): CommandRow | undefined;
    ofTeam(teamId: string): readonly CommandRow[];
    change(command: CommandRow, fields: CommandFields): CommandRow;
    remove(command: CommandRow): void;
    regenerateToken(command: CommandRow): CommandRow;
    openHook(hook: Omit<CommandHook, 'id' | 'createAt' | 'uses'>): CommandHook;
    /** @throws ApiError when the hook is unknown, too old or used up */
    useHook(id: string): CommandHook;
}

const hookLifetimeMs = 30 * 60 * 1000;
const hookUses = 5;

/** The triggers of the server's own commands; a custom command cannot take one. */
export const builtInTriggers: ReadonlySet<string> = new Set(
    (
        'away code collapse dnd echo expand exportlink groupmsg header help invite invite_people ' +
        'join kick leave logout marketplace me msg mute offline online open purpose remote-add ' +
        'remove rename search settings share-channel shortcuts shrug'
    ).split(' '),
);

/** Keeps commands by id. */
export function createCommands(core: Core): Commands {
    const byId = new Map<string, CommandRow>();
    const hooks = new Map<string, CommandHook>();

    const commands: Commands = {
        create(fields, creatorId) {
            const trigger = fields.trigger.toLowerCase();
            refuseTaken(commands.ofTeam(fields.team_id), trigger, '');
            const now = core.now();
            const command: CommandRow = {
                ...fields,
                trigger,
                id: core.newId(),
                token: core.newId(),
                create_at: now,
                update_at: now,
                delete_at: 0,
                creator_id: creatorId,
            };
            refuseInvalid(command);
            byId.set(command.id, command);
            return command;
        },
        get: (id) => byId.get(id),
        ofTeam: (teamId) => [...byId.values()].filter((command) => command.team_id === teamId),
        change(command, fields) {
            const trigger = fields.trigger.toLowerCase();
            refuseTaken(commands.ofTeam(command.team_id), trigger, command.id);
            const changed = {...command, ...fields, trigger, team_id: command.team_id};
            refuseInvalid(changed);
            Object.assign(command, changed, {update_at: core.now()});
            return command;
        },
        remove: (command) => void byId.delete(command.id),
        regenerateToken(command) {
            command.token = core.newId();
            return command;
        },
        openHook(given) {
            const hook: CommandHook = {
                ...given,
                id: core.newId(),
                createAt: core.now(),
                uses: 0,
            };
            hooks.set(hook.id, hook);
            return hook;
        },
        useHook(id) {
            const hook = hooks.get(id);
            if (hook === undefined || core.now() - hook.createAt > hookLifetimeMs) {
                hooks.delete(id);
                throw new ApiError(404, 'web.command_webhook.general.app_error', {hook_id: id});
            }
            hook.uses++;
            if (hook.uses > hookUses) {
                throw new ApiError(400, 'web.command_webhook.general.app_error', {hook_id: id});
            }
            return hook;
        },
    };
    return commands;
}

function refuseTaken(team: readonly CommandRow[], trigger: string, exceptId: string): void {
    const taken = team.some((other) => other.trigger === trigger && other.id !== exceptId);
    if (taken || builtInTriggers.has(trigger)) {
        throw new ApiError(400, 'api.command.duplicate_trigger.app_error');
    }
}

function refuseInvalid(command: CommandRow): void {
    const refuse = (field: string): ApiError =>
        new ApiError(400, `model.command.is_valid.${field}.app_error`);
    if (!/^[A-Za-z0-9_.-][A-Za-z0-9_./-]{0,127}$/.test(command.trigger)) {
        throw refuse('trigger');
    }
    if (command.url === '' || command.url.length > 1024) {
        throw refuse('url');
    }
    if (!/^https?:\/\/./.test(command.url)) {
        throw refuse('url_http');
    }
    if (command.method !== 'G' && command.method !== 'P') {
        throw refuse('method');
    }
    if (command.display_name.length > 64) {
        throw refuse('display_name');
    }
    if (command.description.length > 128) {
        throw refuse('description');
    }
}
