import {ApiFailure, explain} from '../api/api_failure.ts';

/** How something that a person asked for went; a refusal says what to show. */
export type Outcome =
    {readonly kind: 'done'} | {readonly kind: 'refused'; readonly message: string};

export const done: Outcome = {kind: 'done'};

/** Turns a refused request into a value; what is no {@link ApiFailure} is thrown on. */
export async function attempt(work: () => Promise<unknown>): Promise<Outcome> {
    try {
        await work();
        return done;
    } catch (cause) {
        if (cause instanceof ApiFailure) {
            return {kind: 'refused', message: explain(cause)};
        }
        throw cause;
    }
}
