import * as z from 'zod';

/** `props.type` of an answer: the webapp half draws it, other clients show the plain post. */
export const ANSWER_POST_TYPE = 'custom_gangway';

const schema = z.looseObject({
    /** The turn: the id of the post that is answered, with `-r<n>` for another try. */
    turn: z.string(),
    agent: z.string(),
    /** State of the answer. */
    state: z.enum(['streaming', 'done', 'failed', 'stopped']),
    /** 0 for the first post of an answer, then 1, 2 … */
    part: z.number(),
    /** The stream of deltas by which this post grows (contract/events.ts); absent without deltas. */
    stream: z.string().optional(),
    /** The last delta that this stored version contains [0]. */
    deltas: z.number().optional(),
    /** The text is that of an earlier try; another one has been asked for and has no text yet. */
    again: z.boolean().optional(),
});

/** `props.gangway` of each post that Gangway makes: how a crashed turn's posts are found again. */
export type GangwayProps = Readonly<z.infer<typeof schema>>;

/** State of an answer's post. */
export type AnswerState = GangwayProps['state'];

/** Gangway's own props of a post, if it has any that can be read. */
export function gangwayProps(props: Readonly<Record<string, unknown>>): GangwayProps | undefined {
    const parsed = schema.safeParse(props['gangway']);
    return parsed.success ? parsed.data : undefined;
}
