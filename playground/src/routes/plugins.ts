import {Router} from 'express';
import {ApiError, forbidden} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import type {Plugins} from '../plugins/plugins.ts';
import {pluginState} from '../plugins/supervisor.ts';
import type {RouterFactory} from './routes.ts';

const idPattern = /^[A-Za-z0-9_.-]+$/;

/** Installing, enabling and listing plugins. */
export function pluginRoutes(plugins: Plugins): RouterFactory {
    return ({world, route}) => {
        const router = Router();
        const settings = world.core.config.PluginSettings;
        const refuseDisabled = (): void => {
            if (!settings.Enable) {
                throw new ApiError(501, 'app.plugin.disabled.app_error');
            }
        };
        const refuseNoAdmin = ({userId}: Context): void => {
            if (!world.permissions.isAdmin(userId)) {
                throw forbidden();
            }
        };
        const administer = (work: (context: Context) => unknown): ReturnType<typeof route> =>
            route(async (context) => {
                refuseDisabled();
                refuseNoAdmin(context);
                await work(context);
            });

        router.post(
            '/plugins',
            route(async (context) => {
                const {Enable, EnableUploads, RequirePluginSignature} = settings;
                if (!Enable || !EnableUploads || RequirePluginSignature) {
                    throw new ApiError(501, 'app.plugin.upload_disabled.app_error');
                }
                refuseNoAdmin(context);
                const {archive, force} = await uploadOf(context);
                context.json(await plugins.install(archive, force), 201);
            }),
        );
        router.get(
            '/plugins',
            administer((context) => {
                const isActive = (active: boolean) =>
                    plugins
                        .all()
                        .filter((each) => (each.state() === pluginState.running) === active)
                        .map(({bundle}) => bundle.manifest);
                context.json({active: isActive(true), inactive: isActive(false)});
            }),
        );
        router.get(
            '/plugins/webapp',
            route(
                (context) => {
                    refuseDisabled();
                    context.json(plugins.webappManifests());
                },
                {session: false},
            ),
        );
        router.get(
            '/plugins/statuses',
            administer((context) => context.json(plugins.statuses())),
        );
        router.post(
            '/plugins/:plugin_id/enable',
            administer(async (context) => {
                await plugins.enable(context.part('plugin_id', idPattern));
                context.ok();
            }),
        );
        router.post(
            '/plugins/:plugin_id/disable',
            administer(async (context) => {
                await plugins.disable(context.part('plugin_id', idPattern));
                context.ok();
            }),
        );
        router.delete(
            '/plugins/:plugin_id',
            administer(async (context) => {
                await plugins.remove(context.part('plugin_id', idPattern));
                context.ok();
            }),
        );
        return router;
    };
}

/** @throws ApiError 413 for too much, 400 for a form without a file */
async function uploadOf(context: Context): Promise<{archive: Buffer; force: boolean}> {
    const form = await context.form('api.plugin.upload.no_file.app_error');
    const file = form.get('plugin');
    if (file === null || typeof file === 'string') {
        throw new ApiError(400, 'api.plugin.upload.no_file.app_error');
    }
    return {archive: Buffer.from(await file.arrayBuffer()), force: form.get('force') === 'true'};
}
