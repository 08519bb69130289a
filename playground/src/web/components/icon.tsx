import React from 'react';
import type {IconName} from '../icons.ts';

/** An icon beside a text that says the same; it is silent for screen readers. */
export function Icon({name, className = ''}: {name: IconName; className?: string}) {
    return <i className={`icon icon-${name} ${className}`} aria-hidden="true" />;
}

interface IconButtonProps {
    readonly icon: IconName;
    /** What the button does; its tooltip and its name for screen readers. */
    readonly label: string;
    readonly onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
    readonly className?: string;
    readonly pressed?: boolean;
    readonly expanded?: boolean;
    readonly disabled?: boolean;
}

/** A button that shows nothing but an icon. */
export function IconButton(props: IconButtonProps) {
    return (
        <button
            type="button"
            className={`pg-icon-button ${props.className ?? ''}`}
            aria-label={props.label}
            title={props.label}
            aria-pressed={props.pressed}
            aria-expanded={props.expanded}
            disabled={props.disabled}
            onClick={props.onClick}
        >
            <Icon name={props.icon} />
        </button>
    );
}
