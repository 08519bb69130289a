/** `props.type` of an answer: the webapp half draws it, other clients show the plain post. */
export const ANSWER_POST_TYPE = 'custom_gangway';

/** State of an answer's post. */
export type AnswerState = 'streaming' | 'done' | 'failed' | 'stopped';

/** `props.gangway` of each post that Gangway makes: how a crashed turn's posts are found again. */
export interface GangwayProps {
    /** The post that is answered. */
    readonly turn: string;
    readonly agent: string;
    readonly state: AnswerState;
    /** 0 for the first post of an answer, then 1, 2 … */
    readonly part: number;
    /** The last delta that this stored version contains (contract/events.ts); absent without deltas. */
    readonly deltas?: number;
}
