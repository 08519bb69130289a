import React, {memo} from 'react';
import type {FileInfo, Post} from '../api/schemas.ts';
import {isEphemeral, isSystem, isUnsent} from '../state/post_kinds.ts';
import {fullName, myId, postOf, useChat, userOf} from '../state/selectors.ts';
import {Avatar, BotTag} from './avatar.tsx';
import {Markdown} from './markdown.tsx';
import {PluginPlace} from './plugin_place.tsx';
import {PostAttachments} from './attachments.tsx';
import {drawsCards, PostBody} from './post_body.tsx';
import {PostEditor} from './post_editor.tsx';
import {PostFiles} from './post_files.tsx';
import {PostToolbar} from './post_toolbar.tsx';
import {Reactions} from './reactions.tsx';
import {useServices} from './services.ts';
import {ThreadFooter} from './thread_footer.tsx';
import {momentText, timeText} from './time.ts';

interface Props {
    readonly postId: string;
    /** Stands under a post of the same author, without a head of its own. */
    readonly isFollowUp: boolean;
    readonly place: 'channel' | 'thread';
}

/** One post with all that belongs to it; drawn anew only when this post changes. */
export const PostRow = memo(function PostRow({postId, isFollowUp, place}: Props) {
    const post = useChat((state) => postOf(state, postId));
    if (post === undefined) {
        return null;
    }
    return isSystem(post) ? (
        <SystemPost post={post} />
    ) : (
        <UserPost post={post} isFollowUp={isFollowUp} place={place} />
    );
});

function SystemPost({post}: {post: Post}) {
    return (
        <article className="pg-post pg-post--system" data-post-id={post.id}>
            <Markdown text={post.message} />
            <PostTime post={post} />
        </article>
    );
}

function UserPost({post, isFollowUp, place}: {post: Post} & Omit<Props, 'postId'>) {
    const author = useChat((state) => userOf(state, post.user_id));
    const isEditing = useChat((state) => state.views.editingPostId === post.id);
    const isWhole = useChat((state) => drawsCards(state, post));
    const isDeleted = post.delete_at !== 0;
    const isHere = !isDeleted && !isUnsent(post);
    const name = authorName(post, author === undefined ? '' : fullName(author));
    const classes = [
        'pg-post',
        isFollowUp ? 'pg-post--follows' : '',
        isEphemeral(post) ? 'pg-post--ephemeral' : '',
        isUnsent(post) && post.failed !== true ? 'pg-post--sending' : '',
        isEditing ? 'pg-post--editing' : '',
    ];
    return (
        <article className={classes.join(' ')} data-post-id={post.id} aria-label={`From ${name}`}>
            <div className="pg-post__side">
                {isFollowUp ? (
                    <PostTime post={post} />
                ) : (
                    <Avatar user={author} size="large" {...pictureOf(post)} />
                )}
            </div>
            <div className="pg-post__main">
                {!isFollowUp && (
                    <header className="pg-post__head">
                        <span className="pg-post__author" title={`@${author?.username ?? ''}`}>
                            {name}
                        </span>
                        {author?.is_bot === true && <BotTag />}
                        <PostTime post={post} />
                    </header>
                )}
                {isEphemeral(post) && <EphemeralNote post={post} />}
                {isDeleted ? (
                    <p className="pg-post__gone">(message deleted)</p>
                ) : isEditing ? (
                    <PostEditor post={post} />
                ) : (
                    <PostBody post={post} isInThread={place === 'thread'} />
                )}
                {!isDeleted && (
                    <>
                        {!isWhole && <PostAttachments post={post} />}
                        <PostFiles files={filesOf(post)} />
                        <PluginPlace
                            place="PostMessageAttachment"
                            what="its part of a post"
                            given={{postId: post.id}}
                        />
                        <Reactions postId={post.id} />
                    </>
                )}
                {post.failed === true && <FailedNote post={post} />}
                {place === 'channel' && <ThreadFooter post={post} />}
            </div>
            {isHere && !isEditing && <PostToolbar post={post} place={place} />}
        </article>
    );
}

function PostTime({post}: {post: Post}) {
    return (
        <time
            className="pg-post__time"
            dateTime={new Date(post.create_at).toISOString()}
            title={momentText(post.create_at)}
        >
            {timeText(post.create_at)}
        </time>
    );
}

function EphemeralNote({post}: {post: Post}) {
    const {writing} = useServices();
    return (
        <p className="pg-post__note">
            Only visible to you
            <button
                type="button"
                className="pg-link-button"
                onClick={() => writing.discard(post.id)}
            >
                Dismiss
            </button>
        </p>
    );
}

function FailedNote({post}: {post: Post}) {
    const {writing} = useServices();
    const isOwn = useChat((state) => myId(state) === post.user_id);
    return isOwn ? (
        <p className="pg-problem" role="alert">
            This message was not sent.
            <button
                type="button"
                className="pg-link-button"
                onClick={() => void writing.retry(post.id)}
            >
                Send again
            </button>
            <button
                type="button"
                className="pg-link-button"
                onClick={() => writing.discard(post.id)}
            >
                Throw away
            </button>
        </p>
    ) : null;
}

/** In the order in which they were attached; the server gives them in any. */
function filesOf(post: Post): readonly FileInfo[] {
    const place = ({id}: FileInfo): number => post.file_ids.indexOf(id);
    return [...post.metadata.files].sort((one, other) => place(one) - place(other));
}

function authorName(post: Post, name: string): string {
    const other = overridden(post, 'override_username');
    return other ?? (name === '' ? 'Somebody' : name);
}

function pictureOf(post: Post): {picture?: string} {
    const picture = overridden(post, 'override_icon_url');
    return picture !== undefined && /^(?:https?:\/)?\//.test(picture) ? {picture} : {};
}

/** Only webhooks may speak under another name. */
function overridden(post: Post, prop: string): string | undefined {
    const value = post.props[prop];
    return post.props['from_webhook'] === 'true' && typeof value === 'string' && value !== ''
        ? value
        : undefined;
}
