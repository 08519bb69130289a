import type {WebSocket} from 'ws';
import {newId} from '../identifiers.ts';
import type {Frame} from './frame.ts';

/** Events that wait for a slow reader; one more closes the connection. */
export const sendQueueSize = 256;
/** Events kept after they were sent, for a reader who comes back. */
export const deadQueueSize = 128;

const slowAt = sendQueueSize / 2;
/** Bytes handed to the socket before the rest waits, about a socket's buffer in the kernel. */
const socketBufferBytes = 256 * 1024;
const droppable = new Set(['typing', 'status_change', 'multiple_channels_viewed']);

type Outgoing =
    | {readonly kind: 'event'; readonly frame: Frame}
    | {readonly kind: 'answer'; readonly text: string};

/** One client's line, which may outlive its socket: the queues wait for the client's return. */
export interface Connection {
    id: string;
    /** '' until the client has authenticated. */
    userId: string;
    token: string;
    readonly postedAck: boolean;
    /** What the client said it looks at; undefined until it has said so. */
    presence: {channelId?: string; rhsChannelId?: string; threadsChannelId?: string};
    readonly active: boolean;
    /** When the socket was lost; 0 while active. */
    readonly inactiveSince: number;
    /** Sends an event; false when the queue is full, after which the connection is gone. */
    send(frame: Frame): boolean;
    answer(text: string): boolean;
    /** Gives a new line its socket. */
    attach(socket: WebSocket): void;
    /**
     * Gives a line that lost its socket another one and sends what is missing from `seq` on. When
     * that is not known any more, the line gets a new id and a hello, and starts from 0.
     */
    resume(socket: WebSocket, seq: number, hello: () => Frame): void;
    detach(now: number): void;
    close(): void;
    /** While silent nothing is written, though everything is taken for sent. */
    silent: boolean;
}

/** A new line without a socket. */
export function createConnection(options: {
    id: string;
    userId: string;
    token: string;
    postedAck: boolean;
}): Connection {
    const queue: Outgoing[] = [];
    let dead: {seq: number; frame: Frame}[] = [];
    let next = 0;
    let socket: WebSocket | undefined;
    let inactiveSince = 0;

    const write = (text: string): void => {
        if (!connection.silent) {
            socket?.send(text, pump);
        }
    };
    const writeEvent = (frame: Frame): void => {
        dead.push({seq: next, frame});
        if (dead.length > deadQueueSize) {
            dead.shift();
        }
        write(frame.numbered(next));
        next++;
    };
    const pump = (): void => {
        while (socket !== undefined && socket.bufferedAmount < socketBufferBytes) {
            const item = queue.shift();
            if (item === undefined) {
                return;
            }
            if (item.kind === 'event') {
                writeEvent(item.frame);
            } else {
                write(item.text);
            }
        }
    };
    const enqueue = (item: Outgoing): boolean => {
        if (queue.length >= sendQueueSize) {
            return false;
        }
        queue.push(item);
        pump();
        return true;
    };

    const connection: Connection = {
        id: options.id,
        userId: options.userId,
        token: options.token,
        postedAck: options.postedAck,
        presence: {},
        silent: false,
        get active() {
            return socket !== undefined;
        },
        get inactiveSince() {
            return inactiveSince;
        },
        send(frame) {
            return queue.length >= slowAt && droppable.has(frame.event)
                ? true
                : enqueue({kind: 'event', frame});
        },
        answer: (text) => enqueue({kind: 'answer', text}),
        attach(opened) {
            socket = opened;
            pump();
        },
        resume(opened, seq, hello) {
            socket = opened;
            inactiveSince = 0;
            connection.presence = {};
            const found = dead.findIndex((item) => item.seq === seq);
            const newest = dead.at(-1)?.seq ?? seq - 1;
            if (seq === 0 || newest === seq - 1) {
                next = seq;
            } else if (found !== -1) {
                for (const item of dead.slice(found)) {
                    write(item.frame.numbered(item.seq));
                }
            } else {
                dead = [];
                next = 0;
                connection.id = newId();
                writeEvent(hello());
            }
            pump();
        },
        detach(now) {
            socket = undefined;
            inactiveSince = now;
        },
        close() {
            socket?.close();
            socket = undefined;
        },
    };
    return connection;
}
