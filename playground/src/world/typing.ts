import type {Core} from './core.ts';

/** Shows the others of a channel that somebody types; `parentId` is the thread or ''. */
export function publishTyping(
    core: Core,
    userId: string,
    channelId: string,
    parentId: string,
): void {
    core.publish(
        'typing',
        {parent_id: parentId, user_id: userId},
        {channelId, omitUsers: [userId]},
    );
}
