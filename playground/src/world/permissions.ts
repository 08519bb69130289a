import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {ChannelRow} from './records.ts';
import {roleOf, rolesGrant} from './roles.ts';
import type {Teams} from './teams.ts';
import type {Users} from './users.ts';

/** Who may do what; the names of permissions are the server's. */
export interface Permissions {
    system(userId: string, permission: string): boolean;
    team(userId: string, teamId: string, permission: string): boolean;
    channel(userId: string, channelId: string, permission: string): boolean;
    /** Members, and for open channels everybody in the team. */
    readChannel(userId: string, channel: ChannelRow): boolean;
    isAdmin(userId: string): boolean;
    /** What a role permits; undefined for one that does not exist. */
    ofRole(name: string): readonly string[] | undefined;
    /**
     * Takes a permission from a role, or gives it back, as an admin does in the System Console; clients are told
     * of it unless it is to be `unheard`.
     */
    setGranted(role: string, permission: string, granted: boolean, unheard?: 'unheard'): void;
}

/** Permissions by the roles in the system, then in the team, then in the channel. */
export function createPermissions(deps: {
    core: Core;
    users: Users;
    teams: Teams;
    channels: Channels;
}): Permissions {
    const {core, users, teams, channels} = deps;
    const withheld = new Set<string>();
    const isWithheld = (role: string, permission: string): boolean =>
        withheld.has(`${role} ${permission}`);
    const grant = (names: string, permission: string): boolean =>
        names
            .split(' ')
            .some((name) => rolesGrant(name, permission) && !isWithheld(name, permission));
    const system = (userId: string, permission: string): boolean =>
        grant(users.get(userId)?.roles ?? '', permission);
    const team = (userId: string, teamId: string, permission: string): boolean => {
        const member = teams.member(teamId, userId);
        const roles = member?.scheme_admin === true ? 'team_user team_admin' : 'team_user';
        return (member !== undefined && grant(roles, permission)) || system(userId, permission);
    };
    const channel = (userId: string, channelId: string, permission: string): boolean => {
        const row = channels.get(channelId);
        if (row === undefined) {
            return false;
        }
        const member = channels.member(channelId, userId);
        const roles = member?.scheme_admin === true ? 'channel_user channel_admin' : 'channel_user';
        if (member !== undefined && grant(roles, permission)) {
            return true;
        }
        return row.team_id === ''
            ? system(userId, permission)
            : team(userId, row.team_id, permission);
    };
    return {
        system,
        team,
        channel,
        readChannel: (userId, row) =>
            channel(userId, row.id, 'read_channel_content') ||
            (row.type === 'O' && team(userId, row.team_id, 'read_public_channel')),
        isAdmin: (userId) => system(userId, 'manage_system'),
        ofRole: (name) =>
            roleOf(name)?.permissions.filter((permission) => !isWithheld(name, permission)),
        setGranted: (role, permission, granted, unheard) => {
            if (granted) withheld.delete(`${role} ${permission}`);
            else withheld.add(`${role} ${permission}`);
            if (unheard !== undefined) return;
            core.publish('role_updated', {role: JSON.stringify({name: role})}, {});
        },
    };
}
