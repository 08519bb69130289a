import type {IncomingMessage} from 'node:http';
import type {AddressInfo} from 'node:net';
import {WebSocketServer, type WebSocket} from 'ws';
import {silentLog} from '../../contract/log.ts';
import {untilTrue} from '../event-log.contract.ts';
import {openSocket, type ResumePoint, type Socket} from './socket.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS, type Limits} from './timings.ts';
import {directOutbound} from '../../net/direct.fixture.ts';

interface Peer {
    readonly socket: WebSocket;
    readonly request: IncomingMessage;
    readonly heard: unknown[];
    send(frame: unknown): void;
}

describe('one WebSocket connection', () => {
    let server: WebSocketServer;
    let peers: Peer[];
    let answerPings: boolean;
    const opened: Socket[] = [];

    beforeEach(async () => {
        // The lines are real, but no time passes for what watches them unless a test says so.
        jest.useFakeTimers({
            doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'Date'],
        });
        peers = [];
        answerPings = true;
        server = new WebSocketServer({port: 0, host: '127.0.0.1'});
        await new Promise((resolve) => server.once('listening', resolve));
        server.on('connection', (socket, request) => {
            const peer: Peer = {
                socket,
                request,
                heard: [],
                send: (frame) =>
                    socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
            };
            peers.push(peer);
            socket.on('message', (data) => {
                const asked = JSON.parse((data as Buffer).toString()) as {seq: number};
                peer.heard.push(asked);
                if (answerPings) peer.send({status: 'OK', seq_reply: asked.seq});
            });
        });
    });
    afterEach(async () => {
        for (const socket of opened.splice(0)) socket.stop();
        for (const client of server.clients) client.terminate();
        await new Promise((resolve) => server.close(resolve));
        jest.useRealTimers();
    });

    const open = (options: {resume?: ResumePoint; limits?: Partial<Limits>} = {}) => {
        const told: string[] = [];
        const socket = openSocket({
            outbound: directOutbound,
            baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/chat`,
            token: 'secret-token',
            resume: options.resume,
            timings: DEFAULT_TIMINGS,
            limits: {...DEFAULT_LIMITS, ...options.limits},
            log: silentLog,
            listener: {
                onReady: (resumed) => told.push(resumed ? 'resumed' : 'fresh'),
                onEvent: (frame) => told.push(frame.name),
            },
        });
        opened.push(socket);
        return {socket, told};
    };
    const peer = async (): Promise<Peer> => {
        await untilTrue(() => peers.length > 0);
        return peers[0]!;
    };
    /** Whether a deadline runs beside the timer of the next ping. */
    const isWaiting = (): boolean => jest.getTimerCount() > 1;
    const hello = (id = 'conn-1', seq = 0) => ({event: 'hello', seq, data: {connection_id: id}});
    const event = (seq: number, name = 'typing') => ({event: name, seq, data: {}, broadcast: {}});

    it('[CON-01] carries the token in the upgrade request and asks for a fresh start', async () => {
        const {told, socket} = open();
        const {request, send} = await peer();
        expect(request.headers.authorization).toBe('Bearer secret-token');
        expect(request.url).toBe('/chat/api/v4/websocket?connection_id=&sequence_number=0');
        expect(socket.resumePoint()).toBeUndefined();
        send(hello());
        send(event(1, 'posted'));
        await untilTrue(() => told.length === 2);
        expect(told).toEqual(['fresh', 'posted']);
        expect(socket.resumePoint()).toEqual({connectionId: 'conn-1', sequence: 2});
    });

    it('[CON-01] takes up where it was left, though a successful resume brings no hello', async () => {
        const {told, socket} = open({resume: {connectionId: 'conn-1', sequence: 7}});
        const {request, send} = await peer();
        expect(request.url).toContain('connection_id=conn-1&sequence_number=7');
        await untilTrue(() => told.length === 1);
        expect(told).toEqual(['resumed']);
        send(event(7));
        await untilTrue(() => told.length === 2);
        expect(socket.resumePoint()).toEqual({connectionId: 'conn-1', sequence: 8});
    });

    it('[CON-01] begins anew when the server knows the old connection no more', async () => {
        answerPings = false;
        const {told, socket} = open({resume: {connectionId: 'conn-1', sequence: 7}});
        (await peer()).send(hello('conn-2'));
        await untilTrue(() => told.length === 1);
        expect(told).toEqual(['fresh']);
        expect(socket.resumePoint()).toEqual({connectionId: 'conn-2', sequence: 1});
    });

    it('[CON-01] takes a jump of the numbers for a loss and does not give what came after it', async () => {
        const {told, socket} = open();
        const {send} = await peer();
        for (const frame of [hello(), event(1, 'a'), event(3, 'c'), event(4, 'd')]) send(frame);
        expect(await socket.ended).toEqual({kind: 'gap', sequence: 2});
        expect(told).toEqual(['fresh', 'a']);
        expect(socket.resumePoint()).toEqual({connectionId: 'conn-1', sequence: 2});
    });

    it.each([
        'no json',
        '[]',
        'null',
        '{}',
        '{"event":5,"seq":"x"}',
        '{"seq":1}',
        '"text"',
        '{"event":"x","seq":1e999}',
    ])('[CON-01] does not fall over the frame %s', async (text) => {
        const {told} = open();
        const {send} = await peer();
        for (const frame of [hello(), text, event(1, 'after')]) send(frame);
        await untilTrue(() => told.includes('after'));
    });

    it('[CON-01] ends on a frame that is too large', async () => {
        const {socket} = open({limits: {frameBytes: 1_000}});
        const {send} = await peer();
        send(hello());
        send(event(1, 'x'.repeat(2_000)));
        expect(await socket.ended).toMatchObject({kind: 'closed'});
    });

    it('[CON-03] pings on and on, and lives as long as it is answered', async () => {
        const {told} = open();
        const {send, heard} = await peer();
        send(hello());
        for (let pings = 1; pings <= 3; pings++) {
            await untilTrue(() => heard.length === pings);
            await untilTrue(() => !isWaiting());
            jest.advanceTimersByTime(DEFAULT_TIMINGS.pingMs);
        }
        await untilTrue(() => heard.length === 4);
        expect(heard).toMatchObject([1, 2, 3, 4].map((seq) => ({action: 'ping', seq})));
        expect(told).toEqual(['fresh']);
    });

    it('[CON-03] ends when a ping is not answered in time', async () => {
        const {socket} = open();
        const {send, heard} = await peer();
        send(hello());
        await untilTrue(() => heard.length === 1 && !isWaiting());
        answerPings = false;
        jest.advanceTimersByTime(DEFAULT_TIMINGS.pingMs);
        await untilTrue(() => heard.length === 2);
        jest.advanceTimersByTime(DEFAULT_TIMINGS.pongMs);
        expect(await socket.ended).toEqual({kind: 'silent'});
    });

    it('[CON-03] ends when there is never a hello, though pings are answered', async () => {
        const {socket, told} = open();
        const {heard} = await peer();
        await untilTrue(() => heard.length === 1);
        jest.advanceTimersByTime(DEFAULT_TIMINGS.openMs);
        expect(await socket.ended).toEqual({kind: 'silent'});
        expect(told).toEqual([]);
    });

    it('[CON-03] finds that the server forgot the session by the answer to a ping', async () => {
        const {socket, told} = open();
        const {send} = await peer();
        send(hello());
        await untilTrue(() => told.length === 1);
        send({status: 'FAIL', seq_reply: 2, error: {status_code: 401}});
        expect(await socket.ended).toEqual({kind: 'deaf'});
    });

    it('[CON-05] says with which status an upgrade was refused', async () => {
        const {createServer} = await import('node:http');
        const http = createServer();
        http.on('upgrade', (_request, socket) =>
            socket.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n'),
        );
        await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
        const socket = openSocket({
            outbound: directOutbound,
            baseUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
            token: 't',
            resume: undefined,
            timings: DEFAULT_TIMINGS,
            limits: DEFAULT_LIMITS,
            log: silentLog,
            listener: {onReady: () => {}, onEvent: () => {}},
        });
        expect(await socket.ended).toEqual({kind: 'refused', status: 426});
        await new Promise((resolve) => http.close(resolve));
    });

    it('reads nothing while it is paused, and loses nothing by it', async () => {
        const {socket, told} = open();
        const {send} = await peer();
        send(hello());
        await untilTrue(() => told.length === 1);
        socket.pause();
        for (let seq = 1; seq <= 5; seq++) send(event(seq));
        jest.advanceTimersByTime(10 * (DEFAULT_TIMINGS.pingMs + DEFAULT_TIMINGS.pongMs));
        for (let turn = 0; turn < 100; turn++) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        expect(told).toHaveLength(1);
        socket.resume();
        await untilTrue(() => told.length === 6);
    });

    it('ends at once when it is stopped, at any moment', async () => {
        const early = open();
        early.socket.stop();
        expect(await early.socket.ended).toEqual({kind: 'stopped'});
        const {socket} = open();
        await untilTrue(() => peers.length > 0);
        socket.stop();
        expect(await socket.ended).toEqual({kind: 'stopped'});
    });
});
