import type {AddressInfo} from 'node:net';
import {WebSocketServer, type WebSocket} from 'ws';
import {silentLog} from '../../contract/log.ts';
import {untilTrue} from '../event-log.contract.ts';
import {createEventQueue, type EventQueue} from '../listening/event-queue.ts';
import {createInbox} from '../listening/inbox.ts';
import {createProgress} from '../listening/progress.ts';
import {memoryMarks} from './rest-world.contract.ts';
import {createSession, type Health} from './session.ts';
import {createStatusBoard} from '../listening/status.ts';
import {DEFAULT_LIMITS, DEFAULT_TIMINGS, type Timings} from './timings.ts';
import {directOutbound} from '../../net/direct.fixture.ts';

describe('one session', () => {
    let server: WebSocketServer;
    let peers: WebSocket[];
    let urls: string[];
    let actions: unknown[];
    const stop = new AbortController();

    beforeEach(async () => {
        peers = [];
        urls = [];
        actions = [];
        server = new WebSocketServer({port: 0, host: '127.0.0.1'});
        await new Promise((resolve) => server.once('listening', resolve));
        server.on('connection', (socket, request) => {
            peers.push(socket);
            urls.push(request.url ?? '');
            socket.on('message', (data) => {
                const frame = JSON.parse((data as Buffer).toString()) as {
                    seq: number;
                    action: string;
                };
                const {seq} = frame;
                actions.push(frame.action);
                socket.send(JSON.stringify({status: 'OK', seq_reply: seq}));
            });
        });
    });
    afterEach(async () => {
        for (const client of server.clients) client.terminate();
        await new Promise((resolve) => server.close(resolve));
    });

    const make = (
        options: {catchUp?: () => Promise<void>; health?: () => Health; limit?: number} = {},
        quicker: Partial<Timings> = {},
    ) => {
        const limit = options.limit ?? 10;
        const timings = {...DEFAULT_TIMINGS, healthMs: 20, ...quicker};
        const queue = createEventQueue(limit);
        const progress = createProgress({
            marks: memoryMarks(),
            timings,
            limits: DEFAULT_LIMITS,
            log: silentLog,
        });
        const inbox = createInbox(queue, progress, limit);
        const status = createStatusBoard(Date.now);
        const session = createSession({
            outbound: directOutbound,
            baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
            token: async () => 'token',
            botId: () => 'bot',
            checkHealth: async () => options.health?.() ?? 'well',
            observe: () => undefined,
            onGap: () => undefined,
            listening: {
                catchUp: {run: options.catchUp ?? (async () => undefined)},
                inbox,
                queue,
            },
            status,
            timings,
            limits: DEFAULT_LIMITS,
            log: silentLog,
            now: Date.now,
        });
        return {...session, queue, inbox, status, progress};
    };
    const hello = (id: string): string =>
        JSON.stringify({event: 'hello', seq: 0, data: {connection_id: id}});
    const changed = (seq: number, channelId = 'c'): string =>
        JSON.stringify({
            event: 'channel_updated',
            seq,
            data: {},
            broadcast: {channel_id: channelId},
        });
    const taken = async (queue: EventQueue): Promise<string> => {
        const item = await queue.take(stop.signal);
        return item?.event?.kind === 'channel-changed' ? item.event.channelId : '?';
    };

    it('[CON-04] hands on nothing from the socket before the gap is read, then all of it in order', async () => {
        const reading = Promise.withResolvers<undefined>();
        const session = make({catchUp: () => reading.promise});
        const running = session.run(stop.signal);
        await untilTrue(() => peers.length === 1);
        for (const frame of [hello('c1'), changed(1, 'first'), changed(2, 'second')]) {
            peers[0]?.send(frame);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
        expect(session.inbox.holding).toBe(true);
        expect(session.status.current.state).toBe('connecting');
        reading.resolve(undefined);
        expect(await taken(session.queue)).toBe('first');
        expect(await taken(session.queue)).toBe('second');
        expect(session.status.current.state).toBe('ready');
        peers[0]?.terminate();
        await running;
    });

    it.each(['while the gap is read', 'afterwards'])(
        'stops reading the socket when nobody takes events, and goes on later: %s',
        async (when) => {
            const reading = Promise.withResolvers<undefined>();
            const session = make({catchUp: () => reading.promise});
            if (when === 'afterwards') reading.resolve(undefined);
            const running = session.run(stop.signal);
            await untilTrue(() => peers.length === 1);
            const peer = peers[0];
            peer?.send(hello('c1'));
            const count = 5_000;
            for (let seq = 1; seq <= count; seq++)
                peer?.send(changed(seq, `c${seq}-${'x'.repeat(4_000)}`));
            await new Promise((resolve) => setTimeout(resolve, 200));
            // What the kernel takes is gone; the rest of the 20 MB waits at the sender.
            expect(peer?.bufferedAmount).toBeGreaterThan(1_000_000);
            reading.resolve(undefined);
            for (let seq = 1; seq <= count; seq++) {
                expect(await taken(session.queue)).toMatch(new RegExp(`^c${seq}-`));
            }
            peer?.terminate();
            await running;
        },
    );

    it('reads on when all that waited had come by catch-up already', async () => {
        const reading = Promise.withResolvers<undefined>();
        const session = make({catchUp: () => reading.promise});
        const running = session.run(stop.signal);
        await untilTrue(() => peers.length === 1);
        peers[0]?.send(hello('c1'));
        for (let seq = 1; seq <= 10; seq++) {
            const post = {
                id: `p${seq}`,
                create_at: seq,
                user_id: 'u',
                channel_id: 'c',
                message: '',
            };
            const data = {post: JSON.stringify(post)};
            peers[0]?.send(JSON.stringify({event: 'posted', seq, data, broadcast: {}}));
            session.progress.give(`p${seq}`);
        }
        await untilTrue(() => session.inbox.crowded);
        reading.resolve(undefined);
        peers[0]?.send(changed(11, 'after'));
        expect(await taken(session.queue)).toBe('after');
        peers[0]?.terminate();
        await running;
    });

    it('[CON-04] breaks off when the gap cannot be read, and keeps holding', async () => {
        const session = make({catchUp: () => Promise.reject(new Error('no'))});
        const running = session.run(stop.signal);
        await untilTrue(() => peers.length === 1);
        peers[0]?.send(hello('c1'));
        expect((await running).reason).toMatch(/catch-up failed/);
        expect(session.inbox.holding).toBe(true);
        expect(session.status.current.state).not.toBe('ready');
    });

    it('[CON-01] resumes after a break, and begins anew after the same gap came twice', async () => {
        const session = make();
        const lose = async (): Promise<void> => {
            const n = peers.length;
            const running = session.run(stop.signal);
            await untilTrue(() => peers.length === n + 1);
            if (n === 0) for (const frame of [hello('c1'), changed(1)]) peers[n]?.send(frame);
            peers[n]?.send(changed(5));
            await running;
        };
        await lose();
        await lose();
        const third = session.run(stop.signal);
        await untilTrue(() => peers.length === 3);
        expect(urls.map((url) => url.split('?')[1])).toEqual([
            'connection_id=&sequence_number=0',
            'connection_id=c1&sequence_number=2',
            'connection_id=&sequence_number=0',
        ]);
        peers[2]?.terminate();
        await third;
    });

    it('[CON-01] begins anew when what is resumed ends each connection at once', async () => {
        const session = make();
        for (let n = 0; n < 5; n++) {
            const running = session.run(stop.signal);
            await untilTrue(() => peers.length === n + 1);
            if (n === 0) {
                peers[n]?.send(hello('c1'));
                await untilTrue(() => session.status.current.state === 'ready');
            }
            await new Promise((resolve) => setTimeout(resolve, 30));
            peers[n]?.terminate();
            await running;
        }
        const fresh = urls.map((url) => url.includes('connection_id=&'));
        expect(fresh.slice(0, 4)).toEqual([true, false, false, true]);
    });

    it('[CON-03] begins anew, with a gap, when the account was changed under it', async () => {
        let health: Health = 'well';
        const session = make({health: () => health});
        const running = session.run(stop.signal);
        await untilTrue(() => peers.length === 1);
        peers[0]?.send(hello('c1'));
        await untilTrue(() => session.status.current.state === 'ready');
        health = 'deaf';
        expect((await running).reason).toMatch(/forgot/);
        health = 'well';
        const again = session.run(stop.signal);
        await untilTrue(() => peers.length === 2);
        expect(urls[1]).toContain('connection_id=&');
        peers[1]?.terminate();
        await again;
    });

    it('[CON-12] says nothing but pings: after `presence` the server would send less', async () => {
        const session = make({}, {pingMs: 5});
        const running = session.run(stop.signal);
        await untilTrue(() => peers.length === 1);
        peers[0]?.send(hello('c1'));
        for (let seq = 1; seq <= 5; seq++) peers[0]?.send(changed(seq));
        await untilTrue(() => session.status.current.state === 'ready' && actions.length > 5);
        peers[0]?.terminate();
        await running;
        expect([...new Set(actions)]).toEqual(['ping']);
    });
});
