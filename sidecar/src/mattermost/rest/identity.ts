import {GangwayError, errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {sleep} from '../../contract/time.ts';
import {PlatformError} from '../errors.ts';
import type {BotIdentity, User} from '../platform.ts';
import {throwIfCancelled} from '../deadline.ts';
import type {Line} from './line.ts';
import type {RestClient} from './rest-client.ts';
import {backoff, isTransient} from '../retry.ts';
import type {Health} from './session.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {Timings} from './timings.ts';
import {userSchema} from './wire.ts';

/** Who the token belongs to, and whether it still works. */
export interface Identity {
    /** @throws GangwayError `not-connected` before the first `identify` resolved. */
    bot(): BotIdentity;
    /**
     * Asks until the server takes the token; status says why it does not. Resolves with whether the server was
     * away meanwhile. @throws CancelledError
     */
    identify(signal: AbortSignal): Promise<boolean>;
    /** `deaf` when the account was changed (disabled and enabled, perhaps) or the token refused. */
    checkHealth(signal: AbortSignal): Promise<Health>;
}

/** What an Identity needs. */
export interface IdentityDeps {
    readonly rest: RestClient;
    readonly line: Line;
    readonly status: StatusBoard;
    readonly timings: Timings;
    readonly log: Log;
    readonly random: () => number;
    /** Called when the account changed since it was last seen: an old connection may be deaf. */
    readonly onChanged: () => void;
    /** The name of the account in the settings, and what to do where its token is refused. */
    readonly account: string;
    readonly tokenRemedy: string;
}

/** Makes the identity of one account. */
export function createIdentity(deps: IdentityDeps): Identity {
    const {rest, line, status, timings, log} = deps;
    const delayMs = backoff(timings.backoffMinMs, timings.backoffMaxMs, deps.random);
    let current: User | undefined;
    /** Why nobody was let in when it was told last; told again when that changes. */
    let outage: 'bad-token' | 'unreachable' | undefined;

    const tell = (cause: NonNullable<typeof outage>, error: Error): void => {
        const isNews = outage !== cause;
        outage = cause;
        const seconds = Math.round(timings.badTokenMs / 1_000);
        if (!isNews) log.debug('the server still does not let us in', {error});
        else if (cause === 'unreachable') log.warn('the server cannot be reached', {error});
        else {
            log.warn(
                `the server refuses the bot token of the account ${deps.account}: ${deps.tokenRemedy}; it is tried again about every ${seconds} seconds`,
                {error},
            );
        }
    };
    const tellBack = (): void => {
        if (outage !== undefined) log.info('the server lets us in again');
        outage = undefined;
    };

    const sayUnreachable = (error: Error): void => {
        status.set('error', `the server cannot be reached: ${reason(error)}`);
        tell('unreachable', error);
    };

    /** Whether the account is as it was. */
    const look = async (signal: AbortSignal): Promise<boolean> => {
        const me = await rest.call('GET /users/me', userSchema, (api) => api.getMe(), {
            signal,
            maxRetries: 0,
        });
        const same = current === undefined || current.updateAt === me.updateAt;
        current = me;
        if (!same) deps.onChanged();
        return same;
    };

    const bot = (): BotIdentity => {
        if (current === undefined) {
            throw new GangwayError('not-connected', 'await connect() before using the platform');
        }
        return {userId: current.id, username: current.username};
    };

    return {
        bot,
        identify: async (signal) => {
            let failures = 0;
            let wasAway = false;
            for (;;) {
                try {
                    // At the very first there is nothing to say that the line may be down.
                    const isSuspect = current !== undefined || failures > 0;
                    if (isSuspect && (await line.back(signal, sayUnreachable))) {
                        failures = 0;
                        wasAway = true;
                    }
                    await look(signal);
                    tellBack();
                    if (['bad-token', 'error'].includes(status.current.state)) {
                        status.set('connecting');
                    }
                    return wasAway;
                } catch (error) {
                    throwIfCancelled('connecting', signal, error);
                    if (isBadToken(error)) {
                        status.set('bad-token', 'the server refuses the bot token');
                        tell('bad-token', errorOf(error));
                        // Cheap enough to notice soon that the bot was enabled again, and spread.
                        await sleep(timings.badTokenMs * (0.75 + deps.random() / 2), signal);
                        continue;
                    }
                    sayUnreachable(errorOf(error));
                    // A line that is down is waited for by pings; the backoff is for what is there and refuses.
                    if (!isTransient(error) || failures > 0) await sleep(delayMs(failures), signal);
                    failures += 1;
                }
            }
        },
        checkHealth: async (signal) => {
            try {
                return (await look(signal)) ? 'well' : 'deaf';
            } catch (error) {
                throwIfCancelled('a health check', signal, error);
                // A server that does not answer is found by the socket's own pings.
                return isBadToken(error) ? 'deaf' : 'unknown';
            }
        },
    };
}

function isBadToken(error: unknown): boolean {
    return (
        error instanceof PlatformError &&
        (error.code === 'unauthorized' || error.code === 'forbidden')
    );
}

function reason(error: unknown): string {
    return error instanceof GangwayError ? error.message : 'an unexpected error';
}
