import express from 'express';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {isFromServer, refusal, type PressAnswer} from '../interactions/buttons.ts';
import {noOther, refuse} from './refuse.ts';
import {requireUser, userOf} from './require-user.ts';

/** Takes the body that a Mattermost server posts when somebody presses a button. */
export type PressHandler = (
    account: string,
    body: unknown,
    presserId?: string,
) => Promise<PressAnswer | undefined>;

/** Largest body of a press, bytes. */
const MAX_BODY = 64 * 1024;

/** How long a press may take to arrive, ms. */
const BODY_TIMEOUT_MS = 10_000;

/** What a press must keep to. */
export interface PressLimits {
    /** The server in front says who presses: a press without that did not come from it [false]. */
    readonly needsUser?: boolean;
    /** How long the body may take to arrive, ms [10 s]. */
    readonly bodyMs?: number;
}

/**
 * `POST /<account>`: what a Mattermost server sends is answered with 200 and, where it is refused, a sentence
 * for who pressed. To others 405 for other methods, 408 when the body does not come, 413 when it is too large.
 */
export function interactionsRouter(
    press: PressHandler,
    log: Log,
    {bodyMs = BODY_TIMEOUT_MS, needsUser = false}: PressLimits = {},
): express.Router {
    const router = express.Router();
    router
        .route('/:account')
        .post(
            ...(needsUser ? [requireUser] : []),
            bodyWithin(bodyMs),
            // The server sets no content type on calls that stay inside it.
            express.json({limit: MAX_BODY, type: () => true}),
            async (request, response) => {
                // It came too late and was told so: what was refused must not be done.
                if (response.headersSent) return;
                const presser = userOf(request);
                const body: unknown = request.body;
                try {
                    const {account} = request.params;
                    const known = presser === '' ? undefined : presser;
                    const pressed = await press(account, body, known);
                    const answer = pressed ?? refusal(404, 'There is no such account.', body);
                    response.status(answer.status).json(answer.body);
                } catch (error) {
                    if (!isFromServer(body)) throw error;
                    log.error('a press failed', {error: errorOf(error)});
                    response.json(refusal(400, 'Something went wrong here.', body).body);
                }
            },
        )
        .all(noOther(['POST']));
    return router;
}

function bodyWithin(ms: number): express.RequestHandler {
    return (request, response, next) => {
        const timer = setTimeout(() => {
            if (response.headersSent) return;
            refuse(
                response.set('Connection', 'close'),
                408,
                'The request took too long to arrive.',
            );
        }, ms);
        const done = (): void => clearTimeout(timer);
        request.once('end', done).once('close', done);
        response.once('close', done);
        next();
    };
}
