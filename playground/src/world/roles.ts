import {createHash} from 'node:crypto';
import {builtInRoles} from './built-in-roles.ts';

/** A built-in role. */
export interface Role {
    readonly id: string;
    /** The middle of its translation keys. */
    readonly label: string;
    readonly schemeManaged: boolean;
    readonly permissions: readonly string[];
}

const roles: ReadonlyMap<string, Role> = new Map(
    Object.entries(builtInRoles).map(([name, {permissions, ...role}]) => [
        name,
        {...role, id: idOf(name), permissions: permissions.trim().split(/\s+/)},
    ]),
);

const grants: ReadonlyMap<string, ReadonlySet<string>> = new Map(
    [...roles].map(([name, role]) => [name, new Set(role.permissions)]),
);

/** The same in every playground, which makes answers comparable. */
function idOf(name: string): string {
    const digest = createHash('sha256').update(name).digest('hex');
    return BigInt(`0x${digest}`).toString(36).slice(0, 26);
}

/** Whether one of the roles (names divided by spaces) holds a permission. */
export function rolesGrant(names: string, permission: string): boolean {
    return names.split(' ').some((name) => grants.get(name)?.has(permission) === true);
}

/** A role by its name. */
export function roleOf(name: string): Role | undefined {
    return roles.get(name);
}

/** The names of all roles. */
export function roleNames(): readonly string[] {
    return [...roles.keys()];
}

/** Whether every one of the roles (names divided by spaces) exists. */
export function rolesExist(names: string): boolean {
    return names
        .split(' ')
        .filter((name) => name !== '')
        .every((name) => roles.has(name));
}
