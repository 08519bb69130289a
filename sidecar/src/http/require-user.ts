import type {Request, RequestHandler} from 'express';
import {refuse} from './refuse.ts';

/** The header by which the Mattermost server in front vouches for who asks; nobody else can set it. */
export const USER_HEADER = 'Mattermost-User-Id';

/** Who asks, as the server vouches for it; '' for nobody. */
export function userOf(request: Request): string {
    return request.get(USER_HEADER) ?? '';
}

/** Lets only people with a session pass: 401 for all others. */
export const requireUser: RequestHandler = (request, response, next) => {
    if (userOf(request) === '') refuse(response, 401, 'Log in first.');
    else next();
};
