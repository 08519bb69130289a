import type {AccessTokenRow, SessionRow} from './records.ts';
import type {Core} from './core.ts';

const hundredYears = 100 * 365 * 24 * 60 * 60 * 1000;
const hour = 60 * 60 * 1000;

/** Logins and access tokens. */
export interface Sessions {
    /** A session for a login, valid as long as a web session is. */
    login(userId: string, deviceId?: string): SessionRow;
    /** The live session of a token; an access token makes its session when first used. */
    byToken(token: string): SessionRow | undefined;
    ofUser(userId: string): readonly SessionRow[];
    revoke(session: SessionRow): void;
    /** Ends all sessions of a user; access tokens stay but make no new session if disabled. */
    revokeAll(userId: string): void;

    createToken(userId: string, description: string): AccessTokenRow;
    tokens(): Iterable<AccessTokenRow>;
    token(id: string): AccessTokenRow | undefined;
    setTokenActive(token: AccessTokenRow, active: boolean): void;
    deleteToken(token: AccessTokenRow): void;
}

/** Keeps sessions by token; `mayUse` says whether the owner of an access token is active. */
export function createSessions(core: Core, mayUse: (userId: string) => boolean): Sessions {
    const byToken = new Map<string, SessionRow>();
    const byUser = new Map<string, Set<SessionRow>>();
    const tokens = new Map<string, AccessTokenRow>();
    const tokenByText = new Map<string, AccessTokenRow>();

    const add = (session: SessionRow): SessionRow => {
        byToken.set(session.token, session);
        const own = byUser.get(session.user_id) ?? new Set();
        byUser.set(session.user_id, own.add(session));
        return session;
    };
    const drop = (session: SessionRow): void => {
        byToken.delete(session.token);
        byUser.get(session.user_id)?.delete(session);
    };
    const make = (userId: string, token: string, life: number, tokenId: string, device: string) =>
        add({
            id: core.newId(),
            token,
            user_id: userId,
            create_at: core.now(),
            expires_at: core.now() + life,
            csrf: core.newId(),
            accessTokenId: tokenId,
            device_id: device,
        });

    const sessions: Sessions = {
        login(userId, deviceId = '') {
            const life = core.config.ServiceSettings.SessionLengthWebInHours * hour;
            return make(userId, core.newId(), life, '', deviceId);
        },
        byToken(token) {
            const session = byToken.get(token);
            if (session !== undefined) {
                if (session.expires_at > core.now()) {
                    return session;
                }
                drop(session);
                return undefined;
            }
            const access = tokenByText.get(token);
            return access?.is_active === true && mayUse(access.user_id)
                ? make(access.user_id, token, hundredYears, access.id, '')
                : undefined;
        },
        ofUser: (userId) => [...(byUser.get(userId) ?? [])],
        revoke(session) {
            drop(session);
            core.emit({kind: 'user-invalidated', userId: session.user_id});
        },
        revokeAll(userId) {
            for (const session of sessions.ofUser(userId)) {
                drop(session);
            }
            core.emit({kind: 'user-invalidated', userId});
        },
        createToken(userId, description) {
            const token: AccessTokenRow = {
                id: core.newId(),
                token: core.newId(),
                user_id: userId,
                description,
                is_active: true,
            };
            tokens.set(token.id, token);
            tokenByText.set(token.token, token);
            return token;
        },
        tokens: () => tokens.values(),
        token: (id) => tokens.get(id),
        setTokenActive(token, active) {
            token.is_active = active;
            if (!active) {
                endTokenSession(token);
            }
        },
        deleteToken(token) {
            tokens.delete(token.id);
            tokenByText.delete(token.token);
            endTokenSession(token);
        },
    };
    const endTokenSession = (token: AccessTokenRow): void => {
        const session = byToken.get(token.token);
        if (session !== undefined) {
            sessions.revoke(session);
        }
    };
    return sessions;
}
