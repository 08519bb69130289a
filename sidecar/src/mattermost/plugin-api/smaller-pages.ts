import {PlatformError} from '../errors.ts';

/** A page, and how many posts were asked for. */
export interface SizedPage<Page> {
    readonly page: Page;
    readonly size: number;
}

/**
 * Reads a page of posts; one that is too large for the connection is asked for again with fewer posts.
 * @throws PlatformError `too-large` where not even one can be read
 */
export type ReadPage = <Page>(read: (size: number) => Promise<Page>) => Promise<SizedPage<Page>>;

/**
 * Makes a reader of pages of at most `most` posts. After one that was too large it goes on with small
 * pages that grow again: there are more such posts nearby, and each try costs what is not kept.
 */
export function createPageReader(most: number): ReadPage {
    let next = most;
    return async (read) => {
        for (let size = next; ; size = Math.max(1, Math.floor(size / 10))) {
            try {
                const page = await read(size);
                next = Math.min(most, size * 2);
                return {page, size};
            } catch (error) {
                const isTooLarge = error instanceof PlatformError && error.code === 'too-large';
                if (!isTooLarge || size <= 1) throw error;
            }
        }
    };
}
