import type {ConnectionState, OwnPostPermission, PlatformStatus} from '../platform.ts';

/** The status of one account, kept by its listener. */
export interface StatusBoard {
    readonly current: PlatformStatus;
    /** Changes the state; `lastError` stays unless one is given. */
    set(state: ConnectionState, lastError?: string): void;
    /** Notes that something was heard, without telling the listeners. */
    heard(): void;
    reconnected(): void;
    /** When the bot's token ends; undefined = never, or nobody says. */
    tokenEnds(at: number | undefined): void;
    /** Which permissions the bot lacks. */
    lacks(permissions: readonly OwnPostPermission[]): void;
    onChange(listener: (status: PlatformStatus) => void): Disposable;
}

/** Makes a board in state `connecting`. `now` is our own clock, ms. */
export function createStatusBoard(now: () => number): StatusBoard {
    const listeners = new Set<(status: PlatformStatus) => void>();
    let current: PlatformStatus = {
        state: 'connecting',
        since: now(),
        lastEventAt: undefined,
        lastError: undefined,
        reconnects: 0,
    };

    const change = (next: PlatformStatus): void => {
        current = next;
        for (const listener of [...listeners]) listener(current);
    };

    return {
        get current() {
            return current;
        },
        set: (state, lastError) => {
            const error = lastError ?? current.lastError;
            if (state === current.state && error === current.lastError) return;
            const since = state === current.state ? current.since : now();
            change({...current, state, since, lastError: error});
        },
        heard: () => {
            current = {...current, lastEventAt: now()};
        },
        reconnected: () => change({...current, reconnects: current.reconnects + 1}),
        tokenEnds: (at) => {
            if (at !== current.tokenEndsAt) change({...current, tokenEndsAt: at});
        },
        lacks: (missingPermissions) => change({...current, missingPermissions}),
        onChange: (listener) => {
            listeners.add(listener);
            return {[Symbol.dispose]: () => listeners.delete(listener)};
        },
    };
}
