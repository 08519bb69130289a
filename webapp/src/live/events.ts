import {decodeDelta} from '../../../sidecar/src/contract/events.ts';
import {isRecord, parseJson} from './json.ts';
import type {KnownVersion} from './live_answer.ts';
import {answerEnded, deltaCame, versionSeen, type LiveAction} from './reducer.ts';

/** What an answer's post says of itself; see `sidecar/src/contract/post-props.ts`. */
export interface AnswerProps {
    readonly state: string;
    /** The stream by which it grows; undefined for posts that grow by stored edits alone. */
    readonly stream: string | undefined;
    /** The last delta that the stored message holds. */
    readonly deltas: number;
    /** The text is that of an earlier try; another one has no text yet. */
    readonly again: boolean;
}

/** Reads `props.gangway`; undefined for posts that are no answers. */
export function answerProps(props: unknown): AnswerProps | undefined {
    if (!isRecord(props) || !isRecord(props['gangway'])) return undefined;
    const {state, stream, deltas, again} = props['gangway'];
    if (typeof state !== 'string') return undefined;
    return {
        state,
        stream: typeof stream === 'string' ? stream : undefined,
        deltas: typeof deltas === 'number' ? deltas : 0,
        again: again === true,
    };
}

/** The version that a stored post holds; undefined for one that does not grow by deltas. */
export function versionOf(post: {message: string; props?: unknown}): KnownVersion | undefined {
    const answer = answerProps(post.props);
    if (answer?.state !== 'streaming' || answer.stream === undefined) return undefined;
    return {stream: answer.stream, n: answer.deltas, message: post.message};
}

/** The action that a delta event asks for; undefined for a payload that is none. */
export function actionOfDelta(data: unknown, broadcast: unknown): LiveAction | undefined {
    const delta = decodeDelta(data);
    if (delta === undefined || !isRecord(broadcast)) return undefined;
    const channelId = broadcast['channel_id'];
    return typeof channelId === 'string' ? deltaCame(channelId, delta) : undefined;
}

/**
 * The action that a `posted` or `post_edited` event asks for: its post is a string of JSON. Undefined for the
 * posts of people, who could take an answer's stream for a post of theirs.
 */
export function actionOfPost(
    data: unknown,
    isByBot: (userId: unknown) => boolean,
): LiveAction | undefined {
    if (!isRecord(data) || typeof data['post'] !== 'string') return undefined;
    // Most posts are not ours: look before parsing.
    if (!data['post'].includes('custom_gangway')) return undefined;
    const post = parseJson(data['post']);
    if (!isRecord(post) || !isByBot(post['user_id'])) return undefined;
    const {id, message, props} = post;
    const channelId = post['channel_id'];
    const answer = answerProps(props);
    if (typeof id !== 'string' || typeof message !== 'string' || answer === undefined) {
        return undefined;
    }
    if (answer.state !== 'streaming') return answerEnded(id);
    const version = versionOf({message, props});
    if (version === undefined || typeof channelId !== 'string') return undefined;
    return versionSeen({id, channelId}, version, true);
}
