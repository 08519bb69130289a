import {Router} from 'express';
import * as z from 'zod';
import {ApiError, forbidden, invalidParam} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import {goString} from '../go-json.ts';
import type {AccessTokenRow, BotRow, JsonMap} from '../world/records.ts';
import type {RouterFactory} from './routes.ts';

const newBotSchema = z.object({
    username: goString,
    display_name: goString,
    description: goString,
});
const botPatchSchema = z.object({
    username: z.string().nullish(),
    display_name: z.string().nullish(),
    description: z.string().nullish(),
});
const tokenIdSchema = z.object({token_id: goString});

/** Bot accounts and access tokens. */
export const botRoutes: RouterFactory = ({world, route}) => {
    const router = Router();

    router.post(
        '/bots',
        route(async (context) => {
            const given = await context.body(newBotSchema, 'bot');
            if (!world.permissions.system(context.userId, 'create_bot')) {
                throw forbidden();
            }
            if (world.users.require(context.userId).is_bot) {
                throw forbidden();
            }
            if (!world.core.config.ServiceSettings.EnableBotAccountCreation) {
                throw new ApiError(403, 'api.bot.create_disabled');
            }
            if (!/^[a-z][a-z0-9._-]{2,63}$/.test(given.username.toLowerCase())) {
                throw new ApiError(400, 'model.bot.is_valid.username.app_error');
            }
            const bot = world.bots.create({...given, owner_id: context.userId});
            writeToOwner(context, bot);
            context.json(world.bots.view(bot), 201);
        }),
    );

    router.get(
        '/bots',
        route((context) => {
            const seen = [...world.bots.all.values()].filter(
                (bot) =>
                    (bot.delete_at === 0 || context.flag('include_deleted')) &&
                    maySee(context, bot),
            );
            context.json(context.onePage(seen).map((bot) => world.bots.view(bot)));
        }),
    );

    router.get(
        '/bots/:bot_user_id',
        route((context) => {
            const bot = requireBot(context);
            if (bot.delete_at !== 0 && !context.flag('include_deleted')) {
                throw botMissing();
            }
            context.json(world.bots.view(bot));
        }),
    );

    router.put(
        '/bots/:bot_user_id',
        route(async (context) => {
            const bot = requireBot(context);
            const patch = await context.body(botPatchSchema, 'bot');
            const change = Object.fromEntries(
                Object.entries(patch).filter(([, value]) => typeof value === 'string'),
            );
            context.json(world.bots.view(world.bots.change(bot.user_id, change)));
        }),
    );

    for (const [name, active] of [
        ['disable', false],
        ['enable', true],
    ] as const) {
        router.post(
            `/bots/:bot_user_id/${name}`,
            route((context) => {
                const bot = requireBot(context);
                context.json(world.bots.view(world.bots.setActive(bot.user_id, active)));
            }),
        );
    }

    router.post(
        '/users/:user_id/tokens',
        route(async (context) => {
            const userId = context.id('user_id');
            const {description} = await context.body(z.object({description: goString}), 'body');
            if (description === '') {
                throw invalidParam('description');
            }
            refuseForeignTokens(context, userId, 'create_user_access_token');
            const isBot = world.bots.get(userId) !== undefined;
            if (!isBot && !world.core.config.ServiceSettings.EnableUserAccessTokens) {
                throw new ApiError(501, 'app.user_access_token.disabled');
            }
            context.json(world.sessions.createToken(userId, description));
        }),
    );

    router.get(
        '/users/:user_id/tokens',
        route((context) => {
            const userId = context.id('user_id');
            refuseForeignTokens(context, userId, 'read_user_access_token');
            const own = [...world.sessions.tokens()].filter((token) => token.user_id === userId);
            context.json(own.map(withoutSecret));
        }),
    );

    router.get(
        '/users/tokens/:token_id',
        route((context) => {
            const token = world.sessions.token(context.id('token_id'));
            if (token === undefined) {
                throw new ApiError(404, 'app.user_access_token.get_by_user.app_error');
            }
            refuseForeignTokens(context, token.user_id, 'read_user_access_token');
            context.json(withoutSecret(token));
        }),
    );

    router.post(
        '/users/tokens/revoke',
        route(async (context) => {
            const token = await tokenOf(context, 'revoke_user_access_token');
            world.sessions.deleteToken(token);
            context.ok();
        }),
    );

    for (const [name, active] of [
        ['disable', false],
        ['enable', true],
    ] as const) {
        router.post(
            `/users/tokens/${name}`,
            route(async (context) => {
                const token = await tokenOf(
                    context,
                    active ? 'create_user_access_token' : 'revoke_user_access_token',
                );
                world.sessions.setTokenActive(token, active);
                context.ok();
            }),
        );
    }
    return router;
};

/** A new bot asks its owner to let it in. */
function writeToOwner({world, userId}: Context, bot: BotRow): void {
    const channel = world.memberships.direct(bot.user_id, userId);
    world.posts.createNow({
        user_id: bot.user_id,
        channel_id: channel.id,
        type: 'add_bot_teams_channels',
        message:
            'Please add me to teams and channels you want me to interact in. ' +
            'To do this, use the browser or Mattermost Desktop App.',
    });
}

function botMissing(): ApiError {
    return new ApiError(404, 'store.sql_bot.get.missing.app_error');
}

function maySee(context: Context, bot: BotRow): boolean {
    const {permissions} = context.world;
    return (
        permissions.system(context.userId, 'read_others_bots') ||
        (bot.owner_id === context.userId && permissions.system(context.userId, 'read_bots'))
    );
}

/** A bot that the caller may not see is not there. */
function requireBot(context: Context): BotRow {
    const bot = context.world.bots.get(context.id('bot_user_id'));
    if (bot === undefined || !maySee(context, bot)) {
        throw botMissing();
    }
    return bot;
}

function refuseForeignTokens(context: Context, userId: string, permission: string): void {
    const {permissions, bots} = context.world;
    const mayAtAll = permissions.system(context.userId, permission);
    const mayForUser =
        userId === context.userId ||
        permissions.isAdmin(context.userId) ||
        (bots.get(userId)?.owner_id === context.userId &&
            permissions.system(context.userId, 'manage_bots'));
    if (!mayAtAll || !mayForUser) {
        throw forbidden();
    }
}

async function tokenOf(context: Context, permission: string): Promise<AccessTokenRow> {
    const {token_id: id} = await context.body(tokenIdSchema, 'token_id');
    const token = context.world.sessions.token(id);
    if (token === undefined) {
        throw new ApiError(404, 'app.user_access_token.get_by_user.app_error');
    }
    refuseForeignTokens(context, token.user_id, permission);
    return token;
}

function withoutSecret(token: AccessTokenRow): JsonMap {
    const {id, user_id, description, is_active} = token;
    return {id, user_id, description, is_active};
}
