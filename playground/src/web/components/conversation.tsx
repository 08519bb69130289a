import React, {useState} from 'react';
import type {DragEvent, ReactNode} from 'react';
import {channelOrder, myId, postOf, threadOrder} from '../state/selectors.ts';
import type {State} from '../state/shape.ts';
import {Composer} from './composer.tsx';
import {Icon} from './icon.tsx';
import {useServices} from './services.ts';
import {TypingLine} from './typing_line.tsx';
import {useUploads} from './uploads.ts';

interface Props {
    readonly channelId: string;
    /** '' for the channel itself. */
    readonly rootId: string;
    readonly placeholder: string;
    /** The list of posts. */
    readonly children: ReactNode;
}

/** Posts with the field to answer them; files can be dropped anywhere on it. */
export function Conversation({channelId, rootId, placeholder, children}: Props) {
    const {files} = useServices();
    const uploads = useUploads(files, channelId);
    const [isDropping, setDropping] = useState(false);
    const onDrag = (event: DragEvent): void => {
        if (event.dataTransfer.types.includes('Files')) {
            event.preventDefault();
            setDropping(true);
        }
    };
    const onLeave = (event: DragEvent): void => {
        const to = event.relatedTarget;
        if (!(to instanceof Node && event.currentTarget.contains(to))) {
            setDropping(false);
        }
    };
    const onDrop = (event: DragEvent): void => {
        event.preventDefault();
        setDropping(false);
        uploads.add(event.dataTransfer.files);
    };
    return (
        <div
            className="pg-conversation"
            onDragEnter={onDrag}
            onDragOver={onDrag}
            onDragLeave={onLeave}
            onDrop={onDrop}
        >
            {children}
            <div className="pg-conversation__foot">
                <Composer
                    key={channelId + rootId}
                    channelId={channelId}
                    rootId={rootId}
                    placeholder={placeholder}
                    uploads={uploads}
                    lastOwnPost={(state) => lastOwnPost(state, channelId, rootId)}
                />
                <TypingLine place={channelId + rootId} />
            </div>
            {isDropping && (
                <div className="pg-drop" aria-hidden="true">
                    <Icon name="upload-outline" />
                    Drop files to attach them
                </div>
            )}
        </div>
    );
}

function lastOwnPost(state: State, channelId: string, rootId: string): string | undefined {
    const newestFirst =
        rootId === '' ? channelOrder(state, channelId) : [...threadOrder(state, rootId)].reverse();
    return newestFirst.find((id) => {
        const post = postOf(state, id);
        return post?.user_id === myId(state) && post.type === '' && post.delete_at === 0;
    });
}
