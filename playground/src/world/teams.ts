import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import type {JsonMap, TeamMemberRow, TeamRow} from './records.ts';

/** What a new team may be given. */
export interface NewTeam {
    readonly name: string;
    readonly display_name: string;
    readonly type?: 'O' | 'I';
    readonly description?: string;
    readonly email?: string;
}

/** Teams and who is in them. */
export interface Teams {
    readonly all: ReadonlyMap<string, TeamRow>;
    create(team: NewTeam): TeamRow;
    get(id: string): TeamRow | undefined;
    /** @throws ApiError 404 when there is none. */
    require(id: string): TeamRow;
    byName(name: string): TeamRow | undefined;
    /** Live memberships only. */
    member(teamId: string, userId: string): TeamMemberRow | undefined;
    members(teamId: string): readonly TeamMemberRow[];
    ofUser(userId: string): readonly TeamMemberRow[];
    /** Writes the membership; the events come from the joining code, which knows the channels. */
    saveMember(teamId: string, userId: string, admin: boolean): TeamMemberRow;
    dropMember(teamId: string, userId: string): void;
    /** Whether the user was a member once; the server keeps such rows. */
    wasMember(teamId: string, userId: string): boolean;
    readonly view: (team: TeamRow) => JsonMap;
    readonly memberView: (member: TeamMemberRow) => JsonMap;
}

/** Keeps teams and two indexes of their members. */
export function createTeams(core: Core): Teams {
    const byId = new Map<string, TeamRow>();
    const byTeam = new Map<string, Map<string, TeamMemberRow>>();
    const byUser = new Map<string, Map<string, TeamMemberRow>>();

    const former = new Set<string>();

    const teams: Teams = {
        all: byId,
        create(given) {
            if (teams.byName(given.name) !== undefined) {
                throw new ApiError(400, 'store.sql_team.save_team.existing.app_error');
            }
            const now = core.now();
            const team: TeamRow = {
                id: core.newId(),
                create_at: now,
                update_at: now,
                delete_at: 0,
                display_name: given.display_name,
                name: given.name,
                description: given.description ?? '',
                email: given.email ?? '',
                type: given.type ?? 'O',
                invite_id: core.newId(),
                allow_open_invite: false,
            };
            byId.set(team.id, team);
            return team;
        },
        get: (id) => byId.get(id),
        require(id) {
            const team = byId.get(id);
            if (team === undefined) {
                throw new ApiError(404, 'app.team.get.find.app_error');
            }
            return team;
        },
        byName: (name) => [...byId.values()].find((team) => team.name === name),
        member: (teamId, userId) => byTeam.get(teamId)?.get(userId),
        members: (teamId) => [...(byTeam.get(teamId)?.values() ?? [])],
        ofUser: (userId) => [...(byUser.get(userId)?.values() ?? [])],
        saveMember(teamId, userId, admin) {
            const member: TeamMemberRow = {
                team_id: teamId,
                user_id: userId,
                scheme_admin: admin,
                delete_at: 0,
                create_at: core.now(),
            };
            nested(byTeam, teamId).set(userId, member);
            nested(byUser, userId).set(teamId, member);
            return member;
        },
        wasMember: (teamId, userId) => former.has(`${teamId}/${userId}`),
        dropMember(teamId, userId) {
            former.add(`${teamId}/${userId}`);
            byTeam.get(teamId)?.delete(userId);
            byUser.get(userId)?.delete(teamId);
        },
        view: teamView,
        memberView,
    };
    return teams;
}

/** The inner map under a key, made when absent. */
export function nested<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
    const found = maps.get(key);
    if (found !== undefined) {
        return found;
    }
    const made = new Map<string, V>();
    maps.set(key, made);
    return made;
}

function teamView(team: TeamRow): JsonMap {
    return {
        id: team.id,
        create_at: team.create_at,
        update_at: team.update_at,
        delete_at: team.delete_at,
        display_name: team.display_name,
        name: team.name,
        description: team.description,
        email: team.email,
        type: team.type,
        company_name: '',
        allowed_domains: '',
        invite_id: team.invite_id,
        allow_open_invite: team.allow_open_invite,
        scheme_id: null,
        group_constrained: null,
        policy_id: null,
        cloud_limits_archived: false,
    };
}

function memberView(member: TeamMemberRow): JsonMap {
    return {
        team_id: member.team_id,
        user_id: member.user_id,
        roles: member.scheme_admin ? 'team_user team_admin' : 'team_user',
        delete_at: member.delete_at,
        scheme_guest: false,
        scheme_user: true,
        scheme_admin: member.scheme_admin,
        explicit_roles: '',
    };
}
