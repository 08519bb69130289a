import React from 'react';
import {Icon} from './icon.tsx';

interface ProblemProps {
    /** A sentence; '' shows nothing. */
    readonly text: string;
    readonly id?: string;
    /** Where nothing else marks the place [false]. */
    readonly hasIcon?: boolean;
}

/** What went wrong, beside the thing that it went wrong with; read out when it appears. */
export function Problem({text, id, hasIcon = false}: ProblemProps) {
    if (text === '') {
        return null;
    }
    return (
        <p id={id} className="pg-problem" role="alert">
            {hasIcon && <Icon name="alert-circle-outline" />} {text}
        </p>
    );
}
