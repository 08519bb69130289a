import type {Core} from './core.ts';
import type {PreferenceRow} from './records.ts';

/** Small settings of each user, by category and name. */
export interface Preferences {
    ofUser(userId: string): readonly PreferenceRow[];
    save(userId: string, rows: readonly PreferenceRow[]): void;
    remove(userId: string, rows: readonly PreferenceRow[]): void;
}

/** Keeps preferences and tells the user's clients of changes. */
export function createPreferences(core: Core): Preferences {
    const byUser = new Map<string, Map<string, PreferenceRow>>();
    const keyOf = (row: PreferenceRow): string => `${row.category}/${row.name}`;
    return {
        ofUser: (userId) => [...(byUser.get(userId)?.values() ?? [])],
        save(userId, rows) {
            const own = byUser.get(userId) ?? new Map<string, PreferenceRow>();
            byUser.set(userId, own);
            for (const row of rows) {
                own.set(keyOf(row), row);
            }
            core.publish('preferences_changed', {preferences: JSON.stringify(rows)}, {userId});
        },
        remove(userId, rows) {
            for (const row of rows) {
                byUser.get(userId)?.delete(keyOf(row));
            }
            core.publish('preferences_deleted', {preferences: JSON.stringify(rows)}, {userId});
        },
    };
}
