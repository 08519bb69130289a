import {readFrame} from './frames.ts';
import type {Frame} from './frames.ts';

/** How the connection stands: being made for the first time, there, or gone for now. */
export type Connection = 'connecting' | 'open' | 'lost';

/** The live side of the server. */
export interface Socket {
    start(): void;
    stop(): void;
    /** Tries at once instead of waiting for the next try. */
    retry(): void;
    /** Sends an action; dropped while there is no connection. */
    send(action: string, data: Readonly<Record<string, unknown>>): void;
}

/** Who hears what from a {@link Socket}. */
export interface SocketListeners {
    onEvent(frame: Frame): void;
    onConnection(state: Connection): void;
    /** The connection is back, whether or not events were missed. */
    onReconnect(): void;
    /** Events were missed and will not come: everything has to be asked for again. */
    onGap(): void;
}

const pingMs = 20_000;
const pongMs = 10_000;
const firstRetryMs = 1_000;
const lastRetryMs = 20_000;

interface Progress {
    /** '' before the first `hello`. */
    connectionId: string;
    /** The number that the next event must have. */
    nextEvent: number;
    nextAction: number;
    failures: number;
}

/**
 * Keeps one WebSocket alive with the session's cookie: resumes by `connection_id` and
 * `sequence_number`, so that nothing is missed when the server still has it, and says so when
 * something was.
 */
export function createSocket(
    listeners: SocketListeners,
    open: (address: string) => WebSocket = (address) => new WebSocket(address),
): Socket {
    const progress: Progress = {connectionId: '', nextEvent: 0, nextAction: 1, failures: 0};
    let live: WebSocket | undefined;
    let retryTimer: ReturnType<typeof setTimeout> | undefined;
    let pingTimer: ReturnType<typeof setTimeout> | undefined;
    let stopped = true;
    let everOpen = false;

    const send: Socket['send'] = (action, data) => {
        if (live?.readyState === WebSocket.OPEN) {
            live.send(JSON.stringify({seq: progress.nextAction++, action, data}));
        }
    };
    const watch = (): void => {
        clearTimeout(pingTimer);
        pingTimer = setTimeout(() => {
            send('ping', {});
            pingTimer = setTimeout(drop, pongMs);
        }, pingMs);
    };
    const drop = (): void => {
        const gone = live;
        live = undefined;
        clearTimeout(pingTimer);
        gone?.close();
        if (!stopped) {
            listeners.onConnection('lost');
            clearTimeout(retryTimer);
            retryTimer = setTimeout(connect, retryDelay(progress.failures++));
        }
    };
    const receive = (message: unknown): void => {
        watch();
        const incoming = readFrame(message);
        if (incoming.kind !== 'event') {
            return;
        }
        progress.failures = 0;
        if (incoming.frame.event === 'hello') {
            greet(incoming.frame);
        }
        if (incoming.frame.seq !== progress.nextEvent) {
            // An event was lost on the way; the server may still have it.
            drop();
            return;
        }
        progress.nextEvent = incoming.frame.seq + 1;
        listeners.onEvent(incoming.frame);
    };
    const greet = (frame: Frame): void => {
        const given = frame.data['connection_id'];
        const connectionId = typeof given === 'string' ? given : '';
        if (connectionId !== progress.connectionId) {
            progress.nextEvent = 0;
            if (progress.connectionId !== '') {
                listeners.onGap();
            }
            progress.connectionId = connectionId;
        }
    };
    const connect = (): void => {
        clearTimeout(retryTimer);
        const socket = open(address(progress));
        live = socket;
        progress.nextAction = 1;
        socket.onopen = () => {
            listeners.onConnection('open');
            if (everOpen) {
                listeners.onReconnect();
            }
            everOpen = true;
            // A resumed connection says nothing by itself; this shows that it is alive.
            send('ping', {});
            watch();
        };
        socket.onmessage = (event: MessageEvent<unknown>) => {
            if (live === socket) {
                receive(event.data);
            }
        };
        socket.onclose = () => {
            if (live === socket) {
                drop();
            }
        };
    };
    return {
        start() {
            stopped = false;
            listeners.onConnection('connecting');
            connect();
        },
        stop() {
            stopped = true;
            clearTimeout(retryTimer);
            drop();
        },
        retry() {
            if (!stopped && live === undefined) {
                connect();
            }
        },
        send,
    };
}

function retryDelay(failures: number): number {
    const wait = Math.min(firstRetryMs * 2 ** Math.min(failures, 10), lastRetryMs);
    return wait * (0.75 + Math.random() / 2);
}

function address(progress: Progress): string {
    const url = new URL('/api/v4/websocket', window.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('connection_id', progress.connectionId);
    url.searchParams.set('sequence_number', String(progress.nextEvent));
    return url.href;
}
