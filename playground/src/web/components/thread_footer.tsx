import React from 'react';
import type {Post} from '../api/schemas.ts';
import {useChat, userOf} from '../state/selectors.ts';
import {Avatar} from './avatar.tsx';
import {useServices} from './services.ts';
import {agoText} from './time.ts';

/** Faces that are shown; the count says the rest. */
const faces = 4;

/** Under a root post: how many replies there are, and the way to them. */
export function ThreadFooter({post}: {post: Post}) {
    const {writing} = useServices();
    const unread = useChat((state) => state.views.unreadThreads[post.id] ?? 0);
    const isOpen = useChat((state) => state.views.rhs.selectedPostId === post.id);
    if (post.reply_count === 0) {
        return null;
    }
    const count = post.reply_count === 1 ? '1 reply' : `${post.reply_count} replies`;
    return (
        <button
            type="button"
            className={`pg-thread-foot ${isOpen ? 'pg-thread-foot--open' : ''}`}
            onClick={() => void writing.openThread(post.id)}
        >
            <span className="pg-thread-foot__faces">
                {post.participants.slice(0, faces).map(({id}) => (
                    <FaceOf key={id} userId={id} />
                ))}
            </span>
            <span className="pg-thread-foot__count">{count}</span>
            {unread > 0 && <span className="pg-thread-foot__new">{unread} new</span>}
            {post.last_reply_at > 0 && (
                <span className="pg-quiet">last {agoText(post.last_reply_at)}</span>
            )}
        </button>
    );
}

function FaceOf({userId}: {userId: string}) {
    const user = useChat((state) => userOf(state, userId));
    return <Avatar user={user} size="small" />;
}
