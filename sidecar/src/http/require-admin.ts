import type {RequestHandler} from 'express';
import {refuse} from './refuse.ts';
import {requireUser, userOf} from './require-user.ts';

/** Whether the server lets a user administer it. */
export type IsAdmin = (userId: string) => Promise<boolean>;

/** Lets only people who administer the server pass: 401 without a session, 403 for all others. Nothing is cached. */
export function requireAdmin(isAdmin: IsAdmin): RequestHandler[] {
    return [
        (_request, response, next) => {
            response.set('Cache-Control', 'no-store');
            next();
        },
        requireUser,
        async (request, response, next) => {
            if (await isAdmin(userOf(request))) next();
            else refuse(response, 403, 'Only system admins may do this.');
        },
    ];
}
