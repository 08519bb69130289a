import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {goString} from '../go-json.ts';
import {refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

const newTeamSchema = z.object({
    name: goString,
    display_name: goString,
    type: goString,
    description: goString,
});

/** Teams and their members. */
export const teamRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/teams',
        route(async (context) => {
            const given = await context.body(newTeamSchema, 'team');
            if (!world.permissions.system(context.userId, 'create_team')) {
                throw forbidden();
            }
            if (!/^[a-z][a-z0-9-]{0,62}[a-z0-9]$/.test(given.name)) {
                throw new ApiError(400, 'model.team.is_valid.characters.app_error');
            }
            const {type} = given;
            if (type !== 'O' && type !== 'I') {
                throw new ApiError(400, 'model.team.is_valid.type.app_error');
            }
            const email = world.users.require(context.userId).email;
            const team = world.memberships.createTeam({...given, type, email}, context.userId);
            context.json(world.teams.view(team), 201);
        }),
    );

    router.get(
        '/teams',
        route((context) => {
            const all = [...world.teams.all.values()].filter(
                (team) =>
                    world.permissions.isAdmin(context.userId) ||
                    (team.allow_open_invite &&
                        world.permissions.system(context.userId, 'list_public_teams')),
            );
            context.json(context.onePage(all).map(world.teams.view));
        }),
    );

    router.get(
        '/teams/name/:team_name',
        route((context) => {
            const name = context.part('team_name', /^[A-Za-z0-9_-]+$/);
            const team = world.teams.byName(name);
            if (team === undefined) {
                throw new ApiError(404, 'app.team.get_by_name.missing.app_error');
            }
            refuseOutsiders(context, team.id);
            context.json(world.teams.view(team));
        }),
    );

    router.get(
        '/teams/:team_id',
        route((context) => {
            const team = world.teams.require(context.id('team_id'));
            refuseOutsiders(context, team.id);
            context.json(world.teams.view(team));
        }),
    );

    router.get(
        '/users/:user_id/teams',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            const own = world.teams.ofUser(userId);
            context.json(
                own.map((member) => world.teams.view(world.teams.require(member.team_id))),
            );
        }),
    );

    router.get(
        '/users/:user_id/teams/members',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            context.json(world.teams.ofUser(userId).map(world.teams.memberView));
        }),
    );

    router.get(
        '/teams/:team_id/members',
        route((context) => {
            const teamId = context.id('team_id');
            refuseOutsiders(context, teamId);
            const members = context.onePage(world.teams.members(teamId));
            context.json(members.map(world.teams.memberView));
        }),
    );

    router.get(
        '/teams/:team_id/members/:user_id',
        route((context) => {
            const teamId = context.id('team_id');
            const userId = context.id('user_id');
            refuseOutsiders(context, teamId);
            const member = world.teams.member(teamId, userId);
            if (member === undefined) {
                throw new ApiError(404, 'app.team.get_member.missing.app_error');
            }
            context.json(world.teams.memberView(member));
        }),
    );

    router.post(
        '/teams/:team_id/members',
        route(async (context) => {
            const teamId = context.id('team_id');
            const given = await context.body(
                z.object({team_id: goString, user_id: goString}),
                'team_member',
            );
            if (given.team_id !== teamId) {
                throw invalidParam('team_id');
            }
            const team = world.teams.require(teamId);
            const own = given.user_id === context.userId;
            const allowed = own
                ? world.permissions.system(
                      context.userId,
                      team.allow_open_invite ? 'join_public_teams' : 'join_private_teams',
                  )
                : world.permissions.team(context.userId, teamId, 'add_user_to_team');
            if (!allowed) {
                throw forbidden();
            }
            world.users.require(given.user_id);
            const member = world.memberships.joinTeam(teamId, given.user_id);
            context.json(world.teams.memberView(member), 201);
        }),
    );

    router.delete(
        '/teams/:team_id/members/:user_id',
        route((context) => {
            const teamId = context.id('team_id');
            const userId = context.id('user_id');
            if (
                userId !== context.userId &&
                !world.permissions.team(context.userId, teamId, 'remove_user_from_team')
            ) {
                throw forbidden();
            }
            world.memberships.leaveTeam(teamId, userId, context.userId);
            context.ok();
        }),
    );
    return router;
};

function refuseOutsiders(context: Context, teamId: string): void {
    if (!context.world.permissions.team(context.userId, teamId, 'view_team')) {
        throw forbidden();
    }
}
