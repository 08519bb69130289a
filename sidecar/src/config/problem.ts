/** One thing that is wrong with the settings. No field ever holds a value of the settings. */
export interface Problem {
    /** Where, for instance `channels.mattermost.groups["*"].agent`; '' for the whole. */
    readonly path: string;
    /** A plain phrase: `must be a whole number`. */
    readonly reason: string;
    /** The nearest valid name or value. */
    readonly suggestion?: string;
}

/** Something that an admin should know of settings that are accepted. */
export interface Note {
    readonly path: string;
    readonly text: string;
}

/** One step of a path: a key, or a place in a list. */
export type PathStep = string | number;

const MAX_KEY_LENGTH = 80;

/** Writes a path as people write it in code. Hostile keys are shortened. */
export function pathText(path: readonly PathStep[]): string {
    let text = '';
    for (const step of path) {
        if (typeof step === 'number') {
            text += `[${step}]`;
        } else if (/^[A-Za-z_$][\w$-]{0,79}$/.test(step)) {
            text += text === '' ? step : `.${step}`;
        } else {
            text += `[${JSON.stringify(step.slice(0, MAX_KEY_LENGTH))}]`;
        }
    }
    return text;
}

/** A problem as one line for people. */
export function problemText({path, reason, suggestion}: Problem): string {
    const place = path === '' ? '' : `${path}: `;
    return place + reason + (suggestion === undefined ? '' : `; did you mean "${suggestion}"?`);
}
