import type {Request, RequestHandler} from 'express';
import {rateLimit} from 'express-rate-limit';

/** Answers 429 with a sentence to whoever asks more often than `perMinute`; `who` says whose requests count together. */
export function limitRate(perMinute: number, who: (request: Request) => string): RequestHandler {
    return rateLimit({
        windowMs: 60_000,
        limit: perMinute,
        standardHeaders: 'draft-8',
        legacyHeaders: false,
        keyGenerator: who,
        message: {error: {message: 'Too many requests.'}},
        // Its warnings go to the console, and about headers that anybody may send.
        validate: false,
    });
}
