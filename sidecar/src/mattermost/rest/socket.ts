import WebSocket from 'ws';
import type {Log} from '../../contract/log.ts';
import {lineFaultOf} from '../../net/line-fault.ts';
import type {Outbound} from '../../net/outbound.ts';
import {frameSchema, type EventFrame, type Frame} from './wire.ts';
import type {Limits, Timings} from './timings.ts';

/** Where a broken connection can be taken up again. */
export interface ResumePoint {
    readonly connectionId: string;
    /** The number of the next event that is wanted. */
    readonly sequence: number;
}

/** Why a connection is over. */
export type SocketEnd =
    /** The upgrade was answered with an HTTP status that is not 101. */
    | {readonly kind: 'refused'; readonly status: number}
    /** No connection, or it broke off. */
    | {readonly kind: 'closed'; readonly detail: string}
    /** An event is missing: the numbers jump. */
    | {readonly kind: 'gap'; readonly sequence: number}
    /** No answer to a ping, or no first frame. */
    | {readonly kind: 'silent'}
    /** The server does not know our session any more, though the line stands. */
    | {readonly kind: 'deaf'}
    | {readonly kind: 'stopped'};

/** What a connection tells its owner. All are called from socket callbacks and must not throw. */
export interface SocketListener {
    /** The server speaks to us: `resumed` means that nothing was lost since the resume point. */
    onReady(resumed: boolean): void;
    /** The next event, in sequence. */
    onEvent(frame: EventFrame): void;
}

/** One WebSocket connection from its upgrade to its end. */
export interface Socket {
    /** Resolves, and never rejects, when the connection is over. */
    readonly ended: Promise<SocketEnd>;
    /** Where the next connection can go on; undefined before `hello`. */
    resumePoint(): ResumePoint | undefined;
    /** Stops reading: the server's queue takes over, and in the end a gap. */
    pause(): void;
    resume(): void;
    stop(end?: SocketEnd): void;
}

/** What one connection needs. `url` is the server's base address. */
export interface SocketDeps {
    readonly baseUrl: string;
    readonly outbound: Pick<Outbound, 'connectionTo'>;
    readonly token: string;
    readonly resume: ResumePoint | undefined;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly log: Log;
    readonly listener: SocketListener;
}

/** Opens a connection; the outcome is told by `listener` and `ended`. */
export function openSocket(deps: SocketDeps): Socket {
    const {timings, listener, log} = deps;
    let connectionId = deps.resume?.connectionId;
    let sequence = deps.resume?.sequence ?? 0;
    let ready = false;
    let paused = false;
    let over = false;
    let pings = 0;
    let pingTimer: NodeJS.Timeout | undefined;
    let deadline: NodeJS.Timeout | undefined;
    const {promise: ended, resolve} = Promise.withResolvers<SocketEnd>();

    const url = socketUrl(deps.baseUrl, deps.resume);
    const ws = new WebSocket(url, {
        createConnection: deps.outbound.connectionTo(url),
        headers: {Authorization: `Bearer ${deps.token}`, 'User-Agent': 'gangway'},
        handshakeTimeout: timings.openMs,
        maxPayload: deps.limits.frameBytes,
        perMessageDeflate: false,
        followRedirects: false,
    });

    const end = (reason: SocketEnd): void => {
        if (over) return;
        over = true;
        clearTimeout(pingTimer);
        clearTimeout(deadline);
        ws.terminate();
        resolve(reason);
    };

    const expectFrame = (ms: number): void => {
        // A later ping gives no more time for the answer to an earlier one.
        deadline ??= setTimeout(() => end({kind: 'silent'}), ms);
    };

    const expectNothing = (): void => {
        clearTimeout(deadline);
        deadline = undefined;
    };

    const ping = (): void => {
        clearTimeout(pingTimer);
        pingTimer = setTimeout(ping, timings.pingMs);
        if (paused) return;
        pings += 1;
        ws.send(JSON.stringify({action: 'ping', seq: pings}));
        expectFrame(ready ? timings.pongMs : timings.openMs);
    };

    const becomeReady = (resumed: boolean): void => {
        ready = true;
        listener.onReady(resumed);
    };

    const onHello = (frame: EventFrame): void => {
        const id = frame.fields['connection_id'];
        const known = typeof id === 'string' && id === connectionId;
        if (ready && !known) {
            end({kind: 'gap', sequence});
            return;
        }
        connectionId = typeof id === 'string' ? id : undefined;
        sequence = frame.seq + 1;
        if (!ready) becomeReady(false);
    };

    const onReply = (ok: boolean): void => {
        if (!ok) end({kind: 'deaf'});
        // Before `hello` of a new connection a reply proves nothing.
        else if (!ready && deps.resume !== undefined) becomeReady(true);
    };

    const onEvent = (frame: EventFrame): void => {
        if (frame.seq !== sequence) {
            end({kind: 'gap', sequence});
            return;
        }
        sequence += 1;
        if (!ready) becomeReady(true);
        listener.onEvent(frame);
    };

    const onFrame = (frame: Frame): void => {
        if (frame.kind === 'reply') onReply(frame.ok);
        else if (frame.name === 'hello') onHello(frame);
        else onEvent(frame);
    };

    ws.on('open', ping);
    ws.on('message', (content) => {
        if (over) return;
        const frame = parseFrame(rawText(content));
        if (frame === undefined) log.warn('a WebSocket frame is not valid');
        else onFrame(frame);
        // Any frame shows that the line lives, but only `hello` makes a new connection ready.
        if (ready) expectNothing();
    });
    ws.on('unexpected-response', (request, response) => {
        request.destroy();
        end({kind: 'refused', status: response.statusCode ?? 0});
    });
    // Both may come, the error first; its code says more than the close code.
    ws.on('error', (error) => end({kind: 'closed', detail: errorCode(error)}));
    ws.on('close', (code) => end({kind: 'closed', detail: `code ${code}`}));

    return {
        ended,
        resumePoint: () =>
            connectionId === undefined || !ready ? undefined : {connectionId, sequence},
        pause: () => {
            if (paused || ws.readyState !== WebSocket.OPEN) return;
            paused = true;
            expectNothing();
            ws.pause();
        },
        resume: () => {
            if (!paused) return;
            paused = false;
            if (over) return;
            ws.resume();
            ping();
        },
        stop: (reason = {kind: 'stopped'}) => end(reason),
    };
}

/** The WebSocket address of a server. */
export function socketUrl(baseUrl: string, resume: ResumePoint | undefined): string {
    const url = new URL(`${baseUrl}/api/v4/websocket`);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    url.searchParams.set('connection_id', resume?.connectionId ?? '');
    url.searchParams.set('sequence_number', `${resume?.sequence ?? 0}`);
    return url.toString();
}

/** The frame that a text stands for; undefined when it is none. */
export function parseFrame(text: string): Frame | undefined {
    try {
        return frameSchema.safeParse(JSON.parse(text)).data;
    } catch {
        // Not JSON: what is missing shows as a gap in the numbers.
        return undefined;
    }
}

function rawText(content: WebSocket.RawData): string {
    if (Array.isArray(content)) return Buffer.concat(content).toString('utf8');
    return Buffer.isBuffer(content)
        ? content.toString('utf8')
        : Buffer.from(content).toString('utf8');
}

function errorCode(error: Error): string {
    const fault = lineFaultOf(error);
    if (fault !== undefined) return `${fault.detail}; ${fault.remedy}`;
    return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
