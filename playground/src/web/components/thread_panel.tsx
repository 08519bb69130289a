import React from 'react';
import {channelOf, channelTitle, postOf, useChat} from '../state/selectors.ts';
import {Conversation} from './conversation.tsx';
import {IconButton} from './icon.tsx';
import {PostList} from './post_list.tsx';
import {sameRows, threadRows} from './rows.ts';
import {useServices} from './services.ts';

/** A thread beside its channel. */
export function ThreadPanel({rootId}: {rootId: string}) {
    const {store} = useServices();
    const channelId = useChat((state) => postOf(state, rootId)?.channel_id ?? '');
    const rows = useChat((state) => threadRows(state, rootId), sameRows);
    const title = useChat((state) => {
        const channel = channelOf(state, channelId);
        return channel === undefined ? '' : channelTitle(state, channel);
    });
    return (
        <aside
            className="pg-panel"
            aria-label="Thread"
            onKeyDown={(event) => {
                if (event.key === 'Escape') {
                    store.dispatch({type: 'RHS_CLOSED'});
                }
            }}
        >
            <header className="pg-panel__header">
                <h2>Thread</h2>
                <span className="pg-quiet">{title}</span>
                <IconButton
                    icon="close"
                    label="Close the thread"
                    onClick={() => store.dispatch({type: 'RHS_CLOSED'})}
                />
            </header>
            <Conversation channelId={channelId} rootId={rootId} placeholder="Reply to this thread">
                <PostList
                    label="Replies"
                    rows={rows}
                    place="thread"
                    top={null}
                    conversation={rootId}
                />
            </Conversation>
        </aside>
    );
}
