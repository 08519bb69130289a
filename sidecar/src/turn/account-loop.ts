import type {Log} from '../contract/log.ts';
import {sleep} from '../contract/time.ts';
import type {Platform, PlatformEvent} from '../mattermost/platform.ts';
import type {Turns} from './turn.ts';

/** How often turns of runners that are gone are looked for, ms. */
const RECOVERY_MS = 5_000;
/** Tries of one event before it is given up: the store's and the server's bad minutes pass. */
const MAX_TRIES = 40;
const MAX_DELAY_MS = 15_000;

/**
 * Runs one account until `signal` is aborted: connects, takes over what was left behind, and hands in
 * event after event. An event is done only when its handling is: what fails is tried again, so that a
 * store that is away for a minute loses nothing.
 */
export async function runAccount(
    {platform, turns, log}: {readonly platform: Platform; readonly turns: Turns; readonly log: Log},
    signal: AbortSignal,
): Promise<void> {
    await platform.connect(signal);
    const recovery = recoverNowAndThen(turns, log, signal);
    for await (const event of platform.events(signal)) {
        await handleForSure(turns, event, log, signal);
    }
    await recovery;
}

async function handleForSure(
    turns: Turns,
    event: PlatformEvent,
    log: Log,
    signal: AbortSignal,
): Promise<void> {
    for (let tries = 1; !signal.aborted; tries++) {
        try {
            await turns.handle(event, signal);
            return;
        } catch (error) {
            if (signal.aborted) return;
            const cause = error instanceof Error ? error : new Error(String(error));
            if (tries >= MAX_TRIES) {
                log.error('event given up', {kind: event.kind, tries, error: cause});
                return;
            }
            if (tries === 1)
                log.warn('event failed, trying again', {kind: event.kind, error: cause});
            await sleep(Math.min(MAX_DELAY_MS, 100 * 2 ** tries), signal).catch(() => undefined);
        }
    }
}

async function recoverNowAndThen(turns: Turns, log: Log, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
        try {
            await turns.recover(signal);
        } catch (error) {
            if (signal.aborted) return;
            log.warn('recovery failed, trying again', {
                error: error instanceof Error ? error : new Error(String(error)),
            });
        }
        await sleep(RECOVERY_MS, signal).catch(() => undefined);
    }
}
