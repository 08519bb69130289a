import type {Core} from './core.ts';
import type {JsonMap, StatusRow} from './records.ts';

/** Who is online. */
export interface Statuses {
    /** Offline for those who were never seen. */
    get(userId: string): StatusRow;
    /** By hand it holds against the automatic changes. */
    setManually(userId: string, status: StatusRow['status'], dndEndTime?: number): StatusRow;
    /** Unless set by hand. */
    setOnline(userId: string): void;
    /** Notes what the user looks at; a look at a channel makes online. */
    setActiveChannel(userId: string, channelId: string): void;
    /** Unless set by hand. */
    setOffline(userId: string): void;
    view(status: StatusRow): JsonMap;
}

/** Keeps statuses; each change is told to the user's own connections. */
export function createStatuses(core: Core): Statuses {
    const byUser = new Map<string, StatusRow>();
    const set = (userId: string, status: StatusRow['status'], manual: boolean): StatusRow => {
        const before = byUser.get(userId);
        const row: StatusRow = {
            user_id: userId,
            status,
            manual,
            last_activity_at: core.now(),
            dnd_end_time: 0,
            active_channel: before?.active_channel ?? '',
        };
        byUser.set(userId, row);
        if (before?.status !== status || before.manual !== manual) {
            core.publish('status_change', {status, user_id: userId}, {userId});
        }
        return row;
    };
    const isManual = (userId: string): boolean => byUser.get(userId)?.manual === true;
    const statuses: Statuses = {
        get: (userId) =>
            byUser.get(userId) ?? {
                user_id: userId,
                status: 'offline',
                manual: false,
                last_activity_at: 0,
                dnd_end_time: 0,
                active_channel: '',
            },
        setManually(userId, status, dndEndTime = 0) {
            const row = set(userId, status, status !== 'online');
            row.dnd_end_time = dndEndTime;
            row.active_channel = '';
            return row;
        },
        setOnline(userId) {
            if (!isManual(userId)) {
                set(userId, 'online', false);
            }
        },
        setActiveChannel(userId, channelId) {
            const online = channelId !== '' && !isManual(userId);
            const before = statuses.get(userId);
            const row = set(userId, online ? 'online' : before.status, before.manual);
            row.active_channel = channelId;
        },
        setOffline(userId) {
            if (!isManual(userId)) {
                set(userId, 'offline', false);
            }
        },
        view: (status) => ({
            user_id: status.user_id,
            status: status.status,
            manual: status.manual,
            last_activity_at: status.last_activity_at,
            ...(status.active_channel === '' ? {} : {active_channel: status.active_channel}),
            dnd_end_time: status.dnd_end_time,
        }),
    };
    return statuses;
}
