import {createHash, timingSafeEqual} from 'node:crypto';
import {ApiError} from '../api-error.ts';
import type {Core} from './core.ts';
import type {JsonMap, StringMap, UserRow} from './records.ts';

/** What a new user may be given; all but the name have defaults. */
export interface NewUser {
    readonly username: string;
    readonly email?: string;
    readonly password?: string;
    readonly nickname?: string;
    readonly first_name?: string;
    readonly last_name?: string;
    readonly position?: string;
    readonly locale?: string;
    readonly roles?: string;
    readonly is_bot?: boolean;
    /** Of another server, in shared channels; then the name may be `alice:north`. */
    readonly remote_id?: string;
    readonly notify_props?: StringMap;
    readonly props?: StringMap;
}

/** The fields that a patch may change. */
export type UserChange = Partial<
    Pick<
        UserRow,
        | 'username'
        | 'email'
        | 'nickname'
        | 'first_name'
        | 'last_name'
        | 'position'
        | 'locale'
        | 'notify_props'
        | 'props'
        | 'timezone'
        | 'roles'
        | 'bot_description'
    >
>;

/** The people and bots of the world. */
export interface Users {
    readonly all: ReadonlyMap<string, UserRow>;
    create(user: NewUser): UserRow;
    get(id: string): UserRow | undefined;
    /** @throws ApiError 404 when there is none. */
    require(id: string): UserRow;
    byUsername(username: string): UserRow | undefined;
    byEmail(email: string): UserRow | undefined;
    /** The users who chose a word (mention keys in lower case, or their first name as it is). */
    withKeyword(keyword: string): Iterable<string>;
    change(id: string, change: UserChange): UserRow;
    setPassword(id: string, password: string): void;
    hasPassword(id: string, password: string): boolean;
    /** Deactivates or activates; `active` false keeps the row. */
    setActive(id: string, active: boolean): UserRow;
    /** The row as a client gets it: whole for oneself and admins, a profile for others. */
    view(user: UserRow, viewer: 'self' | 'admin' | 'other'): JsonMap;
    publishUpdated(user: UserRow): void;
}

const defaultTimezone: StringMap = {
    automaticTimezone: '',
    manualTimezone: '',
    useAutomaticTimezone: 'true',
};

/** Keeps users with an index by name; names are unique and in lower case. */
export function createUsers(core: Core): Users {
    const byId = new Map<string, UserRow>();
    const idByName = new Map<string, string>();
    const idByEmail = new Map<string, string>();
    const keywords = createKeywordIndex();

    const users: Users = {
        all: byId,
        create(given) {
            const username = given.username.toLowerCase();
            refuseTaken(username, given.email, idByName, idByEmail);
            const now = core.now();
            const row = newRow(core, given, username, now);
            byId.set(row.id, row);
            idByName.set(username, row.id);
            idByEmail.set(row.email, row.id);
            keywords.update(row);
            core.publish('new_user', {user_id: row.id}, {});
            return row;
        },
        get: (id) => byId.get(id),
        require(id) {
            const row = byId.get(id);
            if (row === undefined) {
                throw new ApiError(404, 'app.user.missing_account.const');
            }
            return row;
        },
        byUsername: (username) => byId.get(idByName.get(username.toLowerCase()) ?? ''),
        byEmail: (email) => byId.get(idByEmail.get(email.toLowerCase()) ?? ''),
        withKeyword: keywords.find,
        change(id, change) {
            const row = users.require(id);
            const username = (change.username ?? row.username).toLowerCase();
            const email = (change.email ?? row.email).toLowerCase();
            if (username !== row.username) {
                refuseTaken(username, undefined, idByName, idByEmail);
                idByName.delete(row.username);
                idByName.set(username, id);
            }
            if (email !== row.email) {
                refuseTaken(undefined, email, idByName, idByEmail);
                idByEmail.delete(row.email);
                idByEmail.set(email, id);
            }
            Object.assign(row, change, {username, email, update_at: core.now()});
            keywords.update(row);
            users.publishUpdated(row);
            return row;
        },
        setPassword(id, password) {
            const row = users.require(id);
            row.passwordDigest = digest(id, password);
            row.last_password_update = core.now();
        },
        hasPassword(id, password) {
            const stored = Buffer.from(users.require(id).passwordDigest);
            const given = Buffer.from(digest(id, password));
            return stored.length === given.length && timingSafeEqual(stored, given);
        },
        setActive(id, active) {
            const row = users.require(id);
            const now = core.now();
            row.update_at = now;
            row.delete_at = active ? 0 : now;
            core.emit({kind: 'user-invalidated', userId: id});
            users.publishUpdated(row);
            return row;
        },
        view: (user, viewer) => userView(core, user, viewer),
        publishUpdated(user) {
            core.publish(
                'user_updated',
                {user: users.view(user, 'other')},
                {omitUsers: [user.id], secrecy: 'sanitized'},
            );
            core.publish(
                'user_updated',
                {user: users.view(user, 'admin')},
                {omitUsers: [user.id], secrecy: 'sensitive'},
            );
            core.publish('user_updated', {user: users.view(user, 'self')}, {userId: user.id});
        },
    };
    return users;
}

function createKeywordIndex(): {
    readonly update: (user: UserRow) => void;
    readonly find: (keyword: string) => Iterable<string>;
} {
    const byKeyword = new Map<string, Set<string>>();
    const byUser = new Map<string, readonly string[]>();
    return {
        update(user) {
            for (const old of byUser.get(user.id) ?? []) {
                byKeyword.get(old)?.delete(user.id);
            }
            const keys = keywordsOf(user);
            byUser.set(user.id, keys);
            for (const key of keys) {
                byKeyword.set(key, (byKeyword.get(key) ?? new Set()).add(user.id));
            }
        },
        find: (keyword) => byKeyword.get(keyword) ?? [],
    };
}

function keywordsOf(user: UserRow): string[] {
    const keys = (user.notify_props['mention_keys'] ?? '')
        .split(',')
        .map((key) => key.trim().toLowerCase())
        .filter((key) => key !== '');
    const first = user.notify_props['first_name'] === 'true' ? user.first_name : '';
    return first === '' ? keys : [...keys, first];
}

function refuseTaken(
    username: string | undefined,
    email: string | undefined,
    idByName: ReadonlyMap<string, string>,
    idByEmail: ReadonlyMap<string, string>,
): void {
    if (username !== undefined && idByName.has(username)) {
        throw new ApiError(400, 'app.user.save.username_exists.app_error');
    }
    if (email !== undefined && idByEmail.has(email.toLowerCase())) {
        throw new ApiError(400, 'app.user.save.email_exists.app_error');
    }
}

function newRow(core: Core, given: NewUser, username: string, now: number): UserRow {
    const id = core.newId();
    return {
        id,
        create_at: now,
        update_at: now,
        delete_at: 0,
        username,
        email: (given.email ?? `${username}@localhost`).toLowerCase(),
        nickname: given.nickname ?? '',
        first_name: given.first_name ?? '',
        last_name: given.last_name ?? '',
        position: given.position ?? '',
        roles: given.roles ?? 'system_user',
        locale: given.locale ?? 'en',
        notify_props: given.notify_props ?? defaultNotifyProps(),
        props: given.props ?? {},
        timezone: {...defaultTimezone},
        last_password_update: now,
        last_picture_update: 0,
        is_bot: given.is_bot ?? false,
        bot_description: '',
        remote_id: given.remote_id ?? '',
        passwordDigest: given.password === undefined ? '' : digest(id, given.password),
        avatar: undefined,
    };
}

function defaultNotifyProps(): StringMap {
    return {
        channel: 'true',
        comments: 'never',
        desktop: 'mention',
        desktop_sound: 'true',
        desktop_threads: 'all',
        email: 'true',
        email_threads: 'all',
        first_name: 'false',
        mention_keys: '',
        push: 'mention',
        push_status: 'online',
        push_threads: 'all',
    };
}

function digest(salt: string, password: string): string {
    return createHash('sha256').update(salt).update(password).digest('hex');
}

/** Fields that the server leaves out when empty are left out here as well. */
function userView(core: Core, user: UserRow, viewer: 'self' | 'admin' | 'other'): JsonMap {
    const privacy = core.config.PrivacySettings;
    const whole = viewer !== 'other';
    const view: JsonMap = {
        id: user.id,
        create_at: user.create_at,
        update_at: user.update_at,
        delete_at: user.delete_at,
        username: user.username,
        ...(whole ? {} : {auth_data: ''}),
        auth_service: '',
        email: whole || privacy.ShowEmailAddress ? user.email : '',
    };
    view['nickname'] = user.nickname;
    view['first_name'] = whole || privacy.ShowFullName ? user.first_name : '';
    view['last_name'] = whole || privacy.ShowFullName ? user.last_name : '';
    view['position'] = user.position;
    view['roles'] = user.roles;
    addFilled(view, 'props', user.props);
    if (whole) {
        addFilled(view, 'notify_props', user.notify_props);
    }
    if (viewer === 'self' && user.last_password_update !== 0) {
        view['last_password_update'] = user.last_password_update;
    }
    if (user.last_picture_update !== 0) {
        view['last_picture_update'] = user.last_picture_update;
    }
    view['locale'] = user.locale;
    view['timezone'] = user.timezone;
    if (!user.is_bot) {
        view['remote_id'] = user.remote_id;
    }
    if (user.is_bot) {
        view['is_bot'] = true;
        if (user.bot_description !== '') {
            view['bot_description'] = user.bot_description;
        }
    }
    view['disable_welcome_email'] = false;
    return view;
}

function addFilled(view: JsonMap, key: string, map: StringMap): void {
    if (Object.keys(map).length > 0) {
        view[key] = map;
    }
}
