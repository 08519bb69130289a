import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {gangwayProps} from '../contract/post-props.ts';
import {answerProps, mergedProps} from './answer-props.ts';
import type {PostsPlatform} from './answer-posts.ts';
import type {AnswerTarget} from './delivery.ts';

type Place = Pick<AnswerTarget, 'turnId' | 'agent' | 'existing' | 'growing'>;

/**
 * Says in the posts of an earlier try that another one has been asked for: its button goes, what the new
 * answer has while it grows comes, and the text, which stays until there is a new one, is marked as the old
 * one. Best effort: the new answer writes over it in any case. Its edits are over when this resolves.
 */
export async function beginAgain(
    {platform, log}: {readonly platform: PostsPlatform; readonly log: Log},
    place: Place,
    signal: AbortSignal,
): Promise<void> {
    try {
        const found = await Promise.all(place.existing.map((id) => platform.getPost(id, signal)));
        const posts = found.flatMap((post) => {
            const known = post?.deleteAt === 0 ? gangwayProps(post.props) : undefined;
            return post === undefined || known === undefined ? [] : [{post, known}];
        });
        for (const [index, {post, known}] of posts.entries()) {
            const isLast = index === posts.length - 1;
            const next = answerProps(place, platform.bot.userId, {
                part: known.part,
                state: known.state,
                attachments: isLast ? (place.growing ?? []) : [],
                again: true,
            });
            await platform.updatePost(post.id, {props: mergedProps(post.props, next)}, signal);
        }
    } catch (error) {
        log.warn('another try does not show yet', {turn: place.turnId, error: errorOf(error)});
    }
}
