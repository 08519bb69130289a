import React, {useRef} from 'react';
import type {ReactNode} from 'react';
import {dayText} from './time.ts';
import {Icon} from './icon.tsx';
import {usePinnedScroll} from './pinned_scroll.ts';
import {PostRow} from './post_row.tsx';
import type {Row} from './rows.ts';

interface Props {
    readonly label: string;
    readonly rows: readonly Row[];
    readonly place: 'channel' | 'thread';
    /** What stands above the first post. */
    readonly top: ReactNode;
    /** Called when the reader comes near the top. */
    readonly onTop?: () => void;
    /** Changes when another conversation is shown, which begins at its end again. */
    readonly conversation: string;
}

/** Posts from old to new. It stays at its end while the reader does, whatever grows in it. */
export function PostList({label, rows, place, top, onTop, conversation}: Props) {
    const scroller = useRef<HTMLDivElement>(null);
    const content = useRef<HTMLDivElement>(null);
    const firstPost = rows.find((row) => row.kind === 'post')?.key ?? '';
    const {isAtEnd, goToEnd, news} = usePinnedScroll(scroller, content, {
        conversation,
        firstPost,
        lastPost: rows.at(-1)?.key ?? '',
        ...(onTop === undefined ? {} : {onTop}),
    });
    return (
        <div className="pg-posts">
            <div
                ref={scroller}
                className="pg-posts__scroller"
                role="region"
                aria-label={label}
                tabIndex={0}
            >
                <div ref={content} className="pg-posts__content">
                    {top}
                    {rows.map((row) => (
                        <ListRow key={row.key} row={row} place={place} />
                    ))}
                </div>
            </div>
            {!isAtEnd && (
                <button type="button" className="pg-posts__end" onClick={goToEnd}>
                    <Icon name="arrow-down" />
                    {news ? 'New messages' : 'To the end'}
                </button>
            )}
        </div>
    );
}

function ListRow({row, place}: {row: Row; place: 'channel' | 'thread'}) {
    switch (row.kind) {
        case 'day':
            return (
                <div className="pg-rule" role="separator">
                    <span>{dayText(row.at)}</span>
                </div>
            );
        case 'unread':
            return (
                <div className="pg-rule pg-rule--unread" role="separator">
                    <span>New messages</span>
                </div>
            );
        case 'replies':
            return (
                <div className="pg-rule pg-rule--left" role="separator">
                    <span>{row.count === 1 ? '1 reply' : `${row.count} replies`}</span>
                </div>
            );
        case 'post':
            return <PostRow postId={row.key} isFollowUp={row.isFollowUp} place={place} />;
    }
}
