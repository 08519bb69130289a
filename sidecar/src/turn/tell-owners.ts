import {errorOf} from '../contract/errors.ts';
import type {Platform} from '../mattermost/platform.ts';

/** What telling owners needs. */
export interface OwnersDeps {
    readonly platform: Pick<Platform, 'directChannel' | 'createPost' | 'usersWithRole'>;
    /** `owners` of the settings as they are now. */
    readonly owners: () => readonly string[];
}

/** More people than these are not written to: the status has it for everybody. */
const MOST_PEOPLE = 10;

/**
 * Sends a direct message to the owners that are named by id or role; `key` is unique for the message.
 * @throws where there are owners and none could be reached
 */
export async function tellOwners(
    {owners, platform}: OwnersDeps,
    message: string,
    key: string,
    signal: AbortSignal,
): Promise<void> {
    const people = await peopleOf({owners, platform}, signal);
    const sent = await Promise.allSettled(
        people.map(async (userId) => {
            const {id: channelId} = await platform.directChannel(userId, signal);
            await platform.createPost({channelId, message}, `${key}-${userId}`, signal);
        }),
    );
    const failed = sent.find((one) => one.status === 'rejected');
    if (failed !== undefined && sent.every(({status}) => status === 'rejected')) {
        throw errorOf(failed.reason);
    }
}

async function peopleOf(
    {owners, platform}: OwnersDeps,
    signal: AbortSignal,
): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const entry of owners()) {
        const who = entry.trim().replace(/^(?:(?:user|mattermost):\s*)+/i, '');
        const role = /^role:(.+)$/i.exec(who)?.[1];
        if (role !== undefined) {
            for (const {id} of await platform.usersWithRole(role, MOST_PEOPLE, signal)) {
                found.add(id);
            }
        } else if (/^[a-z0-9]{26}$/.test(who)) {
            found.add(who);
        }
    }
    return [...found].slice(0, MOST_PEOPLE);
}
