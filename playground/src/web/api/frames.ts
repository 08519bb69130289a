import * as z from 'zod';

/** One event of the WebSocket, its `data` not yet looked into. */
export interface Frame {
    readonly event: string;
    readonly data: Readonly<Record<string, unknown>>;
    readonly broadcast: {
        readonly channel_id: string;
        readonly user_id: string;
        readonly team_id: string;
    };
    readonly seq: number;
}

const text = z
    .string()
    .nullish()
    .transform((value) => value ?? '');

const replySchema = z.looseObject({seq_reply: z.number().min(1)});

const eventSchema = z.looseObject({
    event: z.string(),
    data: z
        .record(z.string(), z.unknown())
        .nullish()
        .transform((data) => data ?? {}),
    broadcast: z
        .looseObject({channel_id: text, user_id: text, team_id: text})
        .nullish()
        .transform((found) => found ?? {channel_id: '', user_id: '', team_id: ''}),
    seq: z.number(),
});

/** What one message of the socket is: an answer to what was sent, an event, or nothing known. */
export type Incoming =
    | {readonly kind: 'reply'}
    | {readonly kind: 'event'; readonly frame: Frame}
    | {readonly kind: 'unknown'};

/** Reads one text message of the socket. */
export function readFrame(message: unknown): Incoming {
    const json = parseJson(message);
    if (replySchema.safeParse(json).success) {
        return {kind: 'reply'};
    }
    const event = eventSchema.safeParse(json);
    return event.success ? {kind: 'event', frame: event.data} : {kind: 'unknown'};
}

/** JSON that comes as a string inside of JSON; undefined where it is none. */
export function parseJson(message: unknown): unknown {
    if (typeof message !== 'string') {
        return undefined;
    }
    try {
        return JSON.parse(message);
    } catch {
        // Whoever asked treats undefined as unreadable.
        return undefined;
    }
}
