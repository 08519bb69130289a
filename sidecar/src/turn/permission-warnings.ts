import * as z from 'zod';
import {errorOf} from '../contract/errors.ts';
import type {Log} from '../contract/log.ts';
import type {Platform, PlatformStatus} from '../mattermost/platform.ts';
import {removeDocument, updateDocument} from '../store/documents.ts';
import type {Store} from '../store/store.ts';
import {tellOwners, type OwnersDeps} from './tell-owners.ts';

/** What warning of missing permissions needs. */
export interface PermissionWarningDeps extends OwnersDeps {
    readonly account: string;
    readonly platform: OwnersDeps['platform'] & Pick<Platform, 'status' | 'onStatus' | 'bot'>;
    readonly store: Store;
    readonly log: Log;
    readonly now: () => number;
}

const schema = z.object({v: z.literal(1), missing: z.string()});

/**
 * Tells the owners by direct message which permissions the bot lacks for its own posts (BR-29): once, however many
 * runners see it and however often they start, unless it was over in between. Runs until `signal` is aborted; never
 * rejects.
 */
export async function warnOfMissingPermissions(
    deps: PermissionWarningDeps,
    signal: AbortSignal,
): Promise<void> {
    const {platform, log} = deps;
    let seen: string | undefined;
    let last: Promise<void> = Promise.resolve();
    const look = ({missingPermissions}: PlatformStatus): void => {
        const missing = missingPermissions?.join(' and ');
        if (missing === undefined || missing === seen) return;
        seen = missing;
        last = last
            .then(() => settle(deps, missing, signal))
            .catch((error: unknown) => {
                if (signal.aborted) return;
                log.warn('owners could not be told of missing permissions', {
                    error: errorOf(error),
                });
            });
    };
    const watching = platform.onStatus(look);
    try {
        look(platform.status);
        const {promise: over, resolve} = Promise.withResolvers<undefined>();
        signal.addEventListener('abort', () => resolve(undefined), {once: true});
        if (!signal.aborted) await over;
        await last;
    } finally {
        watching[Symbol.dispose]();
    }
}

async function settle(
    deps: PermissionWarningDeps,
    missing: string,
    signal: AbortSignal,
): Promise<void> {
    const {account, platform, store, now} = deps;
    const key = `told/permissions/${account}`;
    if (missing === '') {
        await removeDocument(store, key, schema);
        return;
    }
    // Whoever writes it down tells.
    const {kind} = await updateDocument(store, key, schema, (told) =>
        told?.missing === missing ? undefined : {v: 1 as const, missing},
    );
    if (kind === 'unchanged') return;
    const text =
        `🔒 @${platform.bot.username} lacks a permission for its own posts (**${missing}**), so that its answers come without drafts. ` +
        'Please give it to the role of all members under System Console > User Management > Permissions ' +
        '("Edit Own Posts", "Delete Own Posts").';
    try {
        await tellOwners(deps, text, `lacks-${now()}`, signal);
    } catch (error) {
        // It was not said: the next start must be able to.
        await removeDocument(store, key, schema, (told) => told?.missing === missing);
        throw error;
    }
}
