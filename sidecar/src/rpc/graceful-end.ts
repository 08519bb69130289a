import type {Duplex} from 'node:stream';

/** How long the other side has to end its half after we ended ours, in milliseconds. */
export const END_GRACE_MS = 5000;

/** Ends our half of a stream, and the whole of it if the other side does not follow in time. */
export function endGracefully(stream: Duplex): void {
    if (stream.destroyed) return;
    stream.end();
    // What still comes must be read, or the end would never be seen.
    stream.resume();
    const timer = setTimeout(() => stream.destroy(), END_GRACE_MS);
    stream.once('close', () => {
        clearTimeout(timer);
    });
}
