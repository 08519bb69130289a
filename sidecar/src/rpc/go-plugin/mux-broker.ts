import type {Duplex} from 'node:stream';

import {endGracefully} from '../graceful-end.ts';
import {GoPluginError} from './go-plugin-error.ts';
import {readExactly, type WaitOptions} from './read-exactly.ts';

/** How long an accept waits for its dial and an early dial for its accept, as in Go, in ms. */
export const BROKER_WAIT_MS = 5000;

/** How long a dial waits for its acknowledgement; Go closes the stream after `BROKER_WAIT_MS`. */
const DIAL_WAIT_MS = 10_000;

const ID_BYTES = 4;

/**
 * Connects both sides by numbers: one side reserves an id and accepts it, tells the other in some
 * call, and the other dials it. Each side counts the ids that it accepts itself.
 */
export interface MuxBroker {
    /** A fresh id for `accept`. */
    readonly nextId: () => number;
    /**
     * Waits until the other side dials `id`. Begin to wait before telling the id.
     * @throws GoPluginError `broker_timeout`, `broker_closed`
     */
    readonly accept: (id: number, wait?: Partial<WaitOptions>) => Promise<Duplex>;
    /**
     * Connects to an id that the other side told us.
     * @throws GoPluginError `broker_refused` if nobody accepts it, `broker_timeout`,
     * `broker_closed`
     */
    readonly dial: (id: number, wait?: Partial<WaitOptions>) => Promise<Duplex>;
}

/** A broker as the owner of the session sees it. */
export interface BrokerCore {
    readonly broker: MuxBroker;
    /** Takes a stream that the other side opened. */
    readonly offer: (stream: Duplex) => void;
    /** Fails all waits and leaves no timer. */
    readonly close: () => void;
}

interface Early {
    readonly stream: Duplex;
    readonly timer: ReturnType<typeof setTimeout>;
}

function encodeId(id: number): Buffer {
    const bytes = Buffer.alloc(ID_BYTES);
    bytes.writeUInt32LE(id);
    return bytes;
}

/** Brokers the streams of one session; `open` opens one. */
export function createMuxBroker(open: () => Duplex): BrokerCore {
    const closing = new AbortController();
    const accepting = new Map<number, (stream: Duplex) => void>();
    const early = new Map<number, Early>();
    let lastId = 0;

    const takeEarly = (id: number): Duplex | undefined => {
        const kept = early.get(id);
        if (kept === undefined) return undefined;
        clearTimeout(kept.timer);
        early.delete(id);
        return kept.stream;
    };

    const keepEarly = (id: number, stream: Duplex): void => {
        const replaced = takeEarly(id);
        if (replaced !== undefined) endGracefully(replaced);
        const timer = setTimeout(() => {
            early.delete(id);
            endGracefully(stream);
        }, BROKER_WAIT_MS);
        early.set(id, {stream, timer});
    };

    const receive = async (stream: Duplex): Promise<void> => {
        const wait = {timeoutMs: BROKER_WAIT_MS, signal: closing.signal};
        const id = (await readExactly(stream, ID_BYTES, wait)).readUInt32LE();
        const waiting = accepting.get(id);
        if (waiting === undefined) keepEarly(id, stream);
        else waiting(stream);
    };

    const acknowledge = (id: number, stream: Duplex): Duplex => {
        stream.write(encodeId(id));
        return stream;
    };

    const waitForDial = (id: number, wait: WaitOptions): Promise<Duplex> =>
        new Promise((resolve, reject) => {
            const signals = [closing.signal, ...(wait.signal === undefined ? [] : [wait.signal])];
            const clear = (): void => {
                clearTimeout(timer);
                accepting.delete(id);
                for (const signal of signals) signal.removeEventListener('abort', aborted);
            };
            const aborted = (): void => {
                clear();
                reject(new GoPluginError('broker_closed', `the wait for id ${id} was given up`));
            };
            const timer = setTimeout(() => {
                clear();
                reject(new GoPluginError('broker_timeout', `nobody dialled id ${id}`));
            }, wait.timeoutMs);
            accepting.set(id, (stream) => {
                clear();
                resolve(stream);
            });
            for (const signal of signals) signal.addEventListener('abort', aborted);
            if (signals.some((signal) => signal.aborted)) aborted();
        });

    const dial = async (id: number, wait: Partial<WaitOptions> = {}): Promise<Duplex> => {
        const signal =
            wait.signal === undefined
                ? closing.signal
                : AbortSignal.any([closing.signal, wait.signal]);
        const stream = open();
        try {
            stream.write(encodeId(id));
            const timeoutMs = wait.timeoutMs ?? DIAL_WAIT_MS;
            const answer = await readExactly(stream, ID_BYTES, {timeoutMs, signal});
            if (answer.readUInt32LE() === id) return stream;
            throw new GoPluginError('broker_refused', `id ${id} was answered by another`);
        } catch (error) {
            stream.destroy();
            throw error;
        }
    };

    return {
        broker: {
            nextId: () => {
                lastId = (lastId % 0xffff_ffff) + 1;
                return lastId;
            },
            accept: async (id, wait = {}) => {
                const timeoutMs = wait.timeoutMs ?? BROKER_WAIT_MS;
                const stream =
                    takeEarly(id) ?? (await waitForDial(id, {timeoutMs, signal: wait.signal}));
                return acknowledge(id, stream);
            },
            dial,
        },
        offer: (stream) => {
            receive(stream).catch(() => {
                // No id, no use: whoever dialled sees the end of the stream.
                endGracefully(stream);
            });
        },
        close: () => {
            closing.abort();
            for (const id of [...early.keys()]) takeEarly(id)?.destroy();
        },
    };
}
