import React, {useState} from 'react';
import type {Post} from '../api/schemas.ts';
import {Modal} from './modal.tsx';
import {Problem} from './problem.tsx';
import {useServices} from './services.ts';

/** Asks once before a post goes for good. */
export function ConfirmDelete({post, onClose}: {post: Post; onClose: () => void}) {
    const {writing} = useServices();
    const [problem, setProblem] = useState('');
    const remove = async (): Promise<void> => {
        const outcome = await writing.remove(post.id);
        // After a success the post, and this with it, is no longer there.
        if (outcome.kind === 'refused') {
            setProblem(outcome.message);
        }
    };
    return (
        <Modal title="Delete this message?" onClose={onClose}>
            <div className="pg-modal__body">
                <p>
                    {post.reply_count > 0
                        ? 'The message and all replies to it are deleted for everybody.'
                        : 'The message is deleted for everybody.'}
                </p>
                <Problem text={problem} />
            </div>
            <footer className="pg-modal__footer">
                <button type="button" className="btn btn-tertiary" onClick={onClose}>
                    Cancel
                </button>
                <button type="button" className="btn btn-danger" onClick={() => void remove()}>
                    Delete
                </button>
            </footer>
        </Modal>
    );
}
