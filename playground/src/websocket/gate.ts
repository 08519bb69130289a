import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {hostname} from 'node:os';
import {WebSocketServer, type RawData, type WebSocket} from 'ws';
import {authenticate} from '../http/auth.ts';
import {serverVersion} from '../http/handler.ts';
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
    /** From now on nothing is written to the sockets and nothing read from them is heard. */
    setSilent(silent: boolean): void;
    close(): void;
}

/** Opens lines for clients and hands their requests to the router. */
export function createGate(world: World, hub: Hub): Gate {
    const server = new WebSocketServer({
        noServer: true,
        maxPayload: maxMessageBytes,
        perMessageDeflate: false,
    });
    const open = new Map<WebSocket, Connection>();
    let silent = false;

    const opened = (socket: WebSocket, request: IncomingMessage): void => {
        const connection = enter(world, hub, socket, request);
        if (connection === undefined) {
            socket.terminate();
            return;
        }
        connection.setSilent(silent);
        open.set(socket, connection);
        const timers = watch(socket, hub, connection);
        socket.on('message', (message: RawData, isBinary: boolean) => {
            if (!silent && !hear(world, hub, connection, message, isBinary)) {
                socket.terminate();
            }
        });
        socket.on('error', () => socket.terminate());
        socket.on('close', () => {
            timers[Symbol.dispose]();
            if (open.delete(socket)) {
                hub.lost(connection);
            }
        });
    };

    return {
        upgrade(request, socket, head) {
            server.handleUpgrade(request, socket, head, (ws) => opened(ws, request));
        },
        cut(userId) {
            const chosen = [...open].filter(
                ([, connection]) => userId === undefined || connection.userId === userId,
            );
            for (const [socket, connection] of chosen) {
                open.delete(socket);
                hub.lost(connection);
                socket.terminate();
            }
            return chosen.length;
        },
        setSilent(value) {
            silent = value;
            for (const connection of open.values()) {
                connection.setSilent(value);
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

function enter(
    world: World,
    hub: Hub,
    socket: WebSocket,
    request: IncomingMessage,
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
    if (session !== undefined) {
        connection.token = session.token;
        world.statuses.setOnline(session.user_id);
        hub.add(connection);
    }
    if (known !== undefined) {
        connection.resume(socket, Number(seqText), () => hello(connection));
        return connection;
    }
    connection.attach(socket);
    if (session !== undefined) {
        connection.send(hello(connection));
    }
    return connection;
}

function hello(connection: Connection): Frame {
    return createFrame({
        event: 'hello',
        data: {
            connection_id: connection.id,
            server_hostname: hostname(),
            server_version: `${serverVersion}.${serverVersion}.playground.false`,
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
    const request = isBinary ? undefined : parseRequest(String(message));
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
            connection.send(hello(connection));
            world.statuses.setOnline(connection.userId);
            reply(hub, connection, {status: 'OK', seq_reply: outcome.seq});
            return true;
    }
}

/** Pings, and ends lines that do not authenticate or do not answer. */
function watch(socket: WebSocket, hub: Hub, connection: Connection): Disposable {
    const silence = setTimeout(() => socket.terminate(), silenceLimitMs);
    const ping = setInterval(() => socket.ping(), pingEveryMs);
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
