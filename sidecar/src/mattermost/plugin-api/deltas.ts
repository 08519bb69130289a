import {DELTA_EVENT, encodeDelta, type AnswerDelta} from '../../contract/events.ts';
import type {Log} from '../../contract/log.ts';
import {PlatformError} from '../errors.ts';
import type {PluginApi} from './plugin-api.ts';

/**
 * Makes what hands a piece of a growing answer to the viewers of its channel, and to nobody else. It
 * neither waits nor throws: a viewer who misses one is put right by the draft or the stored post.
 */
export function publishDelta(
    api: Pick<PluginApi, 'publishWebSocketEvent'>,
    log: Log,
): (delta: AnswerDelta, channelId: string) => void {
    return (delta, channelId) => {
        const payload = encodeDelta(delta);
        api.publishWebSocketEvent(DELTA_EVENT, payload, {channelId}).catch((error: unknown) => {
            const code = error instanceof PlatformError ? error.code : undefined;
            log.debug('a delta was not sent', {stream: delta.stream, code});
        });
    };
}
