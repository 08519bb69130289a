import type {Duplex} from 'node:stream';

import {GoPluginError} from './go-plugin-error.ts';

/** How long to wait, and what ends the wait early. */
export interface WaitOptions {
    /** In milliseconds. */
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
}

/**
 * Takes the first `length` bytes of a stream and leaves the rest for whoever reads it next.
 * @throws GoPluginError `broker_timeout`, or `broker_refused` if the stream ends before
 */
export function readExactly(stream: Duplex, length: number, wait: WaitOptions): Promise<Buffer> {
    return new Promise((resolve, reject) => {
        const clear = (): void => {
            clearTimeout(timer);
            stream.off('readable', look);
            stream.off('end', refused);
            stream.off('close', refused);
            wait.signal?.removeEventListener('abort', aborted);
        };
        const fail = (error: Error): void => {
            clear();
            reject(error);
        };
        const refused = (): void => {
            fail(new GoPluginError('broker_refused', 'the stream ended before it began'));
        };
        const aborted = (): void => {
            fail(new GoPluginError('broker_closed', 'the wait was given up'));
        };
        const look = (): void => {
            const bytes: unknown = stream.read(length);
            if (!Buffer.isBuffer(bytes)) return;
            // At the end of a stream Node hands out what is left, also less than asked for.
            if (bytes.length < length) {
                refused();
                return;
            }
            clear();
            resolve(bytes);
        };
        const timer = setTimeout(() => {
            fail(new GoPluginError('broker_timeout', 'nothing came in time'));
        }, wait.timeoutMs);
        stream.on('readable', look);
        stream.on('end', refused);
        stream.on('close', refused);
        wait.signal?.addEventListener('abort', aborted);
        if (wait.signal?.aborted === true) aborted();
        else if (stream.destroyed) refused();
        else look();
    });
}
