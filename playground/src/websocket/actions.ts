import * as z from 'zod';
import {ApiError} from '../api-error.ts';
import {isValidId} from '../identifiers.ts';
import type {World} from '../world/world.ts';
import type {JsonMap, SessionRow} from '../world/records.ts';
import {publishTyping} from '../world/typing.ts';
import type {Connection} from './connection.ts';
import type {Hub} from './hub.ts';

const requestSchema = z.object({
    seq: z
        .int()
        .nullish()
        .transform((seq) => seq ?? 0),
    action: z
        .string()
        .nullish()
        .transform((action) => action ?? ''),
    data: z.record(z.string(), z.unknown()).nullish(),
});

const invalidParameter = 'api.websocket_handler.invalid_param.app_error';

/** What a client may ask for on its line. */
export type ClientRequest = z.infer<typeof requestSchema>;

/** What follows from a client's frame. */
export type Outcome =
    | {readonly kind: 'handled'}
    /** The server drops the line: not JSON, or a bad token. */
    | {readonly kind: 'drop'}
    /** The challenge was answered: the line belongs to this session now. */
    | {readonly kind: 'authenticated'; readonly session: SessionRow; readonly seq: number};

/** Reads a frame; undefined when it is not a request. */
export function parseRequest(text: string): ClientRequest | undefined {
    try {
        const parsed = requestSchema.safeParse(JSON.parse(text));
        return parsed.success ? parsed.data : undefined;
    } catch {
        // A frame that is no JSON ends the line, as on the server; there is nothing to tell.
        return undefined;
    }
}

/** Does what a client asks for. */
export function handleRequest(
    world: World,
    hub: Hub,
    connection: Connection,
    request: ClientRequest,
): Outcome {
    if (request.action.startsWith('custom_')) {
        return {kind: 'handled'};
    }
    const answered = request.seq === 0 ? {} : {seq_reply: request.seq};
    const refuse = (status: number, id: string, name = ''): Outcome => {
        const body = new ApiError(status, id, {Name: name}).toBody('');
        reply(hub, connection, {status: 'FAIL', ...answered, error: body});
        return {kind: 'handled'};
    };
    const agree = (data?: JsonMap): Outcome => {
        reply(hub, connection, {
            status: 'OK',
            ...answered,
            ...(data === undefined ? {} : {data}),
        });
        return {kind: 'handled'};
    };
    if (request.action === '') {
        return refuse(400, 'api.web_socket_router.no_action.app_error');
    }
    if (request.seq <= 0) {
        return refuse(400, 'api.web_socket_router.bad_seq.app_error');
    }
    if (request.action === 'authentication_challenge') {
        return challenge(world, connection, request);
    }
    if (request.action === 'presence') {
        notePresence(connection, request.data ?? {});
        return agree();
    }
    if (!hub.isAuthenticated(connection)) {
        return refuse(401, 'api.web_socket_router.not_authenticated.app_error');
    }
    return act(world, connection, request, agree, refuse);
}

function act(
    world: World,
    connection: Connection,
    request: ClientRequest,
    agree: (data?: JsonMap) => Outcome,
    refuse: (status: number, id: string, name?: string) => Outcome,
): Outcome {
    const data = request.data ?? {};
    switch (request.action) {
        case 'ping':
            return agree({
                text: 'pong',
                version: world.core.server.version,
                server_time: world.core.now(),
                node_id: '',
            });
        case 'user_typing': {
            const channelId = data['channel_id'];
            if (
                typeof channelId !== 'string' ||
                !isValidId(channelId) ||
                !world.permissions.channel(connection.userId, channelId, 'create_post')
            ) {
                return refuse(400, invalidParameter, 'channel_id');
            }
            const parentId = data['parent_id'];
            const parent = typeof parentId === 'string' ? parentId : '';
            publishTyping(world.core, connection.userId, channelId, parent);
            return agree();
        }
        case 'get_statuses':
            return agree(
                Object.fromEntries(
                    [...world.users.all.keys()]
                        .map((id) => world.statuses.get(id))
                        .filter((status) => status.status !== 'offline')
                        .map((status) => [status.user_id, status.status]),
                ),
            );
        case 'get_statuses_by_ids': {
            const ids = z.array(z.string()).min(1).safeParse(data['user_ids']);
            return ids.success
                ? agree(
                      Object.fromEntries(ids.data.map((id) => [id, world.statuses.get(id).status])),
                  )
                : refuse(400, invalidParameter, 'user_ids');
        }
        case 'user_update_active_status':
            return agree();
        case 'posted_notify_ack':
            return {kind: 'handled'};
        default:
            return refuse(500, 'api.web_socket_router.bad_action.app_error');
    }
}

function challenge(world: World, connection: Connection, request: ClientRequest): Outcome {
    if (connection.token !== '') {
        return {kind: 'handled'};
    }
    const token = request.data?.['token'];
    const session = typeof token === 'string' ? world.sessions.byToken(token) : undefined;
    return session === undefined
        ? {kind: 'drop'}
        : {kind: 'authenticated', session, seq: request.seq};
}

function notePresence(connection: Connection, data: JsonMap): void {
    const {channel_id: channelId, thread_channel_id: threadId, is_thread_view: inView} = data;
    if (typeof channelId === 'string') {
        connection.presence.channelId = channelId;
    }
    if (typeof threadId === 'string') {
        if (inView === true) {
            connection.presence.threadsChannelId = threadId;
        } else {
            connection.presence.rhsChannelId = threadId;
        }
    }
}

/** Answers on the line, once it is somebody's; an overfull line is closed. */
export function reply(hub: Hub, connection: Connection, body: JsonMap): void {
    if (connection.userId !== '' && !connection.answer(JSON.stringify(body))) {
        hub.remove(connection);
        connection.close();
    }
}
