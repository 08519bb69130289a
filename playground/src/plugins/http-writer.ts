import type {ServerResponse} from 'node:http';
import type {Headers, ResponseWriter} from './response-writer.ts';

/** Go holds back so much of an answer, bytes, unless it is flushed. */
const bufferSize = 4096;

const brokenPipe = 'write: broken pipe';

/** Writes to a client as Go's HTTP server does. */
export interface HttpWriter extends ResponseWriter {
    /** Whether anything has been said yet, so that it is too late for another status. */
    isStarted(): boolean;
    /** Sends what is left; a whole answer that fits the buffer gets its length. */
    end(): Promise<void>;
}

/** A writer over Node's response. What a slow client has not taken is bounded by one write. */
export function createHttpWriter(response: ServerResponse, method: string): HttpWriter {
    let headers: Headers = {};
    let status = 0;
    let held: Buffer[] = [];
    let heldSize = 0;
    let last: Promise<void> = Promise.resolve();

    const take = (): Buffer => {
        const bytes = Buffer.concat(held);
        held = [];
        heldSize = 0;
        return bytes;
    };
    const sendHead = (first: Buffer): void => {
        if (response.headersSent) {
            return;
        }
        response.statusCode = status === 0 ? 200 : status;
        for (const [name, values] of Object.entries(headers)) {
            if (values.length > 0) {
                response.setHeader(name, values.length === 1 ? (values[0] ?? '') : [...values]);
            }
        }
        if (!('Content-Type' in headers) && first.length > 0) {
            response.setHeader('Content-Type', sniff(first));
        }
    };
    const send = async (): Promise<void> => {
        const bytes = take();
        sendHead(bytes);
        if (bytes.length === 0) {
            response.flushHeaders();
        } else if (!response.write(bytes)) {
            await drained(response);
        }
    };
    /** In the order of the calls, each after the one before has left. */
    const inTurn = (work: () => Promise<void>): Promise<void> => {
        const done = last.then(work);
        last = done.catch(() => undefined);
        return done;
    };
    const allowsBody = (): boolean => status >= 200 && status !== 204 && status !== 304;

    return {
        headers: () => headers,
        setHeaders(given) {
            if (status === 0) {
                headers = given;
            }
        },
        writeHeader(given) {
            status ||= given;
        },
        write(chunk) {
            status ||= 200;
            return inTurn(async () => {
                if (!allowsBody()) {
                    throw new Error(
                        'http: request method or response status code does not allow body',
                    );
                }
                if (isGone(response)) {
                    throw new Error(brokenPipe);
                }
                if (method === 'HEAD') {
                    return;
                }
                held.push(chunk);
                heldSize += chunk.length;
                if (heldSize >= bufferSize) {
                    await send();
                }
            });
        },
        flush() {
            status ||= 200;
            return inTurn(async () => {
                if (!isGone(response)) {
                    await send();
                }
            });
        },
        isStarted: () => status !== 0,
        end: () =>
            inTurn(async () => {
                if (isGone(response)) {
                    return;
                }
                const bytes = take();
                sendHead(bytes);
                if (!response.headersSent && allowsLength(response, method, status)) {
                    response.setHeader('Content-Length', String(bytes.length));
                }
                response.end(bytes);
            }),
    };
}

function allowsLength(response: ServerResponse, method: string, status: number): boolean {
    const isBodyless = status === 204 || status === 304 || method === 'HEAD';
    return !isBodyless && !response.hasHeader('Content-Length');
}

function isGone(response: ServerResponse): boolean {
    return response.destroyed || response.closed || response.writableEnded;
}

async function drained(response: ServerResponse): Promise<void> {
    await new Promise<void>((resolve, reject) => {
        const settle = (): void => {
            response.off('drain', settle);
            response.off('close', settle);
            if (isGone(response)) {
                reject(new Error(brokenPipe));
            } else {
                resolve();
            }
        };
        response.on('drain', settle);
        response.on('close', settle);
        if (isGone(response)) {
            settle();
        }
    });
}

const signatures: readonly (readonly [RegExp, string])[] = [
    [
        /^\s*<(?:!doctype html|html|head|body|script|div|h1|p|table|a|br|style|title|b)[\s>]/i,
        'text/html; charset=utf-8',
    ],
    [/^\s*<\?xml/, 'text/xml; charset=utf-8'],
    [/^%PDF-/, 'application/pdf'],
    [/^\x89PNG\r\n\x1a\n/, 'image/png'],
    [/^\xff\xd8\xff/, 'image/jpeg'],
    [/^GIF8[79]a/, 'image/gif'],
];

/** What Go makes of the first bytes of an answer without a Content-Type. */
function sniff(bytes: Buffer): string {
    const start = bytes.subarray(0, 512);
    const text = start.toString('latin1');
    const known = signatures.find(([pattern]) => pattern.test(text));
    if (known !== undefined) {
        return known[1];
    }
    const isBinary = start.some((byte) => byte < 0x20 && ![9, 10, 12, 13, 27].includes(byte));
    return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}
