import {Router} from 'express';
import * as z from 'zod';
import {ApiError, invalidParam} from '../api-error.ts';
import {goInt, goString} from '../go-json.ts';
import {refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

/** Who is online. */
export const statusRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/users/:user_id/status',
        route((context) => {
            const userId = context.id('user_id');
            if (world.users.get(userId) === undefined) {
                throw new ApiError(404, 'api.status.user_not_found.app_error');
            }
            context.json(world.statuses.view(world.statuses.get(userId)));
        }),
    );

    router.post(
        '/users/status/ids',
        route(async (context) => {
            const ids = await context.idList('user_ids');
            if (ids.some((id) => id.length !== 26)) {
                throw invalidParam('user_ids');
            }
            const known = ids.filter((id) => world.users.get(id) !== undefined);
            context.json(known.map((id) => world.statuses.view(world.statuses.get(id))));
        }),
    );

    router.put(
        '/users/:user_id/status',
        route(async (context) => {
            const userId = context.id('user_id');
            const given = await context.body(
                z.object({user_id: goString, status: goString, dnd_end_time: goInt}),
                'status',
            );
            if (given.user_id !== userId) {
                throw invalidParam('user_id');
            }
            refuseOthers(context, userId);
            const {status} = given;
            if (
                status !== 'online' &&
                status !== 'away' &&
                status !== 'dnd' &&
                status !== 'offline'
            ) {
                throw invalidParam('status');
            }
            context.json(
                world.statuses.view(world.statuses.setManually(userId, status, given.dnd_end_time)),
            );
        }),
    );
    return router;
};
