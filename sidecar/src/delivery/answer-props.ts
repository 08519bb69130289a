import {ANSWER_POST_TYPE, type AnswerState, type GangwayProps} from '../contract/post-props.ts';
import type {AnswerTarget, Attachments} from './delivery.ts';
import type {StreamState} from './delta-sender.ts';

type Props = Readonly<Record<string, unknown>>;

/** What the props of one post of an answer depend on. */
export interface PropsState {
    readonly part: number;
    readonly state: AnswerState;
    readonly attachments?: Attachments;
    /** How far the deltas of the post are; undefined without deltas. */
    readonly stream?: StreamState | undefined;
    /** Another try has been asked for and has no text yet [false]. */
    readonly again?: boolean;
}

/**
 * The props of an answer's post: ours, and those that keep it from pinging and from previews (DEL-14).
 * `attachments` are always there: in a post that has some, be it none at all, the server looks for no
 * link to preview, so that nothing is fetched, while its links can be clicked and its buttons are shown
 * (DEL-20). With `unsafe_links` they would not be.
 */
export function answerProps(
    target: Pick<AnswerTarget, 'turnId' | 'agent'>,
    botId: string,
    {part, state, attachments = [], stream, again = false}: PropsState,
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
        ai_generated_by: botId,
        attachments,
    };
}

/** Props that an edit takes away when it does not name them: of the past, and of former versions. */
const OURS_ALONE: ReadonlySet<string> = new Set(['attachments', 'unsafe_links']);

/**
 * `next` with what the server added to `stored` (who the bot is), as an edit replaces the whole map;
 * buttons of an earlier end go.
 */
export function mergedProps(stored: Props, next: Props): Props {
    const kept = Object.entries(stored).filter(([name]) => !OURS_ALONE.has(name));
    return {...Object.fromEntries(kept), ...next};
}
