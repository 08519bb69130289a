import {clientProps} from './attachments.ts';
import type {Files} from './files.ts';
import type {PostProps} from './post-props.ts';
import type {PostTable} from './post-table.ts';
import type {Reactions} from './reactions.ts';
import type {JsonMap, PostRow} from './records.ts';

/** What a view of a post may say besides its row. */
export interface PostViewOptions {
    readonly pendingPostId?: string;
    /** Who reads it; absent = the post as it is stored. */
    readonly viewerId?: string;
    /** Absent = the real number of live replies; page queries without it say 0. */
    readonly replyCount?: number;
    /** Set where collapsed threads are asked for. */
    readonly thread?: JsonMap;
    /** Admins may see what deleted posts said. */
    readonly keepDeleted?: boolean;
    /** Without files, reactions and embeds, as a repeated create answers. */
    readonly bare?: boolean;
}

/** Turns rows of posts into what clients get. */
export interface PostViews {
    one(post: PostRow, options?: PostViewOptions): JsonMap;
    /** The body of a list answer; `more` are the posts that are not in the order. */
    list(
        order: readonly string[],
        posts: Iterable<PostRow>,
        options: {
            view?: (post: PostRow) => PostViewOptions;
            next?: string;
            prev?: string;
            hasNext?: boolean;
        },
    ): JsonMap;
}

/** Views with the metadata (files, reactions, embeds) that the server adds. */
export function createPostViews(deps: {
    table: PostTable;
    files: Files;
    reactions: Reactions;
    postProps: PostProps;
}): PostViews {
    const one = (post: PostRow, options: PostViewOptions = {}): JsonMap => {
        const hidden = post.delete_at !== 0 && options.keepDeleted !== true;
        return {
            id: post.id,
            create_at: post.create_at,
            update_at: post.update_at,
            edit_at: post.edit_at,
            delete_at: post.delete_at,
            is_pinned: post.is_pinned,
            user_id: post.user_id,
            channel_id: post.channel_id,
            root_id: post.root_id,
            original_id: post.original_id,
            message: hidden ? '' : post.message,
            type: post.type,
            props:
                options.viewerId === undefined
                    ? clientProps(post.props)
                    : deps.postProps.forReader(clientProps(post.props), post, options.viewerId),
            hashtags: post.hashtags,
            file_ids: post.file_ids,
            pending_post_id: options.pendingPostId ?? '',
            ...(post.has_reactions ? {has_reactions: true} : {}),
            ...(post.remote_id === undefined ? {} : {remote_id: post.remote_id}),
            reply_count: options.replyCount ?? deps.table.replyCount(post),
            last_reply_at: 0,
            participants: null,
            ...options.thread,
            ...(options.bare === true ? {} : {metadata: hidden ? {} : metadata(deps, post)}),
        };
    };
    return {
        one,
        list(order, posts, options) {
            const views: JsonMap = {};
            for (const post of posts) {
                views[post.id] ??= one(post, options.view?.(post));
            }
            return {
                order,
                posts: views,
                next_post_id: options.next ?? '',
                prev_post_id: options.prev ?? '',
                ...(options.hasNext === undefined ? {} : {has_next: options.hasNext}),
                first_inaccessible_post_time: 0,
            };
        },
    };
}

function metadata(deps: {files: Files; reactions: Reactions}, post: PostRow): JsonMap {
    const found: JsonMap = {};
    const embed = embedOf(post);
    if (embed !== undefined) found['embeds'] = [embed];
    if (post.file_ids !== null && post.file_ids.length > 0) {
        found['files'] = deps.files.ofPost(post.id).map((file) => deps.files.view(file));
    }
    if (post.has_reactions) {
        found['reactions'] = deps.reactions.ofPost(post.id).map(deps.reactions.view);
    }
    if (post.priority !== undefined && post.root_id === '') {
        found['priority'] = post.priority;
    }
    return found;
}

const LINK = /(?<!`)\bhttps?:\/\/[^\s)>\]]+/;

/** What the server shows below a post: with attachments, even an empty list, no preview of its first link. */
function embedOf({message, props}: PostRow): JsonMap | undefined {
    // The server embeds nothing in such a post, attachments included.
    if (props['unsafe_links'] === 'true') return undefined;
    if ('attachments' in props) return {type: 'message_attachment'};
    const url = LINK.exec(message)?.[0];
    return url === undefined ? undefined : {type: 'link', url};
}
