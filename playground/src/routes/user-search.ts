import {Router} from 'express';
import * as z from 'zod';
import {forbidden, invalidParam, ApiError} from '../api-error.ts';
import {goBool, goInt, goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import type {JsonMap, UserRow} from '../world/records.ts';
import type {RouterFactory} from './routes.ts';

const searchSchema = z.object({
    term: goString,
    team_id: goString,
    not_in_team_id: goString,
    in_channel_id: goString,
    not_in_channel_id: goString,
    allow_inactive: goBool,
    limit: goInt,
});

const defaultLimit = 100;
const maxLimit = 1000;

/** Finding users by what they are called. */
export const userSearchRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/users/search',
        route(async (context) => {
            const given = await context.body(searchSchema, 'props');
            const limit = given.limit === 0 ? defaultLimit : given.limit;
            if (given.term === '') {
                throw invalidParam('term');
            }
            if (given.team_id === '' && given.not_in_channel_id !== '') {
                throw invalidParam('team_id');
            }
            for (const id of [given.in_channel_id, given.not_in_channel_id]) {
                refuseChannel(context, id);
            }
            for (const id of [given.team_id, given.not_in_team_id]) {
                refuseTeam(context, id);
            }
            if (limit < 0 || limit > maxLimit) {
                throw invalidParam('limit');
            }
            const found = search(context, given.term, given.allow_inactive, true).filter(
                (user) =>
                    isIn(given.team_id, world.teams.member(given.team_id, user.id)) &&
                    isIn(
                        given.in_channel_id,
                        world.channels.member(given.in_channel_id, user.id),
                    ) &&
                    world.teams.member(given.not_in_team_id, user.id) === undefined &&
                    world.channels.member(given.not_in_channel_id, user.id) === undefined,
            );
            context.json(views(context, found.slice(0, limit)));
        }),
    );

    router.get(
        '/users/autocomplete',
        route((context) => {
            const channelId = context.query('in_channel');
            const teamId = context.query('in_team');
            const limit = Math.min(Number(context.query('limit')) || defaultLimit, maxLimit);
            refuseChannel(context, channelId);
            refuseTeam(context, teamId);
            if (channelId !== '' && teamId === '') {
                throw new ApiError(500, 'api.user.autocomplete_users.missing_team_id.app_error');
            }
            const found = search(context, context.query('name'), false, false).filter((user) =>
                isIn(teamId, world.teams.member(teamId, user.id)),
            );
            if (channelId === '') {
                context.json({users: views(context, found.slice(0, limit))});
                return;
            }
            const isInside = (user: UserRow): boolean =>
                world.channels.member(channelId, user.id) !== undefined;
            const inside = found.filter(isInside);
            const outside = found.filter((user) => !isInside(user));
            context.json({
                users: views(context, inside.slice(0, limit)),
                ...(outside.length === 0
                    ? {}
                    : {out_of_channel: views(context, outside.slice(0, limit))}),
            });
        }),
    );
    return router;
};

function isIn(asked: string, member: object | undefined): boolean {
    return asked === '' || member !== undefined;
}

/** Every word has to begin a user name, a nickname or a part of the full name. */
function search(context: Context, term: string, inactive: boolean, byEmail: boolean): UserRow[] {
    const {world, userId} = context;
    const all = world.permissions.isAdmin(userId);
    const {ShowEmailAddress: email, ShowFullName: names} = world.core.config.PrivacySettings;
    const words = term
        .toLowerCase()
        .replaceAll('@', byEmail && /.@/.test(term) ? '@' : '')
        .split(/\s+/);
    const fields = (user: UserRow): string[] => [
        user.username,
        user.nickname,
        ...(all || names ? [user.first_name, user.last_name] : []),
        ...(byEmail && (all || email) ? [user.email] : []),
    ];
    return [...world.users.all.values()]
        .filter((user) => inactive || user.delete_at === 0)
        .filter((user) =>
            words.every((word) =>
                fields(user).some((field) => field.toLowerCase().startsWith(word)),
            ),
        )
        .toSorted((a, b) => (a.username < b.username ? -1 : 1));
}

function views(context: Context, users: readonly UserRow[]): JsonMap[] {
    const viewer = context.world.permissions.isAdmin(context.userId) ? 'admin' : 'other';
    return users.map((user) => context.world.users.view(user, viewer));
}

function refuseChannel({world, userId}: Context, channelId: string): void {
    if (channelId !== '' && !world.permissions.channel(userId, channelId, 'read_channel')) {
        throw forbidden();
    }
}

function refuseTeam({world, userId}: Context, teamId: string): void {
    if (teamId !== '' && !world.permissions.team(userId, teamId, 'view_team')) {
        throw forbidden();
    }
}
