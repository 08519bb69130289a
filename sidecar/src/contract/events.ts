import * as z from 'zod';

/**
 * How an answer's post grows for viewers that run the webapp half (DEL-04): from `offset` on, its
 * message is replaced by `text`. Offsets are UTF-16 units of the message of that post, and never
 * stand inside a surrogate pair.
 *
 * `n` counts the deltas of one post, from 1. A stored version of the post carries the number of the
 * last delta that it contains as `props.gangway.deltas` (0 or absent: none), so that a viewer
 * converges: it keeps (message, n) per post. A delta with n + 1 is applied. Any other delta that is
 * newer is a gap: it is kept aside until a stored version arrives (each 5 to 15 s while the answer
 * grows) or the post is fetched; then message and n are taken from the post unless the viewer is
 * already further, and the deltas kept aside are applied in order as far as they join on. A stored
 * version whose `props.gangway.state` is not `streaming` is final: no delta follows it.
 */
export const answerDeltaSchema = z.object({
    postId: z.string(),
    n: z.int().min(1),
    offset: z.int().min(0),
    text: z.string(),
});

/** The payload of an answer's delta; see `answerDeltaSchema`. */
export type AnswerDelta = z.infer<typeof answerDeltaSchema>;

/** What leads from one message to the next as an offset and the text from there on. */
export function deltaBetween(before: string, after: string): {offset: number; text: string} {
    const most = Math.min(before.length, after.length);
    let offset = 0;
    while (offset < most && before.charCodeAt(offset) === after.charCodeAt(offset)) offset++;
    const last = before.charCodeAt(offset - 1);
    // Both halves of a pair belong to the same side.
    if (last >= 0xd800 && last <= 0xdbff) offset--;
    return {offset, text: after.slice(offset)};
}
