import express from 'express';
import type {LiveDrafts} from '../delivery/live-drafts.ts';
import {limitRate} from './limits.ts';
import {noOther, refuse} from './refuse.ts';
import {requireUser, userOf} from './require-user.ts';

/** What the route of growing answers works with. */
export interface AnswersApiDeps {
    readonly find: LiveDrafts['find'];
    /** Whether the server lets this user read the channel's posts. */
    readonly canRead: (userId: string, channelId: string) => Promise<boolean>;
}

/** Drafts a minute for one user: one per answer and gap is what a client asks for. */
const DRAFTS_PER_MINUTE = 60;

/** An id of Mattermost's. */
const POST_ID = /^[a-z0-9]{26}$/;

/**
 * `GET /<postId>` gives an `AnswerDraft`: the text so far of an answer that this runner is writing, for a
 * viewer who lost a delta. 404 when it is not growing here or not for this user's eyes, which are not told apart.
 */
export function createAnswersApi({find, canRead}: AnswersApiDeps): express.Router {
    const router = express.Router();
    router.use(requireUser, limitRate(DRAFTS_PER_MINUTE, userOf));
    router
        .route('/:postId')
        .get(async (request, response) => {
            const {postId} = request.params;
            const live = POST_ID.test(postId) ? find(postId) : undefined;
            const isAllowed =
                live !== undefined && (await canRead(userOf(request), live.channelId));
            // Asked for again: it may have grown, or ended, while the server was asked.
            const draft = isAllowed ? find(postId)?.draft : undefined;
            response.set('Cache-Control', 'no-store');
            if (draft !== undefined) response.json(draft);
            else refuse(response, 404, 'No such answer is growing here.');
        })
        .all(noOther(['GET']));
    return router;
}
