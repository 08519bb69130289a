import {ApiError} from '../api-error.ts';
import type {Channels} from './channels.ts';
import type {Core} from './core.ts';
import type {DirectRules} from './direct-rules.ts';
import type {Files} from './files.ts';
import {hashtagsOf} from './hashtags.ts';
import type {Notifications} from './notifications.ts';
import {createPendingPosts} from './pending-posts.ts';
import {
    isJoinLeave,
    isSilent,
    isSystemPost,
    refuseInvalid,
    refuseNul,
    silentProp,
} from './post-rules.ts';
import type {PostProps} from './post-props.ts';
import type {PostTable} from './post-table.ts';
import type {PostViews} from './post-view.ts';
import type {ChannelRow, JsonMap, PostRow} from './records.ts';
import type {Users} from './users.ts';
import {without} from './without.ts';

/** What a post is made of; all but author, channel and message has a default. */
export interface NewPost {
    readonly user_id: string;
    readonly channel_id: string;
    readonly message: string;
    readonly root_id?: string;
    readonly props?: JsonMap;
    readonly type?: string;
    readonly file_ids?: readonly string[];
    readonly pending_post_id?: string;
    /** Honoured as it is; who may set it is the caller's business. */
    readonly create_at?: number;
    readonly is_pinned?: boolean;
    readonly remote_id?: string;
    readonly priority?: JsonMap;
    /** Nobody is notified of it (11.10). */
    readonly silent?: boolean;
    /** Default true; whether the post makes its author online. */
    readonly setOnline?: boolean;
}

/** The whole of what an update writes; nothing is kept from the old version but the identity. */
export interface PostUpdate {
    readonly message: string;
    readonly props: JsonMap;
    readonly file_ids: readonly string[] | null;
    readonly is_pinned: boolean;
    readonly has_reactions: boolean;
}

/**
 * Looks at a post before it is stored: may change it, refuse it (throwing ApiError), or take its
 * time, during which a repeated create is "in flight".
 */
export type PostInterceptor = (post: NewPost) => Promise<NewPost>;

/** Making, changing and deleting posts, with all that follows from it. */
export interface Posts {
    readonly table: PostTable;
    readonly interceptors: Set<PostInterceptor>;
    /** The post as its author gets it, with `pending_post_id`. */
    create(post: NewPost): Promise<JsonMap>;
    /** As `create` without interceptors; the row, for seeding and system posts. */
    createNow(post: NewPost): PostRow;
    /** @throws ApiError 404 when there is none, or it is deleted. */
    require(id: string, includeDeleted?: boolean): PostRow;
    /** The post as `editorId` gets it; default its author. */
    update(id: string, update: PostUpdate, editorId?: string): JsonMap;
    /** Deletes a post; a root takes its replies along. */
    remove(id: string, byUserId: string): void;
}

interface Deps {
    readonly core: Core;
    readonly users: Users;
    readonly channels: Channels;
    readonly files: Files;
    readonly table: PostTable;
    readonly views: PostViews;
    readonly notifications: Notifications;
    readonly directRules: DirectRules;
    readonly postProps: PostProps;
}

/** Posts over their table. */
export function createPosts(deps: Deps): Posts {
    const {table, views} = deps;
    const pending = createPendingPosts(deps.core);
    const interceptors = new Set<PostInterceptor>();

    const store = (post: NewPost): {row: PostRow; view: JsonMap} => {
        const row = newRow(deps, post);
        const channel = deps.channels.require(row.channel_id);
        const root = requireRoot(deps, row);
        if (row.file_ids !== null && row.file_ids.length > 0) {
            const attached = deps.files.attach(row.file_ids, row);
            row.file_ids = attached.length === 0 ? null : attached;
        }
        table.insert(row);
        countPost(channel, row);
        if (root !== undefined) {
            root.update_at = row.create_at;
        }
        const view = views.one(row, {pendingPostId: post.pending_post_id ?? ''});
        deps.notifications.posted(row, view, post.setOnline ?? true);
        deps.core.emit({kind: 'post-created', post: row});
        return {row, view};
    };

    const posts: Posts = {
        table,
        interceptors,
        async create(given) {
            const pendingId = given.pending_post_id ?? '';
            const claim = pendingId === '' ? undefined : pending.claim(pendingId);
            if (claim?.kind === 'in-flight') {
                throw new ApiError(500, 'api.post.deduplicate_create_post.pending');
            }
            if (claim?.kind === 'made') {
                return views.one(posts.require(claim.postId), {bare: true});
            }
            try {
                let post = given;
                for (const intercept of interceptors) {
                    post = await intercept(post);
                }
                const {row, view} = store(post);
                pending.settle(pendingId, row.id);
                return forReader(deps, row, view, row.user_id);
            } catch (error) {
                pending.forget(pendingId);
                throw error;
            }
        },
        createNow: (post) => store(post).row,
        require(id, includeDeleted = false) {
            const post = table.get(id);
            if (post === undefined || (post.delete_at !== 0 && !includeDeleted)) {
                throw new ApiError(404, 'app.post.get.app_error');
            }
            return post;
        },
        update(id, change, editorId) {
            const post = posts.require(id);
            return updatePost(deps, post, change, editorId ?? post.user_id);
        },
        remove(id, byUserId) {
            removePost(deps, posts.require(id), byUserId);
        },
    };
    return posts;
}

function newRow(deps: Deps, given: NewPost): PostRow {
    const author = deps.users.require(given.user_id);
    const props = given.props ?? {};
    const now =
        given.create_at === undefined || given.create_at === 0 ? deps.core.now() : given.create_at;
    const row: PostRow = {
        id: deps.core.newId(),
        create_at: now,
        update_at: now,
        edit_at: 0,
        delete_at: 0,
        is_pinned: given.is_pinned ?? false,
        user_id: given.user_id,
        channel_id: given.channel_id,
        root_id: given.root_id ?? '',
        original_id: '',
        message: given.message,
        type: given.type ?? '',
        props: deps.postProps.fill(
            {
                ...(deps.core.server.silentPosts ? without(props, silentProp) : props),
                ...(given.silent === true ? {[silentProp]: true} : {}),
                ...(author.is_bot ? {from_bot: 'true'} : {}),
            },
            given.message,
            author.id,
            deps.channels.require(given.channel_id),
        ),
        hashtags: hashtagsOf(given.message),
        file_ids: [...new Set(given.file_ids ?? [])].toSorted(),
        has_reactions: false,
        remote_id: given.remote_id,
        priority: given.priority,
    };
    return row;
}

function requireRoot({core, table}: Deps, row: PostRow): PostRow | undefined {
    if (row.root_id === '') {
        refuseInvalid(row, core.server);
        refuseNul(row, 'save');
        return undefined;
    }
    const root = table.get(row.root_id);
    if (root === undefined || root.delete_at !== 0) {
        throw new ApiError(400, 'api.post.create_post.root_id.app_error');
    }
    if (root.channel_id !== row.channel_id) {
        throw new ApiError(400, 'api.post.create_post.channel_root_id.app_error');
    }
    if (root.root_id !== '') {
        throw new ApiError(400, 'api.post.create_post.root_id.app_error');
    }
    refuseInvalid(row, core.server);
    refuseNul(row, 'save');
    return root;
}

/** A view that was made for an event, as one reader gets it. */
function forReader(deps: Deps, row: PostRow, view: JsonMap, readerId: string): JsonMap {
    return row.props['channel_mentions'] === undefined
        ? view
        : deps.views.one(row, {
              viewerId: readerId,
              pendingPostId: String(view['pending_post_id']),
          });
}

function countPost(channel: ChannelRow, row: PostRow): void {
    const count = isJoinLeave(row.type) || isSilent(row) ? 0 : 1;
    channel.last_post_at = Math.max(channel.last_post_at, row.create_at);
    channel.total_msg_count += count;
    if (row.root_id === '') {
        channel.last_root_post_at = Math.max(channel.last_root_post_at, row.create_at);
        channel.total_msg_count_root += count;
    }
}

function updatePost(deps: Deps, post: PostRow, change: PostUpdate, editorId: string): JsonMap {
    const {core, table, channels} = deps;
    if (isSystemPost(post.type)) {
        throw new ApiError(400, 'api.post.update_post.system_message.app_error');
    }
    const channel = channels.require(post.channel_id);
    if (channel.delete_at !== 0) {
        throw new ApiError(400, 'api.post.update_post.can_not_update_post_in_deleted.error');
    }
    if (deps.directRules.isRestricted(channel)) {
        throw new ApiError(400, 'api.post.update_post.can_not_update_post_in_restricted_dm.error');
    }
    const props = deps.postProps.fill(
        isSilent(post) ? {...change.props, [silentProp]: true} : change.props,
        change.message,
        post.user_id,
        channel,
    );
    // Files change first: they are gone also where the rest is refused then.
    const fileIds = changeFiles(deps, post, [...new Set(change.file_ids ?? [])]).toSorted();
    refuseInvalid({...post, message: change.message, props, file_ids: fileIds}, core.server);
    refuseNul({message: change.message, props}, 'update');
    const before: PostRow = {...post};
    const edited =
        change.message !== post.message ||
        JSON.stringify(fileIds) !== JSON.stringify(post.file_ids ?? []) ||
        JSON.stringify(props['attachments']) !== JSON.stringify(post.props['attachments']);
    const now = core.now();
    Object.assign(post, {
        message: change.message,
        hashtags: hashtagsOf(change.message),
        props,
        file_ids: fileIds,
        is_pinned: change.is_pinned,
        has_reactions: change.has_reactions,
        update_at: now,
        edit_at: edited ? now : post.edit_at,
    } satisfies Partial<PostRow>);
    table.insertHistory({
        ...before,
        id: core.newId(),
        original_id: before.id,
        delete_at: now,
        update_at: now,
    });
    channel.last_post_at = Math.max(channel.last_post_at, now);
    const root = post.root_id === '' ? undefined : table.get(post.root_id);
    if (root !== undefined) {
        root.update_at = Math.max(root.update_at, now);
    }
    const view = deps.views.one(post);
    deps.notifications.edited(post, view);
    core.emit({kind: 'post-updated', post, before});
    return forReader(deps, post, view, editorId);
}

/** The files that the post has then: what was taken away does not come back, what is not there is left out. */
function changeFiles(deps: Deps, post: PostRow, fileIds: readonly string[]): string[] {
    const before = post.file_ids ?? [];
    const added = fileIds.filter((id) => !before.includes(id));
    const removed = before.filter((id) => !fileIds.includes(id));
    const attached = deps.files.attach(added, post);
    deps.files.detach(removed);
    return [...fileIds.filter((id) => before.includes(id)), ...attached];
}

function removePost(deps: Deps, post: PostRow, byUserId: string): void {
    const {core, table} = deps;
    const channel = deps.channels.require(post.channel_id);
    if (channel.delete_at !== 0) {
        throw new ApiError(400, 'api.post.delete_post.can_not_delete_post_in_deleted.error');
    }
    if (deps.directRules.isRestricted(channel)) {
        throw new ApiError(400, 'api.post.delete_post.can_not_delete_from_restricted_dm.error');
    }
    const view = deps.views.one(post, {bare: true});
    const now = core.now();
    table.markDeleted(post, now, byUserId);
    deps.files.deleteOfPost(post.id);
    if (post.root_id === '') {
        for (const reply of table.replies(post.id)) {
            table.markDeleted(reply, now, byUserId);
            deps.files.deleteOfPost(reply.id);
        }
    } else {
        const root = table.get(post.root_id);
        if (root !== undefined) {
            root.update_at = now;
        }
    }
    deps.notifications.deleted(post, view, byUserId);
    core.emit({kind: 'post-deleted', post, byUserId});
}
