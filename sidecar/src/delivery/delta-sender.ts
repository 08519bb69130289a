import {deltaBetween, type AnswerDelta} from '../contract/events.ts';
import type {LiveDrafts} from './live-drafts.ts';

/** Hands a delta to the viewers of a channel; must not throw. */
export type PublishDelta = (delta: AnswerDelta, channelId: string) => void;

/** What a stored version of a post says of the deltas of it. */
export interface StreamState {
    readonly stream: string;
    /** The last delta that it contains. */
    readonly deltas: number;
}

/** Sends what was added to the posts of an answer, and keeps at hand what viewers should have. */
export interface DeltaSender {
    /**
     * Brings viewers of post `part` to `message`. `stored` is what the post holds, undefined where
     * nobody knows.
     */
    send(part: number, postId: string, stored: string | undefined, message: string): void;
    /** How far the stream of post `part` is; it has its name before it has a post. */
    state(part: number): StreamState;
    /** The answer begins anew: what follows its first post will be other posts. */
    restart(): void;
    /** No delta follows, and no draft is given any more. */
    close(): void;
}

interface Published {
    text: string;
    n: number;
}

/** The sender of one answer. */
export function createDeltaSender(
    publish: PublishDelta,
    drafts: LiveDrafts,
    channelId: string,
): DeltaSender {
    const streams = new Map<number, string>();
    const sent = new Map<string, Published>();
    const held: Disposable[] = [];

    const streamOf = (part: number): string => {
        const stream = streams.get(part) ?? drafts.newStream();
        streams.set(part, stream);
        return stream;
    };
    const begin = (stream: string, postId: string, text: string): Published => {
        const published = {text, n: 0};
        sent.set(stream, published);
        const draft = () => ({stream, n: published.n, message: published.text});
        held.push(drafts.hold(postId, channelId, draft));
        return published;
    };

    return {
        send(part, postId, stored, message) {
            const stream = streamOf(part);
            const known = sent.get(stream) ?? begin(stream, postId, stored ?? '');
            const isBlind = stored === undefined && known.n === 0;
            if (known.text === message && !isBlind) return;
            const delta = isBlind ? {offset: 0, text: message} : deltaBetween(known.text, message);
            known.text = message;
            known.n++;
            publish({stream, n: known.n, ...delta}, channelId);
        },
        state(part) {
            const stream = streamOf(part);
            return {stream, deltas: sent.get(stream)?.n ?? 0};
        },
        restart() {
            for (const part of [...streams.keys()]) if (part > 0) streams.delete(part);
        },
        close() {
            for (const one of held.splice(0)) one[Symbol.dispose]();
        },
    };
}
