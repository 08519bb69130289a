import type {RequestHandler} from 'express';

/** Answers the methods that a route has no handler for: 405 with those that it has, such as `['GET', 'PUT']`. */
export function noOther(methods: readonly string[]): RequestHandler {
    const work = `${methods.join(' and ')} ${methods.length === 1 ? 'works' : 'work'} here`;
    return (_request, response) => {
        response
            .set('Allow', methods.join(', '))
            .status(405)
            .json({error: {message: `Only ${work}.`}});
    };
}
