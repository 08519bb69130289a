import {apiMethods as api} from '../../../sidecar/src/mattermost/plugin-api/wire/api-methods.ts';
import {errorString} from '../../../sidecar/src/mattermost/plugin-api/wire/errors.ts';
import {handle, type RpcHandler} from '../../../sidecar/src/rpc/net-rpc/server.ts';
import type {Log} from '../../../sidecar/src/contract/log.ts';
import {ApiError} from '../api-error.ts';
import type {BotRow} from '../world/records.ts';
import type {World} from '../world/world.ts';
import {answer, done, pointer} from './api-answers.ts';
import {
    wireBot,
    wireChannel,
    wireChannelMember,
    wireTeam,
    wireTeamMember,
    wireUser,
} from './wire-values.ts';

/** Where the server keeps the id of a plugin's bot. */
const botKey = 'mmi_botid';

/** The calls about bots, users, permissions, teams and channels. */
export function peopleCalls(world: World, pluginId: string, log: Log): RpcHandler[] {
    return [
        ...botCalls(world, pluginId, log),
        ...tokenCalls(world),
        ...userCalls(world),
        ...preferenceCalls(world),
        ...teamCalls(world),
        ...channelCalls(world),
    ];
}

interface Profile {
    readonly Username: string;
    readonly DisplayName: string;
    readonly Description: string;
}

function botCalls(world: World, pluginId: string, log: Log): RpcHandler[] {
    const {bots, users, pluginKv} = world;
    const view = (row: BotRow) => wireBot(row, users.require(row.user_id));
    const require = (userId: string): BotRow => {
        const row = bots.get(userId);
        if (row === undefined) {
            throw new ApiError(404, 'store.sql_bot.get.missing.app_error');
        }
        return row;
    };
    const create = (given: Profile): BotRow => {
        if (!/^[a-z][a-z0-9._-]{2,63}$/.test(given.Username)) {
            throw new ApiError(400, 'model.bot.is_valid.username.app_error');
        }
        return bots.create({
            username: given.Username,
            display_name: given.DisplayName,
            description: given.Description,
            owner_id: pluginId,
        });
    };
    /** The bot that the plugin has, renamed; or one of that name, a person too; or a new one. */
    const ensure = (given: Profile): string => {
        const known = bots.get(pluginKv.get(pluginId, botKey)?.toString() ?? '');
        if (known !== undefined) {
            return bots.change(known.user_id, {
                username: given.Username,
                display_name: given.DisplayName,
                description: given.Description,
            }).user_id;
        }
        const holder = users.byUsername(given.Username);
        if (holder?.is_bot === false) {
            log.error('Plugin attempted to use an account that already exists.', {
                plugin_id: pluginId,
                username: given.Username,
            });
            return holder.id;
        }
        const userId = holder?.id ?? create(given).user_id;
        pluginKv.set(pluginId, botKey, Buffer.from(userId));
        return userId;
    };
    return [
        handle(api.ensureBotUser, ({A}) => {
            const given = pointer(A);
            if (given.Username === '') {
                return {B: errorString.of({Err: 'passed a bot with no username'})};
            }
            try {
                return {A: ensure(given)};
            } catch (error) {
                const reason = error instanceof Error ? error.message : '';
                return {B: errorString.of({Err: `failed to create bot: ${reason}`})};
            }
        }),
        answer(api.getBot, ({A, B: includeDeleted}) => {
            const row = require(A);
            if (row.delete_at !== 0 && !includeDeleted) {
                throw new ApiError(404, 'store.sql_bot.get.missing.app_error');
            }
            return view(row);
        }),
        answer(api.createBot, ({A}) => view(create(pointer(A)))),
        answer(api.updateBotActive, ({A, B}) => view(bots.setActive(require(A).user_id, B))),
        done(api.setProfileImage, ({A, B}) => {
            const account = users.require(A);
            account.avatar = {mimeType: 'image/png', bytes: B};
            account.last_picture_update = world.core.now();
            users.publishUpdated(account);
        }),
    ];
}

function tokenCalls({sessions, users}: World): RpcHandler[] {
    return [
        answer(api.createUserAccessToken, ({A}) => {
            const given = pointer(A);
            users.require(given.UserId);
            const token = sessions.createToken(given.UserId, given.Description);
            return {
                Id: token.id,
                Token: token.token,
                UserId: token.user_id,
                Description: token.description,
                IsActive: token.is_active,
            };
        }),
        done(api.revokeUserAccessToken, ({A}) => {
            const token = sessions.token(A);
            if (token === undefined) {
                throw new ApiError(404, 'app.user_access_token.get_by_user.app_error');
            }
            sessions.deleteToken(token);
        }),
        answer(api.getSession, ({A}) => {
            const session = [...users.all.keys()]
                .flatMap((id) => sessions.ofUser(id))
                .find(({id}) => id === A);
            if (session === undefined) {
                throw new ApiError(400, 'app.session.get.app_error');
            }
            return {
                Id: session.id,
                CreateAt: session.create_at,
                ExpiresAt: session.expires_at,
                UserId: session.user_id,
                DeviceId: session.device_id,
                Roles: users.require(session.user_id).roles,
            };
        }),
    ];
}

function userCalls({users, permissions}: World): RpcHandler[] {
    return [
        answer(api.getUser, ({A}) => wireUser(users.require(A))),
        answer(api.getUsers, ({A}) => {
            const {Role, Active, Page, PerPage} = pointer(A);
            return [...users.all.values()]
                .filter(({roles}) => Role === '' || roles.split(' ').includes(Role))
                .filter(({delete_at: deletedAt}) => !Active || deletedAt === 0)
                .toSorted((a, b) => a.username.localeCompare(b.username))
                .slice(Page * PerPage, (Page + 1) * PerPage)
                .map(wireUser);
        }),
        answer(api.getUserByUsername, ({A}) => {
            const user = users.byUsername(A);
            if (user === undefined) {
                throw new ApiError(404, 'app.user.get_by_username.app_error');
            }
            return wireUser(user);
        }),
        handle(api.hasPermissionTo, ({A, B}) => ({A: permissions.system(A, pointer(B).Id)})),
        handle(api.hasPermissionToTeam, ({A, B, C}) => ({
            A: permissions.team(A, B, pointer(C).Id),
        })),
        handle(api.hasPermissionToChannel, ({A, B, C}) => ({
            A: permissions.channel(A, B, pointer(C).Id),
        })),
    ];
}

function preferenceCalls({preferences, users}: World): RpcHandler[] {
    return [
        answer(api.getPreferencesForUser, ({A}) =>
            preferences.ofUser(A).map((row) => ({
                UserId: row.user_id,
                Category: row.category,
                Name: row.name,
                Value: row.value,
            })),
        ),
        done(api.updatePreferencesForUser, ({A, B}) => {
            users.require(A);
            const rows = B.map((row) => ({
                user_id: row.UserId,
                category: row.Category,
                name: row.Name,
                value: row.Value,
            }));
            if (rows.some((row) => row.user_id !== A)) {
                throw new ApiError(403, 'api.preference.update_preferences.set.app_error');
            }
            preferences.save(A, rows);
        }),
    ];
}

function teamCalls({teams, memberships, users}: World): RpcHandler[] {
    return [
        answer(api.getTeamsForUser, ({A}) =>
            teams.ofUser(A).map(({team_id: id}) => wireTeam(teams.require(id))),
        ),
        answer(api.createTeamMember, ({A, B}) => {
            teams.require(A);
            users.require(B);
            return wireTeamMember(memberships.joinTeam(A, B));
        }),
    ];
}

function channelCalls({channels, memberships}: World): RpcHandler[] {
    return [
        answer(api.getChannel, ({A}) => wireChannel(channels.require(A))),
        answer(api.getChannelsForTeamForUser, ({A: teamId, B: userId, C: includeDeleted}) => {
            const found = [...channels.ofUser(userId).keys()]
                .map((id) => channels.require(id))
                .filter((row) => includeDeleted || row.delete_at === 0)
                .filter((row) => [teamId, ''].includes(row.team_id) || teamId === '')
                .toSorted((a, b) => a.display_name.localeCompare(b.display_name));
            if (found.length === 0) {
                throw new ApiError(404, 'app.channel.get_channels.not_found.app_error');
            }
            return found.map(wireChannel);
        }),
        answer(api.getDirectChannel, ({A, B}) => wireChannel(memberships.direct(A, B))),
        answer(api.getChannelMember, ({A, B}) => {
            const member = channels.member(A, B);
            if (member === undefined) {
                throw new ApiError(404, 'app.channel.get_member.missing.app_error');
            }
            return wireChannelMember(member);
        }),
        answer(api.addChannelMember, ({A, B}) => wireChannelMember(memberships.joinChannel(A, B))),
    ];
}
