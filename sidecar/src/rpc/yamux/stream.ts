import {Duplex} from 'node:stream';

import {INITIAL_WINDOW} from './frame.ts';
import {YamuxError} from './yamux-error.ts';

/** The largest frame we send, so that streams take turns on the connection. */
const MAX_FRAME_BYTES = 64 * 1024;

/** Pieces smaller than this part of the chunk they lie in are copied, to let go of the chunk. */
const KEEP_VIEW_SHARE = 0.5;

/** What a stream needs of its session. */
export interface StreamLink {
    /** Gives the stream its id and opens it, perhaps later; `done` is called then. */
    readonly open: (stream: YamuxStream, done: (error?: Error) => void) => void;
    /** False while the connection has enough to send; then `wait` for a `resumeSending`. */
    readonly isWritable: () => boolean;
    readonly wait: (stream: YamuxStream) => void;
    readonly sendData: (id: number, payload: Buffer) => void;
    readonly sendCredit: (id: number, bytes: number) => void;
    readonly sendFin: (id: number) => void;
    readonly sendReset: (id: number) => void;
    /** Both directions are over: frames that still come are dropped. */
    readonly forget: (stream: YamuxStream) => void;
}

/**
 * One stream of a session, a plain Node Duplex: `end()` is FIN, `destroy()` is RST unless both sides
 * have ended. What was received and not read is bounded by the window, because the sender gets new
 * credit only for what the application took out.
 */
export class YamuxStream extends Duplex {
    readonly #link: StreamLink;
    readonly #window: number;
    /** 0 until a stream of ours is opened. */
    #id: number;
    #sendCredit = INITIAL_WINDOW;
    #receiveCredit: number;
    #received = 0;
    #credited = 0;
    #outgoing: Buffer = Buffer.alloc(0);
    #written: ((error?: Error | null) => void) | undefined;
    #finSent = false;
    #finReceived = false;
    #dead = false;

    /** @param id the id of a stream that the other side opened; 0 to open one. */
    constructor(link: StreamLink, id: number, window: number) {
        super({allowHalfOpen: true});
        this.#link = link;
        this.#id = id;
        this.#window = window;
        this.#receiveCredit = window;
        // An error that nobody listens for must not end the process; users see it where they wait.
        this.on('error', () => undefined);
    }

    /** The id on the wire; 0 before the stream was opened. */
    get id(): number {
        return this.#id;
    }

    /** Called by the session when it has an id for a stream of ours. */
    assignId(id: number): void {
        this.#id = id;
    }

    /** Called by the session: the length of a data frame is about to come; false if it may not. */
    spendReceiveCredit(bytes: number): boolean {
        if (bytes > this.#receiveCredit || this.#finReceived) return false;
        this.#receiveCredit -= bytes;
        return true;
    }

    /** Called by the session with payload. */
    receiveData(piece: Buffer): void {
        if (this.destroyed) return;
        this.#received += piece.length;
        const keep = piece.length >= piece.buffer.byteLength * KEEP_VIEW_SHARE;
        this.push(keep ? piece : Buffer.from(piece));
        this.#creditConsumed();
    }

    /** Called by the session; false for a second FIN. */
    receiveFin(): boolean {
        if (this.#finReceived) return false;
        this.#finReceived = true;
        this.#forgetIfOver();
        this.push(null);
        return true;
    }

    /** Called by the session. */
    receiveReset(): void {
        this.#dead = true;
        this.destroy(new YamuxError('yamux_reset', 'the other side reset the stream'));
    }

    /** Called by the session: the other side took data. */
    receiveCredit(bytes: number): void {
        this.#sendCredit += bytes;
        this.resumeSending();
    }

    /** Called by the session when the connection has room again. */
    resumeSending(): void {
        const written = this.#written;
        if (written === undefined) return;
        while (this.#outgoing.length > 0) {
            if (this.#sendCredit === 0) return;
            if (!this.#link.isWritable()) {
                this.#link.wait(this);
                return;
            }
            const size = Math.min(this.#outgoing.length, this.#sendCredit, MAX_FRAME_BYTES);
            this.#sendCredit -= size;
            const payload = this.#outgoing.subarray(0, size);
            this.#outgoing = this.#outgoing.subarray(size);
            this.#link.sendData(this.#id, payload);
        }
        this.#written = undefined;
        written();
    }

    override _construct(callback: (error?: Error | null) => void): void {
        if (this.#id === 0) this.#link.open(this, callback);
        else callback();
    }

    override _read(): void {
        // Data is pushed as it comes: the window bounds it.
    }

    /** Reading is what earns the sender new credit. */
    override read(size?: number): unknown {
        const chunk: unknown = super.read(size);
        this.#creditConsumed();
        return chunk;
    }

    override _write(
        chunk: Buffer,
        _encoding: BufferEncoding,
        callback: (error?: Error | null) => void,
    ): void {
        this.#outgoing = chunk;
        this.#written = callback;
        this.resumeSending();
    }

    override _writev(
        chunks: {chunk: Buffer; encoding: BufferEncoding}[],
        callback: (error?: Error | null) => void,
    ): void {
        this._write(Buffer.concat(chunks.map(({chunk}) => chunk)), 'utf8', callback);
    }

    override _final(callback: (error?: Error | null) => void): void {
        this.#finSent = true;
        if (!this.#dead) this.#link.sendFin(this.#id);
        this.#forgetIfOver();
        callback();
    }

    override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
        const opened = this.#id !== 0;
        if (opened && !this.#dead && !(this.#finSent && this.#finReceived)) {
            this.#link.sendReset(this.#id);
        }
        this.#dead = true;
        this.#link.forget(this);
        const written = this.#written;
        this.#written = undefined;
        written?.(error ?? new YamuxError('yamux_reset', 'the stream was destroyed'));
        callback(error);
    }

    #forgetIfOver(): void {
        if (!this.#finSent || !this.#finReceived) return;
        this.#link.forget(this);
    }

    /** Go's rule: an update once at least half the window is owed. */
    #creditConsumed(): void {
        const owed = this.#received - this.readableLength - this.#credited;
        if (owed < this.#window / 2 || this.#finReceived || this.#dead) return;
        this.#credited += owed;
        this.#receiveCredit += owed;
        this.#link.sendCredit(this.#id, owed);
    }
}
