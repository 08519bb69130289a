import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {hostname} from 'node:os';
import {WebSocketServer, type RawData, type WebSocket} from 'ws';
import {ApiError} from '../api-error.ts';
import {authenticate} from '../http/auth.ts';
import {buildOf} from '../http/handler.ts';
import {isValidId, newId} from '../identifiers.ts';
import type {World} from '../world/world.ts';
import {handleRequest, parseRequest, reply} from './actions.ts';
import {createConnection, type Connection} from './connection.ts';
import {createFrame, type Frame} from './frame.ts';
import type {Hub} from './hub.ts';

const maxMessageBytes = 8 * 1024;
const authenticationLimitMs = 5000;
const pingEveryMs = 60_000;
const silenceLimitMs = 100_000;

/** Where clients come in. */
export interface Gate {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
    /** Drops the sockets of one user, or of all; the lines can be resumed. */
    cut(userId?: string): number;
    /**
     * Makes the open lines dead or alive: nothing is written to a dead one, nothing read from it is
     * heard, not even that it was closed. `newLines` makes those dead that are opened from now on.
     */
    setSilent(silent: boolean, newLines: boolean): void;
    close(): void;
}

/** Opens lines for clients and hands their requests to the router. */
export function createGate(world: World, hub: Hub): Gate {
    const server = new WebSocketServer({
        noServer: true,
        maxPayload: maxMessageBytes,
        perMessageDeflate: false,
        autoPong: false,
    });
    const open = new Map<WebSocket, Connection>();
    let silentFromNowOn = false;

    const end = (socket: WebSocket): void => {
        const connection = open.get(socket);
        if (connection !== undefined) {
            open.delete(socket);
            hub.lost(connection);
        }
    };
    const opened = (socket: WebSocket, request: IncomingMessage): void => {
        const connection = enter(world, hub, socket, request, silentFromNowOn);
        if (connection === undefined) {
            socket.terminate();
            return;
        }
        open.set(socket, connection);
        const timers = watch(socket, hub, connection, () => end(socket));
        socket.on('message', (message: RawData, isBinary: boolean) => {
            if (!connection.silent && !hear(world, hub, connection, message, isBinary)) {
                socket.terminate();
            }
        });
        socket.on('ping', (content: Buffer) => {
            if (!connection.silent) {
                socket.pong(content);
            }
        });
        socket.on('error', () => socket.terminate());
        socket.on('close', () => {
            if (!connection.silent) {
                timers[Symbol.dispose]();
                end(socket);
            }
        });
    };

    return {
        upgrade(request, socket, head) {
            const refusal = refusalOf(world, request);
            if (refusal === undefined) {
                server.handleUpgrade(request, socket, head, (ws) => opened(ws, request));
            } else {
                socket.end(refusal);
            }
        },
        cut(userId) {
            const chosen = [...open].filter(
                ([, connection]) => userId === undefined || connection.userId === userId,
            );
            for (const [socket] of chosen) {
                end(socket);
                socket.terminate();
            }
            return chosen.length;
        },
        setSilent(silent, newLines) {
            silentFromNowOn = silent && newLines;
            for (const [socket, connection] of open) {
                connection.silent = silent;
                if (!silent && socket.readyState === socket.CLOSED) {
                    end(socket);
                }
            }
        },
        close() {
            for (const socket of open.keys()) {
                socket.terminate();
            }
            server.close();
        },
    };
}

/** The raw answer to an upgrade that the server does not allow. */
function refusalOf(world: World, request: IncomingMessage): string | undefined {
    if (authenticate(world, request, true).kind === 'token-in-query') {
        const error = new ApiError(401, 'api.context.token_provided.app_error');
        return rawAnswer('401 Unauthorized', JSON.stringify(error.toBody(newId())));
    }
    if (!isAllowedOrigin(world, request)) {
        const error = new ApiError(400, 'api.web_socket.connect.upgrade.app_error', {
            BlockedOrigin: request.headers.origin ?? '',
        });
        const body = JSON.stringify(error.toBody(newId()));
        return rawAnswer('403 Forbidden', `Forbidden\n${body}`);
    }
    return undefined;
}

function rawAnswer(status: string, body: string): string {
    const length = Buffer.byteLength(body);
    return (
        `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n` +
        `Connection: close\r\nContent-Length: ${length}\r\n\r\n${body}`
    );
}

function isAllowedOrigin(world: World, request: IncomingMessage): boolean {
    const {origin} = request.headers;
    if (origin === undefined) {
        return true;
    }
    const {AllowCorsFrom: allowed, SiteURL: site} = world.core.config.ServiceSettings;
    if (allowed !== '') {
        const origins = [...allowed.split(' '), site];
        return origins.includes('*') || origins.includes(origin);
    }
    return URL.canParse(origin) && new URL(origin).host === request.headers.host;
}

function enter(
    world: World,
    hub: Hub,
    socket: WebSocket,
    request: IncomingMessage,
    silent: boolean,
): Connection | undefined {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const found = authenticate(world, request, true);
    const session = found.kind === 'session' ? found.session : undefined;
    const wanted = query.get('connection_id') ?? '';
    const resumes = wanted !== '' && session !== undefined;
    const seqText = query.get('sequence_number') ?? '';
    if (resumes && (!isValidId(wanted) || !/^-?\d+$/.test(seqText))) {
        return undefined;
    }
    const known = resumes ? hub.reclaim(session.user_id, wanted) : undefined;
    const connection =
        known ??
        createConnection({
            id: newId(),
            userId: session?.user_id ?? '',
            token: session?.token ?? '',
            postedAck: query.get('posted_ack') === 'true',
        });
    connection.silent = silent;
    if (session !== undefined) {
        connection.token = session.token;
        hub.add(connection);
        setOnlineSoon(world, session.user_id);
    }
    if (known !== undefined) {
        connection.resume(socket, Number(seqText), () => hello(world, connection));
        return connection;
    }
    connection.attach(socket);
    if (session !== undefined) {
        connection.send(hello(world, connection));
    }
    return connection;
}

/** After the hello, as on the server, which does it in the background. */
function setOnlineSoon(world: World, userId: string): void {
    queueMicrotask(() => {
        world.statuses.setOnline(userId);
    });
}

function hello(world: World, connection: Connection): Frame {
    return createFrame({
        event: 'hello',
        data: {
            connection_id: connection.id,
            server_hostname: hostname(),
            server_version: buildOf(world),
        },
        audience: {userId: connection.userId},
    });
}

/** False when the line is to be dropped. */
function hear(
    world: World,
    hub: Hub,
    connection: Connection,
    message: RawData,
    isBinary: boolean,
): boolean {
    const request = isBinary ? undefined : parseRequest(textOf(message));
    if (request === undefined) {
        return false;
    }
    const outcome = handleRequest(world, hub, connection, request);
    switch (outcome.kind) {
        case 'handled':
            return true;
        case 'drop':
            return false;
        case 'authenticated':
            connection.token = outcome.session.token;
            connection.userId = outcome.session.user_id;
            hub.add(connection);
            connection.send(hello(world, connection));
            reply(hub, connection, {status: 'OK', seq_reply: outcome.seq});
            setOnlineSoon(world, connection.userId);
            return true;
    }
}

function textOf(message: RawData): string {
    const bytes = Array.isArray(message) ? Buffer.concat(message) : message;
    return Buffer.isBuffer(bytes) ? bytes.toString('utf8') : Buffer.from(bytes).toString('utf8');
}

/** Pings, and ends lines that do not authenticate or do not answer. */
function watch(socket: WebSocket, hub: Hub, connection: Connection, end: () => void): Disposable {
    const silence = setTimeout(() => {
        end();
        socket.terminate();
    }, silenceLimitMs);
    const ping = setInterval(() => {
        if (!connection.silent) {
            socket.ping();
        }
    }, pingEveryMs);
    const login = setTimeout(() => {
        if (connection.token === '') {
            hub.remove(connection);
            socket.terminate();
        }
    }, authenticationLimitMs);
    socket.on('pong', () => silence.refresh());
    for (const timer of [silence, ping, login]) {
        timer.unref();
    }
    return {
        [Symbol.dispose]() {
            clearTimeout(silence);
            clearInterval(ping);
            clearTimeout(login);
        },
    };
}
