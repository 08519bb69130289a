import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {goString} from '../go-json.ts';
import type {JsonMap, UserRow} from '../world/records.ts';
import {publishTyping} from '../world/typing.ts';
import {rolesExist} from '../world/roles.ts';
import type {World} from '../world/world.ts';
import {refuseOthers} from './access.ts';
import type {RouterFactory} from './routes.ts';

const stringMap = z.record(z.string(), z.string());

const newUserSchema = z.object({
    username: goString,
    email: goString,
    password: goString,
    nickname: goString,
    first_name: goString,
    last_name: goString,
    position: goString,
    locale: goString,
});

const userPatchSchema = z.object({
    username: z.string().nullish(),
    email: z.string().nullish(),
    nickname: z.string().nullish(),
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
    position: z.string().nullish(),
    locale: z.string().nullish(),
    notify_props: stringMap.nullish(),
    props: stringMap.nullish(),
    timezone: stringMap.nullish(),
});

/** People and bots as users. */
export const userRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/users',
        route(
            async (context) => {
                const given = await context.body(newUserSchema, 'user');
                refuseBadUser(given);
                const user = world.users.create({
                    ...given,
                    locale: given.locale === '' ? 'en' : given.locale,
                    roles: hasPeople(world) ? 'system_user' : 'system_admin system_user',
                });
                context.json(world.users.view(user, 'self'), 201);
            },
            {session: false},
        ),
    );

    router.get(
        '/users',
        route((context) => {
            const found = listedUsers(world, context).toSorted(byName);
            context.json(profiles(context, context.onePage(found)));
        }),
    );

    router.post(
        '/users/ids',
        route(async (context) => {
            const ids = await context.idList('user_ids');
            context.json(
                profiles(
                    context,
                    ids.map((id) => world.users.get(id)),
                ),
            );
        }),
    );

    router.post(
        '/users/usernames',
        route(async (context) => {
            const names = await context.idList('usernames');
            context.json(
                profiles(
                    context,
                    names.map((name) => world.users.byUsername(name)),
                ),
            );
        }),
    );

    router.get(
        '/users/username/:username',
        route((context) => {
            const name = context.part('username', /^[A-Za-z0-9_\-.]+$/);
            const user = world.users.byUsername(name);
            if (user === undefined) {
                throw new ApiError(404, 'app.user.get_by_username.app_error');
            }
            answerUser(context, user);
        }),
    );

    router.get(
        '/users/email/:email',
        route((context) => {
            const user = world.users.byEmail(context.part('email', /^.+$/));
            if (user === undefined) {
                throw new ApiError(404, 'app.user.missing_account.const');
            }
            answerUser(context, user);
        }),
    );

    router.get(
        '/users/:user_id/sessions',
        route((context) => {
            const userId = context.id('user_id');
            if (userId !== context.userId && !world.permissions.isAdmin(context.userId)) {
                throw forbidden();
            }
            context.json(
                world.sessions.ofUser(userId).map((session) => ({
                    id: session.id,
                    token: '',
                    create_at: session.create_at,
                    expires_at: session.expires_at,
                    last_activity_at: session.create_at,
                    user_id: session.user_id,
                    device_id: session.device_id,
                    props:
                        session.accessTokenId === ''
                            ? {}
                            : {
                                  type: 'UserAccessToken',
                                  user_access_token_id: session.accessTokenId,
                              },
                })),
            );
        }),
    );

    router.get(
        '/users/:user_id',
        route((context) => {
            answerUser(context, world.users.require(context.id('user_id')));
        }),
    );

    router.put(
        '/users/:user_id/patch',
        route(async (context) => {
            const id = context.id('user_id');
            const patch = await context.body(userPatchSchema, 'user');
            refuseOthers(context, id);
            const change = Object.fromEntries(
                Object.entries(patch).filter(([, value]) => value !== null && value !== undefined),
            );
            context.json(world.users.view(world.users.change(id, change), 'self'));
        }),
    );

    router.put(
        '/users/:user_id/roles',
        route(async (context) => {
            const id = context.id('user_id');
            const given = await context.body(z.object({roles: z.string()}), 'roles');
            if (!world.permissions.isAdmin(context.userId)) {
                throw forbidden();
            }
            if (!rolesExist(given.roles)) {
                throw new ApiError(400, 'app.role.check_roles_exist.role_not_found');
            }
            world.users.change(id, {roles: given.roles});
            world.core.emit({kind: 'user-invalidated', userId: id});
            context.ok();
        }),
    );

    router.put(
        '/users/:user_id/active',
        route(async (context) => {
            const id = context.id('user_id');
            const {active} = await context.body(z.object({active: z.boolean()}), 'active');
            if (!world.permissions.isAdmin(context.userId)) {
                throw new ApiError(403, 'api.user.update_active.permissions.app_error');
            }
            setActive(world, id, active);
            context.ok();
        }),
    );

    router.post(
        '/users/:user_id/typing',
        route(async (context) => {
            const id = context.id('user_id');
            const given = await context.body(
                z.object({channel_id: goString, parent_id: goString}),
                'body',
            );
            refuseOthers(context, id);
            if (!world.permissions.channel(id, given.channel_id, 'create_post')) {
                throw forbidden();
            }
            publishTyping(world.core, id, given.channel_id, given.parent_id);
            context.ok();
        }),
    );
    return router;
};

function refuseBadUser(given: z.infer<typeof newUserSchema>): void {
    if (!/^[a-z][a-z0-9._-]{2,63}$/.test(given.username.toLowerCase())) {
        throw new ApiError(400, 'model.user.is_valid.username.app_error');
    }
    if (!/^[^\s@]+@[^\s@]+$/.test(given.email)) {
        throw new ApiError(400, 'model.user.is_valid.email.app_error');
    }
    if (given.password.length < 8) {
        throw new ApiError(400, 'model.user.is_valid.pwd_min_length.app_error', {Min: 8});
    }
}

/** The first person on a server becomes its admin. */
function hasPeople(world: World): boolean {
    return [...world.users.all.values()].some((user) => !user.is_bot);
}

/** Deactivates or activates a person or bot, with all that follows. */
function setActive(world: World, id: string, active: boolean): void {
    world.users.setActive(id, active);
    if (!active) {
        world.sessions.revokeAll(id);
        for (const bot of world.bots.all.values()) {
            if (
                bot.owner_id === id &&
                bot.delete_at === 0 &&
                world.core.config.ServiceSettings.DisableBotsWhenOwnerIsDeactivated
            ) {
                world.bots.setActive(bot.user_id, false);
            }
        }
        world.core.emit({kind: 'user-deactivated', userId: id});
    }
}

function listedUsers(world: World, context: Context): UserRow[] {
    const inChannel = context.query('in_channel');
    const inTeam = context.query('in_team');
    if (inChannel !== '') {
        const channel = world.channels.get(inChannel);
        if (channel === undefined || !world.permissions.readChannel(context.userId, channel)) {
            throw forbidden();
        }
        return [...world.channels.members(inChannel).keys()].map((id) => world.users.require(id));
    }
    if (inTeam !== '') {
        if (!world.permissions.team(context.userId, inTeam, 'view_team')) {
            throw forbidden();
        }
        return world.teams.members(inTeam).map((member) => world.users.require(member.user_id));
    }
    const role = context.query('role');
    const all = [...world.users.all.values()];
    return role === '' ? all : all.filter(({roles}) => roles.split(' ').includes(role));
}

function byName(a: UserRow, b: UserRow): number {
    return a.username < b.username ? -1 : 1;
}

function viewFor(context: Context, user: UserRow): JsonMap {
    const {world, userId} = context;
    return world.users.view(
        user,
        user.id === userId ? 'self' : world.permissions.isAdmin(userId) ? 'admin' : 'other',
    );
}

function profiles(context: Context, users: readonly (UserRow | undefined)[]): JsonMap[] {
    const viewer = context.world.permissions.isAdmin(context.userId) ? 'admin' : 'other';
    return users
        .filter((user) => user !== undefined)
        .map((user) => context.world.users.view(user, viewer));
}

function answerUser(context: Context, user: UserRow): void {
    context.json(viewFor(context, user));
}
