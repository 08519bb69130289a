import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import type {Plugins} from '../plugins/plugins.ts';
import type {RouterFactory} from './routes.ts';

const patchSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** The configuration of the server, for admins. */
export function configRoutes(plugins: Plugins): RouterFactory {
    return ({world, route}) => {
        const router = Router();
        const {config} = world.core;
        const refuseNoAdmin = ({userId}: Context): void => {
            if (!world.permissions.isAdmin(userId)) {
                throw forbidden();
            }
        };

        router.get(
            '/config',
            route((context) => {
                refuseNoAdmin(context);
                context.json(config);
            }),
        );
        router.put(
            '/config/patch',
            route(async (context) => {
                refuseNoAdmin(context);
                const patch = await context.body(patchSchema, 'config');
                const {EnableUploads: uploads} = config.PluginSettings;
                if ((patch['PluginSettings']?.['EnableUploads'] ?? uploads) !== uploads) {
                    throw new ApiError(
                        403,
                        'api.config.update_config.not_allowed_security.app_error',
                        {Name: 'PluginSettings.EnableUploads'},
                    );
                }
                for (const [section, values] of Object.entries(patch)) {
                    mergeInto(config, section, values);
                }
                world.core.emit({kind: 'config-changed'});
                // Plugins hear of it within the save.
                await plugins.configurationHeard();
                context.json(config);
            }),
        );
        return router;
    };
}

/** Maps of the configuration, by key: a patch that names one entry replaces all of them, as on the server. */
const REPLACED: ReadonlySet<string> = new Set(['Plugins', 'PluginStates']);

/** Groups of settings merge key by key, all else is replaced. */
function mergeInto(target: object, key: string, value: unknown): void {
    const before: unknown = Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
    if (isMap(before) && isMap(value) && !REPLACED.has(key)) {
        for (const [name, inner] of Object.entries(value)) {
            mergeInto(before, name, inner);
        }
    } else if (value !== null) {
        Reflect.set(target, key, value);
    }
}

function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
