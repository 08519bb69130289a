import type {Api} from '../api/client.ts';
import {ApiFailure} from '../api/api_failure.ts';
import type {User} from '../api/schemas.ts';
import {createSocket} from '../api/socket.ts';
import type {Socket} from '../api/socket.ts';
import type {Frame} from '../api/frames.ts';
import {warn} from '../log.ts';
import type {ChatStore} from '../state/store.ts';
import type {Conversations} from './conversations.ts';
import {readPath} from './location.ts';
import {attempt} from './outcome.ts';
import type {Outcome} from './outcome.ts';
import type {People} from './people.ts';
import type {Writing} from './writing.ts';

/** Who is logged in, and the connection that comes with it. */
export interface Session {
    /** Goes on with the session of the cookie, if there is one. */
    resume(): Promise<'signed-in' | 'signed-out' | 'unreachable'>;
    signIn(loginId: string, password: string): Promise<Outcome>;
    signOut(): Promise<void>;
    /** Logs out and comes back as somebody else, without a stop at the login page. */
    switchTo(loginId: string, password: string): Promise<Outcome>;
    /** The server no longer knows the session. */
    expire(): void;
    retryConnection(): void;
    /** Sends an action over the socket. */
    send(action: string, data: Readonly<Record<string, unknown>>): void;
}

/** Who takes part in a session. */
export interface SessionDeps {
    readonly api: Api;
    readonly store: ChatStore;
    readonly people: People;
    readonly conversations: Conversations;
    readonly writing: Writing;
    readonly onEvent: (frame: Frame) => void;
    readonly onReconnect: () => void;
    readonly onStarted: () => void;
}

/** How often the statuses are asked for; nobody is told of those of others. */
const statusMs = 30_000;

/** Creates the {@link Session} of this page; one at a time is alive. */
export function createSession(deps: SessionDeps): Session {
    const {api, store} = deps;
    let socket: Socket | undefined;
    let statusTimer: ReturnType<typeof setInterval> | undefined;

    const begin = async (user: User): Promise<void> => {
        store.dispatch({type: 'SESSION_STARTED', user});
        try {
            await loadTeam(deps);
        } catch (cause) {
            // Half a page would be worse than the login form.
            end();
            throw cause;
        }
        socket?.stop();
        socket = createSocket({
            onEvent: deps.onEvent,
            onConnection: (connection) => store.dispatch({type: 'CONNECTION_CHANGED', connection}),
            onReconnect: deps.onReconnect,
            onGap: () => void catchUp(deps),
        });
        socket.start();
        clearInterval(statusTimer);
        statusTimer = setInterval(() => void deps.people.refreshStatuses(), statusMs);
        deps.onStarted();
        await deps.conversations.openFromPath();
    };
    const end = (): void => {
        clearInterval(statusTimer);
        socket?.stop();
        socket = undefined;
        store.dispatch({type: 'SESSION_ENDED'});
    };
    const leave = async (): Promise<void> => {
        const outcome = await attempt(() => api.logout());
        if (outcome.kind === 'refused') {
            warn('the session could not be ended on the server');
        }
    };
    return {
        async resume() {
            // A readable twin of the session's cookie: without it, there is nobody to ask for.
            if (!/(?:^|;\s*)MMUSERID=/.test(document.cookie)) {
                return 'signed-out';
            }
            try {
                await begin(await api.me());
                return 'signed-in';
            } catch (cause) {
                if (cause instanceof ApiFailure) {
                    return cause.status === 401 ? 'signed-out' : 'unreachable';
                }
                throw cause;
            }
        },
        signIn: (loginId, password) =>
            attempt(async () => begin(await api.login(loginId, password))),
        async signOut() {
            await leave();
            end();
            window.history.replaceState(null, '', '/');
        },
        async switchTo(loginId, password) {
            await leave();
            return attempt(async () => {
                const user = await api.login(loginId, password);
                end();
                await begin(user);
            });
        },
        expire: end,
        retryConnection: () => socket?.retry(),
        send: (action, data) => socket?.send(action, data),
    };
}

async function loadTeam({api, store, people, conversations}: SessionDeps): Promise<void> {
    const [config, teams] = await Promise.all([api.config(), api.teams()]);
    store.dispatch({type: 'CONFIG_RECEIVED', config});
    store.dispatch({type: 'TEAMS_RECEIVED', teams});
    const place = readPath(window.location.pathname);
    const team = teams.find((one) => place.kind !== 'home' && one.name === place.team) ?? teams[0];
    if (team === undefined) {
        return;
    }
    store.dispatch({type: 'TEAM_SELECTED', teamId: team.id});
    await conversations.load();
    void people.search('').catch((cause: unknown) => {
        // Names are then completed only for those who have written.
        warn('the members of the team could not be listed', {}, cause);
    });
    const {currentUserId} = store.getState().entities.users;
    store.dispatch({
        type: 'STATUSES_RECEIVED',
        statuses: [{user_id: currentUserId, status: 'online'}],
    });
}

/** Asks again for all that the missed events would have told. */
async function catchUp({store, people, conversations, writing}: SessionDeps): Promise<void> {
    const {currentChannelId} = store.getState().entities.channels;
    const {selectedPostId} = store.getState().views.rhs;
    store.dispatch({type: 'POSTS_STALE', channelId: currentChannelId});
    try {
        await Promise.all([
            conversations.load(),
            people.refreshStatuses(),
            currentChannelId === '' ? undefined : conversations.reload(currentChannelId),
            selectedPostId === '' ? undefined : writing.openThread(selectedPostId),
        ]);
    } catch (cause) {
        // The connection broke again; the next one catches up.
        warn('what was missed could not be loaded', {}, cause);
    }
}
