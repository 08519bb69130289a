import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Platform} from '../mattermost/platform.ts';

/** Clients show "is typing…" for about five seconds, so it is said again each four (DEL-13). */
const TYPING_REFRESH_MS = 4000;

/** Says "is typing…" until `stop`, however long that takes; its failures never matter. */
export interface Typing {
    stop(): void;
}

/**
 * Starts typing in a channel or thread (`rootId`, '' for none). It goes on while the text grows by deltas:
 * phones do not see those.
 */
export function startTyping(
    platform: Pick<Platform, 'typing'>,
    channelId: string,
    rootId: string,
    log: Log,
): Typing {
    const stopped = new AbortController();
    let busy = false;
    const say = async (): Promise<void> => {
        // A server that answers slowly must not collect calls.
        if (busy) return;
        busy = true;
        try {
            await platform.typing(channelId, rootId, stopped.signal);
        } catch (error) {
            log.debug('typing was not shown', {error: errorOf(error)});
        } finally {
            busy = false;
        }
    };
    const timer = setInterval(() => void say(), TYPING_REFRESH_MS);
    void say();
    return {
        stop() {
            clearInterval(timer);
            stopped.abort();
        },
    };
}
