import React, {useState} from 'react';
import type {KeyboardEvent} from 'react';
import type {Post} from '../api/schemas.ts';
import {AutoTextarea} from './auto_textarea.tsx';
import {Problem} from './problem.tsx';
import {useServices} from './services.ts';

/** The text of a post, to be changed in place. */
export function PostEditor({post}: {post: Post}) {
    const {store, writing} = useServices();
    const [text, setText] = useState(post.message);
    const [problem, setProblem] = useState('');
    const [isSaving, setSaving] = useState(false);
    const close = (): void => store.dispatch({type: 'EDIT_ENDED'});

    const save = async (): Promise<void> => {
        if (text === post.message) {
            close();
            return;
        }
        setSaving(true);
        const outcome = await writing.edit(post.id, text);
        if (outcome.kind === 'done') {
            close();
        } else {
            setSaving(false);
            setProblem(outcome.message);
        }
    };
    const onKeyDown = (event: KeyboardEvent): void => {
        if (event.key === 'Escape') {
            event.stopPropagation();
            close();
        } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            void save();
        }
    };
    return (
        <div className="pg-editor">
            <AutoTextarea
                autoFocus
                aria-label="Text of the message"
                value={text}
                onChange={(event) => setText(event.target.value)}
                onKeyDown={onKeyDown}
            />
            <div className="pg-editor__buttons">
                <span className="pg-quiet">Enter saves, Escape cancels</span>
                <button type="button" className="btn btn-tertiary btn-xs" onClick={close}>
                    Cancel
                </button>
                <button
                    type="button"
                    className="btn btn-primary btn-xs"
                    disabled={isSaving || text.trim() === ''}
                    onClick={() => void save()}
                >
                    Save
                </button>
            </div>
            <Problem text={problem} />
        </div>
    );
}
