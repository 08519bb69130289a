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
    /**
     * Waits until it is this runner's turn to listen, where only one may; undefined when that never
     * comes [at once].
     */
    readonly mayListen?: (signal: AbortSignal) => Promise<Listening | undefined>;
    readonly log: Log;
}

/** The right to listen to an account. */
export interface Listening {
    /** Aborted when another runner may listen. */
    readonly lost: AbortSignal;
    /** Lets another runner listen. Never rejects. */
    done(): unknown;
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

async function listen(parts: AccountParts, signal: AbortSignal): Promise<void> {
    const {platform, turns, log} = parts;
    await platform.connect(signal);
    // Before what came later: answers keep the order of their questions.
    await recover(turns, log, signal);
    const over = new AbortController();
    const recovering = recoverNowAndThen(turns, log, AbortSignal.any([signal, over.signal]));
    try {
        while (await listenInTurn(parts, signal));
    } finally {
        over.abort();
        await recovering;
    }
}

/** Hands in events for as long as this runner is the one that listens; says whether it may be it again. */
async function listenInTurn(parts: AccountParts, signal: AbortSignal): Promise<boolean> {
    const {platform, turns, log, mayListen} = parts;
    const listening = mayListen === undefined ? ALWAYS : await mayListen(signal);
    if (listening === undefined) return false;
    const either = AbortSignal.any([signal, listening.lost]);
    try {
        // What the one before left open was asked before what it did not hear.
        if (mayListen !== undefined) await recover(turns, log, either);
        for await (const event of platform.events(either)) {
            // Leaving the loop gives the event back; asking for the next would say that it is handled.
            if (!(await handleForSure(turns, event, log, either))) break;
        }
        return listening.lost.aborted && !signal.aborted;
    } finally {
        // After the watermark was saved, from which the next one goes on.
        await listening.done();
    }
}

const ALWAYS: Listening = {lost: new AbortController().signal, done: () => undefined};

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
