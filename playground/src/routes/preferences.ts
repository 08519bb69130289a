import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam, invalidUrlParam} from '../api-error.ts';
import {goString} from '../go-json.ts';
import {type Context} from '../http/context.ts';
import type {PreferenceRow} from '../world/records.ts';
import {refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

const preferencesSchema = z
    .array(z.object({user_id: goString, category: goString, name: goString, value: goString}))
    .min(1)
    .max(100);

const word = /^[A-Za-z0-9_]+$/;
const validWord = /^[a-z0-9]+(?:[a-z\-_0-9]+|(?:__)?)[a-z0-9]+$/;

/** Small settings of users. */
export const preferenceRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.get(
        '/users/:user_id/preferences',
        route((context) => {
            const userId = context.id('user_id');
            refuseOthers(context, userId);
            context.json(world.preferences.ofUser(userId));
        }),
    );

    router.get(
        '/users/:user_id/preferences/:category',
        route((context) => {
            const userId = context.id('user_id');
            const category = wordOf(context, 'category');
            refuseOthers(context, userId);
            const own = world.preferences.ofUser(userId).filter((row) => row.category === category);
            if (own.length === 0) {
                throw new ApiError(404, 'api.preference.preferences_category.get.app_error');
            }
            context.json(own);
        }),
    );

    router.get(
        '/users/:user_id/preferences/:category/name/:preference_name',
        route((context) => {
            const userId = context.id('user_id');
            const category = wordOf(context, 'category');
            const name = wordOf(context, 'preference_name');
            refuseOthers(context, userId);
            const found = world.preferences
                .ofUser(userId)
                .find((row) => row.category === category && row.name === name);
            if (found === undefined) {
                throw new ApiError(404, 'app.preference.get.app_error');
            }
            context.json(found);
        }),
    );

    router.put(
        '/users/:user_id/preferences',
        route(async (context) => {
            const userId = context.id('user_id');
            const rows = await ownPreferences(context, userId);
            for (const row of rows.filter((one) => one.category === 'flagged_post')) {
                refuseUnreadable(context, row.name);
            }
            world.preferences.save(userId, rows);
            context.ok();
        }),
    );

    router.post(
        '/users/:user_id/preferences/delete',
        route(async (context) => {
            const userId = context.id('user_id');
            world.preferences.remove(userId, await ownPreferences(context, userId));
            context.ok();
        }),
    );
    return router;
};

function wordOf(context: Context, name: string): string {
    const value = context.part(name, word);
    if (!validWord.test(value)) {
        throw invalidUrlParam(name);
    }
    return value;
}

async function ownPreferences(context: Context, userId: string): Promise<PreferenceRow[]> {
    refuseOthers(context, userId);
    const rows = await context.body(preferencesSchema, 'preferences');
    if (rows.some((row) => row.user_id !== userId)) {
        throw new ApiError(403, 'api.preference.update_preferences.set.app_error');
    }
    if (rows.some((row) => row.category === '' || row.category.length > 32)) {
        throw new ApiError(400, 'model.preference.is_valid.category.app_error');
    }
    return rows;
}

function refuseUnreadable({world, userId}: Context, postId: string): void {
    const post = world.posts.table.get(postId);
    if (post === undefined || post.delete_at !== 0) {
        throw invalidParam('preference.name');
    }
    if (!world.permissions.readChannel(userId, world.channels.require(post.channel_id))) {
        throw forbidden();
    }
}
