import {PlatformError} from './errors.ts';

/** What the server writes into the props of a silent post; plugins ask for one by it. */
export const SILENT_PROP = 'silent_notification';

/** Only bots, OAuth apps and plugins may post silently, not the token of a person. */
const REFUSED_ID = 'api.post.create_post.silent_notification.app_error';

/** Whether a post is one of which nobody was notified. */
export const isSilent = (props: Readonly<Record<string, unknown>>): boolean =>
    props[SILENT_PROP] === true;

/** Makes posts silent where that is known and allowed; asks no more once it was refused. */
export function createSilence(
    isKnown: () => boolean,
): <T>(wanted: boolean | undefined, create: (silent: boolean) => Promise<T>) => Promise<T> {
    let isRefused = false;
    return async (wanted, create) => {
        if (wanted !== true || isRefused || !isKnown()) return create(false);
        try {
            return await create(true);
        } catch (error) {
            if (!(error instanceof PlatformError && error.serverId === REFUSED_ID)) throw error;
            isRefused = true;
            return create(false);
        }
    };
}
