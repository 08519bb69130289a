import type {Log} from '../contract/log.ts';
import {PlatformError} from '../mattermost/errors.ts';

/**
 * What was read; nothing where people made it too large for the connection to carry: it only adds to what is
 * known, and whoever wrote it must not keep others from being answered.
 */
export async function unlessTooLarge<T>(
    what: string,
    reading: Promise<readonly T[]>,
    log: Log,
): Promise<readonly T[]> {
    try {
        return await reading;
    } catch (error) {
        if (!(error instanceof PlatformError && error.code === 'too-large')) throw error;
        log.warn(`${what} is too large to be read`, {error});
        return [];
    }
}
