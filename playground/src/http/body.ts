import type {IncomingMessage} from 'node:http';
import {ApiError} from '../api-error.ts';

/** The server reads this much over its limit before it refuses. */
const tolerance = 512;

/**
 * Reads a whole body.
 * @throws ApiError 413 over `limit` bytes
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    // Not destroyed with the loop: the answer leaves on the same socket.
    for await (const chunk of request.iterator({destroyOnReturn: false})) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
        size += bytes.length;
        if (size > limit + tolerance) break;
        chunks.push(bytes);
    }
    if (size > limit + tolerance) {
        // The rest is read and dropped: what is left unread holds up the next request on this connection.
        request.resume();
        throw new ApiError(413, 'api.context.request_body_too_large.app_error');
    }
    return Buffer.concat(chunks);
}
