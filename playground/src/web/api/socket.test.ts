/** @jest-environment jsdom */
import {createSocket} from './socket.ts';
import type {Socket} from './socket.ts';

/** A WebSocket whose other side is the test. */
class Line extends EventTarget {
    readyState: number = WebSocket.CONNECTING;
    readonly sent: unknown[] = [];
    onopen: (() => void) | null = null;
    onmessage: ((event: {data: unknown}) => void) | null = null;
    onclose: (() => void) | null = null;
    readonly address: URL;

    constructor(address: string) {
        super();
        this.address = new URL(address);
    }

    send(text: string): void {
        this.sent.push(JSON.parse(text));
    }

    close(): void {
        this.readyState = WebSocket.CLOSED;
    }

    accept(): void {
        this.readyState = WebSocket.OPEN;
        this.onopen?.();
    }

    say(event: string, seq: number, data: Record<string, unknown> = {}): void {
        this.onmessage?.({data: JSON.stringify({event, seq, data, broadcast: {}})});
    }

    fall(): void {
        this.readyState = WebSocket.CLOSED;
        this.onclose?.();
    }
}

const lines: Line[] = [];
const heard: string[] = [];
let socket: Socket;

beforeEach(() => {
    jest.useFakeTimers();
    lines.length = 0;
    heard.length = 0;
    socket = createSocket(
        {
            onEvent: ({event, seq}) => heard.push(`${event} ${seq}`),
            onConnection: (state) => heard.push(state),
            onReconnect: () => heard.push('reconnect'),
            onGap: () => heard.push('gap'),
        },
        (address) => {
            const line = new Line(address);
            lines.push(line);
            return line as unknown as WebSocket;
        },
    );
    socket.start();
});

afterEach(() => {
    socket.stop();
    jest.useRealTimers();
});

function line(index: number): Line {
    const found = lines[index];
    if (found === undefined) {
        throw new Error(`There is no connection ${index}.`);
    }
    return found;
}

describe('createSocket', () => {
    it('resumes where it was, and takes the silence of a resumed line for health', async () => {
        line(0).accept();
        line(0).say('hello', 0, {connection_id: 'one'});
        line(0).say('posted', 1);
        line(0).fall();
        await jest.advanceTimersByTimeAsync(1_500);
        expect(Object.fromEntries(line(1).address.searchParams)).toEqual({
            connection_id: 'one',
            sequence_number: '2',
        });
        line(1).accept();
        line(1).say('posted', 2);
        expect(heard).toEqual([
            ...['connecting', 'open', 'hello 0', 'posted 1', 'lost'],
            ...['open', 'reconnect', 'posted 2'],
        ]);
    });

    it('reports a gap when the server greets it as a new connection', async () => {
        line(0).accept();
        line(0).say('hello', 0, {connection_id: 'one'});
        line(0).say('posted', 1);
        line(0).fall();
        await jest.advanceTimersByTimeAsync(1_500);
        line(1).accept();
        line(1).say('hello', 0, {connection_id: 'two'});
        line(1).say('posted', 1);
        expect(heard.slice(5)).toEqual(['open', 'reconnect', 'gap', 'hello 0', 'posted 1']);
    });

    it('starts over when an event is missing in the row', async () => {
        line(0).accept();
        line(0).say('hello', 0, {connection_id: 'one'});
        line(0).say('posted', 2);
        expect(heard).not.toContain('posted 2');
        await jest.advanceTimersByTimeAsync(1_500);
        expect(line(1).address.searchParams.get('sequence_number')).toBe('1');
    });

    it('gives up a line that does not answer', async () => {
        line(0).accept();
        line(0).say('hello', 0, {connection_id: 'one'});
        await jest.advanceTimersByTimeAsync(20_000);
        expect(line(0).sent.at(-1)).toMatchObject({action: 'ping'});
        await jest.advanceTimersByTimeAsync(10_000);
        expect(heard.at(-1)).toBe('lost');
    });

    it('waits longer after each try in vain, up to a limit', async () => {
        line(0).fall();
        for (let tries = 1; tries < 12; tries++) {
            await jest.advanceTimersByTimeAsync(26_000);
            lines.at(-1)?.fall();
        }
        const before = lines.length;
        await jest.advanceTimersByTimeAsync(14_000);
        expect(lines.length).toBe(before);
        await jest.advanceTimersByTimeAsync(12_000);
        expect(lines.length).toBe(before + 1);
    });

    it('tries at once when asked to, and never after it was stopped', async () => {
        line(0).fall();
        socket.retry();
        expect(lines).toHaveLength(2);
        line(1).fall();
        socket.stop();
        socket.retry();
        await jest.advanceTimersByTimeAsync(60_000);
        expect(lines).toHaveLength(2);
    });

    it('numbers what it sends from one on each line, and drops it without a line', async () => {
        socket.send('user_typing', {});
        line(0).accept();
        socket.send('user_typing', {channel_id: 'deck'});
        expect(line(0).sent).toEqual([
            {seq: 1, action: 'ping', data: {}},
            {seq: 2, action: 'user_typing', data: {channel_id: 'deck'}},
        ]);
    });

    it('is not disturbed by what it cannot read', () => {
        line(0).accept();
        line(0).onmessage?.({data: 'no json'});
        line(0).onmessage?.({data: new Blob([])});
        line(0).onmessage?.({data: '{"seq_reply":1,"status":"OK"}'});
        line(0).say('hello', 0, {connection_id: 'one'});
        expect(heard).toEqual(['connecting', 'open', 'hello 0']);
    });
});
