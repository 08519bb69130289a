import type {Core} from './core.ts';
import type {BotRow, JsonMap} from './records.ts';
import type {Sessions} from './sessions.ts';
import type {Users} from './users.ts';
import {ApiError} from '../api-error.ts';

/** What a bot is made of besides its user. */
export interface NewBot {
    readonly username: string;
    readonly display_name?: string;
    readonly description?: string;
    readonly owner_id: string;
}

/** The bot accounts; each is also a user with `is_bot`. */
export interface Bots {
    readonly all: ReadonlyMap<string, BotRow>;
    create(bot: NewBot): BotRow;
    get(userId: string): BotRow | undefined;
    change(
        userId: string,
        change: {username?: string; display_name?: string; description?: string},
    ): BotRow;
    /** A disabled bot keeps its tokens, but they make no session. */
    setActive(userId: string, active: boolean): BotRow;
    view(bot: BotRow): JsonMap;
}

/** Bots over users: the display name is the user's first name, as on the server. */
export function createBots(core: Core, users: Users, sessions: Sessions): Bots {
    const byUser = new Map<string, BotRow>();

    const bots: Bots = {
        all: byUser,
        create(given) {
            const user = users.create({
                username: given.username,
                first_name: given.display_name ?? '',
                is_bot: true,
            });
            user.bot_description = given.description ?? '';
            const bot: BotRow = {
                user_id: user.id,
                owner_id: given.owner_id,
                create_at: user.create_at,
                update_at: user.create_at,
                delete_at: 0,
            };
            byUser.set(user.id, bot);
            return bot;
        },
        get: (userId) => byUser.get(userId),
        change(userId, change) {
            const bot = requireBot(byUser, userId);
            users.change(userId, {
                ...(change.username === undefined ? {} : {username: change.username}),
                ...(change.display_name === undefined ? {} : {first_name: change.display_name}),
                ...(change.description === undefined ? {} : {bot_description: change.description}),
            });
            bot.update_at = core.now();
            return bot;
        },
        setActive(userId, active) {
            const bot = requireBot(byUser, userId);
            users.setActive(userId, active);
            bot.update_at = core.now();
            bot.delete_at = active ? 0 : bot.update_at;
            if (!active) {
                sessions.revokeAll(userId);
                core.emit({kind: 'user-deactivated', userId});
            }
            return bot;
        },
        view(bot) {
            const user = users.require(bot.user_id);
            const view: JsonMap = {user_id: bot.user_id, username: user.username};
            if (user.first_name !== '') {
                view['display_name'] = user.first_name;
            }
            if (user.bot_description !== '') {
                view['description'] = user.bot_description;
            }
            return {
                ...view,
                owner_id: bot.owner_id,
                create_at: bot.create_at,
                update_at: bot.update_at,
                delete_at: bot.delete_at,
            };
        },
    };
    return bots;
}

function requireBot(byUser: ReadonlyMap<string, BotRow>, userId: string): BotRow {
    const bot = byUser.get(userId);
    if (bot === undefined) {
        throw new ApiError(404, 'store.sql_bot.get.missing.app_error');
    }
    return bot;
}
