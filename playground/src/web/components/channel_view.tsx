import React, {useCallback} from 'react';
import {channelOf, channelTitle, currentChannel, useChat} from '../state/selectors.ts';
import {ChannelHeader} from './channel_header.tsx';
import {ChannelIntro} from './channel_intro.tsx';
import {Conversation} from './conversation.tsx';
import {PostList} from './post_list.tsx';
import {channelRows, sameRows} from './rows.ts';
import {useServices} from './services.ts';

/** The channel that is open. */
export function ChannelView() {
    const channel = useChat(currentChannel);
    return (
        <main className="pg-center" aria-label="Channel">
            {channel === undefined ? <NoChannel /> : <OpenChannel channelId={channel.id} />}
        </main>
    );
}

function OpenChannel({channelId}: {channelId: string}) {
    const {conversations} = useServices();
    const rows = useChat((state) => channelRows(state, channelId), sameRows);
    const title = useChat((state) => {
        const channel = channelOf(state, channelId);
        return channel === undefined ? '' : channelTitle(state, channel);
    });
    const isDirect = useChat((state) => channelOf(state, channelId)?.type === 'D');
    const loadOlder = useCallback(
        () => void conversations.loadOlder(channelId),
        [conversations, channelId],
    );
    return (
        <>
            <ChannelHeader channelId={channelId} />
            <Conversation
                channelId={channelId}
                rootId=""
                placeholder={`Write to ${isDirect ? '' : '#'}${title}`}
            >
                <PostList
                    label={`Messages in ${title}`}
                    rows={rows}
                    place="channel"
                    top={<ChannelTop channelId={channelId} />}
                    onTop={loadOlder}
                    conversation={channelId}
                />
            </Conversation>
        </>
    );
}

/** Above the oldest post: what the channel is, or that there is more. */
function ChannelTop({channelId}: {channelId: string}) {
    const {conversations} = useServices();
    const block = useChat((state) => state.entities.posts.postsInChannel[channelId]?.[0]);
    const failure = useChat((state) => state.views.channelFailures[channelId]);
    if (failure !== undefined) {
        return (
            <p className="pg-problem pg-problem--block" role="alert">
                {failure}
                <button
                    type="button"
                    className="btn btn-tertiary btn-xs"
                    onClick={() => void conversations.reload(channelId)}
                >
                    Try again
                </button>
            </p>
        );
    }
    return block?.oldest === true ? (
        <ChannelIntro channelId={channelId} />
    ) : (
        <div className="pg-skeleton" aria-label="Loading">
            <span />
            <span />
            <span />
        </div>
    );
}

function NoChannel() {
    return (
        <div className="pg-nothing">
            <span className="pg-spinner" />
        </div>
    );
}
