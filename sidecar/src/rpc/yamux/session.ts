import type {Duplex} from 'node:stream';

import {FrameReader} from './frame-reader.ts';
import {
    ACCEPT_BACKLOG,
    encodeFrame,
    Flag,
    type FrameHeader,
    FrameType,
    GoAwayCode,
    INITIAL_WINDOW,
} from './frame.ts';
import {Outbox} from './outbox.ts';
import {PingBook} from './ping-book.ts';
import {type StreamLink, YamuxStream} from './stream.ts';
import {internalError, protocolError, YamuxError} from './yamux-error.ts';

/** What a session may be told; every limit has a default. */
export interface SessionOptions {
    /** The side that dialled is the client and opens odd stream ids. */
    readonly role: 'client' | 'server';
    /** Takes each stream that the other side opens; it has been acknowledged already. */
    readonly onStream: (stream: Duplex) => void;
    /** What a stream may receive and not have read, in bytes; at least and by default 256 KiB. */
    readonly receiveWindow?: number | undefined;
    /** How many streams of the other side may be open; those beyond are reset. Default 2048. */
    readonly maxStreams?: number | undefined;
    /** How long the connection may take no byte at all, in ms. Default 30 s. */
    readonly stallMs?: number | undefined;
    /** How often to ping, in ms; by default never. */
    readonly keepAliveMs?: number | undefined;
}

/** Many streams over one connection. */
export interface YamuxSession {
    /** Opens a stream; it may be written to at once. After the end it comes out destroyed. */
    readonly open: () => Duplex;
    /**
     * The time to the other side and back, in ms.
     * @throws YamuxError `yamux_ping_timeout`, `yamux_session_closed`
     */
    readonly ping: (timeoutMs?: number) => Promise<number>;
    /** Streams that are not over. */
    readonly streamCount: number;
    /** Resolves when the connection is closed, with the reason unless one side just closed it. */
    readonly closed: Promise<YamuxError | undefined>;
    /** Ends the session and all its streams; what is not sent yet is lost. */
    readonly close: () => void;
}

const MAX_STREAMS = 2048;
const STALL_MS = 30_000;
const PING_TIMEOUT_MS = 10_000;

/** How long the other side has to close the connection after we ended it, in ms. */
const CLOSE_GRACE_MS = 1000;

/** Stream ids are 32 bits and never used twice. */
const MAX_STREAM_ID = 0xffff_fffe;

/** Takes over `connection`, which nobody else may read or write from now on. */
export function createYamuxSession(connection: Duplex, options: SessionOptions): YamuxSession {
    return new Session(connection, options);
}

function goAwayCode(error: YamuxError): number | undefined {
    if (error.code === 'yamux_protocol') return GoAwayCode.protocolError;
    if (error.code === 'yamux_internal') return GoAwayCode.internalError;
    return undefined;
}

interface OpenRequest {
    readonly stream: YamuxStream;
    readonly done: (error?: Error) => void;
}

class Session implements YamuxSession {
    readonly closed: Promise<YamuxError | undefined>;
    readonly #connection: Duplex;
    readonly #onStream: (stream: Duplex) => void;
    readonly #window: number;
    readonly #maxStreams: number;
    readonly #streams = new Map<number, YamuxStream>();
    /** Streams of ours that wait for their ACK. */
    readonly #unacknowledged = new Set<number>();
    readonly #openQueue: OpenRequest[] = [];
    readonly #outbox: Outbox;
    readonly #pings: PingBook;
    readonly #reader: FrameReader;
    readonly #parity: number;
    #nextId: number;
    #incoming = 0;
    #refusesStreams = false;
    #over = false;
    #reason: YamuxError | undefined;
    /** Where the payload of the frame being read goes, and whether a FIN comes after it. */
    #payloadTarget: YamuxStream | undefined;
    #payloadFin = false;

    constructor(connection: Duplex, options: SessionOptions) {
        this.#connection = connection;
        this.#onStream = options.onStream;
        this.#window = Math.max(options.receiveWindow ?? INITIAL_WINDOW, INITIAL_WINDOW);
        this.#maxStreams = options.maxStreams ?? MAX_STREAMS;
        this.#nextId = options.role === 'client' ? 1 : 2;
        this.#parity = this.#nextId % 2;
        this.#outbox = new Outbox(connection, options.stallMs ?? STALL_MS, (error) => {
            this.#fail(error);
        });
        this.#pings = new PingBook({
            send: (value) => {
                this.#send(FrameType.ping, Flag.syn, 0, value);
            },
            keepAliveMs: options.keepAliveMs,
            timeoutMs: PING_TIMEOUT_MS,
            onDead: (error) => {
                this.#fail(error);
            },
        });
        this.#reader = new FrameReader({
            onHeader: (header) => {
                this.#onHeader(header);
            },
            onPayload: (piece, last) => {
                this.#onPayload(piece, last);
            },
        });
        this.closed = this.#listen();
    }

    readonly open = (): Duplex => {
        const stream = new YamuxStream(this.#link, 0, this.#window);
        return stream;
    };

    readonly ping = (timeoutMs: number = PING_TIMEOUT_MS): Promise<number> =>
        this.#pings.ping(timeoutMs);

    readonly close = (): void => {
        this.#end(undefined);
    };

    get streamCount(): number {
        return this.#streams.size + this.#openQueue.length;
    }

    readonly #link: StreamLink = {
        open: (stream, done) => {
            this.#openQueue.push({stream, done});
            this.#openNext();
        },
        isWritable: () => this.#outbox.isWritable,
        wait: (stream) => {
            this.#outbox.wait(stream);
        },
        sendData: (id, payload) => {
            this.#send(FrameType.data, 0, id, payload.length, payload);
        },
        sendCredit: (id, bytes) => {
            this.#send(FrameType.windowUpdate, 0, id, bytes);
        },
        sendFin: (id) => {
            this.#send(FrameType.windowUpdate, Flag.fin, id, 0);
        },
        sendReset: (id) => {
            this.#send(FrameType.windowUpdate, Flag.rst, id, 0);
        },
        forget: (stream) => {
            this.#forget(stream);
        },
    };

    #listen(): Promise<YamuxError | undefined> {
        this.#connection.on('data', (chunk: Buffer) => {
            try {
                this.#reader.push(chunk);
            } catch (error) {
                this.#fail(error instanceof YamuxError ? error : internalError(error));
            }
        });
        this.#connection.on('end', () => {
            this.#end(undefined);
        });
        this.#connection.on('error', (cause) => {
            this.#end(new YamuxError('yamux_socket', 'the connection failed', {cause}));
        });
        return new Promise((resolve) => {
            this.#connection.on('close', () => {
                this.#end(undefined);
                resolve(this.#reason);
            });
        });
    }

    #send(type: number, flags: number, streamId: number, length: number, payload?: Buffer): void {
        if (this.#over) return;
        this.#outbox.write(encodeFrame({type, flags, streamId, length}, payload));
    }

    #onHeader(header: FrameHeader): void {
        switch (header.type) {
            case FrameType.ping:
                if ((header.flags & Flag.syn) === 0) this.#pings.answered(header.length);
                else this.#send(FrameType.ping, Flag.ack, 0, header.length);
                break;
            case FrameType.goAway:
                this.#onGoAway(header.length);
                break;
            default:
                this.#onStreamFrame(header);
        }
    }

    #onGoAway(code: number): void {
        this.#refusesStreams = true;
        if (code === GoAwayCode.normal) return;
        this.#end(new YamuxError('yamux_go_away', `the other side went away, code ${code}`));
    }

    #onStreamFrame(header: FrameHeader): void {
        const {flags, streamId} = header;
        if ((flags & Flag.syn) !== 0) this.#accept(streamId);
        const stream = this.#streams.get(streamId);
        this.#payloadTarget = undefined;
        // Frames of streams that are gone, their payload too, are dropped: they were on their way.
        if (stream === undefined) return;
        if ((flags & Flag.ack) !== 0) this.#acknowledged(streamId);
        if ((flags & Flag.rst) !== 0) {
            stream.receiveReset();
            return;
        }
        if (header.type === FrameType.windowUpdate) stream.receiveCredit(header.length);
        else this.#beginPayload(stream, header);
        const fin = (flags & Flag.fin) !== 0;
        if (fin && (header.type === FrameType.windowUpdate || header.length === 0)) {
            this.#onFin(stream);
        }
    }

    #beginPayload(stream: YamuxStream, {length, flags}: FrameHeader): void {
        if (length === 0) return;
        if (!stream.spendReceiveCredit(length)) throw protocolError('receive window exceeded');
        this.#payloadTarget = stream;
        this.#payloadFin = (flags & Flag.fin) !== 0;
    }

    #onPayload(piece: Buffer, last: boolean): void {
        const stream = this.#payloadTarget;
        if (stream === undefined) return;
        stream.receiveData(piece);
        if (last && this.#payloadFin) this.#onFin(stream);
    }

    #onFin(stream: YamuxStream): void {
        if (!stream.receiveFin()) throw protocolError('unexpected FIN');
    }

    #accept(id: number): void {
        const theirs = id !== 0 && id % 2 !== this.#parity;
        if (!theirs || this.#streams.has(id)) throw protocolError('duplicate stream');
        if (this.#incoming >= this.#maxStreams) {
            this.#send(FrameType.windowUpdate, Flag.rst, id, 0);
            return;
        }
        const stream = new YamuxStream(this.#link, id, this.#window);
        this.#streams.set(id, stream);
        this.#incoming += 1;
        // At once, also for streams that we never write to: Go ends a session over a missing ACK.
        this.#send(FrameType.windowUpdate, Flag.ack, id, this.#window - INITIAL_WINDOW);
        this.#onStream(stream);
    }

    #openNext(): void {
        while (this.#unacknowledged.size < ACCEPT_BACKLOG) {
            const request = this.#openQueue.shift();
            if (request === undefined) return;
            const {stream, done} = request;
            if (this.#over || this.#refusesStreams || this.#nextId > MAX_STREAM_ID) {
                done(new YamuxError('yamux_session_closed', 'no more streams can be opened'));
                continue;
            }
            const id = this.#nextId;
            this.#nextId += 2;
            stream.assignId(id);
            this.#streams.set(id, stream);
            this.#unacknowledged.add(id);
            this.#send(FrameType.windowUpdate, Flag.syn, id, this.#window - INITIAL_WINDOW);
            done();
        }
    }

    #acknowledged(id: number): void {
        if (this.#unacknowledged.delete(id)) this.#openNext();
    }

    #forget(stream: YamuxStream): void {
        this.#outbox.forget(stream);
        if (!this.#streams.delete(stream.id)) return;
        if (stream.id % 2 !== this.#parity) this.#incoming -= 1;
        this.#acknowledged(stream.id);
    }

    /** Ends the session because of an error, and says so to the other side if it is its fault. */
    #fail(error: YamuxError): void {
        const code = goAwayCode(error);
        if (code !== undefined) this.#send(FrameType.goAway, 0, 0, code);
        this.#end(error);
    }

    #end(reason: YamuxError | undefined): void {
        if (this.#over) return;
        this.#over = true;
        this.#reason = reason;
        this.#reader.stop();
        this.#outbox.close();
        this.#pings.close();
        const error = reason ?? new YamuxError('yamux_session_closed', 'the session was closed');
        this.#unacknowledged.clear();
        for (const {done} of this.#openQueue.splice(0)) done(error);
        for (const stream of [...this.#streams.values()]) stream.destroy(error);
        this.#closeConnection();
    }

    #closeConnection(): void {
        if (this.#connection.destroyed) return;
        this.#connection.end();
        // What still comes must be read, or the end would never be seen.
        this.#connection.resume();
        const timer = setTimeout(() => this.#connection.destroy(), CLOSE_GRACE_MS);
        this.#connection.once('close', () => {
            clearTimeout(timer);
        });
    }
}
