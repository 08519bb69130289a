import * as z from 'zod';
import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {RestClient} from './rest-client.ts';

/** When the bot's token ends (CON-11): servers from 11.10 on may limit it, from 12.0 on for bots too. */
export interface TokenLife {
    /** Looks unless that was done lately, and puts what it finds on the status. Never rejects. */
    look(signal: AbortSignal): Promise<void>;
}

/** What a TokenLife needs. */
export interface TokenLifeDeps {
    readonly rest: RestClient;
    readonly status: Pick<StatusBoard, 'tokenEnds'>;
    readonly log: Log;
    readonly now: () => number;
}

/** Between two looks, ms. */
const LOOK_MS = 6 * 3_600_000;
/** Sessions of tokens that do not end are given a hundred years, ms. */
const FOR_EVER_MS = 20 * 365 * 86_400_000;

const sessions = z.array(
    z.object({
        expires_at: z.number().catch(0),
        last_activity_at: z.number().catch(0),
        props: z.object({type: z.string().catch('')}).catch({type: ''}),
    }),
);

/**
 * Makes the watch over one account's token. Bots may not list their tokens, but they may list their own sessions, and
 * the session of a token ends with it. With several tokens the one that was used last counts.
 */
export function createTokenLife({rest, status, log, now}: TokenLifeDeps): TokenLife {
    let lookedAt = -Infinity;
    return {
        look: async (signal) => {
            if (now() - lookedAt < LOOK_MS) return;
            lookedAt = now();
            try {
                const found = await rest.call(
                    'GET /users/me/sessions',
                    sessions,
                    (api) => api.getSessions('me'),
                    {signal, maxRetries: 1},
                );
                const [ours] = found
                    .filter(({props}) => props.type === 'UserAccessToken')
                    .sort(
                        (a, b) =>
                            b.last_activity_at - a.last_activity_at || a.expires_at - b.expires_at,
                    );
                const end = ours?.expires_at ?? 0;
                status.tokenEnds(end > 0 && end < now() + FOR_EVER_MS ? end : undefined);
            } catch (error) {
                // It is asked again with the next connection.
                lookedAt = -Infinity;
                log.debug('the end of the token is not known', {error: errorOf(error)});
            }
        },
    };
}
