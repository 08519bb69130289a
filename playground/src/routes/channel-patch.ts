import * as z from 'zod';
import {ApiError, forbidden} from '../api-error.ts';
import type {Context} from '../http/context.ts';
import type {ChannelRow, JsonMap} from '../world/records.ts';

/** What a channel's patch may hold. */
export const channelPatchSchema = z.object({
    name: z.string().nullish(),
    display_name: z.string().nullish(),
    header: z.string().nullish(),
    purpose: z.string().nullish(),
});

/** Changes a channel and posts what was changed. Gives the channel as it was before those posts. */
export function patchChannel(
    context: Context,
    channel: ChannelRow,
    patch: z.infer<typeof channelPatchSchema>,
): JsonMap {
    const {world, userId} = context;
    refuseBadPatch(context, channel, patch);
    const before = {...channel};
    if (typeof patch.name === 'string' && patch.name !== channel.name) {
        refuseBadName(patch.name);
        world.channels.rename(channel, patch.name);
    }
    channel.display_name = patch.display_name ?? channel.display_name;
    channel.header = patch.header ?? channel.header;
    channel.purpose = patch.purpose ?? channel.purpose;
    channel.update_at = world.core.now();
    world.core.publish(
        'channel_updated',
        {channel: JSON.stringify(world.channels.view(channel))},
        {channelId: channel.id},
    );
    const view = world.channels.view(channel);
    const user = world.users.require(userId);
    const changes = [
        ['displayname', 'display name', before.display_name, channel.display_name],
        ['header', 'header', before.header, channel.header],
        ['purpose', 'purpose', before.purpose, channel.purpose],
    ] as const;
    for (const [name, label, old, fresh] of changes) {
        if (old !== fresh) {
            world.memberships.systemPost(
                channel.id,
                user,
                `system_${name}_change`,
                changeMessage(user.username, label, old, fresh),
                {username: user.username, [`old_${name}`]: old, [`new_${name}`]: fresh},
            );
        }
    }
    return view;
}

function changeMessage(username: string, label: string, old: string, fresh: string): string {
    if (old === '') {
        return `${username} updated the channel ${label} to: ${fresh}`;
    }
    return fresh === ''
        ? `${username} removed the channel ${label} (was: ${old})`
        : `${username} updated the channel ${label} from: ${old} to: ${fresh}`;
}

/** @throws ApiError 400 for a name that no channel may have */
export function refuseBadName(name: string): void {
    if (!/^[a-z0-9][a-z0-9_-]*$/.test(name) || name.length > 64) {
        throw new ApiError(400, 'model.channel.is_valid.1_or_more.app_error');
    }
}

function refuseBadPatch(
    context: Context,
    channel: ChannelRow,
    patch: z.infer<typeof channelPatchSchema>,
): void {
    const {world, userId} = context;
    if (Object.values(patch).every((value) => typeof value !== 'string')) {
        throw new ApiError(400, 'api.channel.patch_update_channel.no_changes.app_error');
    }
    if (channel.type === 'O' || channel.type === 'P') {
        const kind = channel.type === 'O' ? 'public' : 'private';
        const permission = `manage_${kind}_channel_properties`;
        if (!world.permissions.channel(userId, channel.id, permission)) {
            throw forbidden();
        }
        return;
    }
    if (world.channels.member(channel.id, userId) === undefined) {
        throw new ApiError(403, 'api.channel.patch_update_channel.forbidden.app_error');
    }
    if (patch.name != null || patch.display_name != null || patch.purpose != null) {
        throw new ApiError(
            400,
            'api.channel.patch_update_channel.update_direct_or_group_messages_not_allowed.app_error',
        );
    }
}
