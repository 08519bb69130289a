import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import type {Platform, PlatformEvent} from '../mattermost/platform.ts';
import type {Turns} from './turn.ts';

/** How often turns of runners that are gone are looked for, ms. */
const RECOVERY_MS = 5_000;
/** Tries of one event before it is given up: the store's and the server's bad minutes pass. */
const MAX_TRIES = 40;
const MAX_DELAY_MS = 15_000;
/** How long an account rests after it failed as a whole, ms. */
const RESTART_MS = 5_000;

/** What an account is run with. */
export interface AccountParts {
    readonly platform: Pick<Platform, 'connect' | 'events'>;
    readonly turns: Pick<Turns, 'handle' | 'recover'>;
    readonly log: Log;
}

/**
 * Runs one account until `signal` is aborted: connects, takes over what was left behind, and hands in
 * event after event. An event is done only when its handling is: what fails is tried again, so that a
 * store that is away for a minute loses nothing. Never rejects; what breaks as a whole begins anew.
 */
export async function runAccount(parts: AccountParts, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
        try {
            await listen(parts, signal);
            return;
        } catch (error) {
            if (isAborted(signal)) return;
            parts.log.error('account failed, starting it again', {error: errorOf(error)});
        }
        await sleep(RESTART_MS, signal).catch(() => undefined);
    }
}

async function listen({platform, turns, log}: AccountParts, signal: AbortSignal): Promise<void> {
    await platform.connect(signal);
    // Before what came later: answers keep the order of their questions.
    await recover(turns, log, signal);
    const over = new AbortController();
    const recovering = recoverNowAndThen(turns, log, AbortSignal.any([signal, over.signal]));
    try {
        for await (const event of platform.events(signal)) {
            // Leaving the loop gives the event back; asking for the next would say that it is handled.
            if (!(await handleForSure(turns, event, log, signal))) return;
        }
    } finally {
        over.abort();
        await recovering;
    }
}

/** False when it was given up because the account ends: then the event comes again at the next start. */
async function handleForSure(
    turns: AccountParts['turns'],
    event: PlatformEvent,
    log: Log,
    signal: AbortSignal,
): Promise<boolean> {
    for (let tries = 1; !signal.aborted; tries++) {
        try {
            await turns.handle(event, signal);
            return true;
        } catch (error) {
            if (isAborted(signal)) return false;
            if (tries >= MAX_TRIES) {
                log.error('event given up', {kind: event.kind, tries, error: errorOf(error)});
                return true;
            }
            if (tries === 1) {
                log.warn('event failed, trying again', {kind: event.kind, error: errorOf(error)});
            }
            await sleep(Math.min(MAX_DELAY_MS, 100 * 2 ** tries), signal).catch(() => undefined);
        }
    }
    return false;
}

async function recoverNowAndThen(
    turns: AccountParts['turns'],
    log: Log,
    signal: AbortSignal,
): Promise<void> {
    for (;;) {
        await sleep(RECOVERY_MS, signal).catch(() => undefined);
        if (signal.aborted) return;
        await recover(turns, log, signal);
    }
}

async function recover(turns: AccountParts['turns'], log: Log, signal: AbortSignal): Promise<void> {
    try {
        await turns.recover(signal);
    } catch (error) {
        if (!signal.aborted) log.warn('recovery failed', {error: errorOf(error)});
    }
}

/** Asked anew: the compiler takes a signal that was not aborted once for one that never is. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted;
