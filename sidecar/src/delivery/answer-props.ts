import {ANSWER_POST_TYPE, type AnswerState, type GangwayProps} from '../contract/post-props.ts';
import type {AnswerTarget, Attachments} from './delivery.ts';
import type {StreamState} from './delta-sender.ts';

type Props = Readonly<Record<string, unknown>>;

/** What the props of one post of an answer depend on. */
export interface PropsState {
    readonly message: string;
    readonly part: number;
    readonly state: AnswerState;
    readonly attachments?: Attachments;
    /** How far the deltas of the post are; undefined without deltas. */
    readonly stream?: StreamState | undefined;
    /** Another try has been asked for and has no text yet [false]. */
    readonly again?: boolean;
}

/** The props of an answer's post: ours, and those that keep it from pinging and from previews (DEL-14). */
export function answerProps(
    target: Pick<AnswerTarget, 'turnId' | 'agent'>,
    botId: string,
    {message, part, state, attachments = [], stream, again = false}: PropsState,
): Props {
    const gangway: GangwayProps = {
        turn: target.turnId,
        agent: target.agent,
        state,
        part,
        ...stream,
        ...(again ? {again} : {}),
    };
    return {
        type: ANSWER_POST_TYPE,
        gangway,
        disable_mentions: true,
        ...(attachments.length > 0 && !hasImages(message) ? {} : {unsafe_links: 'true'}),
        ai_generated_by: botId,
        ...(attachments.length === 0 ? {} : {attachments}),
    };
}

/**
 * Whether a text could make a server or a client fetch an image. With `unsafe_links` neither does, but
 * then the server keeps the buttons to itself as well; with buttons it previews no link anyway, so that
 * images alone need the prop there. The images go before the buttons.
 */
const hasImages = (message: string): boolean => message.includes('![');

/** Whether the props of a post leave the images of this text to be fetched. */
export const exposesImages = (props: Props, message: string): boolean =>
    props['unsafe_links'] !== 'true' && hasImages(message);

/** Props that an edit takes away when it does not name them. */
const OURS_ALONE: ReadonlySet<string> = new Set(['attachments', 'unsafe_links']);

/**
 * `next` with what the server added to `stored` (who the bot is), as an edit replaces the whole map;
 * buttons of an earlier end go.
 */
export function mergedProps(stored: Props, next: Props): Props {
    const kept = Object.entries(stored).filter(([name]) => !OURS_ALONE.has(name));
    return {...Object.fromEntries(kept), ...next};
}
