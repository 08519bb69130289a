import type {AnswerDelta} from '../../../sidecar/src/contract/events.ts';
import {answerEnded, deltaCame, storedSeen, type LiveAction} from './reducer.ts';

/** What an answer's post says of itself; see `sidecar/src/contract/post-props.ts`. */
export interface AnswerProps {
    readonly state: string;
    /** The last delta that the stored message holds. */
    readonly deltas: number;
}

/** Reads `props.gangway`; undefined for posts that are no answers. */
export function answerProps(props: unknown): AnswerProps | undefined {
    if (!isRecord(props) || !isRecord(props['gangway'])) return undefined;
    const {state, deltas} = props['gangway'];
    if (typeof state !== 'string') return undefined;
    return {state, deltas: typeof deltas === 'number' ? deltas : 0};
}

/** The action that a delta event asks for; undefined for a payload that is none. */
export function actionOfDelta(data: unknown): LiveAction | undefined {
    const delta = parseDelta(data);
    return delta === undefined ? undefined : deltaCame(delta);
}

/** The action that a `posted` or `post_edited` event asks for: its post is a string of JSON. */
export function actionOfPost(data: unknown): LiveAction | undefined {
    if (!isRecord(data) || typeof data['post'] !== 'string') return undefined;
    // Most posts are not ours: look before parsing.
    if (!data['post'].includes('custom_gangway')) return undefined;
    const post: unknown = parseJson(data['post']);
    if (!isRecord(post)) return undefined;
    const {id, message} = post;
    const answer = answerProps(post['props']);
    if (typeof id !== 'string' || typeof message !== 'string' || answer === undefined) {
        return undefined;
    }
    return answer.state === 'streaming'
        ? storedSeen(id, {message, n: answer.deltas})
        : answerEnded(id);
}

function parseDelta(data: unknown): AnswerDelta | undefined {
    if (!isRecord(data)) return undefined;
    const {postId, n, offset, text} = data;
    const fits =
        typeof postId === 'string' &&
        typeof n === 'number' &&
        typeof offset === 'number' &&
        typeof text === 'string';
    return fits ? {postId, n, offset, text} : undefined;
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        // A frame of another version of the server: the stored post is drawn all the same.
        return undefined;
    }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === 'object' && value !== null;
}
