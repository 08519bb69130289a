import {YamuxError} from './yamux-error.ts';

/** What pings need of their session. */
export interface PingBookOptions {
    readonly send: (value: number) => void;
    /** How often to ping, in ms; undefined for never. */
    readonly keepAliveMs: number | undefined;
    /** How long a keep-alive answer may take, in ms. */
    readonly timeoutMs: number;
    /** A keep-alive was not answered. */
    readonly onDead: (error: YamuxError) => void;
}

interface Waiting {
    readonly answer: () => void;
    readonly fail: (error: YamuxError) => void;
}

/** Pings that wait for their answers. */
export class PingBook {
    readonly #options: PingBookOptions;
    readonly #waiting = new Map<number, Waiting>();
    readonly #interval: ReturnType<typeof setInterval> | undefined;
    #next = 0;
    #closed = false;

    constructor(options: PingBookOptions) {
        this.#options = options;
        if (options.keepAliveMs === undefined) return;
        this.#interval = setInterval(() => {
            void this.#keepAlive();
        }, options.keepAliveMs);
    }

    /**
     * Sends a ping and waits for its answer; resolves with the time it took, in ms.
     * @throws YamuxError `yamux_ping_timeout`, `yamux_session_closed`
     */
    ping(timeoutMs: number): Promise<number> {
        if (this.#closed) return Promise.reject(closedError());
        const value = this.#next;
        this.#next = (this.#next + 1) % 0x1_0000_0000;
        const started = performance.now();
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                this.#waiting.delete(value);
                reject(new YamuxError('yamux_ping_timeout', 'a ping was not answered'));
            }, timeoutMs);
            this.#waiting.set(value, {
                answer: () => {
                    clearTimeout(timer);
                    resolve(performance.now() - started);
                },
                fail: (error) => {
                    clearTimeout(timer);
                    reject(error);
                },
            });
            this.#options.send(value);
        });
    }

    /** An answer came; one that nobody asked for is of no interest. */
    answered(value: number): void {
        const waiting = this.#waiting.get(value);
        this.#waiting.delete(value);
        waiting?.answer();
    }

    /** Fails all that wait and leaves no timer. */
    close(): void {
        this.#closed = true;
        clearInterval(this.#interval);
        const waiting = [...this.#waiting.values()];
        this.#waiting.clear();
        for (const {fail} of waiting) fail(closedError());
    }

    async #keepAlive(): Promise<void> {
        try {
            await this.ping(this.#options.timeoutMs);
        } catch (error) {
            if (error instanceof YamuxError && error.code === 'yamux_ping_timeout') {
                this.#options.onDead(error);
            }
        }
    }
}

function closedError(): YamuxError {
    return new YamuxError('yamux_session_closed', 'the session was closed');
}
