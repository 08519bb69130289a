import type {RequestHandler, Response} from 'express';

/** Refuses a request with one plain sentence. */
export function refuse(response: Response, status: number, message: string): void {
    response.status(status).json({error: {message}});
}

/** Answers the methods that a route has no handler for: 405 with those that it has, such as `['GET', 'PUT']`. */
export function noOther(methods: readonly string[]): RequestHandler {
    const work = `${methods.join(' and ')} ${methods.length === 1 ? 'works' : 'work'} here`;
    return (_request, response) => {
        refuse(response.set('Allow', methods.join(', ')), 405, `Only ${work}.`);
    };
}
