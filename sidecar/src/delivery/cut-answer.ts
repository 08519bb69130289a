import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {gangwayProps} from '../contract/post-props.ts';
import {answerProps, mergedProps} from './answer-props.ts';
import type {PostsPlatform} from './answer-posts.ts';
import {withoutNotices} from './notice.ts';

/**
 * Takes the mark and the button off an answer that was cut off, as it goes on in the next post. Best effort: the
 * button is used up in any case.
 */
export async function endCut(
    {platform, log}: {readonly platform: PostsPlatform; readonly log: Log},
    answer: {readonly turnId: string; readonly agent: string; readonly posts: readonly string[]},
    signal: AbortSignal,
): Promise<void> {
    try {
        const last = answer.posts.at(-1);
        const post = last === undefined ? undefined : await platform.getPost(last, signal);
        const known = post === undefined ? undefined : gangwayProps(post.props);
        if (post?.deleteAt !== 0 || known === undefined) return;
        const {part, state} = known;
        const props = answerProps(answer, platform.bot.userId, {part, state});
        const text = withoutNotices(post.message);
        const message = text.trim() === '' ? {} : {message: text};
        const next = {...message, props: mergedProps(post.props, props)};
        await platform.updatePost(post.id, next, signal);
    } catch (error) {
        log.warn('a cut answer keeps its mark', {turn: answer.turnId, error: errorOf(error)});
    }
}
