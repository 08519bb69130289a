import {WebSocket} from 'ws';
import * as z from 'zod';
import type {Playground} from './playground.ts';

const jsonSchema = z.record(z.string(), z.unknown());
const frameSchema = z.looseObject({
    event: z.string().optional(),
    data: jsonSchema.optional(),
    seq: z.number().optional(),
});

/** What a test sees of an answer. */
export interface Answer {
    readonly status: number;
    readonly headers: Headers;
    readonly text: string;
    /** The body, when it is a JSON object; else empty. */
    readonly body: Record<string, unknown>;
    /** The body, when it is a JSON list; else empty. */
    readonly list: readonly Record<string, unknown>[];
}

/** REST calls of one user, for tests. */
export type Call = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** A user's REST calls; without a token, those of somebody who is not logged in. */
export function caller(playground: Playground, token?: string): Call {
    return async (method, path, body) => {
        const response = await fetch(`${playground.url}/api/v4${path}`, {
            method,
            headers: token === undefined ? {} : {Authorization: `Bearer ${token}`},
            ...(body === undefined ? {} : {body: encode(body)}),
        });
        return read(response);
    };
}

function encode(body: unknown): string | FormData {
    return typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body);
}

/** Reads a whole response. */
export async function read(response: Response): Promise<Answer> {
    const text = await response.text();
    const value = parse(text);
    return {
        status: response.status,
        headers: response.headers,
        text,
        body: jsonSchema.safeParse(value).data ?? {},
        list: z.array(jsonSchema).safeParse(value).data ?? [],
    };
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        // Not every answer is JSON.
        return undefined;
    }
}

/** A frame that came over a WebSocket. */
export type ReceivedFrame = z.infer<typeof frameSchema>;

/** One WebSocket, for tests. */
export interface Line {
    readonly socket: WebSocket;
    readonly frames: readonly ReceivedFrame[];
    /** Resolves with the first frame, past or future, that fits; rejects after `limitMs`. */
    until(fits: (frame: ReceivedFrame) => boolean, limitMs?: number): Promise<ReceivedFrame>;
    /** The first frame with an event name. */
    event(name: string): Promise<ReceivedFrame>;
    /** The names of all events but those about who is online. */
    names(): string[];
    send(request: unknown): void;
    /** Resolves with the close code; 1006 for a line that was cut. */
    readonly closed: Promise<number>;
    end(): void;
}

/** Opens a WebSocket; with a token it is given in the header. */
export function openLine(playground: Playground, token?: string, query = ''): Line {
    const url = `${playground.url.replace('http', 'ws')}/api/v4/websocket${query}`;
    const socket = new WebSocket(url, {
        headers: token === undefined ? {} : {Authorization: `Bearer ${token}`},
    });
    const frames: ReceivedFrame[] = [];
    const waiting = new Set<() => void>();
    socket.on('message', (message: Buffer) => {
        frames.push(frameSchema.parse(JSON.parse(message.toString('utf8'))));
        for (const look of waiting) {
            look();
        }
    });
    const closed = new Promise<number>((resolve) => {
        socket.on('close', resolve);
    });
    socket.on('error', () => undefined);
    const until: Line['until'] = (fits, limitMs = 30_000) =>
        new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                waiting.delete(look);
                reject(new Error(`no such frame among ${frames.map(nameOf).join(', ')}`));
            }, limitMs);
            const look = (): void => {
                const found = frames.find(fits);
                if (found !== undefined) {
                    clearTimeout(timer);
                    waiting.delete(look);
                    resolve(found);
                }
            };
            waiting.add(look);
            look();
        });
    return {
        socket,
        frames,
        until,
        event: (name) => until((frame) => frame.event === name),
        names: () => frames.map(nameOf).filter((name) => name !== 'status_change'),
        send: (request) =>
            socket.send(typeof request === 'string' ? request : JSON.stringify(request)),
        closed,
        end: () => socket.terminate(),
    };
}

function nameOf(frame: ReceivedFrame): string {
    return frame.event ?? 'answer';
}

/** The post inside of an event. */
export function postOf(frame: ReceivedFrame): Record<string, unknown> {
    return jsonSchema.parse(JSON.parse(z.string().parse(frame.data?.['post'])));
}

/** A text field of a body that has to be there. */
export function textOf(body: Record<string, unknown>, key: string): string {
    return z.string().parse(body[key]);
}

/** Lets what the server does in the background happen. */
export async function settle(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 30));
}
