import React, {useEffect, useId, useRef} from 'react';
import type {ReactNode} from 'react';
import {IconButton} from './icon.tsx';

interface Props {
    readonly title: string;
    readonly onClose: () => void;
    readonly children: ReactNode;
    readonly className?: string;
}

/** A window over the page; the browser keeps the focus in it and closes it on Escape. */
export function Modal({title, onClose, children, className = ''}: Props) {
    const box = useRef<HTMLDialogElement>(null);
    const titleId = useId();
    useEffect(() => {
        const dialog = box.current;
        dialog?.showModal();
        // The browser would choose the cross in the corner.
        dialog?.querySelector<HTMLElement>('input, textarea, select, .btn')?.focus();
        return () => dialog?.close();
    }, []);
    return (
        <dialog
            ref={box}
            className={`pg-modal ${className}`}
            aria-labelledby={titleId}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onPointerDown={(event) => {
                // Only the backdrop is the dialog element itself.
                if (event.target === box.current) {
                    onClose();
                }
            }}
        >
            <div className="pg-modal__box">
                <header className="pg-modal__header">
                    <h2 id={titleId}>{title}</h2>
                    <IconButton icon="close" label="Close" onClick={onClose} />
                </header>
                {children}
            </div>
        </dialog>
    );
}
