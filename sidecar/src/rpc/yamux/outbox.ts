import type {Writable} from 'node:stream';

import {YamuxError} from './yamux-error.ts';

/**
 * More than this unsent means that the other side asks without reading the answers: data waits for
 * room on the connection, so only control frames can pile up.
 */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

/** Who waits for room on the connection. */
interface Waiting {
    resumeSending(): void;
}

/**
 * The sending side of a connection: lets streams wait in turn while it is full, and gives up when
 * it stays so.
 */
export class Outbox {
    readonly #connection: Writable;
    readonly #stallMs: number;
    readonly #onStall: (error: YamuxError) => void;
    readonly #waiting = new Set<Waiting>();
    #full = false;
    #corked = false;
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(connection: Writable, stallMs: number, onStall: (error: YamuxError) => void) {
        this.#connection = connection;
        this.#stallMs = stallMs;
        this.#onStall = onStall;
        connection.on('drain', () => {
            this.#drained();
        });
    }

    /** False while the connection has not taken what it was given. */
    get isWritable(): boolean {
        return !this.#full;
    }

    /** Puts a stream at the end of the line of those that want to send. */
    wait(stream: Waiting): void {
        this.#waiting.add(stream);
    }

    /** Takes a stream out of the line. */
    forget(stream: Waiting): void {
        this.#waiting.delete(stream);
    }

    /** Sends a frame, also while the connection is full: control frames do not wait. */
    write(frame: Buffer): void {
        this.#cork();
        if (this.#connection.write(frame)) return;
        if (this.#connection.writableLength > MAX_BACKLOG_BYTES) {
            this.#onStall(new YamuxError('yamux_stalled', 'too much waits to be sent'));
            return;
        }
        if (this.#full) return;
        this.#full = true;
        this.#watch(this.#connection.writableLength);
    }

    /** Frames of one turn of the event loop leave in one system call. */
    #cork(): void {
        if (this.#corked) return;
        this.#corked = true;
        this.#connection.cork();
        process.nextTick(() => {
            this.#corked = false;
            this.#connection.uncork();
        });
    }

    /** Leaves no timer and wakes nobody any more. */
    close(): void {
        clearTimeout(this.#timer);
        this.#waiting.clear();
        this.#full = true;
        this.#timer = undefined;
    }

    /** Fires when a whole period brought no progress; slow is not stalled. */
    #watch(before: number): void {
        this.#timer = setTimeout(() => {
            const now = this.#connection.writableLength;
            if (now < before) this.#watch(now);
            else this.#onStall(new YamuxError('yamux_stalled', 'the other side takes no bytes'));
        }, this.#stallMs);
    }

    #drained(): void {
        if (this.#timer === undefined) return;
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#full = false;
        const line = [...this.#waiting];
        this.#waiting.clear();
        for (const [index, stream] of line.entries()) {
            if (!this.isWritable) {
                // Those that were served line up again behind those that were not.
                for (const served of this.#waiting) line.push(served);
                this.#waiting.clear();
                for (const next of line.slice(index)) this.#waiting.add(next);
                return;
            }
            stream.resumeSending();
        }
    }
}
