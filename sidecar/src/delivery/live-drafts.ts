import {randomInt} from 'node:crypto';
import type {AnswerDraft} from '../contract/events.ts';

/** An answer that this runner is writing. */
export interface LiveDraft {
    readonly channelId: string;
    readonly draft: AnswerDraft;
}

/** The growing posts of this runner, for viewers who lost a delta. In memory only. */
export interface LiveDrafts {
    /** A name for a stream that no other answer of this runner has had for long: three letters of 36. */
    newStream(): string;
    /** Holds a post until disposed of; `read` gives what viewers should see by now. */
    hold(postId: string, channelId: string, read: () => AnswerDraft): Disposable;
    /** Undefined for posts that are not growing here. */
    find(postId: string): LiveDraft | undefined;
}

const STREAMS = 36 ** 3;

/** None at first. */
export function createLiveDrafts(): LiveDrafts {
    const held = new Map<string, {readonly channelId: string; readonly read: () => AnswerDraft}>();
    // Runners begin at different places: two of them may answer in one channel.
    let streams = randomInt(STREAMS);
    return {
        newStream() {
            streams = (streams + 1) % STREAMS;
            return streams.toString(36).padStart(3, '0');
        },
        hold(postId, channelId, read) {
            const entry = {channelId, read};
            held.set(postId, entry);
            return {
                [Symbol.dispose]() {
                    // Another try at the same answer may have taken its place.
                    if (held.get(postId) === entry) held.delete(postId);
                },
            };
        },
        find(postId) {
            const entry = held.get(postId);
            return entry && {channelId: entry.channelId, draft: entry.read()};
        },
    };
}
