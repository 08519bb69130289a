import {forbidden} from '../api-error.ts';
import type {Context} from '../http/context.ts';

/** @throws ApiError 403 unless it is the caller's own account or the caller is an admin */
export function refuseOthers(context: Context, userId: string): void {
    if (userId !== context.userId && !context.world.permissions.isAdmin(context.userId)) {
        throw forbidden();
    }
}

/** @throws ApiError 403 where the caller may not read the channel */
export function refuseNoRead(context: Context, channelId: string): void {
    if (!context.world.permissions.channel(context.userId, channelId, 'read_channel')) {
        throw forbidden();
    }
}
