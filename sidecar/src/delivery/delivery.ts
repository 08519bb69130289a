import type {AgentEvent} from '../agent/agent.ts';
import type {AccountSettings} from '../contract/account-settings.ts';

/** Where an answer goes and what marks it as ours (`props.gangway`). */
export interface AnswerTarget {
    readonly channelId: string;
    /** '' for an answer outside a thread. */
    readonly rootId: string;
    /** The id of the post that is answered; the same after a crash. */
    readonly turnId: string;
    /** The agent's id in the settings. */
    readonly agent: string;
    readonly settings: Pick<
        AccountSettings,
        'streaming' | 'textChunkLimit' | 'markdown' | 'links' | 'responsePrefix'
    >;
    /**
     * Posts of this answer that a crashed runner had already made, in order; they are used again. An
     * end that is not `done` and that no text was written for keeps what they hold.
     */
    readonly existing: readonly string[];
    /** Buttons under the post that grows; they are gone when the answer has ended [none]. */
    readonly growing?: Attachments;
}

/** What the delivery tells its turn, so that a crash leaves no orphan. */
export interface DeliveryJournal {
    /** Awaited after each post that was created for this answer. */
    postCreated(postId: string): Promise<void>;
}

/** Attachments (buttons) that go under the last post of an answer, made by the interactions module. */
export type Attachments = readonly Readonly<Record<string, unknown>>[];

/** How an answer ends, and what its posts say then. */
export type AnswerEnd =
    /** The agent is done: the posts hold exactly its text. */
    | {readonly kind: 'done'}
    /** The agent is done, but its text is not whole: `note` follows it. */
    | {readonly kind: 'cut'; readonly note: string; readonly attachments: Attachments}
    /** The agent failed: streamed text is kept, `message` follows it. */
    | {readonly kind: 'failed'; readonly message: string; readonly attachments: Attachments}
    /** A person stopped it, or a crash interrupted it: streamed text is kept, `note` follows it. */
    | {readonly kind: 'stopped'; readonly note: string; readonly attachments: Attachments}
    /** The turn is not this runner's any more, or is run again later: its posts stay as they are. */
    | {readonly kind: 'abandoned'};

/** What stands on the server at the end. */
export interface DeliveryResult {
    /** Posts that hold the answer, in order; empty when nothing could be posted. */
    readonly postIds: readonly string[];
    /** The agent's visible text, whole. */
    readonly text: string;
    /** False when the server refused it for good (then a person cannot read it). */
    readonly delivered: boolean;
}

/**
 * One answer on its way to the reader. `write` never blocks the agent for longer than it takes to
 * note the event; edits follow by themselves, one at a time. Exactly one `end` finishes it: after it
 * no timer runs and no edit is sent.
 */
export interface Answer {
    write(event: AgentEvent): void;
    end(end: AnswerEnd, signal?: AbortSignal): Promise<DeliveryResult>;
}

/** Where answers are opened. */
export interface Delivery {
    open(target: AnswerTarget, journal: DeliveryJournal): Answer;
}
