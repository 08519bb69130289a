import type {Post} from '../api/schemas.ts';

/** Whether a post is only in this page: being sent, not sent, or shown to this user alone. */
export function isLocal(post: Post): boolean {
    return isUnsent(post) || isEphemeral(post);
}

/** Whether the server has not taken the post yet. */
export function isUnsent(post: Post): boolean {
    return post.id === post.pending_post_id;
}

/** Whether only this user sees the post, and only until the page is left. */
export function isEphemeral(post: Post): boolean {
    return post.type === 'system_ephemeral';
}

/** Whether the server wrote the post by itself, to tell of joins, leaves and the like. */
export function isSystem(post: Post): boolean {
    return post.type.startsWith('system_') && !isEphemeral(post);
}

/** Pages also bring deleted posts and rows of the edit history. */
export function isShown(post: Post): boolean {
    return post.delete_at === 0 && post.original_id === '';
}
