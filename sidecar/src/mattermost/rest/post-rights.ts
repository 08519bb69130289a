import {LRUCache} from 'lru-cache';
import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import {withDeadline} from '../deadline.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {OwnPostPermission, OwnPostRights} from '../platform.ts';
import type {People} from '../platform-parts.ts';
import type {EventFrame} from './wire.ts';

/** Knows what the bot may do with its own posts, by its roles and by what the server refused. */
export interface PostRights {
    in(channelId: string, signal?: AbortSignal): Promise<OwnPostRights>;
    /** The server refused to edit or delete a post of the bot that is still there. */
    refused(permission: OwnPostPermission, channelId: string, signal?: AbortSignal): Promise<void>;
    /** Forgets what an event may change. */
    observe(frame: EventFrame): void;
    /** Forgets everything: events may have been lost. */
    forget(): void;
}

/** What PostRights need. */
export interface PostRightsDeps {
    readonly people: Pick<People, 'may'>;
    readonly botId: () => string;
    readonly status: StatusBoard;
    readonly log: Log;
    /** Channels that are remembered. */
    readonly max: number;
}

/** What is known holds for this long, ms, unless an event says that roles have changed. */
const KNOWN_MS = 3_600_000;
/** Longest wait for the roles, ms: an answer is about to be shown. */
const LONGEST_MS = 5_000;

const PERMISSIONS = ['edit_post', 'delete_post'] as const;
const ALL: OwnPostRights = {edit: true, delete: true};

const ROLE_EVENTS: ReadonlySet<string> = new Set([
    'role_updated',
    'user_role_updated',
    'memberrole_updated',
    'channel_scheme_updated',
    'update_team_scheme',
]);

/** Makes the rights of one account's bot. */
export function createPostRights({people, botId, status, log, max}: PostRightsDeps): PostRights {
    const known = new LRUCache<string, OwnPostRights>({max, ttl: KNOWN_MS});
    /** Said in the log since roles changed last. */
    const warned = new Set<OwnPostPermission>();

    const learn = (channelId: string, rights: OwnPostRights): void => {
        known.set(channelId, rights);
        const all = [...known.values()];
        const missing = PERMISSIONS.filter((permission) =>
            all.some((one) => !has(one, permission)),
        );
        const told = status.current.missingPermissions ?? [];
        if (missing.join() !== told.join()) status.lacks(missing);
        for (const permission of missing) {
            if (warned.has(permission)) continue;
            warned.add(permission);
            log.warn('the bot lacks a permission for its own posts; answers come without drafts', {
                permission,
                channel: channelId,
                remedy: 'give it to the role of all members: System Console > User Management > Permissions',
            });
        }
    };

    const ask = async (channelId: string, signal: AbortSignal): Promise<OwnPostRights> => {
        const may = (permission: string): Promise<boolean> =>
            people.may(botId(), permission, {kind: 'channel', channelId}, signal);
        // One after the other: the first answer brings the roles for all.
        const rights = {edit: await may('edit_post'), delete: await may('delete_post')};
        // Who may not even write there is no member, or meets a channel that is read only.
        if (!(await may('create_post'))) return ALL;
        learn(channelId, rights);
        return rights;
    };

    return {
        in: async (channelId, signal) => {
            const already = known.get(channelId);
            if (already !== undefined) return already;
            try {
                return await withDeadline('reading roles', LONGEST_MS, signal, (limited) =>
                    ask(channelId, limited),
                );
            } catch (error) {
                if (signal?.aborted === true) throw error;
                log.debug('the roles of the bot are not known', {error: errorOf(error)});
                return ALL;
            }
        },
        refused: async (permission, channelId, signal) => {
            try {
                const scope = {kind: 'channel', channelId} as const;
                if (!(await people.may(botId(), 'create_post', scope, signal))) return;
                const before = known.get(channelId) ?? ALL;
                const lost = permission === 'edit_post' ? {edit: false} : {delete: false};
                learn(channelId, {...before, ...lost});
            } catch (error) {
                log.debug('why an edit was refused is not known', {error: errorOf(error)});
            }
        },
        observe: ({name}) => {
            if (!ROLE_EVENTS.has(name)) return;
            known.clear();
            warned.clear();
        },
        forget: () => known.clear(),
    };
}

function has(rights: OwnPostRights, permission: OwnPostPermission): boolean {
    return permission === 'edit_post' ? rights.edit : rights.delete;
}
