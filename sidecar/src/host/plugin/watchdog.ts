import type {Log} from '../../contract/log.ts';
import {PLUGIN_ID} from '../../contract/plugin-id.ts';
import {sleep} from '../../contract/time.ts';
import type {PluginApi} from '../../mattermost/plugin-api/plugin-api.ts';
import type {MuxBroker} from '../../rpc/go-plugin/mux-broker.ts';
import {endGracefully} from '../../rpc/graceful-end.ts';

/** What watching needs. */
export interface WatchdogDeps {
    /** Whether a request to ourselves came through; undefined: this server cannot be asked. */
    readonly probe: (signal: AbortSignal) => Promise<boolean | undefined>;
    /** When the server last called a hook, ms. */
    readonly lastHookAt: () => number;
    readonly onDeaf: () => void;
    readonly log: Log;
    /** [60 s] */
    readonly everyMs?: number;
}

const EVERY_MS = 60_000;
const PROBE_LIMIT_MS = 15_000;

/**
 * Notices that the server's hooks do not reach us any more. Its own health check cannot: it asks on another
 * stream. Two requests to ourselves in a row must be lost, with no hook in between, and one must have come
 * through before: three false alarms in an hour would switch the plugin off.
 */
export async function watchHooks(deps: WatchdogDeps, signal: AbortSignal): Promise<void> {
    const {probe, lastHookAt, onDeaf, log} = deps;
    let worked = false;
    let lost = 0;
    while (!signal.aborted) {
        await sleep(deps.everyMs ?? EVERY_MS, signal).catch(() => undefined);
        if (isAborted(signal)) return;
        const before = lastHookAt();
        const limit = AbortSignal.any([signal, AbortSignal.timeout(PROBE_LIMIT_MS)]);
        const through = await probe(limit).catch(() => false);
        if (through === undefined) return;
        if (through || lastHookAt() > before) {
            worked = true;
            lost = 0;
            continue;
        }
        if (!worked || isAborted(signal)) continue;
        lost += 1;
        log.warn('a request to ourselves was lost', {times: lost});
        if (lost < 2) continue;
        onDeaf();
        return;
    }
}

/** A request to our own `/healthz` by way of the server. */
export function probeOurselves(
    api: Pick<PluginApi, 'pluginHttpStream'>,
    broker: MuxBroker,
): WatchdogDeps['probe'] {
    return async (signal) => {
        const id = broker.nextId();
        const answer = broker.accept(id, {timeoutMs: PROBE_LIMIT_MS, signal}).then(
            (stream) => {
                endGracefully(stream);
            },
            // The status says it all.
            () => undefined,
        );
        try {
            const request = {Method: 'GET', URL: `/${PLUGIN_ID}/healthz`, Host: PLUGIN_ID};
            const {status} = await api.pluginHttpStream(request, id, 0, signal);
            await answer;
            return status === 200;
        } catch (error) {
            if (isUnknownCall(error)) return undefined;
            throw error;
        }
    };
}

/** A server before 11 does not know the call. */
function isUnknownCall(error: unknown): boolean {
    return error instanceof Error && 'code' in error && error.code === 'not-found';
}

/** Asked anew each time: it changes while others are awaited. */
function isAborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
