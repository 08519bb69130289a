import {StoreError} from './errors.ts';

/** Thrown where the plugin cannot be asked now; what failed may work later, or on another runner. */
export class PluginAwayError extends StoreError {}

/** Told of what lasts; single requests that fail are told by their errors alone. */
export interface LinkListener {
    /** Nothing has worked for a while; called once until it is back. */
    lost(error: PluginAwayError): void;
    /** It answers again, after this many ms. */
    back(awayMs: number): void;
}

/** Whether the plugin answers, as the requests find out. */
export interface HttpLink {
    /** Before each request. @throws PluginAwayError where the next try is not due yet */
    enter(): void;
    /** The plugin itself answered, whatever it said. */
    answered(): void;
    failed(error: PluginAwayError): void;
    /** Nothing has worked for a while. */
    readonly isLost: boolean;
}

/** What createHttpLink needs. */
export interface HttpLinkOptions {
    readonly listener: LinkListener | undefined;
    /** ms [Date.now]. */
    readonly now?: () => number;
    /** [Math.random] */
    readonly random?: () => number;
}

/** A plugin that is replaced or enabled anew is back before that, and nobody need hear of it, ms. */
const LOST_MS = 3_000;
/** Longest wait between two tries, the shortest is half of it: many runners come back one by one, ms. */
const WAIT_MS = 2_000;

/**
 * Keeps many callers from asking a plugin that is away: once nothing has worked for 3 s one request at a
 * time is let through, every 1 to 2 s, until one is answered.
 */
export function createHttpLink({
    listener,
    now = Date.now,
    random = Math.random,
}: HttpLinkOptions): HttpLink {
    let failingSince: number | undefined;
    let isLost = false;
    let nextTryAt = 0;
    const waitMs = (): number => WAIT_MS * (0.5 + random() / 2);

    return {
        get isLost() {
            return isLost;
        },
        enter() {
            if (!isLost) return;
            if (now() < nextTryAt) throw new PluginAwayError('unavailable', 'The plugin is away');
            nextTryAt = now() + waitMs();
        },
        answered() {
            if (isLost) listener?.back(now() - (failingSince ?? now()));
            failingSince = undefined;
            isLost = false;
        },
        failed(error) {
            failingSince ??= now();
            if (isLost || now() - failingSince < LOST_MS) return;
            isLost = true;
            nextTryAt = now() + waitMs();
            listener?.lost(error);
        },
    };
}
