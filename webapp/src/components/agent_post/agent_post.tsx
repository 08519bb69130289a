import React, {useEffect, useMemo, useRef} from 'react';
import {useDispatch, useSelector} from 'react-redux';
import {isBot} from '../../live/authors.ts';
import {answerProps, versionOf} from '../../live/events.ts';
import {liveStateOf, versionSeen} from '../../live/reducer.ts';
import type {PostTypeProps} from '../../types/mattermost_webapp.ts';
import {splitBlocks} from './blocks.ts';
import {useFollowing} from './following.ts';

/** How far the text of a post is known here: what grew by deltas, or else what is stored. */
function useText({post}: PostTypeProps): {
    readonly text: string;
    readonly growing: boolean;
    readonly again: boolean;
} {
    const live = useSelector((state: unknown) => liveStateOf(state)?.answers[post.id]?.message);
    const isByBot = useSelector((state: unknown) => isBot(state, post.user_id));
    const answer = isByBot ? answerProps(post.props) : undefined;
    const growing = answer?.state === 'streaming';
    const dispatch = useDispatch();
    useEffect(() => {
        if (live !== undefined || !isByBot) return;
        // Seen in a page that was opened, or connected again, in the middle of the answer.
        const version = versionOf(post);
        const place = {id: post.id, channelId: post.channel_id};
        if (version !== undefined) dispatch(versionSeen(place, version, false));
    }, [dispatch, isByBot, live, post]);
    return {
        text: growing && live !== undefined ? live : post.message,
        growing,
        again: answer?.again === true,
    };
}

/** Draws one block of Markdown as the client draws posts; memoised, since parsing is what costs. */
const Block = React.memo(function Block({text, postId}: {text: string; postId: string}) {
    const {PostUtils} = window;
    if (PostUtils === undefined) return <p>{text}</p>;
    const html = PostUtils.formatText(text, {
        markdown: true,
        atMentions: true,
        mentionHighlight: false,
        singleline: false,
    });
    return <>{PostUtils.messageHtmlToComponent(html, {postId, mentionHighlight: false})}</>;
});

/** An answer of an agent; while it is being written, with what came by deltas and a cursor (look.ts). */
export function AgentPost(props: PostTypeProps) {
    const {text, growing, again} = useText(props);
    const look = growing ? ' gangway-answer--growing' : again ? ' gangway-answer--again' : '';
    const blocks = useMemo(() => splitBlocks(text), [text]);
    const place = useRef<HTMLDivElement>(null);
    useFollowing(place, text, growing);
    return (
        <div
            ref={place}
            className={`gangway-answer${look}`}
            aria-busy={growing || again}
            aria-live="off"
        >
            {blocks.map((block, index) => (
                // Blocks only grow at the end, so the place is the identity.
                <Block key={index} text={block} postId={props.post.id} />
            ))}
        </div>
    );
}
