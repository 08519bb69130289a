import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import {goBool, goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import {answerCommandHook, runCommand} from '../integrations/slash-commands.ts';
import {isValidId} from '../identifiers.ts';
import type {CommandRow, JsonMap} from '../world/records.ts';
import type {RouterFactory} from './routes.ts';

const fieldsSchema = z.object({
    team_id: goString,
    trigger: goString,
    method: goString,
    username: goString,
    icon_url: goString,
    auto_complete: goBool,
    auto_complete_desc: goString,
    auto_complete_hint: goString,
    display_name: goString,
    description: goString,
    url: goString,
});

const commandSchema = z
    .object({id: goString, creator_id: goString})
    .and(fieldsSchema)
    .transform(({id, creator_id: creatorId, ...fields}) => ({id, creatorId, fields}));

const callSchema = z.object({
    channel_id: goString,
    team_id: goString,
    root_id: goString,
    command: goString,
});

/** Custom slash commands: keeping and running them. */
export const commandRoutes: RouterFactory = ({world, route, integrations}) => {
    const router = Router();

    router.post(
        '/commands',
        route(async (context) => {
            const {creatorId: creator, fields} = await context.body(commandSchema, 'command');
            refuseNoManage(context, fields.team_id, creator === '' ? context.userId : creator);
            if (!world.core.config.ServiceSettings.EnableCommands) {
                throw new ApiError(501, 'api.command.disabled.app_error');
            }
            const owner = creator === '' ? context.userId : world.users.require(creator).id;
            context.json(view(world.commands.create(fields, owner)), 201);
        }),
    );

    router.get(
        '/commands',
        route((context) => {
            const teamId = context.query('team_id');
            if (teamId === '') {
                throw invalidParam('team_id');
            }
            if (!world.permissions.team(context.userId, teamId, 'view_team')) {
                throw forbidden();
            }
            if (!context.flag('custom_only')) {
                throw new ApiError(501, 'playground.not_implemented', {
                    Route: 'GET /api/v4/commands without custom_only=true',
                });
            }
            if (!world.permissions.team(context.userId, teamId, 'manage_own_slash_commands')) {
                throw forbidden();
            }
            const others = world.permissions.team(
                context.userId,
                teamId,
                'manage_others_slash_commands',
            );
            const seen = world.commands
                .ofTeam(teamId)
                .filter((command) => others || command.creator_id === context.userId);
            context.json(seen.map(view));
        }),
    );

    router.post(
        '/commands/execute',
        route(async (context) => {
            const call = await context.body(callSchema, 'command_args');
            if (!/^\/./.test(call.command) || !isValidId(call.channel_id)) {
                throw new ApiError(400, 'api.command.execute_command.start.app_error');
            }
            if (!world.permissions.channel(context.userId, call.channel_id, 'create_post')) {
                throw forbidden();
            }
            const channel = world.channels.require(call.channel_id);
            if (channel.delete_at !== 0) {
                throw new ApiError(400, 'api.command.execute_command.deleted.error');
            }
            const teamId = channel.team_id === '' ? call.team_id : channel.team_id;
            if (
                world.teams.member(teamId, context.userId) === undefined &&
                !world.permissions.system(context.userId, 'create_post')
            ) {
                throw forbidden();
            }
            const response = await runCommand(
                {world, ...integrations},
                {
                    userId: context.userId,
                    channelId: channel.id,
                    teamId,
                    rootId: call.root_id,
                    command: call.command,
                    sessionId: context.session?.id ?? '',
                },
            );
            context.json(response);
        }),
    );

    router.get(
        '/commands/:command_id',
        route((context) => {
            context.json(view(requireCommand(context)));
        }),
    );

    router.put(
        '/commands/:command_id',
        route(async (context) => {
            const given = await context.body(commandSchema, 'command');
            if (given.id !== context.id('command_id')) {
                throw invalidParam('command');
            }
            const command = requireCommand(context);
            if (given.fields.team_id !== command.team_id) {
                throw new ApiError(400, 'api.command.team_mismatch.app_error');
            }
            context.json(view(world.commands.change(command, given.fields)));
        }),
    );

    router.delete(
        '/commands/:command_id',
        route((context) => {
            world.commands.remove(requireCommand(context));
            context.ok();
        }),
    );

    router.put(
        '/commands/:command_id/regen_token',
        route((context) => {
            const command = world.commands.regenerateToken(requireCommand(context));
            context.json({token: command.token});
        }),
    );
    return router;
};

function view(command: CommandRow): JsonMap {
    return {
        id: command.id,
        token: command.token,
        create_at: command.create_at,
        update_at: command.update_at,
        delete_at: command.delete_at,
        creator_id: command.creator_id,
        team_id: command.team_id,
        trigger: command.trigger,
        method: command.method,
        username: command.username,
        icon_url: command.icon_url,
        auto_complete: command.auto_complete,
        auto_complete_desc: command.auto_complete_desc,
        auto_complete_hint: command.auto_complete_hint,
        display_name: command.display_name,
        description: command.description,
        url: command.url,
        plugin_id: '',
    };
}

function refuseNoManage(context: Context, teamId: string, ownerId: string): void {
    const {permissions} = context.world;
    const own = permissions.team(context.userId, teamId, 'manage_own_slash_commands');
    const others =
        ownerId === context.userId ||
        permissions.team(context.userId, teamId, 'manage_others_slash_commands');
    if (!own || !others) {
        throw forbidden();
    }
}

/** A command that the caller may not manage is not there, for those outside of its team. */
function requireCommand(context: Context): CommandRow {
    const {world} = context;
    const command = world.commands.get(context.id('command_id'));
    if (
        command === undefined ||
        !world.permissions.team(context.userId, command.team_id, 'view_team')
    ) {
        throw new ApiError(404, 'store.sql_command.save.get.app_error');
    }
    if (!world.permissions.team(context.userId, command.team_id, 'manage_own_slash_commands')) {
        throw new ApiError(404, 'store.sql_command.save.get.app_error');
    }
    refuseNoManage(context, command.team_id, command.creator_id);
    return command;
}

/** Where commands send later answers: `POST /hooks/commands/<id>`, open to all who know the id. */
export const commandHooks: RouterFactory = ({world, route}) => {
    const router = Router();
    router.post(
        '/hooks/commands/:id',
        route(
            async (context) => {
                const id = context.part('id', /^[A-Za-z0-9]+$/);
                const limit = world.core.config.ServiceSettings.MaximumPayloadSizeBytes;
                const body = (await context.bytes(limit)).toString('utf8');
                const type = context.request.headers['content-type'] ?? '';
                answerCommandHook(world, world.commands.useHook(id), type, body);
                context.response.setHeader('Content-Type', 'text/plain');
                context.response.end('ok');
            },
            {session: false, trusting: true},
        ),
    );
    return router;
};
