import type {Log} from '../contract/log.ts';
import {PlatformError} from '../mattermost/errors.ts';

/**
 * What was read; undefined where people made it too large for the connection to carry: it only adds to what is
 * known, and whoever wrote it must not keep others from being answered.
 */
export async function unlessTooLarge<T>(
    what: string,
    reading: Promise<T>,
    log: Log,
): Promise<T | undefined> {
    try {
        return await reading;
    } catch (error) {
        if (!(error instanceof PlatformError && error.code === 'too-large')) throw error;
        log.warn(`${what} is too large to be read`, {error});
        return undefined;
    }
}
