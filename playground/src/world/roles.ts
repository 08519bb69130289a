/** The permissions of the built-in roles, as far as the playground asks for them. */
const grants: Readonly<Record<string, readonly string[]>> = {
    system_user: [
        'list_public_teams',
        'join_public_teams',
        'create_direct_channel',
        'create_group_channel',
        'view_members',
        'create_team',
        'edit_custom_emojis',
        'create_emojis',
        'delete_emojis',
    ],
    system_user_access_token: [
        'create_user_access_token',
        'read_user_access_token',
        'revoke_user_access_token',
    ],
    system_post_all: ['create_post', 'use_channel_mentions'],
    system_post_all_public: ['create_post_public', 'use_channel_mentions'],
    team_user: [
        'list_team_channels',
        'join_public_channels',
        'read_public_channel',
        'view_team',
        'create_public_channel',
        'create_private_channel',
        'invite_user',
        'add_user_to_team',
    ],
    team_admin: [
        'remove_user_from_team',
        'manage_team',
        'import_team',
        'manage_team_roles',
        'manage_channel_roles',
        'manage_own_slash_commands',
        'manage_others_slash_commands',
        'manage_own_incoming_webhooks',
        'manage_others_incoming_webhooks',
        'manage_own_outgoing_webhooks',
        'manage_others_outgoing_webhooks',
        'delete_post',
        'delete_others_posts',
        'add_reaction',
        'create_post',
        'manage_public_channel_members',
        'manage_private_channel_members',
        'read_public_channel_groups',
        'read_private_channel_groups',
        'read_channel',
        'read_channel_content',
        'use_channel_mentions',
        'remove_reaction',
        'upload_file',
    ],
    channel_user: [
        'read_channel',
        'read_channel_content',
        'add_reaction',
        'remove_reaction',
        'manage_public_channel_members',
        'manage_private_channel_members',
        'upload_file',
        'get_public_link',
        'create_post',
        'use_channel_mentions',
        'use_slash_commands',
        'manage_public_channel_properties',
        'delete_public_channel',
        'manage_private_channel_properties',
        'delete_private_channel',
        'edit_post',
        'delete_post',
        'read_public_channel_groups',
        'read_private_channel_groups',
    ],
    channel_admin: ['manage_channel_roles', 'use_group_mentions', 'manage_channel_banner'],
};

/** Whether one of the roles (names divided by spaces) holds a permission. */
export function rolesGrant(roles: string, permission: string): boolean {
    return roles
        .split(' ')
        .some((role) => role === 'system_admin' || (grants[role]?.includes(permission) ?? false));
}

/** The permissions of a role by its name; undefined for a role that does not exist. */
export function permissionsOf(role: string): readonly string[] | undefined {
    return role === 'system_admin'
        ? [...new Set(['manage_system', ...Object.values(grants).flat()])]
        : grants[role];
}

/** Whether every one of the roles (names divided by spaces) exists. */
export function rolesExist(roles: string): boolean {
    return roles
        .split(' ')
        .filter((role) => role !== '')
        .every((role) => permissionsOf(role) !== undefined);
}
