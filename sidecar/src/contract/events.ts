/**
 * How an answer's post grows for viewers that run the webapp half (DEL-04): from `offset` on, its
 * message is replaced by `text`; without an offset the text goes to its end. Offsets are UTF-16
 * units of the message of that post, and never stand inside a surrogate pair.
 *
 * `n` counts the deltas of one stream, from 1. A stored version of the post names its stream as
 * `props.gangway.stream` and the last delta that it contains as `props.gangway.deltas` (0 or absent:
 * none), so that a viewer converges: it keeps (message, n) per post. A delta with n + 1 is applied.
 * A stored
 * version with another stream begins anew. Any other delta that is newer is a gap: it is kept aside until the draft was asked for (once per
 * gap, `ROUTES.answers`) or a stored version arrives; then message and n are taken from there
 * unless the viewer is already further, and the deltas kept aside are applied in order as far as
 * they join on. A stored version whose `props.gangway.state` is not `streaming` is final: no delta
 * follows it.
 */
export interface AnswerDelta {
    /** What stands for the post in its channel, three letters: an id would be a sixth of the event. */
    readonly stream: string;
    readonly n: number;
    /** Undefined where the text only grows, as nearly always. */
    readonly offset?: number | undefined;
    readonly text: string;
}

/** A growing answer as the runner that writes it knows it, up to and with delta `n`. */
export interface AnswerDraft {
    readonly stream: string;
    readonly message: string;
    readonly n: number;
}

/** Clients get a delta as `custom_<plugin id>_<this>`. The name is in every event, hence the one letter. */
export const DELTA_EVENT = 'd';

/**
 * A delta as the payload of an event: one entry, `<stream><n>` or `<stream><n>,<offset>` with
 * numbers to the base 36, whose value is the text. The server wraps some 200 bytes around each, to
 * each viewer, so names of fields would cost as much as the text that a delta carries.
 */
export function encodeDelta({stream, n, offset, text}: AnswerDelta): Record<string, string> {
    const at = offset === undefined ? '' : `,${offset.toString(36)}`;
    return {[`${stream}${n.toString(36)}${at}`]: text};
}

const DELTA_KEY = /^([0-9a-z]{3})([1-9a-z][0-9a-z]{0,5})(?:,([0-9a-z]{1,5}))?$/;

/** The delta that a payload holds; undefined for any other payload. */
export function decodeDelta(payload: unknown): AnswerDelta | undefined {
    if (typeof payload !== 'object' || payload === null) return undefined;
    const entries: readonly (readonly [string, unknown])[] = Object.entries(payload);
    const [entry, more] = entries;
    if (entry === undefined || more !== undefined) return undefined;
    const [key, text] = entry;
    const [, stream, n, offset] = DELTA_KEY.exec(key) ?? [];
    if (typeof text !== 'string' || stream === undefined || n === undefined) return undefined;
    const at = offset === undefined ? {} : {offset: Number.parseInt(offset, 36)};
    return {stream, n: Number.parseInt(n, 36), ...at, text};
}

/** A message after a delta. */
export function applyDelta(message: string, {offset, text}: AnswerDelta): string {
    return message.slice(0, offset) + text;
}

/** What leads from one message to the next as the text from an offset on, absent where it only grows. */
export function deltaBetween(before: string, after: string): {offset?: number; text: string} {
    const most = Math.min(before.length, after.length);
    let offset = 0;
    while (offset < most && before.charCodeAt(offset) === after.charCodeAt(offset)) offset++;
    const last = before.charCodeAt(offset - 1);
    // Both halves of a pair belong to the same side.
    if (last >= 0xd800 && last <= 0xdbff) offset--;
    const text = after.slice(offset);
    return offset === before.length ? {text} : {offset, text};
}
