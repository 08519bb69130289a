import express from 'express';
import {rateLimit} from 'express-rate-limit';
import type {LiveDrafts} from '../delivery/live-drafts.ts';
import {noOther} from './methods.ts';

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
    router.use((request, response, next) => {
        if ((request.get('Mattermost-User-Id') ?? '') !== '') next();
        else response.status(401).json({error: {message: 'Log in first.'}});
    });
    router.use(
        rateLimit({
            windowMs: 60_000,
            limit: DRAFTS_PER_MINUTE,
            standardHeaders: 'draft-8',
            legacyHeaders: false,
            keyGenerator: (request) => request.get('Mattermost-User-Id') ?? '',
            message: {error: {message: 'Too many requests.'}},
            validate: false,
        }),
    );
    router
        .route('/:postId')
        .get(async (request, response) => {
            const {postId} = request.params;
            const live = POST_ID.test(postId) ? find(postId) : undefined;
            const userId = request.get('Mattermost-User-Id') ?? '';
            const isAllowed = live !== undefined && (await canRead(userId, live.channelId));
            // Asked for again: it may have grown, or ended, while the server was asked.
            const draft = isAllowed ? find(postId)?.draft : undefined;
            response.set('Cache-Control', 'no-store');
            if (draft !== undefined) response.json(draft);
            else response.status(404).json({error: {message: 'No such answer is growing here.'}});
        })
        .all(noOther(['GET']));
    return router;
}
