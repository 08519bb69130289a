import {Router} from 'express';
import * as z from 'zod';
import {ApiError} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import type {SessionRow, UserRow} from '../world/records.ts';
import type {World} from '../world/world.ts';
import type {RouterFactory} from './routes.ts';

/** As the server reads it: if one value is no text, there are no values. */
const credentials = z.record(z.string(), z.string());

/** Logging in and out. */
export const loginRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/users/login',
        route(
            async (context) => {
                const given = await credentialsIn(context);
                const user = authenticateUser(world, given);
                const session = world.sessions.login(user.id, given['device_id'] ?? '');
                context.response.setHeader('Token', session.token);
                if (context.request.headers['x-requested-with'] === 'XMLHttpRequest') {
                    setCookies(context, session);
                }
                context.json(world.users.view(user, 'self'));
            },
            {session: false},
        ),
    );

    router.post(
        '/users/logout',
        route(
            (context) => {
                if (context.session !== undefined) {
                    world.sessions.revoke(context.session);
                }
                context.response.setHeader(
                    'Set-Cookie',
                    'MMAUTHTOKEN=; Path=/; Max-Age=0; HttpOnly',
                );
                context.ok();
            },
            {session: false},
        ),
    );
    return router;
};

async function credentialsIn(context: Context): Promise<Record<string, string>> {
    const limit = context.world.core.config.ServiceSettings.MaximumPayloadSizeBytes;
    try {
        return credentials.parse(JSON.parse((await context.bytes(limit)).toString('utf8')));
    } catch (error) {
        if (error instanceof ApiError) {
            throw error;
        }
        // What cannot be read has no values, as the server takes it.
        return {};
    }
}

function authenticateUser(world: World, given: Record<string, string>): UserRow {
    const password = given['password'] ?? '';
    if (password === '') {
        throw new ApiError(400, 'api.user.login.blank_pwd.app_error');
    }
    const loginId = (given['login_id'] ?? '').trim();
    const user =
        world.users.get(given['id'] ?? '') ??
        world.users.byUsername(loginId) ??
        world.users.byEmail(loginId);
    if (user?.is_bot === true) {
        throw new ApiError(401, 'api.user.login.bot_login_forbidden.app_error');
    }
    if (user === undefined || !world.users.hasPassword(user.id, password)) {
        throw new ApiError(401, 'api.user.login.invalid_credentials_email_username');
    }
    if (user.delete_at !== 0) {
        throw new ApiError(401, 'api.user.login.inactive.app_error');
    }
    return user;
}

function setCookies({world, response}: Context, session: SessionRow): void {
    const seconds = world.core.config.ServiceSettings.SessionLengthWebInHours * 60 * 60;
    const expires = new Date(world.core.now() + seconds * 1000).toUTCString();
    const life = `Path=/; Expires=${expires}; Max-Age=${seconds}`;
    response.setHeader('Set-Cookie', [
        `MMAUTHTOKEN=${session.token}; ${life}; HttpOnly`,
        `MMUSERID=${session.user_id}; ${life}`,
        `MMCSRF=${session.csrf}; ${life}`,
    ]);
}
