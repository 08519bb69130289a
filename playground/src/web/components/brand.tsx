import React from 'react';
import {markPaths} from '../mark.ts';

/** The playground's mark, in the colours of what it stands on. */
export function Mark({className = ''}: {className?: string}) {
    return (
        <svg className={`pg-mark ${className}`} viewBox="0 0 32 32" aria-hidden="true">
            <path className="pg-mark__rope" d={markPaths.rope} />
            <path d={markPaths.posts} />
            <path className="pg-mark__plank" d={markPaths.plank} />
            <path d={markPaths.wave} />
        </svg>
    );
}
