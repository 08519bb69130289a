import type {Post} from '../mattermost/platform.ts';
import type {Decision, ReasonCode} from './decision.ts';

/** One decision of the gate, for "why was I ignored?"; never with text. */
interface LoggedDecision {
    /** When it was made, ms. */
    readonly at: number;
    readonly postId: string;
    readonly channelId: string;
    readonly userId: string;
    /** What was decided on: a post that came, or its edit. */
    readonly event: 'posted' | 'edited';
    readonly kind: Decision['kind'];
    readonly reason: ReasonCode;
}

/** The latest decisions of each account. */
export interface DecisionLog {
    record(account: string, post: Post, decision: Decision, event: 'posted' | 'edited'): void;
    /** Newest first. */
    recent(account: string): readonly LoggedDecision[];
}

/** Decisions that are kept for each account. */
const KEPT_DECISIONS = 200;

/** A log in memory. `now` gives milliseconds. */
export function createDecisionLog(now: () => number): DecisionLog {
    const entriesOf = new Map<string, LoggedDecision[]>();
    return {
        record(account, post, {kind, reason}, event) {
            const entries = entriesOf.get(account) ?? [];
            const {id: postId, channelId, userId} = post;
            entries.push({at: now(), postId, channelId, userId, event, kind, reason});
            if (entries.length > KEPT_DECISIONS) entries.shift();
            entriesOf.set(account, entries);
        },
        recent: (account) => (entriesOf.get(account) ?? []).toReversed(),
    };
}
