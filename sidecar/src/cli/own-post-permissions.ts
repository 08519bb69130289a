import * as z from 'zod';

/** Asks the server by REST as the bot; `body` makes it a POST. */
export type AskServer = (route: string, body?: unknown) => Promise<Response>;

/** A permission for own posts that the bot lacks somewhere. */
export interface LackedPermission {
    readonly permission: 'edit_post' | 'delete_post';
    /** Channels without it, of those in which the bot may write. */
    readonly channels: number;
    readonly of: number;
    /** The roles by which the bot is in those channels. */
    readonly roles: readonly string[];
}

/** Whether it is no role of admins, whose permissions are beside those of members. */
const isOfMembers = (role: string): boolean => !role.endsWith('_admin');

/** Members a page; the server gives at most 200. */
const PAGE = 200;
/** Channels that are looked at. */
const MOST = 2_000;
/** Roles a request; the server takes at most 100. */
const ROLES = 100;

const words = z
    .string()
    .catch('')
    .transform((roles) => roles.split(' ').filter((role) => role !== ''));
const userSchema = z.object({roles: words});
const teamsSchema = z.array(z.object({id: z.string(), name: z.string()}));
const teamMembersSchema = z.array(z.object({team_id: z.string(), roles: words}));
const channelMembersSchema = z.array(z.object({team_name: z.string().catch(''), roles: words}));
const rolesSchema = z
    .array(
        z.object({
            name: z.string(),
            permissions: z.array(z.string()).nullish(),
            delete_at: z.number().catch(0),
        }),
    )
    .nullable();

/**
 * Which permissions for its own posts the bot lacks, by its roles in the system, its teams and its channels; where it is
 * in no channel, by what members have.
 * @throws where the server does not say
 */
export async function lackedPermissions(ask: AskServer): Promise<readonly LackedPermission[]> {
    const read = async <T>(schema: z.ZodType<T>, route: string, body?: unknown): Promise<T> => {
        const response = await ask(route, body);
        return schema.parse(await response.json());
    };
    const {roles: ownRoles} = await read(userSchema, '/users/me');
    const teams = await read(teamsSchema, '/users/me/teams');
    const teamMembers = await read(teamMembersSchema, '/users/me/teams/members');
    const members: z.infer<typeof channelMembersSchema> = [];
    for (let page = 0; members.length < MOST; page++) {
        const route = `/users/me/channel_members?page=${page}&per_page=${PAGE}`;
        const some = await read(channelMembersSchema, route);
        members.push(...some);
        if (some.length < PAGE) break;
    }
    if (members.length === 0) {
        members.push({team_name: teams[0]?.name ?? '', roles: ['channel_user']});
    }
    const rolesInTeam = new Map(
        teams.map(({id, name}) => [
            name,
            teamMembers.find((member) => member.team_id === id)?.roles ?? [],
        ]),
    );
    const places = members.map((member) => ({
        own: member.roles,
        all: [...member.roles, ...(rolesInTeam.get(member.team_name) ?? []), ...ownRoles],
    }));

    const names = [...new Set(places.flatMap(({all}) => all))];
    const granted = new Map<string, ReadonlySet<string>>();
    for (let from = 0; from < names.length; from += ROLES) {
        const found = await read(rolesSchema, '/roles/names', names.slice(from, from + ROLES));
        for (const {name, permissions, delete_at: deletedAt} of found ?? []) {
            granted.set(name, new Set(deletedAt === 0 ? permissions : []));
        }
    }
    const may = (roles: readonly string[], permission: string): boolean =>
        roles.some((role) => granted.get(role)?.has(permission) === true);
    // What is read only for the bot gets no answers at all.
    const writable = places.filter(({all}) => may(all, 'create_post'));
    return (['edit_post', 'delete_post'] as const).flatMap((permission) => {
        const without = writable.filter(({all}) => !may(all, permission));
        const roles = [...new Set(without.flatMap(({own}) => own))].filter(isOfMembers);
        return without.length === 0
            ? []
            : [{permission, channels: without.length, of: writable.length, roles}];
    });
}
