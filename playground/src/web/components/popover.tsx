import React, {useEffect, useLayoutEffect, useRef, useState} from 'react';
import type {KeyboardEvent, ReactNode} from 'react';
import {createPortal} from 'react-dom';

interface Props {
    /** What the popover belongs to; it is placed beside it. */
    readonly anchor: HTMLElement;
    readonly label: string;
    readonly role: 'menu' | 'dialog';
    readonly onClose: () => void;
    readonly children: ReactNode;
    readonly className?: string;
}

/** Something small over the page; Escape, Tab out of it or a click elsewhere close it. */
export function Popover({anchor, label, role, onClose, children, className = ''}: Props) {
    const box = useRef<HTMLDivElement>(null);
    const [place, setPlace] = useState<{left: number; top: number}>();

    useLayoutEffect(() => {
        if (box.current !== null) {
            setPlace(placeBeside(anchor.getBoundingClientRect(), box.current));
        }
    }, [anchor]);
    useEffect(() => {
        // What has no place yet is hidden, and what is hidden takes no focus.
        if (place !== undefined) {
            const first = box.current?.querySelector<HTMLElement>('input, button:not(:disabled)');
            first?.focus({preventScroll: true});
        }
    }, [place]);
    useEffect(() => {
        const onPointer = (event: PointerEvent): void => {
            const target = event.target instanceof Node ? event.target : null;
            if (box.current?.contains(target) === false && !anchor.contains(target)) {
                onClose();
            }
        };
        document.addEventListener('pointerdown', onPointer);
        return () => document.removeEventListener('pointerdown', onPointer);
    }, [anchor, onClose]);

    const onKeyDown = (event: KeyboardEvent): void => {
        if (event.key === 'Escape') {
            event.stopPropagation();
            onClose();
            anchor.focus();
        } else if (event.key === 'Tab' && role === 'menu') {
            onClose();
        } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            moveFocus(box.current, event.key === 'ArrowDown' ? 1 : -1);
        }
    };
    return createPortal(
        <div
            ref={box}
            className={`pg-popover ${className}`}
            role={role}
            aria-label={label}
            style={place ?? {left: 0, top: 0, visibility: 'hidden'}}
            onKeyDown={onKeyDown}
        >
            {children}
        </div>,
        document.body,
    );
}

const margin = 8;

function placeBeside(anchor: DOMRect, box: HTMLElement): {left: number; top: number} {
    const {offsetWidth: width, offsetHeight: height} = box;
    const below = anchor.bottom + 6;
    const top = below + height > window.innerHeight - margin ? anchor.top - height - 6 : below;
    const left = anchor.left + width > window.innerWidth ? anchor.right - width : anchor.left;
    return {
        left: Math.max(margin, Math.min(left, window.innerWidth - width - margin)),
        top: Math.max(margin, Math.min(top, window.innerHeight - height - margin)),
    };
}

function moveFocus(box: HTMLElement | null, step: number): void {
    const buttons = [...(box?.querySelectorAll<HTMLElement>('button:not(:disabled)') ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    buttons.at((at + step) % buttons.length)?.focus();
}

/** One entry of a menu. */
export interface MenuItem {
    readonly key: string;
    readonly text: ReactNode;
    readonly icon?: ReactNode;
    readonly isDangerous?: boolean;
    readonly isChosen?: boolean;
    readonly onChoose: () => void;
}

/** A menu of commands; `groups` are divided by lines. */
export function Menu(
    props: Omit<Props, 'children' | 'role'> & {groups: readonly (readonly MenuItem[])[]},
) {
    const {groups, onClose, ...rest} = props;
    const choose = (item: MenuItem): void => {
        onClose();
        props.anchor.focus();
        item.onChoose();
    };
    return (
        <Popover {...rest} role="menu" onClose={onClose} className="pg-menu">
            {groups
                .filter((items) => items.length > 0)
                .map((items, index) => (
                    <div key={index} className="pg-menu__group" role="group">
                        {items.map((item) => (
                            <button
                                key={item.key}
                                type="button"
                                role={item.isChosen === undefined ? 'menuitem' : 'menuitemradio'}
                                aria-checked={item.isChosen}
                                className={`pg-menu__item ${item.isDangerous === true ? 'pg-menu__item--danger' : ''}`}
                                onClick={() => choose(item)}
                            >
                                <span className="pg-menu__icon">{item.icon}</span>
                                <span className="pg-menu__text">{item.text}</span>
                            </button>
                        ))}
                    </div>
                ))}
        </Popover>
    );
}
