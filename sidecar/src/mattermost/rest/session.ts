import {errorOf} from '../../contract/errors.ts';
import type {Log} from '../../contract/log.ts';
import type {Outbound} from '../../net/outbound.ts';
import {sleep} from '../../contract/time.ts';
import {eventOfFrame} from './frames.ts';
import type {Listening} from '../listening/listening.ts';
import {openSocket, type ResumePoint, type Socket, type SocketEnd} from './socket.ts';
import type {StatusBoard} from '../listening/status.ts';
import type {Limits, Timings} from './timings.ts';
import type {EventFrame} from './wire.ts';

/** How a session ended. */
export interface SessionOutcome {
    /** How long the server spoke to us, ms; undefined when it never did. */
    readonly livedMs: number | undefined;
    /** A plain sentence. */
    readonly reason: string;
}

/** One WebSocket connection with its catch-up and its health checks, from upgrade to end. */
export type Session = (signal: AbortSignal) => Promise<SessionOutcome>;

/** Whether the socket can be trusted, as the bot's own account tells. */
export type Health = 'well' | 'deaf' | 'unknown';

/** What sessions need; what must outlive one (resume point, gap) is kept here and in the inbox. */
export interface SessionDeps {
    readonly baseUrl: string;
    readonly outbound: Pick<Outbound, 'connectionTo'>;
    readonly token: () => Promise<string>;
    readonly botId: () => string;
    /** Looks at the bot's account; never rejects but for the signal. */
    readonly checkHealth: (signal: AbortSignal) => Promise<Health>;
    /** Called with each event before it is handed on. */
    readonly observe: (frame: EventFrame) => void;
    /** Called when events may have been lost. */
    readonly onGap: () => void;
    readonly listening: Pick<Listening, 'catchUp' | 'inbox' | 'queue'>;
    readonly status: StatusBoard;
    readonly timings: Timings;
    readonly limits: Limits;
    readonly log: Log;
    readonly now: () => number;
}

/** The session of one account, to be run again and again; `forget` makes the next one start anew. */
export function createSession(deps: SessionDeps): {run: Session; forget: () => void} {
    const {log, status, timings} = deps;
    const {catchUp, inbox, queue} = deps.listening;
    let resume: ResumePoint | undefined;
    let lastGap: number | undefined;
    let shortLives = 0;
    let wasReady = false;

    const readGap = async (socket: Socket, signal: AbortSignal): Promise<void> => {
        try {
            await catchUp.run('catch-up', signal);
            inbox.release();
            status.set('ready');
            if (!inbox.crowded) socket.resume();
        } catch (error) {
            if (signal.aborted) return;
            log.warn('catch-up failed', {error: errorOf(error)});
            socket.stop({kind: 'closed', detail: 'catch-up failed'});
        }
    };

    const watch = async (socket: Socket, signal: AbortSignal): Promise<void> => {
        while (!signal.aborted) {
            await sleep(timings.healthMs, signal);
            if ((await deps.checkHealth(signal)) === 'deaf') socket.stop({kind: 'deaf'});
        }
    };

    const nextResume = (end: SocketEnd, socket: Socket, livedMs: number | undefined) => {
        shortLives = livedMs !== undefined && livedMs >= timings.pongMs ? 0 : shortLives + 1;
        if (end.kind === 'deaf') return undefined;
        if (end.kind === 'gap' && end.sequence === lastGap) return undefined;
        lastGap = end.kind === 'gap' ? end.sequence : undefined;
        // What ends each resumed connection at once is in what is sent again: begin anew.
        return shortLives > 2 ? undefined : (socket.resumePoint() ?? resume);
    };

    const run: Session = async (signal) => {
        let readyAt: number | undefined;
        let reading: Promise<void> = Promise.resolve();
        const inner = new AbortController();
        const socket: Socket = openSocket({
            baseUrl: deps.baseUrl,
            outbound: deps.outbound,
            token: await deps.token(),
            resume,
            timings,
            limits: deps.limits,
            log,
            listener: {
                onReady: (resumed) => {
                    readyAt = deps.now();
                    if (wasReady) status.reconnected();
                    wasReady = true;
                    log.info('connected', {resumed});
                    if (!resumed) {
                        inbox.hold();
                        deps.onGap();
                    }
                    if (inbox.holding) reading = readGap(socket, inner.signal);
                    else status.set('ready');
                },
                onEvent: (frame) => {
                    status.heard();
                    deps.observe(frame);
                    const event = eventOfFrame(frame, deps.botId());
                    if (event !== undefined) inbox.receive(event);
                    if (inbox.crowded) socket.pause();
                },
            },
        });
        const stop = (): void => socket.stop();
        signal.addEventListener('abort', stop, {once: true});
        if (signal.aborted) stop();
        const room = queue.onRoom(() => {
            if (!inbox.crowded) socket.resume();
        });
        const watching = watch(socket, inner.signal).catch(() => undefined);
        try {
            const end = await socket.ended;
            const livedMs = readyAt === undefined ? undefined : deps.now() - readyAt;
            resume = nextResume(end, socket, livedMs);
            return {livedMs, reason: describeEnd(end)};
        } finally {
            signal.removeEventListener('abort', stop);
            room[Symbol.dispose]();
            inner.abort();
            await watching;
            await reading;
        }
    };

    return {
        run,
        forget: () => {
            resume = undefined;
        },
    };
}

function describeEnd(end: SocketEnd): string {
    switch (end.kind) {
        case 'refused':
            return `the server answered the WebSocket upgrade with ${end.status}`;
        case 'closed':
            return `the WebSocket was closed (${end.detail})`;
        case 'gap':
            return 'an event was lost on the WebSocket';
        case 'silent':
            return 'the server did not answer on the WebSocket';
        case 'deaf':
            return 'the server forgot the session of the WebSocket';
        case 'stopped':
            return 'stopped';
    }
}
