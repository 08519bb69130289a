import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import {LEAST_ABILITIES, type ServerAbilities} from './abilities.ts';
import {isAborted} from './deadline.ts';

/** Keeps what a server allows. */
export interface AbilitiesReader {
    readonly current: ServerAbilities;
    /** Reads it; where that fails, what was known stays. @throws CancelledError */
    read(signal: AbortSignal): Promise<void>;
    /** Reads it some time soon, for a server whose settings changed; a read that is under way is followed by one more. */
    refresh(signal: AbortSignal): void;
}

/** What a reader needs. */
export interface AbilitiesReaderDeps {
    readonly load: (signal: AbortSignal) => Promise<ServerAbilities>;
    readonly log: Log;
}

/** Makes the reader of one account's server. */
export function createAbilitiesReader({load, log}: AbilitiesReaderDeps): AbilitiesReader {
    let current = LEAST_ABILITIES;
    let running: Promise<void> | undefined;
    /** How often it was asked for. */
    let wishes = 0;

    const read = async (signal: AbortSignal): Promise<void> => {
        try {
            const found = await load(signal);
            if (found.version !== current.version) {
                log.debug('what the server allows is known', {
                    version: found.version,
                    longestPost: found.longestPost,
                });
            }
            current = found;
        } catch (error) {
            if (isAborted(signal)) throw error;
            log.warn('the server does not say what it allows; what was known before holds', {
                error: errorOf(error),
            });
        }
    };

    const readUntilFresh = async (signal: AbortSignal): Promise<void> => {
        let granted: number;
        do {
            granted = wishes;
            await read(signal);
        } while (granted !== wishes);
    };

    return {
        get current() {
            return current;
        },
        read,
        refresh(signal) {
            wishes += 1;
            // Only the end of listening breaks a read off.
            running ??= readUntilFresh(signal)
                .catch(() => undefined)
                .finally(() => (running = undefined));
        },
    };
}
