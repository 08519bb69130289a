import {Router} from 'express';
import {ApiError} from '../api-error.ts';
import type {JsonMap} from '../world/records.ts';
import {roleNames, roleOf} from '../world/roles.ts';
import type {RouterFactory} from './routes.ts';

/** The built-in roles and what they permit. */
export const roleRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/roles/names',
        route(async (context) => {
            const names = await context.idList('rolenames');
            if (names.length > 100) {
                throw new ApiError(400, 'api.roles.get_multiple_by_name_too_many.request_error');
            }
            const found = names.map(view).filter((role) => role !== undefined);
            context.json(found.length === 0 ? null : found);
        }),
    );

    router.get(
        '/roles/name/:role_name',
        route((context) => {
            const role = view(context.part('role_name', /^[a-z0-9_]+$/));
            if (role === undefined) {
                throw new ApiError(404, 'app.role.get_by_name.app_error');
            }
            context.json(role);
        }),
    );

    router.get(
        '/roles/:role_id',
        route((context) => {
            const id = context.id('role_id');
            const name = roleNames().find((one) => roleOf(one)?.id === id);
            if (name === undefined) {
                throw new ApiError(404, 'app.role.get.app_error');
            }
            context.json(view(name));
        }),
    );

    const bornAt = world.core.now();
    const view = (name: string): JsonMap | undefined => {
        const role = roleOf(name);
        return role === undefined
            ? undefined
            : {
                  id: role.id,
                  name,
                  display_name: `authentication.roles.${role.label}.name`,
                  description: `authentication.roles.${role.label}.description`,
                  create_at: bornAt,
                  update_at: bornAt,
                  delete_at: 0,
                  permissions: [...(world.permissions.ofRole(name) ?? [])],
                  scheme_managed: role.schemeManaged,
                  built_in: true,
                  scheme_id: null,
              };
    };
    return router;
};
