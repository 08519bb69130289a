import type {User} from '../mattermost/platform.ts';

/**
 * One entry of `allowFrom`, `owners` and their like: everybody, one person by id or by name, all
 * holders of a system role, or a Mattermost user group.
 */
export type AllowEntry =
    | {readonly kind: 'everybody'}
    | {readonly kind: 'id'; readonly id: string}
    | {readonly kind: 'name'; readonly name: string}
    | {readonly kind: 'role'; readonly role: string}
    | {readonly kind: 'group'; readonly group: string};

/** Who is looked up in a list. */
export type Listed = Pick<User, 'id' | 'username' | 'roles'>;

/** How entries are compared. */
export interface MatchOptions {
    /** `dangerouslyAllowNameMatching`: names count as well; they can be changed by their bearers. */
    readonly names: boolean;
    /** `allowGuests`: `*` and `role:system_user` mean guests too [false]. */
    readonly guests?: boolean;
}

const ID = /^[a-z0-9]{26}$/;
const KIND_PREFIX = /^(?:(?:user|mattermost):\s*)+/;

/**
 * Reads an entry. White space around it, the prefixes `user:` and `mattermost:`, one `@` and the
 * case of letters do not matter. Undefined for an entry that says nothing.
 */
export function parseAllowEntry(text: string): AllowEntry | undefined {
    const entry = text.trim().toLowerCase().replace(KIND_PREFIX, '').trim();
    if (entry === '*') return {kind: 'everybody'};
    const [, kind, value] = /^(role|group):\s*(.*)$/s.exec(entry) ?? [];
    if (kind !== undefined && value !== undefined) {
        if (value === '') return undefined;
        return kind === 'role' ? {kind, role: value} : {kind: 'group', group: value};
    }
    if (entry.startsWith('@')) {
        const name = entry.slice(1);
        return name === '' ? undefined : {kind: 'name', name};
    }
    if (ID.test(entry)) return {kind: 'id', id: entry};
    return entry === '' ? undefined : {kind: 'name', name: entry};
}

/** Whether the entry is about this one person (not about everybody, a role or a group). */
function isNamedBy(entry: AllowEntry, who: Listed, options: MatchOptions): boolean {
    switch (entry.kind) {
        case 'id':
            return entry.id === who.id;
        case 'name':
            // `@` before an id is stripped, as OpenClaw does; ids are unique and cannot be chosen.
            return entry.name === who.id || (options.names && entry.name === nameOf(who));
        case 'everybody':
        case 'role':
        case 'group':
            return false;
    }
}

/** Whether somebody is a guest: invited to single channels, and in no list that does not say so. */
export const isGuest = ({roles}: Pick<Listed, 'roles'>): boolean => roles.includes('system_guest');

const nameOf = (who: Listed): string => who.username.toLowerCase();

function isMatchedBy(entry: AllowEntry, who: Listed, options: MatchOptions): boolean {
    const counts = options.guests === true || !isGuest(who);
    switch (entry.kind) {
        case 'everybody':
            return counts;
        case 'role':
            // With `allowGuests` a guest is like any other user.
            if (entry.role === 'system_user' && isGuest(who)) return counts;
            return who.roles.some((role) => role.toLowerCase() === entry.role);
        case 'group':
            // Memberships are not looked up yet: what is unknown is not allowed.
            return false;
        case 'id':
        case 'name':
            return isNamedBy(entry, who, options);
    }
}

// Settings are immutable, so a list is read once for its lifetime.
const parsed = new WeakMap<readonly string[], readonly AllowEntry[]>();

function entriesOf(list: readonly string[]): readonly AllowEntry[] {
    const known = parsed.get(list);
    if (known) return known;
    const entries = list.flatMap((text) => parseAllowEntry(text) ?? []);
    parsed.set(list, entries);
    return entries;
}

/** Whether the list lets this person in. An empty list lets nobody in. */
export function isAllowed(list: readonly string[], who: Listed, options: MatchOptions): boolean {
    return entriesOf(list).some((entry) => isMatchedBy(entry, who, options));
}

/** Whether an entry names this very sender, by id or (where names count) by name. */
export function isNamed(list: readonly string[], who: Listed, options: MatchOptions): boolean {
    return entriesOf(list).some((entry) => isNamedBy(entry, who, options));
}

/** Whether the list has `*`. */
export function allowsEverybody(list: readonly string[]): boolean {
    return entriesOf(list).some((entry) => entry.kind === 'everybody');
}
