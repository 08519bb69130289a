import type {Duplex, Readable} from 'node:stream';

const largestVarint = 10;

/**
 * Serves a request's body to a plugin: it writes how many bytes it wants, as Go's signed varint, and
 * gets up to that many as they come. The end of the body ends the stream; a plugin that ends it
 * first has heard enough. At most one piece of the body is held.
 */
export async function serveBody(stream: Duplex, body: Readable): Promise<void> {
    const wants = readWants(stream);
    try {
        for await (const chunk of body.iterator({destroyOnReturn: false})) {
            let rest = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
            while (rest.length > 0) {
                const size = await wants.take(rest.length);
                if (size === 0) {
                    return;
                }
                if (!stream.write(rest.subarray(0, size)) && !(await drained(stream))) {
                    return;
                }
                rest = rest.subarray(size);
            }
        }
        await wants.take(0);
    } catch {
        // The client broke off: for the plugin the body ends here, as on the server.
    } finally {
        stream.end();
        // What the plugin did not want must not hold the connection.
        body.resume();
    }
}

interface Wants {
    /** Waits until some bytes are wanted, and takes up to `limit` of them; 0 = no more ever. */
    take(limit: number): Promise<number>;
}

function readWants(stream: Duplex): Wants {
    let wanted = 0n;
    let partial: number[] = [];
    let over = false;
    let wake = (): void => undefined;

    stream.on('data', (chunk: Buffer) => {
        for (const byte of chunk) {
            partial.push(byte);
            if (byte < 0x80) {
                wanted += signedVarint(partial);
                partial = [];
            } else if (partial.length >= largestVarint) {
                stream.destroy();
                return;
            }
        }
        wake();
    });
    for (const name of ['end', 'close'] as const) {
        stream.on(name, () => {
            over = true;
            wake();
        });
    }
    return {
        async take(limit) {
            while (wanted <= 0n && !over) {
                await new Promise<void>((resolve) => {
                    wake = resolve;
                });
            }
            if (over) {
                return 0;
            }
            const size = wanted < BigInt(limit) ? Number(wanted) : limit;
            wanted -= BigInt(size);
            return size;
        },
    };
}

function signedVarint(bytes: readonly number[]): bigint {
    const zigzag = bytes.reduce(
        (value, byte, at) => value | (BigInt(byte & 0x7f) << BigInt(7 * at)),
        0n,
    );
    return (zigzag & 1n) === 1n ? -(zigzag >> 1n) - 1n : zigzag >> 1n;
}

async function drained(stream: Duplex): Promise<boolean> {
    await new Promise<void>((resolve) => {
        const settle = (): void => {
            stream.off('drain', settle);
            stream.off('close', settle);
            resolve();
        };
        stream.on('drain', settle);
        stream.on('close', settle);
        if (stream.destroyed) {
            settle();
        }
    });
    return !stream.destroyed;
}
